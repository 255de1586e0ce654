"""The beginning of a word or an entity's id in, the searches for suggestions, names and what hangs on them out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .asking_query import ID_FORMS, Body
from .query import Query
from .query_terms import Field

NAMED: Final = {Field.PERSON: "persons", Field.PLACE: "places", Field.ORG: "organisations"}
KINDS: Final = {"PER": Field.PERSON, "LOC": Field.PLACE, "ORG": Field.ORG}
TOGETHER: Final = 20

_ALIKE: Final = ("اأإآٱ", "هة", "يىیئ", "كک", "وؤ")
_MARKS: Final = "[\u064b-\u0652\u0640]*"
"""Vowel signs and tatweel, which a printed name may hold anywhere."""


def pattern(beginnings: Sequence[str]) -> str:
    r"""Return a regular expression (Lucene's) for names with a word that begins as one of `beginnings`.

    >>> pattern(["احم"]) == "(.*[ \\-])?(ال)?(" + _MARKS.join(["[اأإآٱ]", "ح", "م"]) + ").*"
    True
    """
    return rf"(.*[ \-])?(ال)?({'|'.join(_MARKS.join(map(_letter, form)) for form in beginnings)}).*"


def _letter(letter: str) -> str:
    for alike in _ALIKE:
        if letter in alike:
            return f"[{alike}]"
    if letter.lower() != letter.upper():
        return f"[{letter.lower()}{letter.upper()}]"
    return letter if letter.isalnum() or letter == " " else "." if letter.isprintable() else ""


def names_body(beginnings: Sequence[str], size: int, fields: Sequence[Field] = tuple(NAMED)) -> Body:
    """Return the search for the most named whose name has a word that begins as one of `beginnings`; any, if none."""
    include = {"include": pattern(beginnings)} if beginnings else {}
    aggs = {str(field): {"terms": {"field": NAMED[field], "size": size} | include} for field in fields}
    wanted: Body = {"match_all": {}}
    if any(len(form) > 1 for form in beginnings):
        told = [{"match_bool_prefix": {"names.exact": {"query": form, "operator": "and"}}} for form in beginnings]
        wanted = {"bool": {"filter": [{"bool": {"should": told}}]}}
    return {"query": wanted, "size": 0, "track_total_hits": False, "aggs": aggs}


def headlines_body(text: str, size: int) -> Body:
    """Return the search for headlines that go on from `text`, the most carried of those that fit best first."""
    fits = {"match_bool_prefix": {"text.exact": {"query": text, "operator": "and"}}}
    return {
        "query": {"bool": {"filter": [fits]}},
        "sort": [{"article_count": "desc"}, {"last_seen": "desc"}, {"headline_id": "asc"}],
        "size": size,
        "_source": ["headline_id", "text", "article_count"],
        "track_total_hits": False,
    }


def titles_body(text: str, size: int) -> Body:
    """Return the search for titles that go on from `text`, each story once."""
    fits = {"match_bool_prefix": {"title.exact": {"query": text, "operator": "and"}}}
    return {
        "query": {"bool": {"filter": [fits]}},
        "sort": [{"captured_at": "desc"}, {"article_id": "asc"}],
        "collapse": {"field": "story_id"},
        "size": size,
        "_source": ["article_id", "title"],
        "track_total_hits": False,
    }


def label_body(entity_id: str) -> Body:
    """Return the search for one article that names `entity_id`."""
    return _one({"term": {"entity_ids": entity_id}})


def name_body(field: Field, name: str) -> Body:
    """Return the search for one article that names someone by the canonical `name`."""
    return _one({"term": {NAMED[field]: name}})


def _one(query: Body) -> Body:
    wanted = ["entities.entity_id", "entities.name", "entities.kind", "entities.name_en", "entities.country"]
    return {"query": {"bool": {"filter": [query]}}, "size": 1, "_source": wanted, "track_total_hits": False}


def entity_body(entity_id: str) -> Body:
    """Return the search for whom `entity_id` is named with, where, and in which printed forms."""
    is_it = {"term": {"entities.entity_id": entity_id}}
    forms = {"filter": is_it, "aggs": {"texts": {"terms": {"field": "entities.text", "size": 12}}}}
    others = {"exclude": [entity_id]}
    return {
        "query": {"term": {"entity_ids": entity_id}},
        "size": 0,
        "track_total_hits": True,
        "aggs": {
            "forms": {"nested": {"path": "entities"}, "aggs": {"of": forms}},
            "telling": {"significant_terms": {"field": "entity_ids", "size": TOGETHER, "min_doc_count": 2} | others},
            "plain": {"terms": {"field": "entity_ids", "size": TOGETHER} | others},
            "sources": {"terms": {"field": "source", "size": 10}},
            "sites": {"terms": {"field": "site", "size": 10}},
        },
    }


def entity_query(entity_id: str) -> Query:
    """Return the question for all articles that name `entity_id`."""
    fields = dict(zip(ID_FORMS, NAMED, strict=True))
    return Query().with_filter(fields.get(entity_id[:4], Field.PERSON), entity_id, exact=False)
