"""A name in, who is meant out: when, with whom, from where, and the newest articles."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from desk.answers import CoMention
from desk.plots import draw_bars
from desk.problems import not_found
from desk.query import Field, Query
from desk.room import Desk, address, entity_address, show, texts_of

FIELDS: Final = {"PER": Field.PERSON, "LOC": Field.PLACE, "ORG": Field.ORG}


LISTED: Final = 40
"""Names of each kind on the page of all."""


async def entities(request: Request) -> Response:
    """Show who is named most, or whose name fits what was asked."""
    text = request.query_params.get("q", "")[:200]
    ask = Desk.of(request).index.entities
    found = await asyncio.gather(*(ask(field, text=text.strip(), size=LISTED) for field in FIELDS.values()))
    lists = [(kind, values) for kind, values in zip(FIELDS, found, strict=True) if values]
    return show(request, "entities.html", text=text, lists=lists, entity_link=lambda one: entity_address(one.value))


async def entity(request: Request) -> Response:
    """Show one person, place or organisation."""
    view = await Desk.of(request).index.entity(request.path_params["entity_id"])
    if view is None:
        raise not_found()
    bars = [(bar.since, bar.count) for bar in view.timeline.bars]
    everything = Query().with_filter(FIELDS[view.kind], view.entity_id).to_params()
    return show(
        request,
        "entity.html",
        view=view,
        drawn=draw_bars(bars, mirrored=texts_of(request).direction == "rtl"),
        together=_by_kind(view.together),
        all=address("/", **dict(everything)),
        entity_link=lambda one: entity_address(one.entity_id),
    )


def _by_kind(found: Iterable[CoMention]) -> list[tuple[str, list[CoMention]]]:
    every = list(found)
    lists = [(kind, [one for one in every if one.kind == kind]) for kind in FIELDS]
    return [(kind, some) for kind, some in lists if some]


ROUTES: Final = (Route("/entities", entities), Route("/entities/{entity_id:path}", entity))
