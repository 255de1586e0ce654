"""Lets one process at a time fill the cache."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .places import make_open
from .progress import Say


@contextmanager
def locked(folder: Path, say: Say) -> Iterator[None]:
    """Hold the lock of `folder`, which is made if need be; waits for whoever has it."""
    make_open(folder)
    with (folder / ".lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"waiting for another process that prepares {folder}")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
