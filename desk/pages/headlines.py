"""A period in, the headlines repeated most out; a headline in, how it spread."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.answers import HeadlineList, Period, Variant
from desk.plots import draw_steps
from desk.problems import not_found
from desk.room import Desk, address, show, texts_of

WINDOWS: Final = {"today": Period.DAY, "week": Period.WEEK, "month": Period.MONTH, "all": Period.ALL}
PER_PAGE: Final = 20


@dataclass(frozen=True)
class Compared:
    """One wording in words; each says whether the canonical one lacks it."""

    words: tuple[tuple[str, bool], ...]
    count: int
    first_seen: str


async def headlines(request: Request) -> Response:
    """Show the most repeated headlines of a period."""
    given = request.query_params
    window = given.get("window") if given.get("window") in WINDOWS else "week"
    assert window is not None
    page, text = given.get("page", "1"), given.get("q", "")[:1000]
    number = int(page) if page.isdecimal() and len(page) < 7 else 1
    found = await Desk.of(request).index.headlines(WINDOWS[window], text=text, page=max(1, number), size=PER_PAGE)
    return show(
        request,
        "headlines.html",
        found=found,
        text=text,
        window=window,
        windows=[(name, address("/headlines", window=name, q=text)) for name in WINDOWS],
        begin=(found.page - 1) * PER_PAGE + 1,
        pages=list(_pages(found, window, text)),
    )


async def headline(request: Request) -> Response:
    """Show one headline: first carrier, spread, wordings, carriers."""
    view = await Desk.of(request).index.headline(request.path_params["headline_id"])
    if view is None:
        raise not_found()
    moments = [datetime.fromisoformat(one.captured_at).timestamp() for one in view.carriers]
    mirrored = texts_of(request).direction == "rtl"
    return show(
        request,
        "headline.html",
        view=view,
        steps=draw_steps(moments, mirrored=mirrored),
        variants=[compare(view.row.text, one) for one in view.variants],
    )


def compare(text: str, variant: Variant) -> Compared:
    """Lay a wording beside the canonical `text`, word by word.

    >>> compare("قمة في الرياض", Variant("قمة بالرياض", 2, "2025-04-20")).words
    (('قمة', False), ('بالرياض', True))
    """
    words = variant.text.split()
    matcher = difflib.SequenceMatcher(None, text.split(), words, autojunk=False)
    same = {place for block in matcher.get_matching_blocks() for place in range(block.b, block.b + block.size)}
    laid = tuple((word, place not in same) for place, word in enumerate(words))
    return Compared(laid, variant.count, variant.first_seen)


def _pages(found: HeadlineList, window: str, text: str) -> Iterator[tuple[str, str]]:
    if found.page > 1:
        yield "previous", address("/headlines", window=window, q=text, page=found.page - 1)
    if found.page < found.last_page:
        yield "next", address("/headlines", window=window, q=text, page=found.page + 1)


ROUTES: Final = (Route("/headlines", headlines), Route("/headlines/{headline_id}", headline))
