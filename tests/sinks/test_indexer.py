"""The loop: what is taken is settled and committed wave by wave, and the sink stays in its group meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, cast

from schemas.settings import Settings
from schemas.topics import ENRICHED
from sinks.actions import Arrival
from sinks.client import Cluster
from sinks.consumer import Consumer
from sinks.indexer import Indexer
from sinks.orders import Orders
from sinks.outbox import Outbox
from tests.sinks.messages import arrival, article, ident, tombstone
from tests.sinks.world import World


class Group:
    """One batch, then the order to stop; notes what the loop does in between."""

    def __init__(self, orders: Orders, batch: Sequence[Arrival]) -> None:
        self.orders, self.batch = orders, list(batch)
        self.done: list[str] = []
        self.caught_up = self.busy = False

    def take(self, stopping: Callable[[], bool]) -> list[Arrival]:
        """Hand out the batch."""
        batch, self.batch = self.batch, []
        if not batch:
            self.orders.stop()
        return batch

    def idle(self, seconds: float) -> None:
        """Note it."""
        self.done.append("polled")

    def commit(self, batch: Sequence[Arrival]) -> int:
        """Note how much."""
        self.done.append(f"committed {len(batch)}")
        return len(batch)


def run(*batch: Arrival) -> tuple[World, list[str]]:
    """Let the loop have `batch`."""
    orders, world = Orders(), World()
    group = Group(orders, batch)
    parts: Any = (cast(Cluster, world), cast(Consumer, group), cast(Outbox, world), orders)
    Indexer(Settings(_env_file=None), *parts).work()
    return world, group.done


def test_batch_of_one_wave_is_committed_at_once() -> None:
    """The common case costs nothing more."""
    world, done = run(arrival(article("a")), arrival(article("b")))
    assert set(world.index) == {ident("a"), ident("b")}
    assert done == ["committed 2"]


def test_sink_stays_in_its_group_between_waves() -> None:
    """A batch that takes many rounds keeps polling, so that its partitions are not given to others."""
    gone = tombstone(ENRICHED.name, ident("a"))
    world, done = run(arrival(article("a")), gone, arrival(article("a")), gone)
    assert world.index == {}
    assert done == ["committed 1", "polled", "committed 1", "polled", "committed 1", "polled", "committed 1"]
