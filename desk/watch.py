"""Looks at the line in, how fast it is out: rates from two looks, and how long articles took until they were found."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from .dates import now
from .hooks import Hooks, LineState

EVERY: Final = 2.0
"""Seconds between two looks; all pages that are open share them."""

RATE_SECONDS: Final = 20.0
"""Rates are those of so many seconds."""

CLOSE: Final = timedelta(seconds=4 * EVERY)
"""Longest time between two looks that follow each other closely."""

KEPT: Final = 1000
"""Waits that percentiles are made of: the latest."""


@dataclass(frozen=True)
class Times:
    """One of the newest articles: when its file was last changed, and when it was read."""

    article_id: str
    captured_at: datetime
    read_at: datetime


AskTimes = Callable[[], Awaitable[Sequence[Times]]]
"""Asks the index for its newest articles; none where it does not answer."""


@dataclass(frozen=True)
class Waits:
    """How long things took, in seconds: half of them, 95 and 99 of 100 took no longer; of how many."""

    number: int
    half: float
    of_95: float
    of_99: float


@dataclass(frozen=True)
class Look:
    """What the page shows: the line, its rates by (stage, topic) a second, and two kinds of waits."""

    at: datetime
    line: LineState
    rates: Mapping[tuple[str, str], float]
    in_inbox: Waits | None
    until_found: Waits | None


def sum_up(seconds: Sequence[float]) -> Waits | None:
    """Return the percentiles of `seconds`; null of none.

    >>> sum_up([3.0, 1.0, 2.0])
    Waits(number=3, half=2.0, of_95=3.0, of_99=3.0)
    """
    ordered = sorted(seconds)
    if not ordered:
        return None
    half, of_95, of_99 = (ordered[min(len(ordered) - 1, len(ordered) * of // 100)] for of in (50, 95, 99))
    return Waits(len(ordered), half, of_95, of_99)


@dataclass
class Rates:
    """Looks at counters in, their growth a second out."""

    _looks: deque[tuple[float, Mapping[tuple[str, str], int]]] = field(default_factory=deque)

    def take(self, at: float, counters: Mapping[tuple[str, str], int]) -> dict[tuple[str, str], float]:
        """Note counters at a moment (seconds) and return how fast each has grown of late; none at the first look."""
        self._looks.append((at, counters))
        while len(self._looks) > 2 and at - self._looks[1][0] >= RATE_SECONDS:
            self._looks.popleft()
        began, first = self._looks[0]
        if at <= began:
            return {}
        return {name: max(0.0, (count - first.get(name, count)) / (at - began)) for name, count in counters.items()}


class Arrivals:
    """Notes when articles are first found that were read since looks have followed each other closely."""

    def __init__(self) -> None:
        self._began: datetime | None = None
        self._last: datetime | None = None
        self._known: dict[str, None] = {}
        self._waits: deque[float] = deque(maxlen=KEPT)

    def take(self, at: datetime, newest: Sequence[Times]) -> Waits | None:
        """Note what is found at a moment; return how long all noted so far took."""
        if self._last is None or at - self._last > CLOSE:
            self._began = at  # nobody looked meanwhile: what came then was found later than it could be
        self._last = at
        assert self._began is not None
        for one in newest:
            if one.read_at > self._began and one.article_id not in self._known:
                self._waits.append(max(0.0, (at - one.read_at).total_seconds()))
            self._known[one.article_id] = None
        for old in list(self._known)[: -5 * KEPT]:
            del self._known[old]
        return sum_up(self._waits)


class Watch:
    """Looks at the line while somebody watches, never twice at once."""

    def __init__(self, hooks: Hooks, ask_times: AskTimes) -> None:
        self._hooks = hooks
        self._ask_times = ask_times
        self._rates = Rates()
        self._arrivals = Arrivals()
        self._last: tuple[float, Look] | None = None
        self._looking: asyncio.Task[Look] | None = None

    async def look(self, patience: float) -> Look | None:
        """Return the line as it is now, or was less than `EVERY` ago; null if nobody answers in `patience` seconds."""
        if self._last is not None and time.monotonic() - self._last[0] < EVERY * 0.9:
            return self._last[1]
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        done, _ = await asyncio.wait({self._looking}, timeout=patience)
        return self._looking.result() if done else None

    async def _look(self) -> Look:
        newest = await self._ask_times()
        at = now()
        found = self._arrivals.take(at, newest)
        line = await asyncio.to_thread(self._hooks.watch_line)
        counters = {(queue.stage, queue.topic): queue.done for queue in line.queues}
        waits = [(one.read_at - one.captured_at).total_seconds() for one in newest]
        rates = self._rates.take(time.monotonic(), counters)
        look = Look(at, line, rates, sum_up([max(0.0, wait) for wait in waits]), found)
        self._last = (time.monotonic(), look)
        return look
