"""An article's key in, its messages on the line's topics out: where each stands, since when, and who has passed it."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta

import orjson
from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 (messages are looked for, by their key)
from kafka.consumer.fetcher import ConsumerRecord  # noqa: TID251 (as above)
from kafka.errors import KafkaError  # noqa: TID251 (as above)

from schemas import Settings
from schemas.message import Record
from schemas.partition import partition_of
from schemas.topics import CLEAN, ENRICHED, RAW, SPLIT, Topic
from streams.door import DoorClosed, DoorRefused, knock

from .broker import REMEDY, kafka_reader, read_reached
from .errors import UserError

SLACK = timedelta(minutes=1)
"""A message may be somewhat older than the moment that is known of it: clocks differ."""

WINDOW = 2000
"""Messages read at a time; so many after the last one of the article end the search."""

SEARCH_SECONDS = 5.0
"""Longest search through one topic."""


class Footprint(Record):
    """A message of the article. `at` is the broker's time; `ahead` how many messages the next stage has before it.

    `ahead` is 0 where the next stage has passed it.
    """

    topic: str
    partition: int
    offset: int
    at: datetime
    article_id: str
    taken_back: bool
    ahead: int


class Trail(Record):
    """The last messages of an article and of what it embeds; `exhausted` names the topics too long to be searched."""

    footprints: tuple[Footprint, ...]
    exhausted: tuple[str, ...] = ()


def find_trail(settings: Settings, root_id: str, since: datetime | None) -> Trail:
    """Find the messages of the article `root_id` and of what it embeds, sent at about `since` or, if null, lately.

    Raises:
        UserError: no broker answers.
    """
    topics = [RAW, *([CLEAN, SPLIT] if settings.topology == "staged" else []), ENRICHED]
    found: list[Footprint] = []
    exhausted: list[str] = []
    try:
        knock(settings)
        passed = read_reached(settings)
        with closing(kafka_reader(settings)) as consumer:
            known = consumer.topics()
            for topic in topics:
                if topic.name in known:
                    complete = _search(consumer, settings, topic, root_id, since, passed, found)
                    exhausted += [] if complete else [topic.name]
    except (KafkaError, DoorClosed, DoorRefused) as error:
        raise UserError(f"Kafka at {settings.kafka} does not answer: {error}", REMEDY) from error
    way = [topic.name for topic in topics]
    found.sort(key=lambda one: (way.index(one.topic), one.offset))
    last = {(one.topic, one.article_id): one for one in found}
    return Trail(footprints=tuple(last.values()), exhausted=tuple(exhausted))


def _search(  # noqa: PLR0913, PLR0917 - what is looked for, and where
    consumer: KafkaConsumer,
    settings: Settings,
    topic: Topic,
    root_id: str,
    since: datetime | None,
    passed: Mapping[TopicPartition, int],
    found: list[Footprint],
) -> bool:
    """Add the article's messages on `topic` to `found`; return whether all that may hold it was read."""
    place = TopicPartition(topic.name, partition_of(root_id.encode(), settings.partitions))
    deadline, hits = time.monotonic() + SEARCH_SECONDS, 0
    reached = passed.get(place, int(consumer.beginning_offsets([place])[place]))
    for begin, end in _windows(consumer, place, since):
        here = [record for record in _read(consumer, place, begin, end) if record.key == root_id.encode()]
        found += [_footprint(record, root_id, reached) for record in here]
        if hits and not here:
            return True
        hits += len(here)
        if time.monotonic() > deadline:
            return hits > 0
    return True


def _windows(consumer: KafkaConsumer, place: TopicPartition, since: datetime | None) -> Iterator[tuple[int, int]]:
    """Yield what to read: on from the moment that is known, or back from the end."""
    first, last = consumer.beginning_offsets([place])[place], consumer.end_offsets([place])[place]
    if since is not None:
        at = consumer.offsets_for_times({place: int((since - SLACK).timestamp() * 1000)}).get(place)
        starts = range(last if at is None else at.offset, last, WINDOW)
        yield from ((start, min(start + WINDOW, last)) for start in starts)
        return
    for end in range(last, first, -WINDOW):
        yield max(first, end - WINDOW), end


def _read(consumer: KafkaConsumer, place: TopicPartition, begin: int, end: int) -> Iterator[ConsumerRecord]:
    consumer.assign([place])
    consumer.seek(place, begin)
    deadline = time.monotonic() + SEARCH_SECONDS
    while consumer.position(place) < end and time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=500).values():
            yield from (record for record in records if begin <= record.offset < end)


def _footprint(record: ConsumerRecord, root_id: str, passed: int) -> Footprint:
    return Footprint(
        topic=record.topic,
        partition=record.partition,
        offset=record.offset,
        at=datetime.fromtimestamp(record.timestamp / 1000, UTC),
        article_id=root_id if record.value is None else _id(record.value, root_id),
        taken_back=record.value is None,
        ahead=max(0, record.offset + 1 - passed),
    )


def _id(value: bytes, root_id: str) -> str:
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:
        return root_id
    return str(found.get("article_id", root_id)) if isinstance(found, dict) else root_id
