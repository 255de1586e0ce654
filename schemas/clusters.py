"""What makes headlines, and articles, one cluster: who was told of, who was found alike, who belongs to whom."""

from __future__ import annotations

from enum import StrEnum

from pydantic import ConfigDict

from schemas.headlines import HeadlineSighting
from schemas.message import Id, Message, Moment, Record


class Kind(StrEnum):
    """What is clustered: headlines, whose members are fingerprints, or stories, whose members are articles."""

    HEADLINE = "headline"
    STORY = "story"


class Tie(StrEnum):
    """How one member is tied to another, as seen by the first."""

    SAME = "same"
    CUT = "cut"
    """The member is printed cut off, and the other is a whole that it may be cut from."""
    WHOLE = "whole"
    """The other is printed cut off, and may be cut from the member."""


class _WithBytes(Record):
    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")


class Story(_WithBytes):
    """An article's text, reduced to the sketch by which its copies are known (streams/text/story.py)."""

    article_id: Id
    sketch: bytes
    told_at: Moment


class Tied(Record):
    """Tells `member` that `other` is tied to it and belongs to the cluster `root`.

    A member's root only ever falls (ids in lexical order), so that tellings may come late, twice or out of order;
    only a member that is printed cut off may change it freely, and nobody's root depends on such a one.
    """

    kind: Kind
    member: Id
    other: Id
    tie: Tie
    root: Id


class Guest(Record):
    """Tells `root` what `member` of its cluster has been seen in (`sightings`, some retracted), or that it has left."""

    root: Id
    member: Id
    sightings: tuple[HeadlineSighting, ...] = ()
    gone: bool = False


class MemberBatch(Message):
    """All that is told to the members of one partition, in one message."""

    sightings: tuple[HeadlineSighting, ...] = ()
    stories: tuple[Story, ...] = ()
    tied: tuple[Tied, ...] = ()
    guests: tuple[Guest, ...] = ()


class Probe(_WithBytes):
    """Asks in `bands` who else is there: `print` is what is compared (a headline's key, a story's sketch).

    `sign` sorts out most of the others cheaply; it may be empty.
    """

    kind: Kind
    bands: tuple[bytes, ...]
    member: Id
    print: bytes
    sign: bytes = b""
    told_at: Moment


class ProbeBatch(Message):
    """Probes of the bands of one partition, in one message."""

    probes: tuple[Probe, ...]


class Naming(Message):
    """Says that `member` now belongs to `cluster`, and which articles carry it: their documents must say so.

    Only members whose cluster is not named after themselves, or no longer was, are told of.
    """

    kind: Kind
    member: Id
    cluster: Id
    articles: tuple[Id, ...]
