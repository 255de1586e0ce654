"""Documents in, lines of a bulk request out; each remembers the message it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import orjson

from .documents import Document


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

    `arrival` is what a reject would carry; deletions that no message asked for in so many words have none.
    """

    index: str
    id: str
    source: bytes | None
    arrival: Arrival | None = None

    @property
    def lines(self) -> bytes:
        """The action's part of a bulk request's body."""
        verb = "delete" if self.source is None else "index"
        head = orjson.dumps({verb: {"_index": self.index, "_id": self.id}}, option=orjson.OPT_APPEND_NEWLINE)
        return head if self.source is None else head + self.source + b"\n"


def write(index: str, id_: str, document: Document, arrival: Arrival | None = None) -> Action:
    """Make the action that stores `document` under `id_`, whatever stood there before."""
    return Action(index, id_, orjson.dumps(document), arrival)


def delete(index: str, id_: str, arrival: Arrival | None = None) -> Action:
    """Make the action that removes the document `id_`, if it is there."""
    return Action(index, id_, None, arrival)
