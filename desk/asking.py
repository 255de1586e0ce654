"""A question in, the bodies of the searches that answer it out: pages of articles, facets, time, export."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from .answers import Interval
from .asking_query import Body, build_query, weighs
from .query import Query
from .query_terms import Field, Sort

DEEPEST: Final = 10_000
"""Articles that `page` reaches, the server's own limit; a cursor goes on from there."""
FACET_VALUES: Final = 10
ANALYSED: Final = 1_000_000
"""Characters of a text that are looked at for a passage: the server's own limit, beyond which it would refuse."""

HTML: Final = ("<mark>", "</mark>")
"""Marks around what was found; with them all else in a passage is escaped."""

SHOWN: Final = (
    "article_id", "story_id", "title", "published", "captured_at", "source", "site", "embedded", "parent_id", "paths",
    "entities.entity_id", "entities.name", "entities.kind", "entities.name_en",
)  # fmt: skip
BRIEF: Final = ("article_id", "title", "published", "captured_at", "source", "site", "embedded", "paths")

_BEST: Final = {"field": "story_id"}
_ORDERS: Final[dict[Sort, list[Body]]] = {
    Sort.NEWEST: [{"published": {"order": "desc", "missing": "_last"}}, {"captured_at": "desc"}],
    Sort.OLDEST: [{"published": {"order": "asc", "missing": "_last"}}, {"captured_at": "asc"}],
}
FACETS: Final[dict[Field, Body]] = {
    Field.PERSON: {"field": "persons"},
    Field.PLACE: {"field": "places"},
    Field.ORG: {"field": "organisations"},
    Field.SOURCE: {"field": "source"},
    Field.SITE: {"field": "site"},
    Field.KEYWORD: {"field": "keywords.keyword"},
}


def order(query: Query) -> list[Body]:
    """Return the sort of a question: total, so that paging never repeats or skips."""
    tie: Body = {"article_id": "asc"}
    if query.sort in _ORDERS:
        return [*_ORDERS[query.sort], tie]
    return [{"_score": "desc"}, tie] if weighs(query) else [*_ORDERS[Sort.NEWEST], tie]


def page_body(query: Query, first: int, size: int, *, every_copy: bool = False) -> Body:
    """Return the search for `size` articles from the one numbered `first` (0 and up), the best of each story alone.

    It counts nothing: counting has every article visited, and a story's copies would be a search for each hit.
    """
    body = {"query": build_query(query), "sort": order(query), "from": first, "size": size, "_source": list(SHOWN)}
    body |= {"track_total_hits": False, "track_scores": True}
    return body | ({} if every_copy else {"collapse": _BEST})


def copies_body(query: Query, stories: Sequence[str]) -> Body:
    """Return the search that counts the articles found of each of `stories`."""
    parts = [build_query(query), {"terms": {"story_id": list(stories)}}]
    return {"query": {"bool": {"filter": parts}}, "size": 0, "aggs": _counted(stories), "track_total_hits": False}


def _counted(stories: Sequence[str]) -> Body:
    return {"copies": {"terms": {"field": "story_id", "size": len(stories)}}}


def totals_body(query: Query, *, facets: bool = True) -> Body:
    """Return the search that counts articles, stories and facets: one of its own, which the server remembers."""
    aggs = _totals() | (facet_aggs() if facets else {})
    return {"query": build_query(query), "size": 0, "track_total_hits": True, "aggs": aggs}


def highlighted(body: Body, marks: tuple[str, str] = HTML) -> Body:
    """Return `body` with title and passages marked; escaped for HTML if the marks are tags."""
    common = {"pre_tags": [marks[0]], "post_tags": [marks[1]], "max_analyzed_offset": ANALYSED}
    passages = {"number_of_fragments": 2, "fragment_size": 160, "no_match_size": 200}
    fields = {
        "title": {"number_of_fragments": 0, "matched_fields": ["title", "title.exact"]},
        "body": passages | {"matched_fields": ["body", "body.exact"]},
    }
    encoder = {"encoder": "html"} if marks == HTML else {}
    return body | {"highlight": common | encoder | {"fields": fields}}


def facet_aggs(size: int = FACET_VALUES) -> Body:
    """Return an aggregation for each facet."""
    return {f"facet_{field}": {"terms": terms | {"size": size}} for field, terms in FACETS.items()}


def _totals() -> Body:
    return {
        "stories": {"cardinality": {"field": "story_id", "precision_threshold": 3000}},
        "first": {"min": {"field": "published"}},
        "last": {"max": {"field": "published"}},
    }


def deep_body(query: Query, size: int, after: Sequence[Any]) -> Body:
    """Return the search for what follows the article with the sort values `after`, copies among them, ids alone."""
    body = {"query": build_query(query), "sort": order(query), "size": size, "_source": ["article_id", "story_id"]}
    return body | {"search_after": list(after), "track_total_hits": False}


def best_body(query: Query, stories: Sequence[str]) -> Body:
    """Return the search for the best article of each of `stories`: an article is shown where it is that one."""
    narrowed = {"bool": {"must": [build_query(query)], "filter": [{"terms": {"story_id": list(stories)}}]}}
    body = {"query": narrowed, "sort": order(query), "size": len(stories), "_source": list(SHOWN)}
    return body | {"collapse": _BEST, "aggs": _counted(stories), "track_scores": True, "track_total_hits": False}


def all_of_body(query: Query, articles: Sequence[str]) -> Body:
    """Return the search for `articles` as the question finds them, each by itself."""
    narrowed = {"bool": {"must": [build_query(query)], "filter": [{"terms": {"article_id": list(articles)}}]}}
    body = {"query": narrowed, "sort": order(query), "size": len(articles), "_source": list(SHOWN)}
    return body | {"track_scores": True, "track_total_hits": False}


def carried_body(query: Query, stories: int) -> Body:
    """Return the search for the `stories` that most articles tell."""
    counted = {"terms": {"field": "story_id", "size": stories, "order": [{"_count": "desc"}, {"_key": "asc"}]}}
    return {"query": build_query(query), "size": 0, "aggs": {"carried": counted}, "track_total_hits": False}


def range_body(query: Query) -> Body:
    """Return the search for the first and the last day printed, and how many articles print none."""
    aggs = {
        "first": {"min": {"field": "published"}},
        "last": {"max": {"field": "published"}},
        "undated": {"missing": {"field": "published"}},
    }
    return {"query": build_query(query), "size": 0, "track_total_hits": False, "aggs": aggs}


def timeline_body(query: Query, interval: Interval) -> Body:
    """Return the search that counts articles in each `interval`."""
    bars = {"field": "published", "calendar_interval": interval, "min_doc_count": 1}
    return {
        "query": build_query(query), "size": 0, "track_total_hits": False, "aggs": {"bars": {"date_histogram": bars}}
    }  # fmt: skip


def export_body(query: Query, batch: int, after: Sequence[Any] | None) -> Body:
    """Return the search for the next `batch` of whole documents, in the question's order."""
    body: Body = {"query": build_query(query), "sort": order(query), "size": batch, "track_total_hits": False}
    return body | ({} if after is None else {"search_after": list(after)})
