"""Starts a server under its guard and hands back the means to watch and end it."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from .places import Account
from .progress import Say

GUARD = Path(__file__).with_name("guard.py")
STOP_SECONDS = 20.0
LOG_KEPT_BYTES = 50_000_000


class ServerError(RuntimeError):
    """A server did not start; the text holds the end of its log."""


@dataclass(frozen=True)
class Command:
    """What to run: the program with its arguments, environment, folder, log and the account it runs as."""

    name: str
    arguments: tuple[str, ...]
    environ: dict[str, str]
    folder: Path
    log: Path
    account: Account | None = None
    process: str = ""
    """A word on the command line of the very server, where the program is but its launcher."""


@dataclass
class Server:
    """A running server: `address` as clients take it, `pid` of the very server, `log` file."""

    name: str
    address: str
    pid: int
    log: Path
    _guard: subprocess.Popen[str] = field(repr=False)
    _group: int = field(repr=False)

    def alive(self) -> bool:
        """Say whether the server runs."""
        return self._guard.poll() is None

    def stop(self, limit: float = STOP_SECONDS) -> int:
        """End the server in order, by force after `limit` seconds; return its exit code. A second call does no harm."""
        if self._guard.stdin is not None and not self._guard.stdin.closed:
            self._guard.stdin.close()
        try:
            return self._guard.wait(limit)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self._group, signal.SIGKILL)
            return self._guard.wait()


def launch(  # noqa: PLR0913 - the time limits have defaults
    command: Command,
    address: str,
    ready: Callable[[], bool],
    say: Say,
    *,
    start_seconds: float = 120.0,
    stop_seconds: float = STOP_SECONDS,
    wait_seconds: float = STOP_SECONDS + 10,
) -> Server:
    """Start `command` and wait until `ready`; at most one server runs in `command.folder` at any time.

    Args:
        command: what to run.
        address: where clients will find it.
        ready: whether it can be used.
        say: is told what is waited for.
        start_seconds: longest wait until it is ready.
        stop_seconds: how long it may take to end in order before it is ended by force.
        wait_seconds: longest wait for an earlier one in the same folder to end.

    Raises:
        ServerError: it ended, was not ready in time, or another one keeps the folder.
    """
    lock = _lock(command, say, wait_seconds)
    try:
        guard = _start(command, lock, stop_seconds)
    finally:
        os.close(lock)
    pid = _told_pid(guard, command.name, command.log)
    server = Server(command.name, address, pid, command.log, guard, pid)
    try:
        _wait(server, ready, start_seconds)
        server.pid = _server_pid(server.pid, command.process)
    except BaseException:  # Ctrl-C included: nobody else knows of it yet
        server.stop()
        raise
    return server


def open_log(home: Path, name: str) -> Path:
    """Name the log of server `name`, put aside as `.old.log` where it has grown past `LOG_KEPT_BYTES`."""
    log = home.absolute() / "logs" / f"{name}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    if not log.exists():
        log.touch()
    elif log.stat().st_size > LOG_KEPT_BYTES:
        log.replace(log.with_suffix(".old.log"))
        log.touch()
    return log


def _lock(command: Command, say: Say, patience: float) -> int:
    """Take the folder; a server that is still ending (its starter has crashed, say) is waited for."""
    handle = os.open(command.folder / f"{command.name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    deadline = time.monotonic() + patience
    told = False
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return handle
        except BlockingIOError:
            if time.monotonic() > deadline:
                os.close(handle)
                raise ServerError(f"another {command.name} already runs in {command.folder}") from None
        if not told:
            say(f"waiting for another {command.name} in {command.folder} to end")
            told = True
        time.sleep(0.2)


def _start(command: Command, lock: int, stop_seconds: float) -> subprocess.Popen[str]:
    user = command.account
    who = (str(user.uid), str(user.gid)) if user else ("-1", "-1")
    with command.log.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-I", "-S", str(GUARD), *who, str(stop_seconds), *command.arguments],
            env=command.environ,
            cwd=command.folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            pass_fds=(lock,),
            start_new_session=True,
            text=True,
        )


def _told_pid(guard: subprocess.Popen[str], name: str, log: Path) -> int:
    assert guard.stdout is not None
    with guard.stdout as lines:
        told = lines.readline()
    if not told:
        guard.communicate()
        raise ServerError(f"{name} could not be run\n{tail(log)}")
    return int(told)


def _wait(server: Server, ready: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while server.alive():
        if ready():
            return
        if time.monotonic() > deadline:
            raise ServerError(f"{server.name} was not ready after {seconds:.0f} s\n{tail(server.log)}")
        time.sleep(0.1)
    code = server.stop()
    raise ServerError(f"{server.name} ended while starting (exit code {code})\n{tail(server.log)}")


def _server_pid(pid: int, word: str) -> int:
    if not word:
        return pid
    with suppress(psutil.Error):
        for child in psutil.Process(pid).children(recursive=True):
            if any(word in argument for argument in child.cmdline()):
                return child.pid
    return pid


def tail(log: Path, lines: int = 20) -> str:
    """Return the end of `log`, with where to read the rest."""
    end = log.read_text("utf-8", "replace").splitlines()[-lines:] if log.exists() else []
    return "\n".join([*end, f"(whole log: {log})"])
