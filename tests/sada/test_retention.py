"""What is unread and how long Kafka keeps it: told of long before it is deleted, and when it was."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import pytest
from kafka import (  # noqa: TID251 - the broker is the test's own
    KafkaAdminClient,
    KafkaConsumer,
    KafkaProducer,
    OffsetAndMetadata,
    TopicPartition,
)
from kafka.admin import ConfigResource, ConfigResourceType  # noqa: TID251 - as above

from sada.checkup.finding import Verdict
from sada.checkup.retention import DAY_MS, check_retention, judge, read_configs
from sada.status import gather_status
from schemas import Settings
from schemas.topics import ENRICHED, TOPICS
from streams.topics import ensure_topics

PART = TopicPartition(ENRICHED.name, 0)
KEEP_MS = 4000


@pytest.mark.parametrize(
    ("read", "first", "young", "verdict", "says"),
    [
        (90, 0, 80, Verdict.OK, "kept for 7.0 days"),
        (100, 0, 100, Verdict.OK, "nothing unread"),
        (60, 50, 80, Verdict.WARN, "20 of 40 unread messages are older than half of their 7.0 days"),
        (40, 50, 80, Verdict.FAIL, "10 messages were deleted unread"),
    ],
)
def test_unread_messages_are_judged_by_their_age(
    read: int, first: int, young: int, verdict: Verdict, says: str
) -> None:
    """Young ones are no matter, old ones a warning, deleted ones a failure with what to do."""
    finding = judge("here", 7 * DAY_MS, {PART: read}, {PART: first}, {PART: 100}, {PART: young})
    assert finding.verdict is verdict
    assert says in finding.found
    assert bool(finding.remedy) is (verdict is not Verdict.OK)


def test_every_topic_is_bounded_by_time_or_by_its_keys() -> None:
    """What is not kept for ever by key is kept for days: longer than a server stays away, and not for ever."""
    assert {topic.retention_ms for topic in TOPICS if not topic.lasting} == {7 * DAY_MS}


@pytest.mark.servers
@pytest.mark.usefixtures("fresh_topics")
def test_status_warns_before_kafka_deletes_what_the_sink_has_not_read(settings: Callable[..., Settings]) -> None:
    """A sink that stays away is no matter at first; half the time later the status says so, with what to do."""
    mine = settings(elasticsearch="http://127.0.0.1:1")
    ensure_topics(mine)
    sink = f"{mine.group}-sink"
    with closing(KafkaAdminClient(bootstrap_servers=mine.kafka)) as admin:
        kept = {"retention.ms": str(KEEP_MS), "message.timestamp.type": "LogAppendTime"}
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, ENRICHED.name, configs=kept)])
        with closing(KafkaConsumer(group_id=sink, bootstrap_servers=mine.kafka)) as consumer:
            consumer.assign([PART])
            consumer.commit({PART: OffsetAndMetadata(0, "", -1)})
        with closing(KafkaProducer(bootstrap_servers=mine.kafka)) as producer:
            producer.send(ENRICHED.name, b"{}", partition=0).get(10)
        written = time.monotonic()
        assert gather_status(mine, None).warnings == () or time.monotonic() - written > KEEP_MS / 2000
        time.sleep(KEEP_MS / 2000)
        (warning,) = gather_status(mine, None).warnings
        assert warning.startswith(f"{ENRICHED.name}, read by {sink}: 1 of 1 unread messages")
        admin.delete_records({PART: 1})
        (finding,) = check_retention(admin, [sink], read_configs(admin, [ENRICHED.name]))
    assert (finding.verdict, finding.found) == (Verdict.FAIL, "1 messages were deleted unread")
