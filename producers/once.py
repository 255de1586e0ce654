"""A folder in, all that is new in it on Kafka, the newest file first, out; broken off, the next call goes on."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from schemas import Settings

from .folder import CHUNK, Globs, globs, look, scan
from .intake import Intake
from .plan import Outgoing
from .publisher import KafkaPublisher
from .registry import Registry, registry_file
from .settling import Settling
from .telling import Telltale

LOOK_AGAIN = 0.1
"""Seconds between two looks at files that are still being written."""

PATIENCE = 5.0
"""Seconds that such files are given beyond their settling time; then they are left for the next call."""


@dataclass(frozen=True)
class Part:
    """What is to be sent: `below` a folder of the inbox `root`, all of it where that is empty."""

    root: Path
    below: str = ""

    def scan(self, wanted: Globs) -> Iterator[list[str]]:
        """Yield the paths of its articles in chunks."""
        for chunk in scan(self.root, wanted, CHUNK, self.below):
            yield [path for path, _ in chunk]


@dataclass(frozen=True)
class Standing:
    """How far it is: `done` of `total` files are read; `waiting_for` what keeps them from going out."""

    done: int
    total: int
    waiting_for: str | None = None


@dataclass(frozen=True)
class Sent:
    """What a call did: of `files`, `known` had been sent before as they are; `left` are still being written.

    `complete` tells whether all the others are acknowledged; false after a stop.
    """

    files: int
    known: int
    read: int
    left: tuple[str, ...]
    complete: bool


Tell = Callable[[Standing], None]


def part_of(folder: Path, settings: Settings) -> Part:
    """Return `folder` as what it is: a part of the inbox, whose files keep their names there, or an inbox of its own.

    >>> part_of(Path("/data/old"), Settings(_env_file=None, inbox=Path("/data/inbox")))
    Part(root=PosixPath('/data/old'), below='')
    >>> part_of(Path("/data/inbox/may"), Settings(_env_file=None, inbox=Path("/data/inbox")))
    Part(root=PosixPath('/data/inbox'), below='may')
    """
    place, inbox = folder.resolve(), settings.inbox.resolve()
    if not place.is_relative_to(inbox):
        return Part(place)
    below = place.relative_to(inbox).as_posix()
    return Part(inbox, "" if below == "." else below)


def send_part(settings: Settings, part: Part, stop: threading.Event, tell: Tell = lambda _: None) -> Sent:
    """Send what is new in `part` over Kafka and wait for the acks.

    Raises:
        PublishingRefused: Kafka refuses us for good.
    """
    with closing(KafkaPublisher(settings)) as publisher:
        publisher.open()
        return send_new(settings, part, publisher, stop, tell)


def send_new(
    settings: Settings, part: Part, publisher: Telltale, stop: threading.Event, tell: Tell = lambda _: None
) -> Sent:
    """Send what is new in `part` with `publisher`, until all is acknowledged or a stop comes."""
    mine = settings.model_copy(update={"inbox": part.root})
    with closing(Registry(registry_file(mine), part.root)) as registry:
        return _Delivery(mine, part, registry, publisher, stop, tell).run()


def ids_of(settings: Settings, part: Part) -> Iterator[tuple[set[str], set[str]]]:
    """Yield the articles and the rejects that the files of `part` are known as, in chunks; forgotten ones left out."""
    with closing(Registry(registry_file(settings), part.root)) as registry:
        forgotten = registry.forgotten()
        for paths in part.scan(globs(settings)):
            rows = registry.rows(paths).values()
            articles = {row.holds for row in rows if row.holds is not None} - forgotten
            yield articles, {row.reject_id for row in rows if row.reject_id is not None and not row.gone}


class _Heard:
    """A publisher that is heard of each time acks are waited for: that is when it may be away."""

    def __init__(self, publisher: Telltale, hear: Callable[[], None]) -> None:
        self._publisher, self._hear = publisher, hear

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Begin to send `messages`, in order."""
        self._publisher.send(messages)

    def acknowledged(self, seconds: float) -> bool:
        """Wait up to `seconds`; tell whether everything sent has been acknowledged."""
        done = self._publisher.acknowledged(seconds)
        self._hear()
        return done

    def close(self) -> None:
        """Let go of the connection."""
        self._publisher.close()


class _Delivery:
    """One call: what is new is found first, since the newest is to go first."""

    def __init__(  # noqa: PLR0913, PLR0917 its parts
        self,
        settings: Settings,
        part: Part,
        registry: Registry,
        publisher: Telltale,
        stop: threading.Event,
        tell: Tell,
    ) -> None:
        self._settings, self._part, self._registry, self._publisher = settings, part, registry, publisher
        self._stop, self._tell = stop, tell
        self._intake = Intake(settings, registry, _Heard(publisher, self._say), stop)
        self._settling = Settling(settings.settle_seconds)
        self._unsettled: list[str] = []
        self._files = self._known = self._done = self._total = 0

    def run(self) -> Sent:
        """Find, send, wait for the acks, and give what is still being written a last chance."""
        new = self._find_new()
        self._total = len(new)
        self._say()
        for _, path in new:
            if self._stop.is_set():
                break
            self._offer(path)
        complete = self._intake.drain()
        left = self._outwait()
        complete = self._intake.drain() and complete and not self._stop.is_set()
        return Sent(self._files, self._known, self._done, tuple(left), complete)

    def _find_new(self) -> list[tuple[int, str]]:
        """Return what is new or changed, the newest first."""
        new: list[tuple[int, str]] = []
        for chunk in scan(self._part.root, globs(self._settings), CHUNK, self._part.below):
            changed, _ = self._registry.compare(chunk)
            self._files += len(chunk)
            new += [(-signature.mtime_ns, path) for path, signature in changed]
            if self._stop.is_set():
                break
        self._known = self._files - len(new)
        new.sort()
        return new

    def _offer(self, path: str) -> None:
        if not self._has_settled(path) or self._intake.add(path) is not None:
            self._unsettled.append(path)
            return
        self._done += 1
        self._say()

    def _has_settled(self, path: str) -> bool:
        """Tell whether `path` can be read: what is gone or too large is told of at once."""
        seen = look(self._part.root, path)
        if seen is None or seen.size > self._settings.max_file_bytes:
            return True
        return self._settling.finished(path, seen, time.monotonic(), time.time_ns())

    def _outwait(self) -> list[str]:
        """Give files that are still being written some time; return those that need more."""
        until = time.monotonic() + self._settings.settle_seconds + PATIENCE
        while self._unsettled and time.monotonic() < until and not self._stop.is_set():
            time.sleep(LOOK_AGAIN)
            waiting, self._unsettled = self._unsettled, []
            for path in waiting:
                self._offer(path)
        return self._unsettled

    def _say(self) -> None:
        self._tell(Standing(self._done, self._total, self._publisher.trouble))
