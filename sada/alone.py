"""A name in, the certainty that no other command of that name is at work on this machine out."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import UserError


@contextmanager
def alone(state_dir: Path, name: str) -> Iterator[None]:
    """Be the only `sada <name>` of this state folder; the kernel lets go of it however the command ends.

    Raises:
        UserError: there is another one.
    """
    state_dir.mkdir(parents=True, exist_ok=True)
    file = os.open(state_dir / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise UserError(f"another sada {name} is at work here", "wait for it") from None
    try:
        yield
    finally:
        os.close(file)
