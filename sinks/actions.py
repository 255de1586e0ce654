"""Documents in, lines of a bulk request out; each remembers the message it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import orjson

from .documents import Document


class Place(NamedTuple):
    """Where in its history a document stood when it was read: any write since then makes another one."""

    seq_no: int
    primary_term: int


class Arrival(NamedTuple):
    """A message as read from Kafka."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Action:
    """One document to write in full (`source`) or to delete (`source` null), by its id.

    With a `place` it is written only if the document still stands there; `is_partial` if only some fields are.
    `arrival` is what a reject would carry; actions that no message asked for in so many words have none.
    """

    index: str
    id: str
    source: bytes | None
    arrival: Arrival | None = None
    place: Place | None = None
    is_partial: bool = False

    @property
    def lines(self) -> bytes:
        """The action's part of a bulk request's body."""
        what: dict[str, str | int] = {"_index": self.index, "_id": self.id}
        if self.place is not None:
            what |= {"if_seq_no": self.place.seq_no, "if_primary_term": self.place.primary_term}
        head = orjson.dumps({self._verb: what}, option=orjson.OPT_APPEND_NEWLINE)
        return head if self.source is None else head + self.source + b"\n"

    @property
    def _verb(self) -> str:
        if self.source is None:
            return "delete"
        return "update" if self.is_partial else "index"


def write(index: str, id_: str, document: Document, arrival: Arrival | None = None) -> Action:
    """Make the action that stores `document` under `id_`, whatever stood there before."""
    return Action(index, id_, orjson.dumps(document), arrival)


def update(index: str, id_: str, fields: Document, place: Place) -> Action:
    """Make the action that sets `fields` of the document `id_`, if nobody has written it since it stood at `place`."""
    return Action(index, id_, orjson.dumps({"doc": fields}), place=place, is_partial=True)


def rewrite(index: str, id_: str, document: Document, place: Place) -> Action:
    """Make the action that stores `document` under `id_`, if nobody has written it since it stood at `place`."""
    return Action(index, id_, orjson.dumps(document), place=place)


def delete(index: str, id_: str, arrival: Arrival | None = None) -> Action:
    """Make the action that removes the document `id_`, if it is there."""
    return Action(index, id_, None, arrival)
