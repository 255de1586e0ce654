"""The sink's partitions: dealt by ranges, and dealt anew where the client dealt without knowing them all."""

from __future__ import annotations

import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from kafka.cluster import ClusterMetadata  # noqa: TID251 - the library's own part is what is watched
from kafka.coordinator.assignors.range import RangePartitionAssignor  # noqa: TID251

from schemas import Settings
from schemas.topics import ENRICHED
from sinks import consumer
from sinks.actions import Arrival
from sinks.consumer import Dealer, Intake
from sinks.faults import Stuck
from streams.topics import ensure_topics
from tests.sinks.line import send
from tests.sinks.messages import arrival, article

MEMBER = SimpleNamespace(member_id="one", group_instance_id=None, metadata=SimpleNamespace(topics=["a", "b"]))


class Cluster(ClusterMetadata):
    """Knows the partitions that it is told."""

    def __init__(self, **partitions: set[int]) -> None:
        self.known = partitions

    def partitions_for_topic(self, topic: str) -> set[int] | None:
        """Look a topic up."""
        return self.known.get(topic)


def test_what_is_dealt_blindly_is_remembered_until_all_is_known() -> None:
    """A topic whose partitions are not known makes the deal blind; the next one, with all, is not."""
    dealer = Dealer()
    assert dealer.blind_since is None
    dealer.assign(Cluster(a={0, 1}), [MEMBER])
    assert dealer.blind_since is not None
    dealt = dealer.assign(Cluster(a={0, 1}, b={0}), [MEMBER])
    assert dealer.blind_since is None
    assert {topic: list(parts) for topic, parts in dealt["one"].assigned_partitions} == {"a": [0, 1], "b": [0]}


@pytest.mark.servers
def test_who_was_dealt_nothing_by_mistake_reads_all_the_same(
    settings: Callable[..., Settings], fresh_topics: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first deal knows no partitions, and the client takes it for a full one: dealt anew, all arrives."""
    line = settings(partitions=4)
    ensure_topics(line)
    send(line, [arrival(article(f"n{number}")) for number in range(20)])
    deals: list[bool] = []
    whole = Dealer.assign

    def assign(self: Dealer, cluster: Any, members: Any) -> Any:
        deals.append(bool(deals))
        if deals[-1]:
            return whole(self, cluster, members)
        self.blind_since = time.monotonic()
        return RangePartitionAssignor.assign(Cluster(), members)

    monkeypatch.setattr(Dealer, "assign", assign)
    intake = Intake(line, [ENRICHED.name])
    found: set[bytes] = set()
    until = time.monotonic() + 60
    try:
        while len(found) < 20 and time.monotonic() < until:
            found |= {one.key for one in intake.take(lambda: False) if one.key}
    finally:
        intake.close()
    assert len(found) == 20
    assert deals[:2] == [False, True]


@pytest.mark.servers
def test_a_client_that_hangs_in_a_deal_is_told_of(
    settings: Callable[..., Settings], fresh_topics: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who hears nothing of partitions for too long is stuck; another client reads on."""
    line = settings(partitions=4)
    ensure_topics(line)
    send(line, [arrival(article("a"))])
    monkeypatch.setattr(consumer, "_DEALING_SECONDS", 1.0)
    monkeypatch.setattr(consumer._Losses, "on_partitions_assigned", lambda self, assigned: None)
    deaf = Intake(line, [ENRICHED.name])
    try:
        with pytest.raises(Stuck):
            [deaf.take(lambda: False) for _ in range(600)]
    finally:
        deaf.close()
    monkeypatch.undo()
    intake = Intake(line, [ENRICHED.name])
    until = time.monotonic() + 60
    found: list[Arrival] = []
    try:
        while not found and time.monotonic() < until:
            found = intake.take(lambda: False)
    finally:
        intake.close()
    assert len(found) == 1
