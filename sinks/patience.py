"""A fault that will pass in, time well spent out: wait, stay in the group, mend what we can, try again."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

import structlog

from .faults import Unavailable

log = structlog.get_logger(__name__)

_FIRST_WAIT = 0.1
_LONGEST_WAIT = 5.0

T = TypeVar("T")


class Waiting(Protocol):
    """Where time passes without losing the place in the group."""

    def idle(self, seconds: float) -> None:
        """Let `seconds` pass; may raise to give up what is in hand."""


def pause(attempt: int) -> float:
    """Return the seconds to wait after `attempt` earlier waits: doubling, at most 5 s, up to half of it less by chance.

    >>> 0.05 <= pause(0) <= 0.1
    True
    >>> 2.5 <= pause(99) <= 5.0
    True
    """
    longest = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0 ** min(attempt, 10))
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 (spreads the retries of many sinks, guards nothing)


@dataclass(frozen=True)
class Patience:
    """Waits between tries.

    `mend` sets up again an index that someone removed; `check_time` may end it all; `tell` is told what is waited for.
    """

    place: Waiting
    mend: Callable[[], None]
    check_time: Callable[[], None]
    tell: Callable[[str], None] = lambda _: None

    def wait(self, attempt: int, why: str) -> None:
        """Wait before the try after `attempt` earlier ones.

        Raises:
            Lost: what is in hand is no longer ours.
            Abandoned: there is no time left.
        """
        self.check_time()
        self.tell("Kafka" if why.startswith(("commit:", "poll:")) else "Elasticsearch or Kafka to take what was read")
        seconds = pause(attempt)
        log.warning("waiting", reason=why[:500], attempt=attempt + 1, seconds=round(seconds, 2))
        try:
            self.place.idle(seconds)
            if "index_not_found" in why:
                self.mend()
        except Unavailable as error:
            log.warning("waiting", reason=str(error)[:500], attempt=attempt + 1)
            time.sleep(seconds)
        self.check_time()

    def persist(self, ask: Callable[[], T]) -> T:
        """Ask until it is answered."""
        attempt = 0
        while True:
            try:
                return ask()
            except Unavailable as error:
                self.wait(attempt, str(error))
                attempt += 1
