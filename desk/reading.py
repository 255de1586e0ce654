"""What Elasticsearch answers about articles in, the types of `answers` out."""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from .answers import Brief, Facet, FacetValue, Hit, Interval, Mention, Named, Timeline
from .asking import FACETS
from .intervals import lay_out
from .query import Query
from .query_terms import Field

Answer = Mapping[str, Any]
Ids = Mapping[tuple[Field, str], str]
"""The ids of persons, places and organisations by kind and canonical name."""

_ENTITY_FIELDS: Final = frozenset((Field.PERSON, Field.PLACE, Field.ORG))


def read_copies(answer: Answer) -> dict[str, int]:
    """Read how many articles found tell each story; none where the answer does not count them."""
    buckets = answer.get("aggregations", {}).get("copies", {}).get("buckets", ())
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


def read_hit(hit: Answer, copies: Mapping[str, int]) -> Hit:
    """Read an article found; `copies` says how many tell a story, 1 of those that it does not know."""
    source, marked = hit["_source"], hit.get("highlight", {})
    story = source.get("story_id", source["article_id"])
    return Hit(
        **_common(source),
        story_id=story,
        score=hit.get("_score"),
        title_html=" ".join(marked["title"]) if "title" in marked else html.escape(source.get("title", "")),
        passage_html=" … ".join(" ".join(passage.split()) for passage in marked.get("body", ())),
        parent_id=source.get("parent_id"),
        names=read_names(source.get("entities", ())),
        copies=copies.get(story, 1),
    )


def _common(source: Answer) -> dict[str, Any]:
    return {
        "article_id": source["article_id"],
        "title": source.get("title"),
        "published": source.get("published"),
        "captured_at": source["captured_at"],
        "source": source.get("source"),
        "site": source["site"],
        "embedded": source["embedded"],
        "paths": tuple(source["paths"]),
    }


def read_brief(source: Answer) -> Brief:
    """Read an article of a list."""
    return Brief(**_common(source))


def read_names(mentions: Iterable[Answer]) -> tuple[Named, ...]:
    """Gather mentions by who or what they mean, the most often named first."""
    meant: dict[str, list[Answer]] = {}
    for mention in mentions:
        meant.setdefault(mention["entity_id"], []).append(mention)
    named = [
        Named(entity_id, group[0]["name"], group[0]["kind"], len(group), group[0].get("name_en"))
        for entity_id, group in meant.items()
    ]
    return tuple(sorted(named, key=lambda one: -one.mentions))


def read_mentions(mentions: Iterable[Answer]) -> tuple[Mention, ...]:
    """Read the mentions of an article, in the order of the text."""
    return tuple(sorted((Mention(**mention) for mention in mentions), key=lambda one: (one.start, one.end)))


def read_facets(aggregations: Answer, query: Query, ids: Ids) -> tuple[Facet, ...]:
    """Read the facets; the value of a person, place or organisation is its id, of `ids`."""
    found = [(field, aggregations[f"facet_{field}"]) for field in FACETS if f"facet_{field}" in aggregations]
    return tuple(_facet(field, terms, query, ids) for field, terms in found)


def _facet(field: Field, terms: Answer, query: Query, ids: Ids) -> Facet:
    chosen = {atom.text for atom in query.filters if atom.field is field}
    values = []
    for bucket in terms["buckets"]:
        name = bucket["key"]
        value = ids.get((field, name), name)
        values.append(FacetValue(value, name, bucket["doc_count"], bool(chosen & {value, name})))
    return Facet(field, tuple(values), terms["sum_other_doc_count"])


def facet_names(aggregations: Answer) -> list[tuple[Field, str]]:
    """Return the persons, places and organisations that the facets list."""
    return [
        (field, bucket["key"])
        for field in FACETS
        if field in _ENTITY_FIELDS
        for bucket in aggregations.get(f"facet_{field}", {}).get("buckets", ())
    ]


def filter_ids(query: Query) -> list[str]:
    """Return the ids of entities among the question's filters."""
    return [atom.text for atom in query.filters if atom.field in _ENTITY_FIELDS]


def read_values(terms: Answer) -> tuple[FacetValue, ...]:
    """Read the buckets of a terms aggregation."""
    return tuple(FacetValue(bucket["key"], bucket["key"], bucket["doc_count"]) for bucket in terms["buckets"])


def read_day(aggregation: Answer) -> str | None:
    """Read the day of a min or max of dates."""
    return aggregation["value_as_string"][:10] if aggregation.get("value") is not None else None


def read_moment(text: str) -> datetime:
    """Read a date as the index writes it, without its zone."""
    return datetime.fromisoformat(text.replace("Z", "+00:00")).replace(tzinfo=None)


def read_timeline(bars: Sequence[Answer], interval: Interval, undated: int) -> Timeline:
    """Read the buckets of a date histogram."""
    counts = {read_moment(bucket["key_as_string"]): bucket["doc_count"] for bucket in bars}
    return lay_out(counts, interval, undated)
