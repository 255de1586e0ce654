"""Real workers on a real broker, for tests: feed it, wait until the group has caught up, read what came out."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from kafka import KafkaConsumer, KafkaProducer, TopicPartition  # noqa: TID251 - the broker is the test's own
from kafka.admin import KafkaAdminClient  # noqa: TID251
from kafka.errors import KafkaError  # noqa: TID251
from kafka.structs import OffsetAndMetadata  # noqa: TID251

from schemas import EnrichedArticle, Headline, Kind, Naming, RawArticle, Rejected, Settings, decode, encode
from schemas.topics import ENRICHED, NAMED, RAW, REJECTED, UNIQUE
from streams.outbox import ENVELOPE_BYTES
from streams.table import group_id
from streams.wiring import chains

ROOT = Path(__file__).parents[2]

Message = tuple[bytes | None, bytes | None]


@dataclass
class Worker:
    """A worker process, with the stand-in stages or the real ones."""

    settings: Settings
    log: Path
    stages: str = "stand-ins"
    process: subprocess.Popen[bytes] = field(init=False)

    def __post_init__(self) -> None:
        environment = os.environ | {
            f"SADA_{name.upper()}": str(getattr(self.settings, name))
            for name in self.settings.model_fields_set
            if name not in {"include", "exclude"}
        }
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.streams.standins", self.stages],
                cwd=ROOT,
                env=environment,
                stderr=log,
                stdout=log,
            )

    def stop(self, number: signal.Signals = signal.SIGTERM, limit: float = 12.0) -> int:
        """Send a signal and return the exit status."""
        self.process.send_signal(number)
        return self.process.wait(limit)


@contextmanager
def workers(settings: Settings, tmp_path: Path, number: int = 1, stages: str = "stand-ins") -> Iterator[list[Worker]]:
    """Run `number` workers; whatever the test does, none is left behind."""
    tmp_path.mkdir(exist_ok=True)
    running = [Worker(settings, tmp_path / f"worker{index}.log", stages) for index in range(number)]
    try:
        yield running
    finally:
        for worker in running:
            with suppress(ProcessLookupError):
                worker.process.kill()
            worker.process.wait(10)
            print(worker.log.read_text(encoding="utf-8", errors="replace")[-4000:])  # noqa: T201 shown when a test fails


def feed(settings: Settings, messages: Iterable[RawArticle | Message], topic: str = RAW.name) -> None:
    """Send articles under their own ids, or keys and values as they are."""
    producer = KafkaProducer(
        bootstrap_servers=settings.kafka, max_request_size=settings.max_message_bytes + ENVELOPE_BYTES
    )
    futures = []
    for message in messages:
        if isinstance(message, RawArticle):
            key, value = message.article_id.encode(), encode(message)
        else:
            key, value = message
        futures.append(producer.send(topic, key=key, value=value))
    producer.flush()
    for future in futures:
        future.get(10)
    producer.close()


def lag(settings: Settings) -> int:
    """Count the messages that the group has not yet committed."""
    return sum(lags(settings).values())


def lags(settings: Settings) -> dict[str, int]:
    """Count by topic the messages that the group has not yet committed."""
    admin = KafkaAdminClient(bootstrap_servers=settings.kafka)
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka)
    try:
        committed = _committed(admin, group_id(settings))
        topics = [chain.reads.name for chain in chains(settings.topology)]
        places = [TopicPartition(topic, number) for topic in topics for number in range(settings.partitions)]
        ends = consumer.end_offsets(places)
        left = dict.fromkeys(topics, 0)
        for place, end in ends.items():
            left[place.topic] += end - (committed[place].offset if place in committed else 0)
        return left
    finally:
        admin.close()
        consumer.close()


def _committed(admin: KafkaAdminClient, group: str) -> dict[TopicPartition, OffsetAndMetadata]:
    """Ask for a group's offsets; a broker that has just started answers that it does not know yet."""
    while True:
        try:
            return admin.list_group_offsets([group])[group]
        except KafkaError as error:
            if not error.retriable:
                raise
            time.sleep(0.2)


def wait_until_drained(settings: Settings, seconds: float = 240.0) -> None:
    """Wait until the group has committed all there is, twice in a row."""
    until, calm = time.monotonic() + seconds, 0
    while calm < 2:
        assert time.monotonic() < until, f"lag is still {lag(settings)} after {seconds} s"
        calm = calm + 1 if lag(settings) == 0 else 0
        time.sleep(0.2)


def read(settings: Settings, topic: str) -> list[Message]:
    """Read a whole topic, in order within each partition."""
    return list(each(settings, topic))


def each(settings: Settings, topic: str) -> Iterator[Message]:
    """Yield all messages of a topic, in order within each partition."""
    consumer = KafkaConsumer(
        bootstrap_servers=settings.kafka, auto_offset_reset="earliest", max_partition_fetch_bytes=10_000_000
    )
    try:
        places = [TopicPartition(topic, number) for number in range(settings.partitions)]
        consumer.assign(places)
        ends = consumer.end_offsets(places)
        while any(consumer.position(place) < end for place, end in ends.items()):
            for records in consumer.poll(timeout_ms=500).values():
                yield from ((record.key, record.value) for record in records)
    finally:
        consumer.close()


@dataclass(frozen=True)
class Result:
    """What the index would hold after reading the topics: the last word on each id."""

    articles: dict[str, EnrichedArticle]
    headlines: dict[str, Headline]
    rejected: dict[str, Rejected]
    names: dict[tuple[Kind, str], str]


def result(settings: Settings) -> Result:
    """Read the three outgoing topics as the sink does; a tombstone removes what its key named."""
    articles: dict[str, EnrichedArticle] = {}
    for key, value in read(settings, ENRICHED.name):
        if value is None:
            root = (key or b"").decode()
            articles = {name: article for name, article in articles.items() if article.root_id != root}
        else:
            article = decode(EnrichedArticle, value)
            articles[article.article_id] = article
    told = [decode(Headline, value) for _, value in read(settings, UNIQUE.name) if value is not None]
    rejects = [decode(Rejected, value) for _, value in read(settings, REJECTED.name) if value is not None]
    headlines = {one.headline_id: one for one in told}
    namings = [decode(Naming, value) for _, value in read(settings, NAMED.name) if value is not None]
    names = {(one.kind, one.member): one.cluster for one in namings}
    return Result(
        articles,
        {name: headline for name, headline in headlines.items() if headline.sightings},
        {one.reject_id: one for one in rejects},
        {place: cluster for place, cluster in names.items() if cluster != place[1]},
    )
