"""The role `watch`: settings in, the inbox's articles on Kafka, until it is told to stop."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterator

from structlog import get_logger

from schemas import Settings
from schemas.pulse import Pulse

from .folder import Signature, globs, look, scan
from .hints import Hints, Watch
from .intake import Intake, Progress
from .publisher import KafkaPublisher, Publisher, PublishingRefused
from .registry import Place, Registry, registry_file
from .settling import Settling
from .telling import TellingPublisher
from .vanished import Retractor

log = get_logger(__name__)

HINTS_AT_ONCE = 500
STREAM = 4
GATHERING = 0.01
"""So many hints at once are a stream; while it lasts, hints are gathered for so many seconds."""

LONGEST_WAIT = 0.2
"""Seconds without a look at the stop sign."""

Tell = Callable[[Progress], None]


def run(
    settings: Settings,
    *,
    stop: threading.Event | None = None,
    on_progress: Tell = lambda _: None,
    pulse: Pulse | None = None,
) -> int:
    """Watch the inbox until SIGTERM, SIGINT or `stop`; then finish what is under way. Returns the exit code.

    0 after a stop, also if Kafka was away: what lacks an ack is sent again by the next start.
    1 where Kafka refuses us for good, with one line in the log.
    """
    stop = stop or threading.Event()
    _heed_signals(stop)
    pulse = pulse or Pulse(settings, "watch")

    publisher = KafkaPublisher(settings)
    try:
        publisher.open()
        watch(settings, TellingPublisher(publisher, pulse), stop, on_progress, pulse)
    except PublishingRefused as error:
        log.error("publishing_refused", error=str(error), hint="check SADA_KAFKA_* and the user's rights")
        return 1
    finally:
        publisher.close()
    return 0


def watch(
    settings: Settings,
    publisher: Publisher,
    stop: threading.Event,
    on_progress: Tell = lambda _: None,
    pulse: Pulse | None = None,
) -> bool:
    """Watch the inbox with `publisher` until `stop`; True if everything read was acknowledged."""
    pulse = pulse or Pulse(settings, "watch")
    with Watcher(settings, publisher, stop, on_progress, pulse) as watcher:
        pulse.join()
        log.info("watch_started", inbox=str(settings.inbox), rescan_seconds=settings.rescan_seconds)
        while not stop.is_set():
            pulse.turn()
            watcher.turn()
        done = watcher.intake.drain()
        log.info("watch_stopped", all_acknowledged=done, **vars(watcher.intake.progress))
        return done


def _heed_signals(stop: threading.Event) -> None:
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())


class Watcher:
    """Turns of one loop: a piece of the scan, the hints, the files that have settled."""

    def __init__(
        self,
        settings: Settings,
        publisher: Publisher,
        stop: threading.Event,
        on_progress: Tell,
        pulse: Pulse | None = None,
    ) -> None:
        settings.inbox.mkdir(parents=True, exist_ok=True)
        self._settings = settings
        self._root = settings.inbox.resolve()
        self._globs = globs(settings)
        self._stop = stop
        self._registry = Registry(registry_file(settings), self._root)
        self._settling = Settling(settings.settle_seconds)
        self._outgrown: set[str] = set()
        self._hints = Hints(self._root)
        self._watch = Watch(self._root, self._hints)
        self._scan: Iterator[None] | None = None
        self._next_scan = 0.0
        self._rested = 0.0
        self._lost = False
        self._streaming = False
        self._retractor = Retractor(self._registry, publisher, stop)
        self.intake = Intake(settings, self._registry, publisher, stop, on_progress, pulse)

    def __enter__(self) -> Watcher:
        return self

    def __exit__(self, *_: object) -> None:
        self._watch.stop()
        self._registry.close()

    def turn(self) -> None:
        """Do a piece of whatever is due, or send what is left and wait for a hint."""
        worked = self._scan_piece()
        for path, finished in self._gathered_hints():
            worked = True
            self._hinted(path, finished=finished)
        for path in self._settling.due(time.monotonic()):
            worked = True
            self._look_again(path)
        if not worked:
            self.intake.drain()
            self._hints.wait(self._pause())

    def scan(self) -> Iterator[None]:
        """Compare the whole inbox with the registry, piece by piece, and read what is new or changed."""
        began = time.monotonic()
        expected = self._registry.count()
        seen = known = waiting = 0
        turn, looking = began, 0.0
        for chunk in scan(self._root, self._globs):
            changed, familiar = self._registry.compare(chunk)
            looking += time.monotonic() - turn
            seen, known = seen + len(chunk), known + familiar
            for path, signature in changed:
                waiting += not self._scanned(path, signature)
            yield
            turn = time.monotonic()
        if known < expected and self._root.is_dir():
            yield from self._sweep()
        if self._settings.retract_deleted and self._root.is_dir() and self.intake.drain():
            self._retractor.after_scan()
        took = time.monotonic() - began
        # Scans may take a fifth of the time at most, however large the inbox. Where events were lost, or a folder came
        # or went, only looking counts: what is new must be read anyhow.
        self._rested = time.monotonic() + 4 * looking
        self._next_scan = time.monotonic() + max(self._settings.rescan_seconds, 4 * took)
        log.info("scan_done", files=seen, known=known, unsettled=waiting, seconds=round(took, 3))

    def _gathered_hints(self) -> list[tuple[str, bool]]:
        """Take what hints there are; while they stream in, after a moment, since batches cost less than files."""
        if self._streaming:
            time.sleep(GATHERING)
        hints = self._hints.take(HINTS_AT_ONCE)
        self._streaming = len(hints) >= STREAM
        return hints

    def _scan_piece(self) -> bool:
        if self._scan is None:
            if time.monotonic() < self._scan_due():
                return False
            self._watch.ensure()
            self._hints.lost()
            self._lost = False
            self._scan = self.scan()
        if next(self._scan, self) is self:
            self._scan = None
        return True

    def _scan_due(self) -> float:
        """Return the moment of the next scan: where events were lost, as soon as the last one is rested from."""
        self._lost = self._hints.lost() or self._lost
        return self._rested if self._lost else self._next_scan

    def _sweep(self) -> Iterator[None]:
        """Note the files that are gone; what they held stays in the index, unless `retract_deleted` says otherwise."""
        for paths in self._registry.present():
            missing = [path for path in paths if look(self._root, path) is None]
            if missing:
                self._registry.mark_gone(Place(self._root, path) for path in missing)
            yield

    def _scanned(self, path: str, signature: Signature) -> bool:
        if self.intake.holds(path, signature):
            return True
        if not self._finished(path, signature):
            return path in self._outgrown
        self._take(path)
        return True

    def _finished(self, path: str, signature: Signature) -> bool:
        """Tell whether `path` should be read now.

        What has outgrown the limit will not be an article however it goes on: it is refused at once, and while it
        only grows it is not looked at again.
        """
        if signature.size <= self._settings.max_file_bytes:
            self._outgrown.discard(path)
            return self._settling.finished(path, signature, time.monotonic(), time.time_ns())
        self._settling.forget(path)
        known = path in self._outgrown
        self._outgrown.add(path)
        return not known

    def _hinted(self, path: str, *, finished: bool) -> None:
        if not self._globs.takes(path):
            return
        if finished:
            self._settling.forget(path)
            self._take(path)
        else:
            self._look_again(path)

    def _look_again(self, path: str) -> None:
        signature = look(self._root, path)
        if signature is None:
            self._settling.forget(path)
            self._outgrown.discard(path)
            self._take(path)
        elif self._finished(path, signature):
            self._take(path)

    def _take(self, path: str) -> None:
        unfinished = self.intake.add(path)
        if unfinished is not None:
            self._settling.finished(path, unfinished.signature, time.monotonic(), time.time_ns())

    def _pause(self) -> float:
        now = time.monotonic()
        due = self._settling.next_due(now)
        until_scan = max(0.0, self._scan_due() - now)
        return min(LONGEST_WAIT, until_scan, LONGEST_WAIT if due is None else due)
