"""Documents as we wrote them in, those of the last seconds out: what may be changed without reading it first."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from .actions import Action, Place

SECONDS = 10.0
MOST_BYTES = 16_000_000


class Written(NamedTuple):
    """A document as we wrote it, and where it stood in its history then."""

    source: bytes
    place: Place


class Recent:
    """Remembers the documents of `index` for some seconds; someone else may have written them since.

    So what is made of them must be written on condition of their place, and "nothing to do" never be concluded.
    """

    def __init__(self, index: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._index = index
        self._clock = clock
        self._kept: dict[str, tuple[float, Written]] = {}
        self._bytes = 0

    def note(self, action: Action, place: Place | None) -> None:
        """Take note that `action` made its document stand at `place`; null if it failed, or who knows."""
        if action.index != self._index:
            return
        self._drop(action.id)
        if action.source is None or place is None or action.is_partial:
            return
        self._kept[action.id] = (self._clock(), Written(action.source, place))
        self._bytes += len(action.source)
        self._make_room()

    def get(self, name: str) -> Written | None:
        """Return the document `name` as we last wrote it, if that is no longer ago than `SECONDS`."""
        at, written = self._kept.get(name, (0.0, None))
        return written if written is not None and self._clock() - at <= SECONDS else None

    def _make_room(self) -> None:
        since = self._clock() - SECONDS
        while self._kept:
            name = next(iter(self._kept))
            if self._kept[name][0] >= since and self._bytes <= MOST_BYTES:
                return
            self._drop(name)

    def _drop(self, name: str) -> None:
        _, written = self._kept.pop(name, (0.0, None))
        self._bytes -= 0 if written is None else len(written.source)
