"""Runs one server as a process of its own and ends it when told to, or when whoever asked for it is gone.

Run by path, standard library only: `guard.py UID GID LIMIT COMMAND…` (UID -1: stay who we are). Its standard input is
a pipe that the starter holds open: the end of that pipe, or another parent, means that the starter is gone, however
it died and on any system. It writes the server's process id on its standard output. The server in turn dies with the
guard (Linux: parent-death signal; safe here, for the guard has one thread only). Leaves with the server's exit code.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import select
import signal
import subprocess
import sys
import time

LOOK_SECONDS = 0.2
PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36


def main() -> int:
    """Run the server until it ends or must end."""
    uid, gid, limit, *command = sys.argv[1:]
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the starter, who ends us in order
    told: list[int] = []
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, frame: told.append(got))
    parent = os.getppid()
    server = _start(command, int(uid), int(gid))
    print(server.pid, flush=True)  # noqa: T201 - the starter reads it
    while server.poll() is None:
        if told or os.getppid() != parent or _pipe_ended():
            return _end(server, float(limit))
    return _end(server, float(limit))  # its own children, if it left any


def _start(command: list[str], uid: int, gid: int) -> subprocess.Popen[bytes]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None
    guard = os.getpid()
    if libc is not None:
        libc.prctl(PR_SET_CHILD_SUBREAPER, 1)  # what a launcher leaves behind becomes ours to wait for

    def die_with_guard() -> None:  # runs after the change of user, which would clear the signal
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
            if os.getppid() != guard:
                os.kill(os.getpid(), signal.SIGKILL)

    me = uid < 0
    return subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=2,
        stderr=2,
        user=None if me else uid,
        group=None if me else gid,
        extra_groups=None if me else [],
        process_group=0,
        preexec_fn=die_with_guard,  # noqa: PLW1509 - one thread only
    )


def _pipe_ended() -> bool:
    try:
        ready, _, _ = select.select([0], [], [], LOOK_SECONDS)
        return bool(ready) and os.read(0, 1) == b""
    except InterruptedError:
        return False


def _end(server: subprocess.Popen[bytes], limit: float) -> int:
    deadline = time.monotonic() + limit
    server.terminate()
    with contextlib.suppress(subprocess.TimeoutExpired):
        server.wait(limit)
    while _group_lives(server.pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(server.pid, signal.SIGKILL)
    return server.wait()


def _group_lives(group: int) -> bool:
    """Say whether what the server started still runs; reaps what has ended."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-group, os.WNOHANG)[0]:
            pass
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
