"""A role's own word on how it gets on in; a file each second, and a page with its numbers where a port is set, out."""

from __future__ import annotations

import os
import re
import socket
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from types import TracebackType
from typing import Final, Self

import structlog

from schemas.health import Beat, beat_file
from schemas.health_page import HealthPage
from schemas.meter import Meter
from schemas.settings import Settings
from schemas.traces import Tracer, open_tracer

log = structlog.get_logger(__name__)

EVERY: Final = 1.0
"""Seconds between two writings."""

KNOCK_EVERY: Final = 5.0
"""Seconds between two looks whether somebody listens at the servers' addresses."""

KNOCK_SECONDS: Final = 1.0

Listens = Callable[[str], bool]


class Pulse:
    """How one role gets on. Beaten by its main loop; a thread of its own writes it down, also when the loop hangs.

    Without `start` it says nothing to anyone, which is what tests and commands without a line want.
    """

    def __init__(self, settings: Settings, role: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._role = role
        self._clock = clock
        self._file = beat_file(settings.state_dir, role, os.getpid())
        self._lock = threading.Lock()
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._page: HealthPage | None = None
        self._turned: float | None = None
        self._moved = clock()
        self._joined = False
        self._waits: str | None = None
        self._away: str | None = None
        self._committed: dict[str, int] | None = None
        self._lag: int | None = None
        self._last_progress: datetime | None = None
        self._grown = self._looked = clock() - KNOCK_EVERY
        self._told = False
        self.meter = Meter(role, _spans(settings, role))
        """Counts what the role does; shown on the page, at `/metrics`."""

    def turn(self) -> None:
        """Say that the main loop has come round."""
        self._turned = self._clock()

    def wait_for(self, what: str | None) -> None:
        """Say what is waited for; null once it is there. It is shown to whoever asks: no secret, nothing of a page."""
        self._waits = what

    def join(self, joined: bool = True) -> None:
        """Say whether the role is in its group and has what it works with."""
        self._joined = joined

    def progress(self, committed: Mapping[str, int], lag: int | None) -> None:
        """Say what is finished, and how many messages are still to do; what is said first was finished before."""
        with self._lock:
            before, self._committed = self._committed, dict(committed)
            if before is not None and any(offset > before.get(part, -1) for part, offset in committed.items()):
                self._moved = self._grown = self._clock()
                self._last_progress = datetime.now(UTC)
            self._lag = lag

    def beat(self) -> Beat:
        """Return how the role is now."""
        with self._lock:
            now = self._clock()
            waiting = self._waits or self._away
            if waiting is not None or not self._lag:
                self._moved = now if self._turned is not None or waiting is not None else self._moved
            return Beat(
                role=self._role,
                pid=os.getpid(),
                written=now,
                turned=self._turned,
                moved=self._moved,
                joined=self._joined,
                waiting_for=waiting,
                committed=self._committed or {},
                lag=self._lag,
                last_progress=self._last_progress,
            )

    def start(self) -> Self:
        """Begin to write, and to answer on `health_port`; a port that is taken is told and done without."""
        self._remove_leftovers()
        if self._settings.health_port:
            try:
                self._page = self._open_page()
            except OSError as error:
                log.warning("health_port_unusable", port=self._settings.health_port, error=error.strerror)
        self._thread = threading.Thread(target=self._write_for_ever, name="pulse", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Take the file away and the page down."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join()
            with suppress(OSError):
                self._file.unlink()
        if self._page is not None:
            self._page.close()
        self.meter.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _open_page(self) -> HealthPage:
        mine = self._settings
        return HealthPage(self.beat, mine.health_port, mine.live_seconds, mine.health_host, self.meter)

    def _write_for_ever(self) -> None:
        while True:
            self._look_for_servers()
            try:
                self._write(self.beat())
                self._told = False
            except OSError as error:  # a full disk must not end the role, nor fill its log
                if not self._told:
                    log.warning("health_unwritable", file=str(self._file), error=error.strerror)
                self._told = True
            if self._ended.wait(EVERY):
                return

    def _look_for_servers(self) -> None:
        """Knock at the servers' addresses now and then; not while offsets move, which they do not without servers."""
        now = self._clock()
        if now - self._looked < KNOCK_EVERY:
            return
        got_on = self._grown > self._looked
        self._looked = now
        self._away = None if got_on else find_away(self._settings, self._role)

    def _write(self, beat: Beat) -> None:
        """Replace the file in one step, so that no reader ever sees half of it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        new = self._file.with_suffix(".new")
        new.write_text(beat.model_dump_json(), encoding="utf-8")
        new.replace(self._file)

    def _remove_leftovers(self) -> None:
        """Remove what processes of this role left that were killed."""
        for file in self._file.parent.glob(f"{self._role}-*.*"):
            found = re.fullmatch(rf"{self._role}-(\d+)\.(json|new)", file.name)
            if found and not _is_running(int(found[1])):
                with suppress(OSError):
                    file.unlink()


def _spans(settings: Settings, role: str) -> Tracer | None:
    """Open the way to the collector, where one is set; a missing package costs the traces, not the role."""
    if settings.traces_endpoint is None:
        return None
    try:
        return open_tracer(role, settings.traces_endpoint, settings.traces_ratio)
    except ImportError as error:
        log.warning("traces_unavailable", error=str(error), hint="pip install 'sada[traces]'")
        return None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def find_away(settings: Settings, role: str, listens: Listens | None = None) -> str | None:
    """Name the servers of `role` at none of whose addresses anybody listens; null where all are there."""
    heard = listens or is_heard
    servers = {} if role == "desk" else {"Kafka": _hosts(settings.kafka, 9092)}
    if role in ("sink", "desk"):
        servers["Elasticsearch"] = _hosts(settings.elasticsearch, 9200)
    away = [name for name, addresses in servers.items() if not any(heard(address) for address in addresses)]
    return " and ".join(away) or None


def is_heard(address: str) -> bool:
    """Tell whether somebody listens at `host:port`; nothing is said to them."""
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host.strip("[]"), int(port)), timeout=KNOCK_SECONDS):
            return True
    except (OSError, ValueError):
        return False


def _hosts(addresses: str, usual: int) -> list[str]:
    """Return `host:port` of each address, URLs too.

    >>> _hosts("https://index.example:9201/path, http://[::1]", 9200)
    ['index.example:9201', '[::1]:9200']
    """
    bare = [re.sub(r"^\w+://", "", one.strip()).partition("/")[0] for one in addresses.split(",")]
    return [one if re.search(r":\d+$", one) else f"{one}:{usual}" for one in bare if one]
