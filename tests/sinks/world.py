"""An index and a post office made of dictionaries and lists, and a sink between them that can die at any write."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Self

import orjson

from schemas import MemberBatch, Rejected, decode
from schemas.headlines import HeadlineSighting
from schemas.letter import Letter
from schemas.topics import REJECTED, SEEN
from sinks.actions import Action, Arrival, Place
from sinks.bulk import Sender
from sinks.client import Answer, Stored
from sinks.patience import Patience
from sinks.plan import Planner
from sinks.recent import Recent
from sinks.settle import Settler
from tests.sinks.messages import NOON


class Crash(Exception):
    """The process died here."""


class World:
    """Index and Kafka in memory, as one sink sees them.

    `fuse` counts the writes until a crash, `busy` is the share of those refused for now; `pause` is called before
    each document that is read or written.
    """

    def __init__(self, fuse: int = -1, busy: float = 0.0, seed: int = 0) -> None:
        self.index: dict[str, dict[str, Any]] = {}
        self.places: dict[str, Place] = {}
        self.writes = itertools.count()
        self.written = 0
        self.pause: Callable[[], None] = lambda: None
        self.letters: list[Letter] = []
        self.fuse = fuse
        self.busy = busy
        self.random = random.Random(seed)
        self.committed = 0
        self.recent = Recent("t-articles")

    def twin(self, seed: int = 0) -> Self:
        """Return the same index as another sink sees it."""
        twin = type(self)(busy=self.busy, seed=seed)
        twin.index, twin.places, twin.writes, twin.letters = self.index, self.places, self.writes, self.letters
        return twin

    def bulk(self, actions: Sequence[Action]) -> list[Answer]:
        """Carry out `actions` one by one."""
        return [self._one(action) for action in actions]

    def _one(self, action: Action) -> Answer:
        self.pause()
        self._burn()
        if self.random.random() < self.busy:
            return Answer(429, "es_rejected_execution_exception", "busy")
        name = _name(action.index, action.id)
        if action.source is None:
            return Answer(200 if self.index.pop(name, None) else 404)
        if b"2025-02-31" in action.source:
            return Answer(400, "document_parsing_exception", "Invalid date 'FEBRUARY 31'")
        written = orjson.loads(action.source)
        if action.place is not None:
            if action.id not in self.index:
                return Answer(404, "document_missing_exception", "missing")
            if action.place != self.places[action.id]:
                return Answer(409, "version_conflict_engine_exception", "required seqNo")
        if action.is_partial:
            written = self.index[action.id] | written["doc"]
        self.written += 1
        self.index[name], self.places[name] = written, Place(next(self.writes), 1)
        return Answer(200, place=self.places[name])

    def fetch(self, index: str, ids: Iterable[str], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Read as the index does."""
        return {name: stored.fields for name, stored in self.inspect(index, ids, fields).items()}

    def inspect(self, index: str, ids: Iterable[str], fields: Sequence[str]) -> dict[str, Stored]:
        """Read as the index does, with the places."""
        found: dict[str, Stored] = {}
        for name in ids:
            self.pause()
            place = _name(index, name)
            if (document := self.index.get(place)) is not None:
                seen = {field: document[field] for field in fields if field in document}
                found[name] = Stored(seen, self.places[place])
        return found

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Keep `letters`."""
        self._burn()
        self.letters += letters

    def _burn(self) -> None:
        if self.fuse == 0:
            raise Crash
        self.fuse -= 1

    def idle(self, seconds: float) -> None:
        """Let no time pass."""

    def settle(self, *batch: Arrival) -> None:
        """Settle `batch` wave by wave, counting in `committed` what a restart would not read again."""
        patience = Patience(self, mend=lambda: None, check_time=lambda: None)
        sender = Sender(self, 100, 100_000, patience.wait, self.recent)
        planner = Planner("t", NOON, 1_000_000)
        self.committed = 0
        for wave in planner.waves(batch):
            Settler(self, self, sender, patience, "t", 8).settle(wave, planner)
            self.committed += len(wave.arrivals)

    def retracted(self) -> set[tuple[str, str, str]]:
        """Return headline, article and role of every sighting taken back."""
        return {(one.headline_id, one.article_id, one.role.value) for one in self._told()}

    def _told(self) -> list[HeadlineSighting]:
        batches = [decode(MemberBatch, letter.value or b"") for letter in self.letters if letter.topic == SEEN.name]
        return [sighting for batch in batches for sighting in batch.sightings]

    def rejects(self) -> list[Rejected]:
        """Return the rejects sent out."""
        return [decode(Rejected, letter.value or b"") for letter in self.letters if letter.topic == REJECTED.name]


def _name(index: str, id_: str) -> str:
    """Tell the note that an article is forgotten from the article: they bear one id in two indices."""
    return f"forgotten/{id_}" if index.endswith("-forgotten") else id_
