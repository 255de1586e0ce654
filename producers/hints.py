"""File system events of the inbox in, hints out: paths worth a look, and when to trust none and scan again."""

from __future__ import annotations

import logging
import sys
import threading
import time
import warnings
from pathlib import Path

from structlog import get_logger
from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

log = get_logger(__name__)

MOST_HINTS = 100_000
"""Hints kept; beyond, a scan is cheaper and memory stays flat."""

_EVENTS: list[type[FileSystemEvent]] = [
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileModifiedEvent,
    FileMovedEvent,
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
]


class Hints(FileSystemEventHandler):
    """A queue of paths, each once, with whether its writer has finished. Filled by watchdog's threads."""

    def __init__(self, root: Path, most: int = MOST_HINTS) -> None:
        self._root = f"{root}/"
        self._most = most
        self._paths: dict[str, bool] = {}
        self._lost = False
        self._news = threading.Condition()

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Queue what `event` names; called by watchdog."""
        if event.is_directory:
            if isinstance(event, DirDeletedEvent | DirMovedEvent):
                self.lose()
        elif isinstance(event, FileMovedEvent):
            self.put(str(event.src_path), finished=False)
            self.put(str(event.dest_path), finished=True)
        else:
            self.put(str(event.src_path), finished=isinstance(event, FileClosedEvent))

    def put(self, path: str, *, finished: bool) -> None:
        """Queue the absolute `path`; a later event of the same file says what holds."""
        if not path.startswith(self._root):
            return
        with self._news:
            if len(self._paths) >= self._most:
                self._paths.clear()
                self._lost = True
            self._paths[path[len(self._root) :]] = finished
            self._news.notify()

    def lose(self) -> None:
        """Note that events were lost or mean more than one file: only a scan knows."""
        with self._news:
            self._lost = True
            self._news.notify()

    def take(self, most: int) -> list[tuple[str, bool]]:
        """Take up to `most` hints, oldest first: relative path, finished."""
        with self._news:
            if len(self._paths) <= most:
                taken, self._paths = self._paths, {}
                return list(taken.items())
            return [(path, self._paths.pop(path)) for path in list(self._paths)[:most]]

    def lost(self) -> bool:
        """Tell, once, whether events were lost."""
        with self._news:
            lost, self._lost = self._lost, False
            return lost

    def wait(self, seconds: float) -> None:
        """Wait for a hint, `seconds` at most."""
        with self._news:
            if not self._paths and not self._lost:
                self._news.wait(seconds)


class Watch:
    """Keeps an observer on the inbox: started again when it dies or the inbox is another folder by now."""

    def __init__(self, root: Path, hints: Hints) -> None:
        self._root = root
        self._hints = hints
        self._alarm = _Alarm(hints)
        self._observer: BaseObserver | None = None
        self._inode = 0

    def ensure(self) -> None:
        """Start the observer if none is at work. Without one the scans still find everything, only later."""
        inode = self._root.stat().st_ino if self._root.is_dir() else 0
        if self._observer is not None and _at_work(self._observer) and inode == self._inode:
            return
        self.stop()
        if not inode:
            return
        # Folders made quickly inside each other are watched twice for a moment; watchdog then warns with all it knows.
        warnings.filterwarnings("ignore", message="Callback with id", category=RuntimeWarning)
        observer = _observer()
        observer.schedule(self._hints, str(self._root), recursive=True, event_filter=_EVENTS)
        try:
            observer.start()
        except OSError as error:
            log.warning("events_unavailable", error=error.strerror, hint="files are found by the periodic scan alone")
            return
        logging.getLogger("watchdog").addHandler(self._alarm)
        self._observer, self._inode = observer, inode
        self._hints.lose()

    def stop(self) -> None:
        """Stop the observer and wait for its threads."""
        logging.getLogger("watchdog").removeHandler(self._alarm)
        if self._observer is not None:
            self._observer.stop()
            self._observer.join(timeout=5.0)
            self._observer = None


class _Alarm(logging.Handler):
    """Watchdog tells of an overflow of the kernel's queue only in its log; this hears it."""

    def __init__(self, hints: Hints) -> None:
        super().__init__(logging.WARNING)
        self._hints = hints

    def emit(self, record: logging.LogRecord) -> None:
        """Ask for a scan whenever watchdog warns."""
        log.warning("events_lost", said=record.getMessage(), at=time.time())
        self._hints.lose()


def _at_work(observer: BaseObserver) -> bool:
    """Tell whether all threads of `observer` live: the one that dispatches, those that emit, the one that reads."""
    reader = getattr(observer, "_inotify_fd", observer)
    return all(thread.is_alive() for thread in (observer, reader, *observer.emitters))


def _observer() -> BaseObserver:
    """Return an observer that also tells a file moved in (finished) from one being created (not yet)."""
    if sys.platform.startswith("linux"):
        from watchdog.observers.inotify import InotifyObserver

        return InotifyObserver(generate_full_events=True)
    return Observer()
