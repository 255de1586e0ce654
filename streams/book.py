"""What `Ledger` and `Matcher` have in common: messages read or rejected, a table asked, what is quiet forgotten."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import ClassVar, NamedTuple, TypeVar

from schemas import DecodeError, Reason, Rejected, Settings, StageName, decode
from schemas.letter import Letter
from schemas.message import Message, Moment

from .boundary import Failure, Origin, rejected
from .work import post

M = TypeVar("M", bound=Message)


class Row(NamedTuple):
    """One row of a table to write: a null `value` forgets it."""

    partition: int
    key: bytes
    value: bytes | None


@dataclass
class Entry:
    """What a batch came to: letters to send, then rows to write; and its numbers.

    `received` tellings were `taken` or `rejected`; `articles` are those that they tell of.
    """

    letters: list[Letter] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    received: int = 0
    taken: int = 0
    rejected: Counter[Reason] = field(default_factory=Counter)
    rejects: list[Rejected] = field(default_factory=list)
    articles: set[str] = field(default_factory=set)


Known = Callable[[int, bytes], bytes | None]
"""Reads a table: partition and row key to the row."""


@dataclass(frozen=True)
class Book(ABC):
    """Enters messages into the table that `known` reads; `now` is asked for the time of rejects and of what lapses."""

    stage: ClassVar[StageName]

    settings: Settings
    known: Known
    now: Callable[[], datetime]
    latest: dict[int, Moment] = field(default_factory=dict)
    """By partition: the latest `told_at` that came."""

    @abstractmethod
    def enter(self, arrivals: Iterable[tuple[int, Origin]]) -> Entry:
        """Take in the messages of a batch, each with its partition."""

    @abstractmethod
    def sweep(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> Entry:
        """Forget those of `rows` that have been quiet for too long."""

    def read(self, model: type[M], origin: Origin, entry: Entry) -> M | None:
        """Decode a message; one that is none becomes a reject, an empty one nothing."""
        if origin.value is None:
            return None
        try:
            return decode(model, origin.value)
        except DecodeError as error:
            entry.received += 1
            self.reject(error.reason, str(error), origin, entry)
            return None

    def reject(self, reason: Reason, why: str, origin: Origin, entry: Entry, tellings: int = 1) -> None:
        """Tell of what could not be entered, with the message that a replay can send again."""
        entry.rejected[reason] += tellings
        reject = rejected(Failure(self.stage, reason, why), origin, self.now())
        entry.rejects.append(reject)
        entry.letters.append(post(reject, self.settings))

    def hear(self, partition: int, told_at: Moment) -> None:
        """Note when what came was told."""
        self.latest[partition] = max(told_at, self.latest.get(partition, told_at))

    def quiet_since(self, told_at: Moment | None) -> Moment | None:
        """Return the moment before which what was last told of is forgotten when `told_at` comes; null: never.

        It is counted back from what is told, not from the clock alone: articles may be fed long after they were read.
        Nor from `told_at` alone: a watcher whose clock runs ahead must not make the others' past lapse.
        """
        days = self.settings.cluster_retention_days
        return min(told_at, self.now()) - timedelta(days=days) if days and told_at is not None else None
