"""What the workers made in from Kafka, files of JSON Lines out: a second sink, which needs no Elasticsearch."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import structlog
from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 (partitions are read from where their files end)
from kafka.errors import KafkaError  # noqa: TID251 (as above)

from schemas.settings import Settings

from .actions import Arrival
from .consumer import await_topics, open_consumer
from .faults import Denied, Unavailable
from .line_file import LineFile
from .lines import FILES, line_of
from .patience import pause

log = structlog.get_logger(__name__)

_POLL_MS = 200


def run(settings: Settings, folder: Path, stopping: Callable[[], bool], *, once: bool = False) -> int:
    """Append every message to its partition's file in `folder`, each once, until `stopping`; return how many.

    With `once` it ends at what the topics hold when it begins. A broker that is away is waited for.

    Raises:
        Denied: the broker refuses us.
        ValueError: a file in `folder` is none of ours; names it.
        OSError: a file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    attempt = 0
    while not stopping():
        try:
            await_topics(settings, list(FILES))
            with closing(LineWriter(open_consumer(settings, group=None), folder)) as writer:
                return writer.work(stopping, once=once)
        except Denied:
            raise
        except (Unavailable, KafkaError) as error:
            log.warning("waiting", reason=str(error), attempt=attempt + 1)
            time.sleep(pause(attempt))
            attempt += 1
    return 0


class LineWriter:
    """Reads every partition of the topics from where its file ends, in no group: the files keep the place."""

    def __init__(self, consumer: KafkaConsumer, folder: Path) -> None:
        self._consumer = consumer
        self._folder = folder
        self._files: dict[TopicPartition, LineFile] = {}

    def work(self, stopping: Callable[[], bool], *, once: bool) -> int:
        """Write until `stopping`, or with `once` up to where the topics end now; return how many lines."""
        ends, written = self._begin(), 0
        while not stopping() and not (once and self._has_reached(ends)):
            for place, records in self._consumer.poll(timeout_ms=_POLL_MS).items():
                arrivals = [Arrival(place.topic, place.partition, one.offset, one.key, one.value) for one in records]
                self._files[place].append(map(line_of, arrivals), arrivals[-1].offset + 1)
                written += len(arrivals)
        return written

    def close(self) -> None:
        """Close the files and the connection."""
        for file in self._files.values():
            file.close()
        self._consumer.close(autocommit=False, timeout_ms=2_000)

    def _begin(self) -> dict[TopicPartition, int]:
        """Open the files and go to where each ends; return where the partitions end now."""
        self._consumer.topics()  # asks the broker, so that it knows the partitions
        for topic, stem in FILES.items():
            for number in sorted(self._consumer.partitions_for_topic(topic) or ()):
                self._files[TopicPartition(topic, number)] = LineFile(self._folder / f"{stem}-{number:03}.jsonl")
        places = list(self._files)
        self._consumer.assign(places)
        begins, ends = self._consumer.beginning_offsets(places), self._consumer.end_offsets(places)
        for place, file in self._files.items():
            known = file.next_offset or 0
            if known > ends[place]:
                raise ValueError(f"{file.path}: ends behind its topic, which was made anew; take another folder")
            if file.next_offset is not None and known < begins[place]:
                log.warning("deleted_unread", file=str(file.path), messages=begins[place] - known)
            self._consumer.seek(place, max(begins[place], known))
        return {place: int(end) for place, end in ends.items()}

    def _has_reached(self, ends: dict[TopicPartition, int]) -> bool:
        return all(self._consumer.position(place) >= end for place, end in ends.items())
