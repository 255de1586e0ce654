"""A question in, a page of articles out, however deep; and all of them for export."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from schemas.indices import ARTICLES

from .answers import Hit, NoMomentError, Results
from .asking import (
    DEEPEST,
    all_of_body,
    best_body,
    carried_body,
    copies_body,
    deep_body,
    export_body,
    highlighted,
    page_body,
    totals_body,
)
from .asks import Asks, hits_of, total_of
from .labels import Labels
from .query import Query, Sort
from .reading import Answer, facet_names, filter_ids, read_copies, read_day, read_facets, read_hit

LARGEST_PAGE: Final = 200
_ROUNDS: Final = 20
"""Requests that are made at most to fill a page deep down, where copies stand among what is found."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """Where a page ended: its number, the sort values of its last article, and the moment that is held."""

    page: int
    values: tuple[Any, ...]
    pit: str | None = None

    def __str__(self) -> str:
        return base64.urlsafe_b64encode(orjson.dumps([self.page, self.values, self.pit])).decode().rstrip("=")

    @classmethod
    def read(cls, text: str) -> Cursor | None:
        """Read a cursor; null if it is none."""
        try:
            page, values, pit = orjson.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            return cls(int(page), tuple(values), None if pit is None else str(pit))
        except (ValueError, TypeError, binascii.Error):
            return None


@dataclass(frozen=True, slots=True)
class Wish:
    """How a page is wanted: see `client.Index.search`."""

    page: int
    size: int
    every_copy: bool
    facets: bool
    marks: tuple[str, str]


async def find_page(asks: Asks, labels: Labels, query: Query, wish: Wish) -> Results:
    """Return the page with a number; the last one within reach instead of one beyond it."""
    reach = DEEPEST // wish.size
    page = min(wish.page, reach)
    totals = totals_body(query, facets=wish.facets)
    if query.sort is Sort.CARRIED:
        hits = await _carried(asks, query, page, wish)
        results = await _results(labels, query, await asks.search(ARTICLES, totals), hits, (page, None))
        return replace(results, last_page=_last_page(results, wish))
    (answer, copies), counted = await asyncio.gather(_page(asks, query, page, wish), asks.search(ARTICLES, totals))
    found = hits_of(answer)
    following = str(Cursor(page + 1, tuple(found[-1]["sort"]))) if len(found) == wish.size else None
    hits = [read_hit(hit, copies) for hit in found]
    results = await _results(labels, query, counted, hits, (page, following))
    return replace(results, took=max(answer["took"], counted["took"]), last_page=_last_page(results, wish))


async def _page(asks: Asks, query: Query, page: int, wish: Wish) -> tuple[Answer, dict[str, int]]:
    """Return the answer with the page's articles, and how many tell the story of each."""
    body = page_body(query, (page - 1) * wish.size, wish.size, every_copy=wish.every_copy)
    answer = await asks.search(ARTICLES, highlighted(body, wish.marks))
    stories = {hit["_source"]["story_id"] for hit in hits_of(answer) if "story_id" in hit["_source"]}
    if wish.every_copy or not stories:
        return answer, {}
    return answer, read_copies(await asks.search(ARTICLES, copies_body(query, sorted(stories))))


def _last_page(results: Results, wish: Wish) -> int:
    number = results.total if wish.every_copy else results.stories
    least = results.page if results.hits else 1
    return max(least, min(DEEPEST // wish.size, -(-number // wish.size)))


async def _results(
    labels: Labels, query: Query, counted: Answer, hits: Sequence[Hit], place: tuple[int, str | None]
) -> Results:
    aggregations, (page, following) = counted["aggregations"], place
    ids = await labels.ids(facet_names(aggregations))
    names = await labels.of(filter_ids(query))
    return Results(
        hits=tuple(hits),
        total=total_of(counted),
        stories=aggregations["stories"]["value"],
        first=read_day(aggregations["first"]),
        last=read_day(aggregations["last"]),
        facets=read_facets(aggregations, query, ids),
        page=page,
        last_page=page,
        next=following,
        labels={**{one: name for (_, name), one in ids.items()}, **names},
        took=counted["took"],
    )


async def _carried(asks: Asks, query: Query, page: int, wish: Wish) -> list[Hit]:
    """Return the page's stories, those that most articles tell first, each by its best article."""
    answer = await asks.search(ARTICLES, carried_body(query, page * wish.size))
    buckets = answer["aggregations"]["carried"]["buckets"][(page - 1) * wish.size :]
    if not buckets:
        return []
    body = best_body(query, [bucket["key"] for bucket in buckets])
    best = {
        hit["_source"]["story_id"]: hit for hit in hits_of(await asks.search(ARTICLES, highlighted(body, wish.marks)))
    }
    copies = {bucket["key"]: bucket["doc_count"] for bucket in buckets}
    return [read_hit(best[story], copies) for story in copies if story in best]


async def find_following(asks: Asks, labels: Labels, query: Query, cursor: Cursor, wish: Wish) -> Results:
    """Return the page behind `cursor`, of the moment that it holds, or of now if that is gone."""
    pit = cursor.pit or await asks.open_moment(ARTICLES)
    try:
        hits, place = await _fill(asks, query, cursor.values, wish, pit)
    except NoMomentError:
        pit = await asks.open_moment(ARTICLES)
        hits, place = await _fill(asks, query, cursor.values, wish, pit)
    following = None if place is None else str(Cursor(cursor.page + 1, place, pit))
    if place is None:
        await asks.close_moment(pit)
    counted = await asks.search(ARTICLES, totals_body(query, facets=wish.facets))
    results = await _results(labels, query, counted, hits, (cursor.page, following))
    return replace(results, last_page=_last_page(results, wish))


async def _fill(
    asks: Asks, query: Query, after: Sequence[Any], wish: Wish, pit: str
) -> tuple[list[Hit], tuple[Any, ...] | None]:
    """Gather articles behind `after` until the page is full; those whose story stood higher up are left out."""
    hits: list[Hit] = []
    for _ in range(_ROUNDS):
        found = hits_of(await asks.search(ARTICLES, deep_body(query, wish.size, after), pit))
        shown = await _shown(asks, query, found, wish, pit)
        for hit in found:
            after = hit["sort"]
            if hit["_source"]["article_id"] in shown:
                hits.append(shown[hit["_source"]["article_id"]])
            if len(hits) == wish.size:
                return hits, tuple(after)
        if len(found) < wish.size:
            return hits, None
    return hits, tuple(after)


async def _shown(asks: Asks, query: Query, found: Sequence[Any], wish: Wish, pit: str) -> dict[str, Hit]:
    if not found:
        return {}
    if wish.every_copy:
        body = all_of_body(query, [hit["_source"]["article_id"] for hit in found])
    else:
        body = best_body(query, list(dict.fromkeys(hit["_source"]["story_id"] for hit in found)))
    answer = await asks.search(ARTICLES, highlighted(body, wish.marks), pit)
    copies = read_copies(answer)
    return {hit["_source"]["article_id"]: read_hit(hit, copies) for hit in hits_of(answer)}


async def export_all(asks: Asks, query: Query, *, every_copy: bool, batch: int) -> AsyncIterator[dict[str, Any]]:
    """Yield every document found, whole, in the question's order, all of one moment."""
    pit, after = await asks.open_moment(ARTICLES), None
    told: set[str] = set()
    try:
        while True:
            found = hits_of(await asks.search(ARTICLES, export_body(query, batch, after), pit))
            for hit in found:
                source = hit["_source"]
                story = source.get("story_id", source["article_id"])
                if every_copy or story not in told:
                    yield source
                if not every_copy:
                    told.add(story)
            if len(found) < batch:
                return
            after = found[-1]["sort"]
    finally:
        await asks.close_moment(pit)
