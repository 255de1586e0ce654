"""Lets one process at a time fill the cache."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import make_open
from .progress import Say

PATIENCE_SECONDS = 2.0
"""A look at a full cache takes less; a longer wait deserves a word."""


@contextmanager
def locked(folder: Path, say: Say) -> Iterator[None]:
    """Hold the lock of `folder`, which is made if need be; waits for whoever has it."""
    make_open(folder)
    with (folder / ".lock").open("w") as handle:
        if not _taken_within(PATIENCE_SECONDS, handle.fileno()):
            say(f"waiting for another process that prepares {folder}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _taken_within(seconds: float, handle: int) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(0.05)
        else:
            return True
    return False
