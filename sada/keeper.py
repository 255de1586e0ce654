"""One role's process, kept alive: started under a guard, started again when it ends unasked, ended when asked."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import structlog

from .local.launch import GUARD
from .state import Process, describe

log = structlog.get_logger()

DRAIN_SECONDS = 8.0
"""What a role may take to finish what is under way; it is killed then, and the next start takes it up again."""

LOG_BYTES = 10_000_000
"""A log that has grown past this is set aside (`.old.log`) when its role starts."""

FIRST_WAIT, LONGEST_WAIT = 0.5, 30.0
"""Seconds before a role that crashed starts again: doubled each time, up to the longest."""

PROVEN_SECONDS = 60.0
"""A role that has run this long counts as sound: its next crash is a first one."""


class Keeper:
    """Keeps one process running as `name`, its output in `logs/NAME.log`.

    The process runs under the guard of the local servers, so that it ends with this one, however this one ends.
    """

    def __init__(self, name: str, command: list[str], environment: Mapping[str, str], logs: Path) -> None:
        self.name = name
        self.log_file = logs / f"{name}.log"
        self.restarts = 0
        self._command = command
        self._environment = dict(environment)
        self._guard: subprocess.Popen[str] | None = None
        self._pid = 0
        self._ending = False
        self.started = 0.0
        self._wait = FIRST_WAIT / 2
        self._retry_at = 0.0

    @property
    def entry(self) -> Process | None:
        """The process, for the run file; null while it waits to be started again."""
        return None if self._guard is None else describe(self.name, self._pid, self.restarts)

    @property
    def role(self) -> str:
        """The role that it runs: its name without a number."""
        return self.name.partition("-")[0]

    @property
    def pid(self) -> int | None:
        """The process; null while none runs, or while it is ending."""
        return None if self._guard is None or self._ending else self._pid

    def restart(self, reason: str) -> None:
        """End the process, by force if it does not heed SIGTERM for `DRAIN_SECONDS`; `check` then starts it again."""
        log.warning("stuck, starting it again", name=self.name, pid=self._pid, reason=reason, see=str(self.log_file))
        self._ending = True
        self.ask_to_end()

    def start(self) -> None:
        """Start the process now."""
        self._ending = False
        self._guard = _start_guard(self._command, self._environment, self.log_file)
        assert self._guard.stdout is not None
        self._pid = int(self._guard.stdout.readline() or 0)
        self.started = time.monotonic()

    def check(self) -> bool:
        """Start the process again if it has ended and its wait is over; tell whether anything changed."""
        now = time.monotonic()
        if self._guard is None:
            return self._start_again(now)
        code = self._guard.poll()
        if code is None:
            return False
        self._forget_guard()
        if self._ending:
            self._retry_at = now
            return True
        self._wait = FIRST_WAIT if now - self.started > PROVEN_SECONDS else min(self._wait * 2, LONGEST_WAIT)
        self._retry_at = now + self._wait
        log.warning("ended unasked", name=self.name, code=code, again_in_seconds=self._wait, see=str(self.log_file))
        return True

    def _start_again(self, now: float) -> bool:
        if now < self._retry_at:
            return False
        self.restarts += 1
        self.start()
        return True

    def ask_to_end(self) -> None:
        """Ask the process to finish what is under way and leave (the guard sends SIGTERM); do not wait."""
        if self._guard is not None and self._guard.stdin is not None:
            self._guard.stdin.close()

    def await_end(self) -> None:
        """Wait until the process has left; the guard kills it after `DRAIN_SECONDS`."""
        if self._guard is None:
            return
        try:
            code = self._guard.wait(DRAIN_SECONDS + 2)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._pid, signal.SIGKILL)
            code = self._guard.wait()
        log.info("ended", name=self.name, code=code)
        self._forget_guard()

    def _forget_guard(self) -> None:
        for pipe in (self._guard.stdin, self._guard.stdout) if self._guard is not None else ():
            if pipe is not None:
                pipe.close()
        self._guard = None


def role_command(role: str) -> list[str]:
    """Return the command line of one role under this very interpreter."""
    return [sys.executable, "-m", "sada", role]


def set_aside(log_file: Path) -> None:
    """Make room for a new log where the old one has grown too large."""
    if log_file.exists() and log_file.stat().st_size > LOG_BYTES:
        log_file.replace(log_file.with_suffix(".old.log"))


def last_line(log_file: Path) -> str:
    """Return the last line of a log, to be quoted where its writer failed."""
    with suppress(FileNotFoundError):
        lines = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return next((line.strip() for line in reversed(lines) if line.strip()), "")
    return ""


def _start_guard(command: list[str], environment: Mapping[str, str], log_file: Path) -> subprocess.Popen[str]:
    set_aside(log_file)
    with log_file.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD), "-1", "-1", str(DRAIN_SECONDS), *command],
            env=dict(environment),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=output,
            start_new_session=True,
            text=True,
        )
