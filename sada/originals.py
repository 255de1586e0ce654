"""An article's id in, its page as it was scraped out: from a file of the inbox, or from the topic of raw articles."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 (one message is looked for, by its key)
from kafka.errors import KafkaError  # noqa: TID251 (as above)

from producers.folder import globs
from producers.reading import read_articles
from schemas import DecodeError, RawArticle, Settings, decode
from schemas.partition import partition_of
from schemas.topics import RAW
from streams.door import DoorClosed, DoorRefused, knock

from .broker import REMEDY, kafka_reader
from .errors import UserError

SLACK = timedelta(minutes=1)
"""A message may be somewhat older than the moment that it names: clocks differ."""

SEARCH_SECONDS = 5.0
"""Longest look through a partition."""


def find_in_inbox(settings: Settings, article_id: str, paths: Sequence[str]) -> tuple[RawArticle, str] | None:
    """Return the page and the first of `paths` that still holds it; null where none does.

    Only paths that the watcher would take are looked at, and a file counts only if its text is this very article.
    """
    wanted = globs(settings)
    for path in paths:
        parts = PurePosixPath(path)
        if parts.is_absolute() or ".." in parts.parts or not wanted.takes(path):
            continue
        file = settings.inbox / path
        if not file.is_file():
            continue
        found = next(iter(read_articles([file], settings)))
        if isinstance(found, RawArticle) and found.article_id == article_id:
            return found, path
    return None


def find_on_topic(settings: Settings, article_id: str, read_at: datetime) -> RawArticle | None:
    """Return the page that was sent to Kafka at about `read_at`; null where the topic no longer has it.

    Raises:
        UserError: no broker answers.
    """
    place = TopicPartition(RAW.name, partition_of(article_id.encode(), settings.partitions))
    try:
        knock(settings)
        with closing(kafka_reader(settings)) as consumer:
            for value in _values(consumer, place, article_id.encode(), read_at):
                return decode(RawArticle, value)
    except DecodeError:
        return None
    except (KafkaError, DoorClosed, DoorRefused) as error:
        raise UserError(f"Kafka at {settings.kafka} does not answer: {error}", REMEDY) from error
    return None


def _values(consumer: KafkaConsumer, place: TopicPartition, key: bytes, read_at: datetime) -> Iterator[bytes]:
    """Yield the messages of `key` from about `read_at` on."""
    deadline = time.monotonic() + SEARCH_SECONDS
    found = consumer.offsets_for_times({place: int((read_at - SLACK).timestamp() * 1000)}).get(place)
    if found is None:
        return
    consumer.assign([place])
    consumer.seek(place, found.offset)
    end = consumer.end_offsets([place])[place]
    while consumer.position(place) < end and time.monotonic() < deadline:
        for records in consumer.poll(timeout_ms=500).values():
            yield from (record.value for record in records if record.key == key and record.value is not None)
