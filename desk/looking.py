"""An id or the beginning of a word in; an article, a headline, an entity, suggestions or rejects out."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime

from schemas.indices import ARTICLES, HEADLINES, REJECTED
from schemas.indices import Index as Stored

from .answers import (
    Article,
    Brief,
    Counts,
    EntityView,
    FacetValue,
    HeadlineList,
    HeadlineView,
    Period,
    Rejects,
    Suggestion,
    Timeline,
)
from .asking import DEEPEST, SHOWN, highlighted, page_body, range_body, timeline_body
from .asking_headlines import copies_body, family_body, headline_body, list_body, rejects_body, seen_body, since
from .asking_names import NAMED, entity_body, entity_query, headlines_body, names_body, titles_body
from .asking_query import Body
from .asks import Asks, hits_of, total_of
from .intervals import choose_interval
from .labels import Labels
from .query import Query, Sort
from .query_terms import Field
from .query_tokens import tidy
from .reading import Answer, read_brief, read_hit, read_moment, read_timeline, read_values
from .reading_more import (
    read_article,
    read_headline,
    read_reject,
    read_reject_counts,
    read_row,
    read_seen,
    read_together,
)

ENTITY_HITS = 10


async def find_timeline(asks: Asks, query: Query, bars: int) -> Timeline:
    """Count the articles found over the time they were published in."""
    ends = (await asks.search(ARTICLES, range_body(query)))["aggregations"]
    undated = ends["undated"]["doc_count"]
    if ends["first"]["value"] is None:
        return Timeline("day", (), undated)
    first, last = (read_moment(ends[end]["value_as_string"]) for end in ("first", "last"))
    interval = choose_interval(first, last, bars)
    answer = await asks.search(ARTICLES, timeline_body(query, interval))
    return read_timeline(answer["aggregations"]["bars"]["buckets"], interval, undated)


async def find_suggestions(asks: Asks, labels: Labels, text: str, size: int) -> tuple[Suggestion, ...]:
    """Return what `text` may become: names first, then headlines, then titles that are no headline listed."""
    typed = tidy(text)[:100]
    if not any(letter.isalnum() for letter in typed):
        return ()
    each = max(2, size // 2)
    if len(typed) == 1:  # nearly every headline has a word that begins so
        return tuple(await _names(labels, await asks.search(ARTICLES, names_body([typed], each)), size))
    asked = [names_body([typed], each), headlines_body(typed, each), titles_body(typed, each)]
    names, headlines, titles = await asks.searches(list(zip((ARTICLES, HEADLINES, ARTICLES), asked, strict=True)))
    told = [*await _names(labels, names, size), *_headlines(headlines), *_titles(titles)]
    return tuple({suggestion.text: suggestion for suggestion in reversed(told)}.values())[::-1]


async def _names(labels: Labels, answer: Answer, size: int) -> list[Suggestion]:
    buckets = [
        (field, bucket["key"], bucket["doc_count"])
        for field in NAMED
        for bucket in answer["aggregations"][str(field)]["buckets"]
    ]
    best = sorted(buckets, key=lambda one: -one[2])[:size]
    ids = await labels.ids([(field, name) for field, name, _ in best])
    return [
        Suggestion(field.value, name, f'{field}:="{name}"', count, entity_id=ids.get((field, name)))  # type: ignore[arg-type]
        for field, name, count in best
    ]


def _headlines(answer: Answer) -> list[Suggestion]:
    found = [hit["_source"] for hit in hits_of(answer)]
    return [
        Suggestion(
            "headline", one["text"], f'"{_bare(one["text"])}"', one["article_count"], headline_id=one["headline_id"]
        )
        for one in found
    ]


def _titles(answer: Answer) -> list[Suggestion]:
    found = [hit["_source"] for hit in hits_of(answer)]
    return [
        Suggestion("title", one["title"], f'title:"{_bare(one["title"])}"', 1, article_id=one["article_id"])
        for one in found
    ]


def _bare(text: str) -> str:
    return text.replace('"', " ")


async def find_article(asks: Asks, article_id: str) -> Article | None:
    """Return an article with what hangs on it, in two requests."""
    found = hits_of(await asks.search(ARTICLES, {"query": {"term": {"article_id": article_id}}, "size": 1}))
    if not found:
        return None
    source = found[0]["_source"]
    near = [one for one in (source.get("parent_id"), *source.get("embedded_ids", ())) if one]
    headlines = source.get("headline_ids", [])
    asked: list[tuple[Stored, Body]] = [
        (ARTICLES, copies_body(source.get("story_id", article_id))),
        (ARTICLES, family_body(near)),
        (HEADLINES, seen_body(headlines)),
    ]
    copies, family, seen = await asks.searches(asked)
    return read_article(
        source,
        read_seen(hits_of(seen)),
        {brief.article_id: brief for brief in _briefs(family)},
        _briefs(copies),
        total_of(copies),
    )


def _briefs(answer: Answer) -> list[Brief]:
    return [read_brief(hit["_source"]) for hit in hits_of(answer)]


async def find_headlines(  # noqa: PLR0913 - each a choice of its own
    asks: Asks, period: Period, *, text: str, page: int, size: int, now: datetime
) -> HeadlineList:
    """Return a page of the headlines that were repeated most in `period`, counted within it."""
    start = since(period, now)
    page = min(page, DEEPEST // size)
    answer = await asks.search(HEADLINES, list_body(start, tidy(text), (page - 1) * size, size))
    found, total = hits_of(answer), total_of(answer)
    rows = tuple(read_row(hit, hit["_source"]["article_count"] if start is None else None) for hit in found)
    return HeadlineList(rows, total, page, _last_page(total, size), answer["took"])


def _last_page(total: int, size: int) -> int:
    return max(1, min(DEEPEST // size, -(-total // size)))


async def find_headline(asks: Asks, headline_id: str) -> HeadlineView | None:
    """Return a headline by the id of any of its forms."""
    found = hits_of(await asks.search(HEADLINES, headline_body(headline_id)))
    return read_headline(found[0]) if found else None


async def find_entity(asks: Asks, labels: Labels, entity_id: str) -> EntityView | None:
    """Return all that is known about who or what `entity_id` names."""
    query = entity_query(entity_id).with_sort(Sort.NEWEST)
    newest = highlighted(page_body(query, 0, ENTITY_HITS))
    newest["_source"] = [*SHOWN, "entities.country"]
    (about, articles), timeline = await asyncio.gather(
        asks.searches([(ARTICLES, entity_body(entity_id)), (ARTICLES, newest)]), find_timeline(asks, query, 60)
    )
    hits = hits_of(articles)
    if not hits:
        return None
    is_it = next(one for one in hits[0]["_source"]["entities"] if one["entity_id"] == entity_id)
    aggregations = about["aggregations"]
    others = [bucket["key"] for part in ("telling", "plain") for bucket in aggregations[part]["buckets"]]
    return EntityView(
        entity_id=entity_id,
        name=is_it["name"],
        name_en=is_it.get("name_en"),
        kind=is_it["kind"],
        country=is_it.get("country"),
        article_count=total_of(about),
        forms=read_values(aggregations["forms"]["of"]["texts"]),
        timeline=timeline,
        together=read_together(aggregations, await labels.of(others)),
        sources=read_values(aggregations["sources"]),
        sites=read_values(aggregations["sites"]),
        hits=tuple(read_hit(hit, {}) for hit in hits),
    )


async def find_entities(asks: Asks, labels: Labels, field: Field, text: str, size: int) -> tuple[FacetValue, ...]:
    """Return the most named persons, places or organisations; `value` is the id, `name` the name."""
    typed = tidy(text)[:100]
    answer = await asks.search(ARTICLES, names_body([typed] if typed else [], size, [field]))
    buckets = answer["aggregations"][str(field)]["buckets"]
    ids = await labels.ids([(field, bucket["key"]) for bucket in buckets])
    return tuple(
        FacetValue(ids.get((field, bucket["key"]), bucket["key"]), bucket["key"], bucket["doc_count"])
        for bucket in buckets
    )


async def find_rejects(asks: Asks, stage: str | None, reason: str | None, page: int, size: int) -> Rejects:
    """Return a page of rejects, the latest first, and how many there are for each reason."""
    page = min(page, DEEPEST // size)
    answer = await asks.search(REJECTED, rejects_body(stage, reason, (page - 1) * size, size))
    total = total_of(answer)
    rows = tuple(read_reject(hit["_source"]) for hit in hits_of(answer))
    return Rejects(total, read_reject_counts(answer["aggregations"]), rows, page, _last_page(total, size))


async def find_counts(asks: Asks) -> Counts:
    """Count what the indices hold at this moment, as far as refreshed."""
    all_of: Body = {"size": 0, "track_total_hits": True}
    kinds: Body = all_of | {"aggs": {"of": {"terms": {"field": "embedded"}}}}
    reasons: Body = all_of | {"aggs": {"of": {"terms": {"field": "reason", "size": 100}}}}
    asked: Sequence[tuple[Stored, Body]] = [(ARTICLES, kinds), (HEADLINES, all_of), (REJECTED, reasons)]
    articles, headlines, rejects = await asks.searches(asked)
    by_kind: Mapping[str, int] = {
        bucket["key_as_string"]: bucket["doc_count"] for bucket in articles["aggregations"]["of"]["buckets"]
    }
    by_reason = {bucket["key"]: bucket["doc_count"] for bucket in rejects["aggregations"]["of"]["buckets"]}
    return Counts(by_kind.get("false", 0), by_kind.get("true", 0), total_of(headlines), by_reason)
