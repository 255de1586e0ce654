"""The sink as a process of its own between the real servers, and what the tests say to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch  # noqa: TID251 - the test looks at what the sink wrote
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition  # noqa: TID251 - it plays the workers
from kafka.errors import RetriableError  # noqa: TID251

from schemas import MemberBatch, decode
from schemas.indices import ARTICLES, FORGOTTEN, HEADLINES, INDICES, NAMES, REJECTED, Index
from schemas.settings import Settings
from schemas.topics import SEEN
from sinks.actions import Arrival

SETTINGS = (
    "kafka",
    "elasticsearch",
    "elasticsearch_username",
    "group",
    "index_prefix",
    "partitions",
    "bulk_documents",
)
ROOT = Path(__file__).parents[2]
RUN = (
    "import logging, sys; logging.basicConfig(stream=sys.stderr);"
    "from schemas.settings import load_settings; from sinks.indexer import run; sys.exit(run(load_settings()))"
)


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables that give a child these settings."""
    given = {f"SADA_{name.upper()}": getattr(settings, name) for name in SETTINGS}
    if settings.elasticsearch_password is not None:
        given["SADA_ELASTICSEARCH_PASSWORD"] = settings.elasticsearch_password.get_secret_value()
    return {**os.environ, **{name: str(value) for name, value in given.items() if value is not None}}


class Sink:
    """A running sink; its log lies in `log`."""

    def __init__(self, settings: Settings, log: Path) -> None:
        self._log = log.open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-c", RUN], cwd=ROOT, env=environment(settings), stdout=self._log, stderr=self._log
        )

    def kill(self) -> None:
        """End it as a power cut would, if it still runs."""
        self.process.kill()
        self.process.wait()
        self._log.close()

    def stop(self, limit: float = 10.0) -> int:
        """Order it to stop; return its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(limit)


@contextmanager
def running(settings: Settings, log: Path) -> Iterator[Sink]:
    """Run a sink for the length of a block."""
    sink = Sink(settings, log)
    try:
        yield sink
    finally:
        sink.kill()


def send(settings: Settings, arrivals: Iterable[Arrival]) -> None:
    """Put messages on their topics as workers do, and wait for the broker's word."""
    producer = KafkaProducer(
        bootstrap_servers=settings.kafka, linger_ms=5, batch_size=262_144, max_request_size=5_000_000
    )
    try:
        futures = [producer.send(one.topic, key=one.key, value=one.value) for one in arrivals]
        for future in futures:
            future.get(timeout=120)
    finally:
        producer.close()


def wait_until(true: Callable[[], bool], limit: float = 120.0) -> None:
    """Wait for `true`, at most `limit` seconds."""
    deadline = time.monotonic() + limit
    while not true():
        assert time.monotonic() < deadline, f"not so after {limit} s"
        time.sleep(0.05)


def committed(settings: Settings) -> int:
    """Return how many messages the sink's group has committed in all."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    try:
        offsets = admin.list_group_offsets({f"{settings.group}-sink": None})[f"{settings.group}-sink"]
        return sum(max(0, place.offset) for place in offsets.values())
    except RetriableError:
        return 0  # the broker is still making its own topic of offsets
    finally:
        admin.close()


def committed_keys(settings: Settings, topic: str) -> set[str]:
    """Return the keys of the messages of `topic` that the sink's group will not read again."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, auto_offset_reset="earliest")
    try:
        offsets = admin.list_group_offsets({f"{settings.group}-sink": None})[f"{settings.group}-sink"]
        due = {place: at.offset for place, at in offsets.items() if place.topic == topic and at.offset > 0}
        consumer.assign(list(due))
        keys: set[str] = set()
        while due and any(consumer.position(place) < end for place, end in due.items()):
            for place, records in consumer.poll(timeout_ms=500).items():
                keys.update((record.key or b"").decode() for record in records if record.offset < due[place])
        return keys
    finally:
        consumer.close()
        admin.close()


def settled(settings: Settings, messages: int, limit: float = 180.0) -> None:
    """Wait until the sink has committed `messages` in all."""
    deadline = time.monotonic() + limit
    while (done := committed(settings)) < messages:
        assert time.monotonic() < deadline, f"{done} of {messages} committed after {limit} s"
        time.sleep(0.1)


_ID_FIELD = {
    FORGOTTEN: "article_id",
    ARTICLES: "article_id",
    HEADLINES: "headline_id",
    NAMES: "member",
    REJECTED: "reject_id",
}


def documents(settings: Settings, index: Index) -> dict[str, dict[str, Any]]:
    """Return every document of `index` by id."""
    client = Elasticsearch(settings.elasticsearch)
    try:
        alias = index.alias(settings.index_prefix)
        client.indices.refresh(index=alias)
        found: dict[str, dict[str, Any]] = {}
        after: list[Any] | None = None
        while True:
            page = client.search(index=alias, size=1000, sort=[{_ID_FIELD[index]: "asc"}], search_after=after)
            hits = page["hits"]["hits"]
            if not hits:
                return found
            found |= {hit["_id"]: hit["_source"] for hit in hits}
            after = hits[-1]["sort"]
    finally:
        client.close()


def drop_indices(settings: Settings) -> None:
    """Remove the indices of `settings`."""
    client = Elasticsearch(settings.elasticsearch)
    try:
        client.indices.delete(
            index=[index.versioned(settings.index_prefix) for index in INDICES], ignore_unavailable=True
        )
    finally:
        client.close()


def sightings_told(settings: Settings) -> list[tuple[int, MemberBatch]]:
    """Return all that stands on `clusters.seen`, with its partitions."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, auto_offset_reset="earliest")
    try:
        places = [TopicPartition(SEEN.name, number) for number in range(settings.partitions)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        told: list[tuple[int, MemberBatch]] = []
        while len(told) < sum(ends.values()):
            for place, records in consumer.poll(timeout_ms=500).items():
                told += [(place.partition, decode(MemberBatch, record.value)) for record in records]
        return told
    finally:
        consumer.close()
