"""An article on its way: as read, cleaned, split, enriched."""

from __future__ import annotations

from enum import StrEnum

from schemas.message import Id, Message, Moment, PrintedTime, Record
from schemas.spans import Span


class RawArticle(Message):
    """One distinct text found in the inbox, under however many names.

    `paths` are relative to the inbox, sorted, at most `PATHS_KEPT`; `path_count` is the true number.
    `captured_at` is the earliest modification time of the files that hold it (the base of relative dates);
    `read_at` is when the watcher read it (the base of latency figures, never of an identity).
    `supersedes` names the articles whose file this text has replaced.
    """

    article_id: Id
    text: str
    paths: tuple[str, ...]
    path_count: int
    encoding: str
    captured_at: Moment
    read_at: Moment
    supersedes: tuple[Id, ...] = ()


PATHS_KEPT = 100
"""Copies of one text that are named in full; the rest are counted (`RawArticle.path_count`)."""


class Facts(Record):
    """What a page prints about its article; null or empty where it prints nothing.

    `published` is the local time as printed; `published_zone` its UTC offset (`+00:00`) where one is printed.
    """

    title: str | None = None
    published: PrintedTime | None = None
    published_zone: str | None = None
    dateline: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()


class CleanArticle(Message):
    """A page whose every character is labelled, with the main article's facts lifted out.

    `spans` cover `text` from 0 to `len(text)` without gap or overlap. Regions that `split` has still to read
    are labelled `related_marker` (the words that open one) and `related_headline`/`related_body` provisionally.
    """

    raw: RawArticle
    spans: tuple[Span, ...]
    facts: Facts
    site: str
    rules_version: str


class RelatedHeadline(Record):
    """A headline of another article that the page links to; `headline_id` comes from its fingerprint."""

    text: str
    headline_id: Id
    date: PrintedTime | None = None


class SplitArticle(Message):
    """One article alone: the page's main one (`parent_id` null) or one that the page embeds.

    `root_id` is the article of the file itself and the Kafka key, so that all that a file becomes stays in order.
    `headline_id` is the fingerprint of the title. `embedded_ids` (main article only) name its embedded articles.
    """

    article_id: Id
    root_id: Id
    parent_id: Id | None = None
    embedded_ids: tuple[Id, ...] = ()
    paths: tuple[str, ...]
    path_count: int
    encoding: str
    captured_at: Moment
    read_at: Moment
    supersedes: tuple[Id, ...] = ()
    site: str
    rules_version: str
    facts: Facts
    headline_id: Id | None = None
    body: str
    related_headlines: tuple[RelatedHeadline, ...] = ()


class EntityKind(StrEnum):
    """Kinds of named entity, as in CoNLL."""

    PERSON = "PER"
    PLACE = "LOC"
    ORGANISATION = "ORG"


class Entity(Record):
    """A mention: `body[start:end] == text`; `entity_id` is who or what is meant, `name` its canonical form.

    `entity_id` is stable: `loc:RU`, `per:vladimir-putin`, `org:nato`, or `per:~<hash>` for names
    that no alias list knows. `country` is the ISO 3166-1 alpha-2 code of a country.
    """

    text: str
    kind: EntityKind
    start: int
    end: int
    entity_id: str
    name: str
    name_en: str | None = None
    country: str | None = None


class EnrichedArticle(SplitArticle):
    """A finished article: what the index holds."""

    entities: tuple[Entity, ...] = ()
