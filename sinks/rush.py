"""Messages counted as they are read in, whether the line is busy out."""

from __future__ import annotations

from collections import deque

SECONDS = 0.5
MESSAGES = 100
"""The line is busy while so many messages come in so many seconds: some 35 articles a second."""


class Rush:
    """How many messages have come of late."""

    def __init__(self) -> None:
        self._came: deque[tuple[float, int]] = deque()

    def take(self, number: int, now: float) -> None:
        """Note that `number` messages were read at `now` (seconds of any clock)."""
        self._came.append((now, number))

    def is_on(self, now: float) -> bool:
        """Tell whether the line is busy."""
        while self._came and self._came[0][0] <= now - SECONDS:
            self._came.popleft()
        return sum(number for _, number in self._came) >= MESSAGES
