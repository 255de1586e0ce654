"""Topics on a real broker: whose clock says how old a message is."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer  # noqa: TID251 - the broker is the test's own
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic  # noqa: TID251 - as above

from schemas import Settings
from schemas.topics import ENRICHED, RAW
from streams.topics import ensure_topics

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("fresh_topics")]

HOUR_MS = 3_600_000
Make = Callable[..., Settings]


def test_only_the_brokers_clock_says_how_old_a_message_is(settings: Make) -> None:
    """Senders whose clocks are hours ahead or weeks behind are neither refused nor soon deleted."""
    mine = settings()
    ensure_topics(mine)
    now = round(time.time() * 1000)
    with closing(KafkaProducer(bootstrap_servers=mine.kafka)) as producer:
        for shift in (26 * HOUR_MS, -30 * 24 * HOUR_MS):
            producer.send(RAW.name, b"{}", timestamp_ms=now + shift).get(10)
    with closing(KafkaConsumer(RAW.name, bootstrap_servers=mine.kafka, auto_offset_reset="earliest")) as consumer:
        found = [next(consumer).timestamp for _ in range(2)]
    assert all(abs(stamp - now) < HOUR_MS for stamp in found)


def test_topics_that_stand_are_given_the_brokers_clock(settings: Make) -> None:
    """What an earlier version made is put right; an operator's own retention is left alone."""
    mine = settings()
    with closing(KafkaAdminClient(bootstrap_servers=mine.kafka)) as admin:
        admin.create_topics([NewTopic(ENRICHED.name, mine.partitions, 1, topic_configs={"retention.ms": "1234567"})])
        ensure_topics(mine)
        until = time.monotonic() + 20
        while (config := described(admin)) != ("LogAppendTime", "1234567") and time.monotonic() < until:
            time.sleep(0.1)
    assert config == ("LogAppendTime", "1234567")


def described(admin: KafkaAdminClient) -> tuple[str, str]:
    """Return whose clock the topic goes by, and how long it keeps messages."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, ENRICHED.name)]
    found = admin.describe_configs(asked, config_filter="all")["topic"][ENRICHED.name]
    return found["message.timestamp.type"]["value"], found["retention.ms"]["value"]
