"""Batches of sightings enter; the headlines they changed leave, with the table rows that remember them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from schemas import (
    DecodeError,
    Headline,
    HeadlineSighting,
    Reason,
    Settings,
    SightingBatch,
    StageName,
    decode,
    encode,
)
from schemas.topics import SEEN, UNIQUE

from .boundary import Failure, Origin, rejected
from .letters import Letter
from .stages.dedupe import HeadlineState, as_headline, dedupe
from .state import pack, unpack
from .work import fits, post


@dataclass(frozen=True)
class Row:
    """One row of the table to write: a null `value` forgets the headline."""

    partition: int
    key: bytes
    value: bytes | None


@dataclass
class Entry:
    """What a batch of sightings came to: headlines and rejects to send, then rows to write."""

    letters: list[Letter] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)


@dataclass(frozen=True)
class Ledger:
    """Works off batches of sightings against the table that `known` reads (row key to packed state)."""

    settings: Settings
    known: Callable[[bytes], bytes | None]
    now: Callable[[], datetime]

    def enter(self, arrivals: Iterable[tuple[int, Origin]]) -> Entry:
        """Fold the messages of a batch, each with its partition: one row and one headline for each that changed."""
        entry = Entry()
        heaps: dict[tuple[int, str], list[HeadlineSighting]] = {}
        for partition, origin in arrivals:
            for sighting in self._read(origin, entry):
                heaps.setdefault((partition, sighting.headline_id), []).append(sighting)
        for (partition, _), heap in heaps.items():
            self._fold(partition, heap, entry)
        return entry

    def _read(self, origin: Origin, entry: Entry) -> Sequence[HeadlineSighting]:
        if origin.value is None:
            return ()
        try:
            return decode(SightingBatch, origin.value).sightings
        except DecodeError as error:
            self._reject(Failure(StageName.DEDUPE, error.reason, str(error)), origin, entry)
            return ()

    def _fold(self, partition: int, heap: list[HeadlineSighting], entry: Entry) -> None:
        key = heap[0].headline_id.encode()
        try:
            stored = self.known(key)
            before = unpack(stored) if stored is not None else None
            after = dedupe(heap, before)
            if after is before or (before is None and not after.sightings):
                return
            letter, row = _headline(partition, after), _row(partition, key, after)
        except Exception as error:  # noqa: BLE001 the boundary: a defect costs one headline's batch, not the worker
            failure = Failure(StageName.DEDUPE, Reason.STAGE_FAILED, f"{type(error).__name__}: {error}")
            self._reject(failure, _again(heap), entry)
            return
        if not fits(letter, self.settings) or len(row.value or b"") > self.settings.max_message_bytes:
            why = f"headline {key.decode()} has outgrown SADA_MAX_MESSAGE_BYTES={self.settings.max_message_bytes}"
            self._reject(Failure(StageName.DEDUPE, Reason.MESSAGE_TOO_LARGE, why), _again(heap), entry)
            return
        entry.letters.append(letter)
        entry.rows.append(row)

    def _reject(self, failure: Failure, origin: Origin, entry: Entry) -> None:
        entry.letters.append(post(rejected(failure, origin, self.now()), self.settings))


def _headline(partition: int, state: HeadlineState) -> Letter:
    """Address the headline: topics are of one width, so its partition is the one its sightings were sent to."""
    headline: Headline = as_headline(state)
    return Letter(UNIQUE.name, headline.headline_id.encode(), encode(headline), partition)


def _row(partition: int, key: bytes, state: HeadlineState) -> Row:
    return Row(partition, key, pack(state) if state.sightings else None)


def _again(heap: Sequence[HeadlineSighting]) -> Origin:
    """Put sightings that failed into a message of their own, which a replay can send again."""
    return Origin(SEEN.name, heap[0].headline_id.encode(), encode(SightingBatch(sightings=tuple(heap))))
