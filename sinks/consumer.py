"""Kafka's messages in, batches in the order read out; offsets go back only for what the caller has finished."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 (this is the file for it)
from kafka.consumer.subscription_state import ConsumerRebalanceListener  # noqa: TID251 (this is the file for it)
from kafka.coordinator.assignors.range import RangePartitionAssignor  # noqa: TID251 (this is the file for it)
from kafka.errors import (  # noqa: TID251 (this is the file for it)
    AuthorizationError,
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    SaslAuthenticationFailedError,
    UnknownMemberIdError,
)
from kafka.net.compat import KafkaNetClient  # noqa: TID251 (this is the file for it)
from kafka.structs import OffsetAndMetadata  # noqa: TID251 (this is the file for it)

from schemas.kafka_options import client_options
from schemas.kafka_reconnects import backing_off
from schemas.pulse import Pulse
from schemas.settings import Settings
from schemas.topics import ENRICHED, UNIQUE

from .actions import Arrival
from .faults import Denied, Lost, Unavailable
from .holding import Holding
from .lateness import Lateness
from .rush import Rush

QUIET_SECONDS = 0.05
"""On a quiet line a batch need not fill: what came goes at once, yet no more often than this."""

_POLL_MS = 100
_FILL_MS = 50
_QUIET_MS = 5
_DEAL_MS = 1_000
_TOPIC_SECONDS = 3.0
_FETCH_BYTES = 2 * 1024 * 1024
_PARTITION_BYTES = 256 * 1024
"""Bytes of a partition that wait in memory, still compressed: a hundred articles. Forty partitions fill up by and by.

No limit to a message: Kafka sends a larger first one whole (KIP-74), and takes the partitions in turn.
"""

_NO_LONGER_OURS = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)


class _Losses(ConsumerRebalanceListener):  # type: ignore[misc] # the library has no types
    """Counts how often partitions were taken from us; called on the client's own thread."""

    def __init__(self, pulse: Pulse) -> None:
        self.count = 0
        self._pulse = pulse

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        """Note a rebalance that took partitions (they come back with their committed offsets, if at all)."""
        if revoked:
            self.count += 1

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        """Tell that we have joined; reading starts where the group committed last."""
        self._pulse.join()


class Consumer:
    """The sink's end of the topics. Hands out batches, waits without leaving the group, commits on request."""

    def __init__(self, settings: Settings, topics: Sequence[str], pulse: Pulse | None = None) -> None:
        """Join the group `<group>-sink`, once all `topics` are there: who joins before would read only some of them.

        Raises:
            Unavailable: no broker answers, or it has not all the topics (a worker makes them when it starts).
            Denied: it knows us not.
        """
        self._documents = settings.bulk_documents
        self._bytes = settings.bulk_bytes
        self._fill_seconds = settings.bulk_wait_seconds
        self._buffer: list[Arrival] = []
        self._holding, self._rush = Holding(), Rush()
        self._pulse = pulse or Pulse(settings, "sink")
        self._losses = _Losses(self._pulse)
        self._in_hand = self._handed_out = 0
        self._committed: dict[str, int] = {}
        self._held = self._batch_held = 0
        self._next: dict[TopicPartition, int] = {}
        self._last_taken = 0.0
        self._lateness = Lateness(ENRICHED.retention_ms)
        await_topics(settings, topics)
        self._consumer = open_consumer(settings)
        self._consumer.subscribe(topics=list(topics), listener=self._losses)

    def take(self, stopping: Callable[[], bool]) -> list[Arrival]:
        """Return the next batch, each document's messages in order; empty when nothing came or the order to stop did.

        A batch is full by number or bytes, or ends by time: when the line is quiet at once (`QUIET_SECONDS` after
        the last), else `bulk_wait_seconds` after its first message: each batch asks six times of a server, however
        small it is. Headlines may be held back (`holding`).
        """
        first = time.monotonic()
        self._pulse.wait_for(None)
        while not stopping():
            had = bool(self._buffer)
            self._receive(_POLL_MS if not had else _FILL_MS if self.busy else _QUIET_MS)
            now = time.monotonic()
            if not self._buffer:
                break
            if not had:
                first = now
            if self._is_full() or self._is_time(now, first):
                self._last_taken = now
                break
        read, self._buffer = self._buffer, []
        self._batch_held = self._held
        batch = self._holding.sift(read, time.monotonic(), busy=self.busy and not stopping())
        self._handed_out = len(batch)
        return batch

    def _is_full(self) -> bool:
        size = sum(len(arrival.value or b"") for arrival in self._buffer)
        return len(self._buffer) >= self._documents or size >= self._bytes

    def _is_time(self, now: float, first: float) -> bool:
        if now - first >= self._fill_seconds:
            return True
        return self.caught_up and not self.busy and now - self._last_taken >= QUIET_SECONDS

    @property
    def caught_up(self) -> bool:
        """Whether nothing is known to wait in the topics beyond what was read."""
        ours = self._consumer.assignment()
        return all(
            (end := self._consumer.highwater(partition)) is None or following >= end
            for partition, following in self._next.items()
            if partition in ours
        )

    @property
    def busy(self) -> bool:
        """Whether much has come of late: then what costs much is done less often."""
        return self._rush.is_on(time.monotonic())

    def idle(self, seconds: float) -> None:
        """Let time pass without reading on, but stay in the group.

        Raises:
            Lost: the batch in hand is no longer ours; drop it.
        """
        deadline = time.monotonic() + seconds
        self._lateness.warn()
        self._consumer.pause(*self._consumer.assignment())
        try:
            while (left := deadline - time.monotonic()) > 0:
                # Only what was just assigned can still come here; it is kept for the next batch.
                self._receive(min(left * 1000, _POLL_MS))
                self.check()
        finally:
            self._consumer.resume(*self._consumer.paused())

    def check(self) -> None:
        """Raise when the batch in hand is no longer ours.

        Raises:
            Lost: partitions were taken from us since it was read.
        """
        if self._losses.count != self._batch_held:
            raise Lost("partitions were reassigned")

    def commit(self, batch: Sequence[Arrival]) -> int:
        """Tell the group that `batch` is done; return how many messages that makes, those passed over for it included.

        Raises:
            Lost: it is no longer ours to tell.
            Unavailable: try again.
        """
        self.check()
        done: dict[TopicPartition, int] = {}
        for arrival in batch:
            done[TopicPartition(arrival.topic, arrival.partition)] = arrival.offset + 1
        done |= {TopicPartition(UNIQUE.name, part): end for part, end in self._holding.reach(batch).items()}
        offsets = {partition: OffsetAndMetadata(following, "", -1) for partition, following in done.items()}
        try:
            self._consumer.commit(offsets, timeout_ms=10_000)
        except _NO_LONGER_OURS as error:
            raise Lost(str(error)) from error
        except KafkaError as error:
            raise Unavailable(f"commit: {error!r}") from error
        number = sum(arrival.topic != UNIQUE.name for arrival in batch) + self._holding.settle(batch)
        self._in_hand -= number
        self._handed_out -= len(batch)
        if not self._handed_out and not self._buffer:
            self._lateness.let_go()
        self._committed |= {f"{part.topic}-{part.partition}": offset for part, offset in done.items()}
        self._pulse.wait_for(None)
        self._tell()
        return number

    def close(self) -> None:
        """Leave the group, so that others take over at once."""
        self._consumer.close(autocommit=False, timeout_ms=2_000)

    def _receive(self, timeout_ms: float) -> None:
        """Add what comes within `timeout_ms` to the buffer, after dropping what a rebalance took away."""
        room = max(1, self._documents - len(self._buffer))
        if self._resume_joining():
            timeout_ms = max(timeout_ms, _DEAL_MS)
        try:
            found = self._consumer.poll(timeout_ms=timeout_ms, max_records=room)
        except KafkaError as error:
            raise Unavailable(f"poll: {error!r}") from error
        if self._losses.count != self._held:
            self._held = self._losses.count
            self._buffer.clear()
            self._holding.clear()
            self._next.clear()
            self._committed.clear()
            self._in_hand = 0
            self._lateness.let_go()
        for partition, records in found.items():
            self._next[partition] = records[-1].offset + 1
            self._buffer += [
                Arrival(partition.topic, partition.partition, record.offset, record.key, record.value)
                for record in records
            ]
            self._in_hand += len(records)
            self._lateness.take(record.timestamp for record in records)
        self._rush.take(sum(map(len, found.values())), time.monotonic())
        self._pulse.turn()
        self._tell()

    def _resume_joining(self) -> bool:
        """Have the next poll take up a deal that the last one left, its time being out; say if there is one.

        kafka-python forgets a deal that changed metadata asked for, once partitions are dealt and before word of them
        has come: nobody reads anything then, for good. Asked for again, it waits for the deal under way, unless that
        ended between two polls: then it begins another, which is why this one should last.
        """
        coordinator = self._consumer._coordinator
        if coordinator.rejoining:
            coordinator.request_rejoin()
        return bool(coordinator.rejoining)

    def _tell(self) -> None:
        """Tell how far we are: what was read and is not committed, and what is known to lie behind it."""
        ours = self._consumer.assignment()
        behind = [
            end - following
            for partition, following in self._next.items()
            if partition in ours and (end := self._consumer.highwater(partition)) is not None
        ]
        self._pulse.progress(self._committed, self._in_hand + sum(max(0, number) for number in behind))


def await_topics(settings: Settings, topics: Sequence[str]) -> None:
    """Look for `topics` for some seconds, with a consumer of no group: ours would take what it sees for a change.

    Raises:
        Unavailable: some are not there yet.
    """
    looker = open_consumer(settings, group=None)
    try:
        until = time.monotonic() + _TOPIC_SECONDS
        while missing := sorted(set(topics) - looker.topics()):
            if time.monotonic() > until:
                raise Unavailable(f"Kafka at {settings.kafka} has no topic {', '.join(missing)} yet; start a worker")
            time.sleep(0.2)
    except KafkaError as error:
        raise Unavailable(f"Kafka at {settings.kafka}: {error!r}") from error
    finally:
        looker.close(autocommit=False, timeout_ms=2_000)


def open_consumer(settings: Settings, group: str | None = "sink") -> KafkaConsumer:
    """Open a consumer that commits nothing by itself, of the line's group of that name or of none.

    Raises:
        Unavailable: no broker answers.
        Denied: it knows us not.
    """
    try:
        return KafkaConsumer(
            client_id=f"{settings.group}-sink",
            group_id=group and f"{settings.group}-{group}",
            enable_auto_commit=False,
            auto_offset_reset="earliest",
            allow_auto_create_topics=False,
            max_poll_records=settings.bulk_documents,
            fetch_max_bytes=_FETCH_BYTES,
            max_partition_fetch_bytes=min(_PARTITION_BYTES, settings.max_message_bytes),
            # A killed sink's partitions are free after this long; heartbeats come from the client's own thread.
            session_timeout_ms=10_000,
            # A topic that was deleted and made again is seen this soon; the default would be 5 min.
            metadata_max_age_ms=5_000,
            # The default, 30 s, is how long a broker that came back may wait for us.
            reconnect_backoff_max_ms=2_000,
            kafka_client=backing_off(KafkaNetClient),
            # All partitions are given back in a rebalance, so one count tells that the batch in hand is void.
            partition_assignment_strategy=(RangePartitionAssignor,),
            metrics_enabled=False,
            **client_options(settings),
        )
    except (AuthorizationError, SaslAuthenticationFailedError) as error:
        raise Denied(f"Kafka at {settings.kafka}: {error!r}") from error
    except KafkaError as error:
        raise Unavailable(f"Kafka at {settings.kafka}: {error!r}") from error
