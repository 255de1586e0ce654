"""A period, a headline's id or an article's in, the searches for headlines, carriers and copies out; rejects, too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from .answers import Period
from .asking import BRIEF
from .asking_query import Body

COPIES_LISTED: Final = 100

_SPANS: Final = {Period.DAY: timedelta(days=1), Period.WEEK: timedelta(days=7), Period.MONTH: timedelta(days=30)}
_ROW: Final = (
    "headline_id", "text", "variants", "article_count", "sources", "first_seen", "last_seen",
)  # fmt: skip


def since(period: Period, now: datetime) -> datetime | None:
    """Return when `period` began; null for all time."""
    return now - _SPANS[period] if period in _SPANS else None


def list_body(start: datetime | None, text: str, first: int, size: int) -> Body:
    """Return the search for headlines about `text`, those first that most articles carried since `start`.

    The score is the number of sightings since then.
    """
    order: list[Body] = [{"article_count": "desc"}, {"last_seen": "desc"}, {"headline_id": "asc"}]
    must: list[Body] = []
    if start is not None:
        seen = {"constant_score": {"filter": {"range": {"sightings.captured_at": {"gte": start.isoformat()}}}}}
        must.append({"nested": {"path": "sightings", "score_mode": "sum", "query": seen}})
        order.insert(0, {"_score": "desc"})
    told = [_told(text)] if text.strip() else []
    body: Body = {"query": {"bool": {"must": must, "filter": told}}, "sort": order, "from": first, "size": size}
    body["highlight"] = {
        "encoder": "html",
        "pre_tags": ["<mark>"],
        "post_tags": ["</mark>"],
        "highlight_query": _told(text) if told else {"match_none": {}},
        "fields": {"text": {"number_of_fragments": 0, "matched_fields": ["text", "text.exact"]}},
    }
    return body | {"_source": list(_ROW), "track_scores": True, "track_total_hits": True}


def _told(text: str) -> Body:
    fields = ("text", "text.exact", "variants")
    return {"bool": {"should": [{"match": {name: {"query": text, "operator": "and"}}} for name in fields]}}


def headline_body(headline_id: str) -> Body:
    """Return the search for the headline that `headline_id` names or belongs to, the one still open before others."""
    named = [{"term": {"headline_id": headline_id}}, {"term": {"members": headline_id}}]
    return {
        "query": {"bool": {"should": named, "minimum_should_match": 1}},
        "sort": [{"closed_at": {"order": "desc", "missing": "_first"}}],
        "size": 1,
    }


def seen_body(headline_ids: Sequence[str]) -> Body:
    """Return the search for the clusters of headlines, and how many articles carry each."""
    ids = list(headline_ids)
    named = [{"terms": {"headline_id": ids}}, {"terms": {"members": ids}}]
    return {
        "query": {"bool": {"should": named, "minimum_should_match": 1}},
        "size": min(2 * len(ids), 1000),
        "_source": ["headline_id", "article_count", "members"],
        "sort": [{"closed_at": {"order": "desc", "missing": "_first"}}],
    }


def family_body(article_ids: Sequence[str]) -> Body:
    """Return the search for a page and what it embeds, briefly."""
    return {"query": {"terms": {"article_id": list(article_ids)}}, "size": len(article_ids), "_source": list(BRIEF)}


def copies_body(story_id: str) -> Body:
    """Return the search for those that carry a story, first captured first."""
    return {
        "query": {"term": {"story_id": story_id}},
        "sort": [{"captured_at": "asc"}, {"article_id": "asc"}],
        "size": COPIES_LISTED,
        "_source": list(BRIEF),
        "track_total_hits": True,
    }


def rejects_body(stage: str | None, reason: str | None, first: int, size: int) -> Body:
    """Return the search for rejects, the latest first, with their number by stage and reason over all of them."""
    terms = [{"term": {name: value}} for name, value in (("stage", stage), ("reason", reason)) if value]
    reasons = {"terms": {"field": "reason", "size": 50}}
    return {
        "query": {"match_all": {}},
        "post_filter": {"bool": {"filter": terms}},
        "sort": [{"rejected_at": "desc"}, {"reject_id": "asc"}],
        "from": first,
        "size": size,
        "_source": {"excludes": ["payload"]},
        "track_total_hits": True,
        "aggs": {"stages": {"terms": {"field": "stage", "size": 50}, "aggs": {"reasons": reasons}}},
    }
