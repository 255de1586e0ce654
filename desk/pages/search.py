"""A question in an address in, what answers it out: the search page, its live parts, suggestions, downloads."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from desk.answers import Facet, Results, Suggestion
from desk.exports import as_csv, as_lines
from desk.plots import draw_bars
from desk.problems import not_understood
from desk.query import Field, Query, Sort, from_params, parse
from desk.room import Desk, address, render, show, texts_of
from desk.texts import Texts

KINDS: Final = {
    Field.PERSON: "person",
    Field.PLACE: "place",
    Field.ORG: "organisation",
    Field.SOURCE: "source",
    Field.SITE: "site",
}
"""Facets that are shown, with the catalogue's name of each."""

OWN: Final = ("page", "after", "copies", "typing")
"""Parameters of an address that are no part of the question."""


@dataclass(frozen=True)
class Asked:
    """A question as its address puts it: which page of its answer, and whether every copy of a story."""

    query: Query
    page: int
    after: str | None
    every_copy: bool

    @classmethod
    def of(cls, request: Request) -> Asked:
        """Read the address of a request; with `typing` the last word may go on."""
        given = request.query_params
        pairs = [(name, value) for name, value in given.multi_items() if name not in OWN]
        query = _typed(pairs) if given.get("typing") else from_params(pairs)
        page = given.get("page", "1")
        number = int(page) if page.isdecimal() and len(page) < 7 else 1
        return cls(query, max(1, number), given.get("after") or None, given.get("copies") == "all")

    def address(self, query: Query | None = None, path: str = "/", **more: object) -> str:
        """Return where another question, or more of this one's answer, is found."""
        parameters: dict[str, Any] = {}
        for name, value in (self.query if query is None else query).to_params():
            parameters.setdefault(name, []).append(value)
        return address(path, **parameters, copies="all" if self.every_copy else None, **more)


@dataclass(frozen=True)
class Chip:
    """A filter in force, and the address without it."""

    name: str
    href: str


@dataclass(frozen=True)
class Shown:
    """A facet with its name in the reader's language."""

    name: str
    label: str
    values: tuple[Any, ...]


async def search(request: Request) -> Response:
    """Show the search page with its answer."""
    return show(request, "search.html", **await _answer(request))


async def results(request: Request) -> Response:
    """Show the part of the page that changes while somebody types."""
    return Response(render(request, "results.html", **await _answer(request)), media_type="text/html")


async def suggestions(request: Request) -> Response:
    """Return what may be meant by what has been typed."""
    texts = texts_of(request)
    found = await Desk.of(request).index.suggest(request.query_params.get("q", "")[:200])
    return JSONResponse([_suggestion(one, texts) for one in found])


async def export(request: Request) -> Response:
    """Stream all that answers the question, in its order, as JSON Lines or CSV."""
    asked = Asked.of(request)
    kind = request.path_params["kind"]
    if kind not in ("jsonl", "csv"):
        raise not_understood(kind)
    documents = Desk.of(request).index.export(asked.query, every_copy=asked.every_copy)
    write, media = (as_lines, "application/jsonl") if kind == "jsonl" else (as_csv, "text/csv")
    headers = {"content-disposition": f'attachment; filename="sada-articles.{kind}"'}
    return StreamingResponse(write(await _begun(documents)), media_type=f"{media}; charset=utf-8", headers=headers)


async def _begun(documents: AsyncIterator[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    """Ask for the first document now, so that an index that is away is told as such and not as an empty file."""
    first = await anext(documents, None)

    async def every() -> AsyncIterator[dict[str, Any]]:
        if first is not None:
            yield first
            async for document in documents:
                yield document

    return every()


def _typed(pairs: list[tuple[str, str]]) -> Query:
    """Read a question whose last word is still being typed."""
    rest = from_params([(name, value) for name, value in pairs if name != "q"])
    query = parse(" ".join(value for name, value in pairs if name == "q"), typing=True)
    for atom in rest.filters:
        query = query.with_filter(atom.field or Field.TITLE, atom.text, exact=atom.exact)
    days = rest.days
    query = query.with_days(days.since, days.until) if days.since or days.until else query
    return query if rest.sort is Sort.RELEVANCE else query.with_sort(rest.sort)


async def _answer(request: Request) -> dict[str, Any]:
    """Ask and lay out the answer for the templates."""
    asked, texts = Asked.of(request), texts_of(request)
    query, index = asked.query, Desk.of(request).index
    found, timeline = await asyncio.gather(
        index.search(query, page=asked.page, after=asked.after, every_copy=asked.every_copy),
        index.timeline(query.with_days(None, None)),
    )
    bars = [(bar.since, bar.count) for bar in timeline.bars]
    number = texts.count("articles", found.total)
    return {
        "text": request.query_params.get("q", "") if request.query_params.get("typing") else query.text,
        "found": found,
        "asked": bool(query),
        "notes": [note.say("ar" if texts.language == "ar" else "en") for note in query.notes],
        "summary": texts("search.found", articles=number) if query else f"{texts('search.fresh')}: {number}",
        "sort": str(query.sort),
        "sorts": [str(sort) for sort in Sort],
        "chips": list(_chips(asked, found, texts)),
        "clear": asked.address(parse(query.text)),
        "facets": [_shown(facet, texts) for facet in found.facets if facet.field in KINDS],
        "kept": [(str(one.field), f"{'=' if one.exact else ''}{one.text}") for one in _unticked(query, found.facets)],
        "days": query.days,
        "timeline": timeline,
        "drawn": draw_bars(bars, mirrored=texts.direction == "rtl"),
        "every_copy": asked.every_copy,
        "pages": list(_pages(asked, found)),
        "export": {kind: asked.address(path=f"/search/export.{kind}") for kind in ("jsonl", "csv")},
    }


def _shown(facet: Facet, texts: Texts) -> Shown:
    return Shown(str(facet.field), texts(f"kind.{KINDS[facet.field]}"), facet.values)


def _unticked(query: Query, facets: Iterable[Facet]) -> Iterator[Any]:
    """Yield the filters that no box stands for; they stay in force by hidden fields."""
    boxes = {
        (facet.field, value.value) for facet in facets if facet.field in KINDS for value in facet.values if value.chosen
    }
    return (atom for atom in query.filters if (atom.field, atom.text) not in boxes)


def _chips(asked: Asked, found: Results, texts: Texts) -> Iterator[Chip]:
    for atom in asked.query.filters:
        assert atom.field is not None
        name = found.labels.get(atom.text, atom.text)
        kind = KINDS.get(atom.field, str(atom.field))
        label = texts.named("kind", kind)
        yield Chip(f"{label}: {name}", asked.address(asked.query.without_filter(atom.field, atom.text)))
    days = asked.query.days
    if days.since or days.until:
        span = f"{days.since or '…'} – {days.until or '…'}"
        yield Chip(f"{texts('search.dates')}: {span}", asked.address(asked.query.with_days(None, None)))


def _pages(asked: Asked, found: Results) -> Iterator[tuple[str, str]]:
    if asked.after is not None or asked.page > 1:
        yield "first", asked.address()
    if asked.after is None and asked.page > 1:
        yield "previous", asked.address(page=asked.page - 1)
    if asked.after is None and found.page < found.last_page:
        yield "next", asked.address(page=found.page + 1)
    elif found.next is not None:
        yield "next", asked.address(after=found.next)


def _suggestion(one: Suggestion, texts: Texts) -> dict[str, str]:
    kind = "organisation" if one.kind == "org" else one.kind
    note = texts.named("kind", {"person": "PER", "place": "LOC", "organisation": "ORG"}.get(kind, kind))
    count = f" · {texts.count('articles', one.count)}" if one.count else ""
    return {"text": one.text, "query": one.query, "note": f"{note}{count}", "href": ""}


ROUTES: Final = (
    Route("/", search),
    Route("/search/results", results),
    Route("/search/suggestions", suggestions),
    Route("/search/export.{kind}", export),
)
