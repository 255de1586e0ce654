"""The bytes of one message enter; what is to be sent because of it leaves, rejects included. Touches no broker."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas import DecodeError, HeadlineSighting, Reason, Rejected, Settings, decode, encode
from schemas.letter import Letter
from schemas.message import Message
from schemas.meter import Tally
from schemas.metrics import RECEIVED, RETRACTED, SENT
from schemas.metrics import REJECTED as REJECTED_ARTICLES
from schemas.topics import REJECTED, Topic

from .boundary import Failure, Origin, Pace, Walk, Worker, rejected, root_of, subject, walk
from .counting import count_paces
from .mail import Telling, fits, told

_LONG_TEXT: Final = 10_000
"""Characters from which on a headline's text is measured before it is sent."""


@dataclass
class Parcel:
    """What a batch came to: tellings go first, then documents, tombstones and rejects in order; and its numbers."""

    tellings: list[Telling] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    rejects: list[Rejected] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True)
class Workshop:
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
            parcel.tally.count(RECEIVED, self.workers[0].stage)
            self._reject(Failure(self.workers[0].stage, error.reason, str(error)), origin, parcel)
            return
        paces: list[Pace] = []
        result = walk(self.workers, message, self.settings.stage_deadline_seconds, paces)
        count_paces(parcel.tally, paces, result.failures)
        self._pack(result, origin, parcel)

    def _forget(self, origin: Origin, parcel: Parcel) -> None:
        """Pass a tombstone on: the sink takes back what the key named."""
        if origin.key:
            parcel.letters.append(Letter(self.writes.name, origin.key, None))
            for worker in self.workers:
                parcel.tally.count(RETRACTED, worker.stage)
        else:
            parcel.tally.count(RECEIVED, self.workers[0].stage)
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
                parcel.tally.count(SENT, self.workers[-1].stage, by=-1)
        for telling in result.tellings:
            long = isinstance(telling, HeadlineSighting) and len(telling.text) >= _LONG_TEXT
            if not long or fits(told([telling]), self.settings):
                parcel.tellings.append(telling)
        for failure in failures:
            self._reject(failure, origin, parcel)

    def _oversize(self, document: Message, letter: Letter) -> Failure:
        size, limit = len(letter.value or b""), self.settings.max_message_bytes
        why = f"{size} bytes, more than SADA_MAX_MESSAGE_BYTES={limit}"
        return Failure(self.workers[-1].stage, Reason.MESSAGE_TOO_LARGE, why, *subject(document))

    def _reject(self, failure: Failure, origin: Origin, parcel: Parcel) -> None:
        parcel.tally.count(REJECTED_ARTICLES, failure.stage, failure.reason)
        parcel.rejects.append(rejected(failure, origin, self.now()))
        parcel.letters.append(post(parcel.rejects[-1], self.settings))


def post(reject: Rejected, settings: Settings) -> Letter:
    """Address a reject; its payload stays behind where no topic would take it."""
    letter = Letter(REJECTED.name, reject.reject_id.encode(), encode(reject))
    if fits(letter, settings):
        return letter
    return Letter(REJECTED.name, letter.key, encode(reject.model_copy(update={"payload": None})))
