"""The bytes of one message enter; what is to be sent because of it leaves, rejects included. Touches no broker."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas import DecodeError, HeadlineSighting, Reason, Rejected, Settings, SightingBatch, decode, encode
from schemas.message import Message
from schemas.partition import partition_of
from schemas.topics import REJECTED, SEEN, Topic

from .boundary import Failure, Origin, Walk, Worker, rejected, root_of, subject, walk
from .letters import Letter

SIGHTINGS_TOGETHER: Final = 1000
"""Sightings in one message, at most: about a quarter of a megabyte."""

_LONG_TEXT: Final = 10_000
"""Characters from which on a headline's text is measured before it is sent."""


@dataclass
class Parcel:
    """What a batch came to: sightings go first, then documents, tombstones and rejects in order."""

    sightings: list[HeadlineSighting] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)


@dataclass(frozen=True)
class Desk:
    """Works off the messages of one chain; `now` is asked only for the time of a reject."""

    settings: Settings
    workers: Sequence[Worker]
    reads: Topic
    writes: Topic
    now: Callable[[], datetime]

    def open(self, origin: Origin, parcel: Parcel) -> None:
        """Add to `parcel` what the message at `origin` becomes."""
        if origin.value is None:
            self._forget(origin, parcel)
            return
        try:
            message = decode(self.reads.model, origin.value)
        except DecodeError as error:
            self._reject(Failure(self.workers[0].stage, error.reason, str(error)), origin, parcel)
            return
        self._pack(walk(self.workers, message, self.settings.stage_deadline_seconds), origin, parcel)

    def _forget(self, origin: Origin, parcel: Parcel) -> None:
        """Pass a tombstone on: the sink takes back what the key named."""
        if origin.key:
            parcel.letters.append(Letter(self.writes.name, origin.key, None))
        else:
            failure = Failure(self.workers[0].stage, Reason.NOT_A_MESSAGE, "neither key nor value")
            self._reject(failure, origin, parcel)

    def _pack(self, result: Walk, origin: Origin, parcel: Parcel) -> None:
        failures = list(result.failures)
        for document in result.documents:
            letter = Letter(self.writes.name, root_of(document).encode(), encode(document))
            if fits(letter, self.settings):
                parcel.letters.append(letter)
            else:
                failures.append(self._oversize(document, letter))
        for sighting in result.sightings:
            if len(sighting.text) < _LONG_TEXT or fits(_seen([sighting], None), self.settings):
                parcel.sightings.append(sighting)
        for failure in failures:
            self._reject(failure, origin, parcel)

    def _oversize(self, document: Message, letter: Letter) -> Failure:
        size, limit = len(letter.value or b""), self.settings.max_message_bytes
        why = f"{size} bytes, more than SADA_MAX_MESSAGE_BYTES={limit}"
        return Failure(self.workers[-1].stage, Reason.MESSAGE_TOO_LARGE, why, *subject(document))

    def _reject(self, failure: Failure, origin: Origin, parcel: Parcel) -> None:
        parcel.letters.append(post(rejected(failure, origin, self.now()), self.settings))


def post(reject: Rejected, settings: Settings) -> Letter:
    """Address a reject; its payload stays behind where no topic would take it."""
    letter = Letter(REJECTED.name, reject.reject_id.encode(), encode(reject))
    if fits(letter, settings):
        return letter
    return Letter(REJECTED.name, letter.key, encode(reject.model_copy(update={"payload": None})))


def fits(letter: Letter, settings: Settings) -> bool:
    """Say whether every client and topic takes `letter`."""
    return len(letter.value or b"") + len(letter.key or b"") <= settings.max_message_bytes


def sighting_letters(sightings: Iterable[HeadlineSighting], settings: Settings) -> Iterator[Letter]:
    """Address `sightings` to the partitions of their headlines, as few messages as fit."""
    heaps: dict[int, list[HeadlineSighting]] = {}
    for sighting in sightings:
        partition = partition_of(sighting.headline_id.encode(), settings.partitions)
        heaps.setdefault(partition, []).append(sighting)
    for partition, heap in sorted(heaps.items()):
        yield from _fitting(heap, partition, settings)


def _fitting(heap: Sequence[HeadlineSighting], partition: int, settings: Settings) -> Iterator[Letter]:
    letter = _seen(heap, partition)
    if len(heap) == 1 or (len(heap) <= SIGHTINGS_TOGETHER and fits(letter, settings)):
        yield letter
        return
    middle = len(heap) // 2
    yield from _fitting(heap[:middle], partition, settings)
    yield from _fitting(heap[middle:], partition, settings)


def _seen(heap: Sequence[HeadlineSighting], partition: int | None) -> Letter:
    return Letter(SEEN.name, None, encode(SightingBatch.model_construct(sightings=tuple(heap))), partition)
