"""What the line's page makes of looks: rates, waits, and one look for all who watch."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import cast

from desk.hooks import Hooks, LineState
from desk.watch import Arrivals, Rates, Times, Watch, sum_up

NOON = datetime(2025, 4, 20, 12, tzinfo=UTC)


def times(number: int, read_at: datetime) -> Times:
    return Times(f"{number:032x}", read_at - timedelta(seconds=5), read_at)


def test_rates_are_growth_over_the_last_looks() -> None:
    """The first look has no rate; later ones count from the oldest look of the last twenty seconds."""
    rates = Rates()
    assert rates.take(0.0, {("sink", "a"): 100}) == {}
    assert rates.take(10.0, {("sink", "a"): 150}) == {("sink", "a"): 5.0}
    assert rates.take(20.0, {("sink", "a"): 150}) == {("sink", "a"): 2.5}
    assert rates.take(40.0, {("sink", "a"): 150, ("new", "b"): 7}) == {("sink", "a"): 0.0, ("new", "b"): 0.0}
    assert rates.take(41.0, {("sink", "a"): 10}) == {("sink", "a"): 0.0}


def test_only_what_came_while_one_watched_is_timed() -> None:
    """Articles that were there before, or that came in a pause between two looks, say nothing of its speed."""
    arrivals = Arrivals()
    assert arrivals.take(NOON, [times(1, NOON - timedelta(hours=1))]) is None
    waits = arrivals.take(NOON + timedelta(seconds=2), [times(2, NOON + timedelta(seconds=1))])
    assert waits is not None
    assert (waits.number, waits.half) == (1, 1.0)
    assert arrivals.take(NOON + timedelta(seconds=4), [times(2, NOON + timedelta(seconds=1))]) == waits
    later = NOON + timedelta(minutes=5)
    assert arrivals.take(later, [times(3, NOON + timedelta(minutes=1))]) == waits


def test_waits_are_percentiles() -> None:
    """Half, 95 and 99 of 100 took no longer."""
    waits = sum_up([float(number) for number in range(100)])
    assert waits is not None
    assert (waits.number, waits.half, waits.of_95, waits.of_99) == (100, 50.0, 95.0, 99.0)


class _Line:
    looks = 0

    def watch_line(self) -> LineState:
        """Count the looks."""
        self.looks += 1
        return LineState("ready", (), (), (), {}, {}, 4, "inbox")


async def test_all_who_watch_share_one_look() -> None:
    """Many pages at once cost one question; a server that does not answer in time leaves the page without a look."""
    line = _Line()

    async def ask() -> Sequence[Times]:
        return ()

    watch = Watch(cast("Hooks", line), ask)
    looks = await asyncio.gather(*(watch.look(5.0) for _ in range(10)))
    assert line.looks == 1
    assert all(look is looks[0] for look in looks)

    async def ask_for_ever() -> Sequence[Times]:
        await asyncio.sleep(60)
        return ()

    assert await Watch(cast("Hooks", line), ask_for_ever).look(0.05) is None
