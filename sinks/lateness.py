"""When the oldest message in hand was written in, a warning out once it is old enough to be deleted before long."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

import structlog

log = structlog.get_logger(__name__)

EVERY = 3600.0
"""Seconds between two warnings."""


class Lateness:
    """Watches the age of what is in hand; `keep_ms` is how long Kafka keeps it, by the topic table."""

    def __init__(self, keep_ms: int, wall: Callable[[], float] = time.time) -> None:
        self._keep_ms = keep_ms
        self._wall = wall
        self._oldest: int | None = None
        self._warned = 0.0

    def take(self, written_ms: Iterable[int]) -> None:
        """Note messages that were read, by the moments (ms since 1970) at which the broker took them."""
        moments = [moment for moment in written_ms if moment > 0]
        if moments:
            self._oldest = min([*moments, *([] if self._oldest is None else [self._oldest])])

    def let_go(self) -> None:
        """Note that nothing is in hand any more."""
        self._oldest = None

    def warn(self) -> bool:
        """Warn, once an hour, if the oldest message in hand has lived half of its time; tell whether that was done."""
        now = self._wall()
        if self._oldest is None or abs(now - self._warned) < EVERY:
            return False
        age_ms = now * 1000 - self._oldest
        if age_ms < self._keep_ms / 2:
            return False
        self._warned = now
        log.error(
            "retention_near",
            oldest_hours=round(age_ms / 3_600_000),
            kept_hours=round(self._keep_ms / 3_600_000),
            hint="bring back what the sink waits for, or raise retention.ms of its topics; Kafka deletes unread too",
        )
        return True
