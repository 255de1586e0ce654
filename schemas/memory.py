"""A process that has loaded what it needs enters; it keeps less memory, and looks for garbage where there is some."""

from __future__ import annotations

import ctypes
import gc
import time
from collections.abc import Callable
from typing import Final

COLLECT_AFTER: Final = (50_000, 10, 100)
"""Objects more than before after which the young are looked through, and how many times of that until the older are.

More than a batch in hand has: it is not looked through while it is worked off.
"""
LARGE: Final = 256 * 1024
"""Bytes from which on a block goes back to the system as soon as it is free, and not into a heap with holes."""
_SPARE: Final = 16 * LARGE

_TRIM_THRESHOLD: Final = -1
_MMAP_THRESHOLD: Final = -3
_ARENA_MAX: Final = -8
"""Numbers of glibc's malloc.h."""


def set_aside() -> None:
    """Keep the loaded lists and models out of garbage collection: looking through them costs a tenth of tagging.

    What is remembered of words and headlines comes later. Little of what a role makes is garbage in circles, so it is
    looked for less often than Python does, which costs a sixth of remembering headlines.
    """
    gc.unfreeze()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


class Broom:
    """Sweeps up, but no more often than every `seconds` (of `clock`)."""

    def __init__(self, seconds: float, *, circles: bool = False, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._circles = circles
        self._clock = clock
        self._swept = clock()

    def sweep(self) -> bool:
        """Give back what is free, if it is time; with `circles` garbage in circles too. Tells whether it was time."""
        now = self._clock()
        if now - self._swept < self._seconds:
            return False
        self._swept = now
        if self._circles:
            gc.collect()
        sweep_up()
        return True


def sweep_up() -> bool:
    """Give pages back to the system that hold nothing any more; whether the C library can.

    What batches leave behind are holes between what is remembered, a tenth of a worker's memory. Costs a few
    milliseconds, so it is for every some seconds.
    """
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return False
    trim(_SPARE)
    return True


def give_back() -> bool:
    """Have large blocks given back to the system; whether the C library can (glibc does, others need not be told).

    A worker's batches are messages of up to some megabytes: in one heap with what is remembered they leave holes, a
    tenth of all its memory. glibc raises the limit by itself as soon as one such block was freed.
    """
    try:
        tell = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):
        return False
    told = ((_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, _SPARE), (_ARENA_MAX, 2))
    return [tell(which, value) for which, value in told] == [1, 1, 1]
