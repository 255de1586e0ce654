"""The running line as seen from outside: its lock and its run file, in the state folder."""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path

import psutil
from pydantic import ValidationError

from schemas.message import Record

RUN_FILE = "run.json"
LOCK_FILE = "up.lock"
LOGS = "logs"


class Phase(StrEnum):
    """Where a line stands between `sada up` and `sada down`."""

    STARTING = "starting"
    READY = "ready"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FAILED = "failed"


class Process(Record):
    """One process of the line; `born` (its start, seconds since 1970) tells it from a later one with its pid."""

    name: str
    pid: int
    born: float
    restarts: int = 0

    @property
    def alive(self) -> bool:
        """Whether this very process still runs (a zombie does not)."""
        return is_alive(self.pid, self.born)


class Run(Record):
    """What the supervisor tells the world. Addresses are null until known; `failure` says why it ended, if badly."""

    phase: Phase
    step: str = ""
    supervisor: Process
    inbox: Path
    workers: int
    topology: str
    kafka: str | None = None
    elasticsearch: str | None = None
    desk: str | None = None
    processes: tuple[Process, ...] = ()
    failure: str | None = None

    @property
    def alive(self) -> bool:
        """Whether the supervisor of this line still runs."""
        return self.supervisor.alive


def is_alive(pid: int, born: float) -> bool:
    """Tell whether `pid` runs and started at `born`."""
    try:
        process = psutil.Process(pid)
        return abs(process.create_time() - born) < 1.0 and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def describe(name: str, pid: int, restarts: int = 0) -> Process:
    """Return the entry of a process that has just been started; `born` 0 where it is gone already."""
    try:
        born = psutil.Process(pid).create_time()
    except psutil.NoSuchProcess:
        born = 0.0
    return Process(name=name, pid=pid, born=born, restarts=restarts)


def read_run(state_dir: Path) -> Run | None:
    """Read the run file; null where there is none, or none that this version can read."""
    try:
        return Run.model_validate_json((state_dir / RUN_FILE).read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def read_live_run(state_dir: Path) -> Run | None:
    """Read the run file of a line whose supervisor is alive."""
    run = read_run(state_dir)
    return run if run is not None and run.alive else None


def write_run(state_dir: Path, run: Run) -> None:
    """Replace the run file in one step, so that no reader ever sees half of it."""
    with tempfile.NamedTemporaryFile("wb", dir=state_dir, prefix=".run-", delete=False) as file:
        file.write(run.model_dump_json(indent=1).encode())
    Path(file.name).replace(state_dir / RUN_FILE)


class AlreadyRunning(Exception):
    """Another supervisor holds the lock of this state folder."""


@contextmanager
def hold_lock(state_dir: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold the state folder's lock: the kernel lets it go when the holder ends, however it ends.

    Waits up to `patience` seconds: whoever only looks whether it is held holds it for a moment too.

    Raises:
        AlreadyRunning: another process holds it.
    """
    file = os.open(state_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _lock(file, time.monotonic() + patience)
        yield
    finally:
        os.close(file)


def _lock(file: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= until:
                raise AlreadyRunning from None
        time.sleep(0.02)


def is_locked(state_dir: Path) -> bool:
    """Tell whether a supervisor holds the lock now."""
    if not (state_dir / LOCK_FILE).exists():
        return False
    try:
        with hold_lock(state_dir):
            return False
    except AlreadyRunning:
        return True
