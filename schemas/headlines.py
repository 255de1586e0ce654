"""A headline on its way: sighted in an article, then known once with all its sightings."""

from __future__ import annotations

from enum import StrEnum

from schemas.message import Id, Message, Moment, PrintedTime, Record


class HeadlineRole(StrEnum):
    """How an article carries a headline: as its own title or as a link to another article."""

    TITLE = "title"
    RELATED = "related"


class Sighting(Record):
    """One headline seen in one article. `date` is the date printed beside it (its own, for a title)."""

    headline_id: Id
    text: str
    article_id: Id
    role: HeadlineRole
    source: str | None = None
    date: PrintedTime | None = None
    captured_at: Moment


class HeadlineSighting(Sighting):
    """A sighting as told to `dedupe`; `retracted` takes it back (its article was replaced or forgotten).

    `told_at` is when the text that tells it was read (`RawArticle.read_at`): of two tellings about one article's
    headline the later holds, so that a retraction that arrives late never removes what was told after it.
    """

    told_at: Moment
    retracted: bool = False


SIGHTINGS_KEPT = 100
"""Sightings that a headline's message and index document carry in full; the rest are counted."""


class Headline(Message):
    """One headline, however often and in whatever wording it was seen: a cluster of fingerprints.

    `headline_id` is the least fingerprint of the cluster, `members` those that an article carries, sorted.
    Sightings are a set: order of arrival and repeats leave no trace. `text` is the canonical form; `variants` all
    printed forms, sorted; `sightings` the first `SIGHTINGS_KEPT`, by `captured_at`, and `articles` their carriers;
    `article_count` the true number of carriers. `title_of` are the first of those whose own title it is.
    `first_seen`/`last_seen` are capture times; `dates` the printed ones, sorted. An empty `sightings` means that
    nothing carries it any more: the index drops it. With `closed_at` it has not been seen for so long that it is
    forgotten: the index keeps it as it is, and the headline begins anew if it is seen again.
    """

    headline_id: Id
    members: tuple[Id, ...] = ()
    text: str
    variants: tuple[str, ...]
    sightings: tuple[Sighting, ...]
    article_count: int
    articles: tuple[Id, ...]
    title_of: tuple[Id, ...] = ()
    sources: tuple[str, ...] = ()
    dates: tuple[PrintedTime, ...] = ()
    first_seen: Moment | None = None
    last_seen: Moment | None = None
    closed_at: Moment | None = None
