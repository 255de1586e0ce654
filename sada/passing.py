"""Topics in, how far they reach and how far the line has worked them off out; also what has been said since."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import NamedTuple, Self

from kafka import TopicPartition  # noqa: TID251 (the broker is asked how far the line is)
from kafka.errors import KafkaError  # noqa: TID251 (as above)

from schemas import Settings
from schemas.letter import Letter
from sinks.faults import Unavailable
from sinks.outbox import Outbox
from streams.door import DoorClosed, DoorRefused, knock

from .broker import PATIENCE_MS, REMEDY, kafka_reader, read_reached
from .errors import UserError

Places = Mapping[TopicPartition, int]

LOOK_SECONDS = 0.3
"""Time between two looks at what the groups have committed."""


class Message(NamedTuple):
    """A message as it stands in its topic."""

    place: TopicPartition
    offset: int
    key: bytes
    value: bytes | None


class Passing:
    """Messages sent into the line, and whether all its groups have passed them."""

    def __init__(self, settings: Settings) -> None:
        """Connect.

        Raises:
            UserError: no broker answers, or it refuses us.
        """
        try:
            knock(settings)
            self._consumer = kafka_reader(settings)
        except (KafkaError, DoorClosed, DoorRefused) as error:
            raise UserError(str(error), REMEDY) from error
        self._settings = settings
        self._outbox = Outbox(settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._outbox.close()
        self._consumer.close(autocommit=False, timeout_ms=1_000)

    def send(self, letters: Iterable[Letter]) -> Places:
        """Send `letters` and return where their partitions end once Kafka has them all.

        Raises:
            UserError: Kafka did not take them; some may have arrived, which does no harm.
        """
        sent = list(letters)
        topics = {letter.topic for letter in sent}
        before = self.ends(topics)
        try:
            self._outbox.deliver(sent)
        except Unavailable as error:
            raise UserError(
                f"Kafka did not take all messages: {error}", "do it again: what is done twice is done once"
            ) from error
        return {place: end for place, end in self.ends(topics).items() if end > before.get(place, 0)}

    def ends(self, topics: Iterable[str]) -> Places:
        """Return where each partition of `topics` ends.

        Raises:
            UserError: a topic is not there, or no broker answers.
        """
        try:
            places = [TopicPartition(topic, number) for topic in topics for number in self._partitions(topic)]
            found = self._consumer.end_offsets(places) if places else {}
        except KafkaError as error:
            raise UserError(f"Kafka at {self._settings.kafka}: {error}", REMEDY) from error
        return {place: int(end) for place, end in found.items()}

    def _partitions(self, topic: str) -> list[int]:
        deadline = time.monotonic() + PATIENCE_MS / 1000
        while not (numbers := self._consumer.partitions_for_topic(topic)):
            if time.monotonic() > deadline:
                raise UserError(f"Kafka at {self._settings.kafka} has no topic {topic}", REMEDY)
            time.sleep(LOOK_SECONDS)
        return sorted(numbers)

    def wait(self, places: Places, seconds: float, tick: Callable[[], None] = lambda: None) -> bool:
        """Wait until the line has committed up to `places`; False if that takes longer than `seconds`."""
        deadline = time.monotonic() + seconds
        while not self._passed(places):
            if time.monotonic() > deadline:
                return False
            tick()
            time.sleep(LOOK_SECONDS)
        return True

    def _passed(self, places: Places) -> bool:
        try:
            reached = read_reached(self._settings)
        except KafkaError:
            return False  # a broker that has just come up reads its groups first
        return all(reached.get(place, 0) >= end for place, end in places.items())

    def said_since(self, places: Places) -> dict[bytes, bytes | None]:
        """Return the last word on each key between `places` and the end of their topics, which is where it is now."""
        ends = self.ends({place.topic for place in places})
        return {message.key: message.value for message in self.read(places, ends)}

    def begins(self, topics: Iterable[str]) -> Places:
        """Return where each partition of `topics` begins: what stood before is deleted.

        Raises:
            UserError: a topic is not there, or no broker answers.
        """
        places = [TopicPartition(topic, number) for topic in topics for number in self._partitions(topic)]
        try:
            found = self._consumer.beginning_offsets(places) if places else {}
        except KafkaError as error:
            raise UserError(f"Kafka at {self._settings.kafka}: {error}", REMEDY) from error
        return {place: int(begin) for place, begin in found.items()}

    def read(self, begin: Places, end: Places) -> Iterator[Message]:
        """Yield what stands in each partition of `end` from `begin` on, in order within each."""
        todo = {place: last for place, last in end.items() if last > begin.get(place, 0)}
        self._consumer.assign(list(todo))
        for place in todo:
            self._consumer.seek(place, begin.get(place, 0))
        while any(self._consumer.position(place) < last for place, last in todo.items()):
            for place, records in self._consumer.poll(timeout_ms=500).items():
                for record in records:
                    if record.offset < todo[place]:
                        yield Message(place, record.offset, record.key or b"", record.value)
