"""What Elasticsearch answers about one article, headlines, entities and rejects in, the types of `answers` out."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from .answers import (
    Article,
    Brief,
    Carrier,
    CoMention,
    HeadlineRow,
    HeadlineView,
    RejectCount,
    RejectRow,
    Related,
    Variant,
)
from .intervals import count_moments
from .reading import Answer, read_mentions, read_moment, read_names

Seen = Mapping[str, tuple[str, int]]

SPREAD_BARS: Final = 48
_ALWAYS: Final = (
    "article_id", "root_id", "body", "site", "rules_version", "encoding", "path_count", "captured_at", "read_at",
)  # fmt: skip
_MAYBE: Final = ("parent_id", "title", "published", "published_zone", "dateline", "source")
_LISTS: Final = ("authors", "keywords", "paths", "supersedes")
_KINDS: Final = {"per": "PER", "loc": "LOC", "org": "ORG"}


def read_article(
    source: Answer, seen: Seen, family: Mapping[str, Brief], copies: Sequence[Brief], count: int
) -> Article:
    """Read an article.

    Args:
        source: its document.
        seen: of each headline, its cluster and in how many articles that stands.
        family: its page and what that embeds, by id.
        copies: those that carry its story, the first captured first.
        count: how many they are in all.
    """
    own, mentions = source.get("headline_id"), source.get("entities", ())
    fields: dict[str, Any] = {name: source.get(name) for name in _MAYBE}
    fields |= {name: tuple(source.get(name, ())) for name in _LISTS}
    fields |= {name: source[name] for name in _ALWAYS}
    return Article(
        **fields,
        story_id=source.get("story_id", source["article_id"]),
        mentions=read_mentions(mentions),
        names=read_names(mentions),
        own=_related({"text": source["title"], "headline_id": own}, seen) if own else None,
        related=tuple(_related(one, seen) for one in source.get("related_headlines", ())),
        parent=family.get(source.get("parent_id", "")),
        embedded=tuple(family[one] for one in source.get("embedded_ids", ()) if one in family),
        copies=tuple(copies),
        copy_count=count,
    )


def _related(one: Answer, seen: Seen) -> Related:
    cluster, count = seen.get(one["headline_id"], (one["headline_id"], 1))
    return Related(one["text"], one["headline_id"], cluster, count, one.get("date"))


def read_seen(hits: Iterable[Answer]) -> Seen:
    """Return the cluster of each headline and in how many articles that stands; of two, the one still open."""
    seen: dict[str, tuple[str, int]] = {}
    for hit in hits:
        source = hit["_source"]
        for name in (source["headline_id"], *source.get("members", ())):
            seen.setdefault(name, (source["headline_id"], source["article_count"]))
    return seen


def read_row(hit: Answer, repeated: int | None = None) -> HeadlineRow:
    """Read a headline of a list; `repeated` where it is no score."""
    source = hit["_source"]
    marked = hit.get("highlight", {}).get("text")
    return HeadlineRow(
        headline_id=source["headline_id"],
        text=source["text"],
        text_html=" ".join(marked) if marked else html.escape(source["text"]),
        repeated=int(hit["_score"]) if repeated is None else repeated,
        article_count=source["article_count"],
        sources=tuple(source.get("sources", ())),
        first_seen=source["first_seen"],
        last_seen=source["last_seen"],
        forms=len(source.get("variants", ())) or 1,
    )


def read_headline(hit: Answer) -> HeadlineView:
    """Read a headline with all its sightings."""
    source = hit["_source"]
    sightings = sorted(source.get("sightings", ()), key=lambda one: (one["captured_at"], one["article_id"]))
    carriers = tuple(
        Carrier(one["article_id"], one["role"], one["text"], one.get("source"), one["captured_at"], one.get("date"))
        for one in sightings
    )
    moments = [read_moment(one.captured_at) for one in carriers]
    return HeadlineView(
        row=read_row(hit, source["article_count"]),
        first=carriers[0] if carriers else None,
        carriers=carriers,
        variants=_variants(carriers),
        spread=count_moments(moments, SPREAD_BARS),
        dates=tuple(source.get("dates", ())),
        closed_at=source.get("closed_at"),
    )


def _variants(carriers: Sequence[Carrier]) -> tuple[Variant, ...]:
    """Return the printed forms, the most used first; `carriers` are in order of capture."""
    by_form: dict[str, list[Carrier]] = {}
    for carrier in carriers:
        by_form.setdefault(carrier.text, []).append(carrier)
    forms = [
        Variant(text, len({one.article_id for one in group}), group[0].captured_at) for text, group in by_form.items()
    ]
    return tuple(sorted(forms, key=lambda form: (-form.count, form.first_seen, form.text)))


def read_together(aggregations: Answer, labels: Mapping[str, str]) -> tuple[CoMention, ...]:
    """Read whom someone is named with: those that stand out, then those that are merely often named."""
    telling = {bucket["key"]: bucket for bucket in aggregations["telling"]["buckets"]}
    plain = {bucket["key"]: bucket for bucket in aggregations["plain"]["buckets"]}
    return tuple(
        CoMention(key, labels.get(key, key), _KINDS.get(key[:3], ""), bucket["doc_count"], bucket.get("score", 0.0))
        for key, bucket in (plain | telling).items()
    )


def read_reject(source: Answer) -> RejectRow:
    """Read a reject."""
    plain: dict[str, Any] = {name: source.get(name) for name in ("path", "article_id", "attempt")}
    told = {name: source[name] for name in ("reject_id", "stage", "reason", "rejected_at")}
    return RejectRow(**told, **plain, message=source.get("message", ""), reduced=source.get("reduced", False))


def read_reject_counts(aggregations: Answer) -> tuple[RejectCount, ...]:
    """Read rejects by stage and reason, the most frequent first."""
    counts = [
        RejectCount(stage["key"], reason["key"], reason["doc_count"])
        for stage in aggregations["stages"]["buckets"]
        for reason in stage["reasons"]["buckets"]
    ]
    return tuple(sorted(counts, key=lambda one: (-one.count, one.stage, one.reason)))
