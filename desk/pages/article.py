"""An article's id in, the article out: as read, as cut, and as it was scraped."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.answers import Article
from desk.hooks import Explained, HookError, Original
from desk.marks import mark_names
from desk.problems import not_found
from desk.room import Desk, article_address, show, texts_of

KEPT: Final = frozenset({"title", "body"})
LIFTED: Final = frozenset(
    {"kicker", "dateline", "published", "source", "author", "keywords", "related_headline", "related_date"}
)
"""Labels whose text is not in the body but in a field of its own."""


@dataclass(frozen=True)
class Fate:
    """A stretch of the original, and what became of it: `kept`, `lifted`, `removed`, or it is `of_other` article."""

    text: str
    label: str
    rule: str
    article: int
    fate: str


async def clean(request: Request) -> Response:
    """Show the article as it was understood."""
    article = await _find(request)
    paragraphs = mark_names(article.body, article.mentions)
    return show(request, "article.html", **_common(article, "view_clean"), paragraphs=paragraphs)


async def cut(request: Request) -> Response:
    """Show each stretch of the page as it was scraped, with what was done to it and by which rule."""
    article = await _find(request)
    original = await _original(request, article)
    explained = None if original is None else await asyncio.to_thread(Desk.of(request).hooks.explain, original.text)
    stretches = () if explained is None else tuple(_fates(explained))
    values: dict[str, Any] = {"explained": explained, "stretches": stretches, "whence": _whence(request, original)}
    return show(request, "article_cut.html", **_common(article, "cut"), **values)


async def original(request: Request) -> Response:
    """Show the page as it was scraped."""
    article = await _find(request)
    found = await _original(request, article)
    values: dict[str, Any] = {"original": found, "whence": _whence(request, found)}
    return show(request, "article_original.html", **_common(article, "original"), **values)


async def _find(request: Request) -> Article:
    found = await Desk.of(request).index.article(request.path_params["article_id"])
    if found is None:
        raise not_found()
    return found


def _common(article: Article, view: str) -> dict[str, Any]:
    here = article_address(article.article_id)
    views = (("view_clean", here), ("cut", f"{here}/cut"), ("original", f"{here}/original"))
    return {"article": article, "view": view, "views": views}


async def _original(request: Request, article: Article) -> Original | None:
    """Find the page; where Kafka is away too it is as good as gone, and the page says so."""
    try:
        find = Desk.of(request).hooks.find_original
        return await asyncio.to_thread(find, article.root_id, article.paths, article.read_at)
    except HookError:
        return None


def _whence(request: Request, original: Original | None) -> str:
    if original is None:
        return ""
    key = "article.original_file" if original.from_file else "article.original_topic"
    return texts_of(request)(key, place=original.place)


def _fates(explained: Explained) -> Iterator[Fate]:
    for one in explained.stretches:
        if one.label == "space":
            continue
        yield Fate(one.text, one.label, one.rule, one.article, fate_of(one.label, one.article))


def fate_of(label: str, article: int) -> str:
    """Say what became of a stretch.

    >>> fate_of("body", 0), fate_of("share", 0), fate_of("related_body", 1), fate_of("source", 0)
    ('kept', 'removed', 'of_other', 'lifted')
    """
    if article or label in {"related_body", "related_title"}:
        return "of_other"
    if label in KEPT:
        return "kept"
    return "lifted" if label in LIFTED else "removed"


ROUTES: Final = (
    Route("/articles/{article_id}", clean),
    Route("/articles/{article_id}/cut", cut),
    Route("/articles/{article_id}/original", original),
)
