"""Partitions dealt anew: whoever runs out of time half-way reads on all the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from kafka.admin import KafkaAdminClient, NewPartitions  # noqa: TID251 - the test widens a topic
from kafka.coordinator.assignors.range import RangePartitionAssignor  # noqa: TID251 - and slows the deal down

from schemas import Settings
from schemas.topics import ENRICHED
from sinks.consumer import Consumer
from streams.topics import ensure_topics
from tests.sinks.line import send
from tests.sinks.messages import arrival, article

pytestmark = pytest.mark.servers


def test_a_deal_that_outlasts_a_poll_is_not_forgotten(
    settings: Callable[..., Settings], fresh_topics: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A topic grows while it is read, and dealing takes longer than one poll: all partitions are read, and it ends."""
    line = settings(partitions=2)
    ensure_topics(line)
    deals: list[float] = []
    deal = RangePartitionAssignor.assign

    def slowly(_: Any, cluster: Any, members: Any) -> Any:
        deals.append(time.monotonic())
        time.sleep(0.5)
        return deal(cluster, members)

    monkeypatch.setattr(RangePartitionAssignor, "assign", classmethod(slowly))
    consumer = Consumer(line, [ENRICHED.name])
    try:
        send(line, [arrival(article("before"))])
        assert take(consumer, 1) == 1
        admin = KafkaAdminClient(bootstrap_servers=line.kafka)
        admin.create_partitions({ENRICHED.name: NewPartitions(8)})
        admin.close()
        until = time.monotonic() + 60
        while len(deals) < 2 and time.monotonic() < until:
            consumer.take(lambda: False)
        assert len(deals) >= 2
        send(line, [arrival(article(f"n{number}")) for number in range(40)])
        assert take(consumer, 40) == 40
        done = len(deals)
        for _ in range(20):
            consumer.take(lambda: False)
        assert len(deals) == done
    finally:
        consumer.close()


def take(consumer: Consumer, wanted: int) -> int:
    """Count the messages that come, until there are so many or a minute is over."""
    found, until = 0, time.monotonic() + 60
    while found < wanted and time.monotonic() < until:
        found += len(consumer.take(lambda: False))
    return found
