"""Messages in, acknowledged Kafka records out: sent again, in order, until every one of them is on all replicas."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from kafka import KafkaProducer  # noqa: TID251 - the one file of this room that talks to Kafka
from kafka import errors as kafka_errors  # noqa: TID251 - as above
from kafka.net.compat import KafkaNetClient  # noqa: TID251 - as above
from structlog import get_logger

from schemas import Settings
from schemas.kafka_options import client_options
from schemas.kafka_reconnects import backing_off
from schemas.topics import RAW

from .plan import Outgoing

log = get_logger(__name__)

FIRST_PAUSE = 0.2
LONGEST_PAUSE = 10.0
"""Seconds between attempts while the broker is away; doubled each time, and jittered."""

DELIVERY_SECONDS = 20.0
LONGEST_ATTEMPT = DELIVERY_SECONDS + 5.0
"""The client gives a record up after so long, or should: where the broker was away for so long it may forget some."""

_HOPELESS = (
    kafka_errors.SaslAuthenticationFailedError,
    kafka_errors.AuthorizationError,
    kafka_errors.UnsupportedSaslMechanismError,
)


class PublishingRefused(RuntimeError):
    """The cluster will never take our messages as things are: wrong credentials, missing rights."""


class Publisher(Protocol):
    """Where messages go. One batch at a time: send it, then ask until it is acknowledged."""

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Begin to send `messages`, in order."""

    def acknowledged(self, seconds: float) -> bool:
        """Wait up to `seconds`; tell whether everything sent has been acknowledged."""

    def close(self) -> None:
        """Give up what is not acknowledged and let go of the connection."""


class _Attempt:
    """One try at sending a batch: over when each record has been acknowledged or has failed.

    Only then, or with its producer ended by force, may the batch go again: no record of this try can then arrive
    behind one of the next.
    """

    def __init__(self, open_records: int) -> None:
        self.until = time.monotonic() + LONGEST_ATTEMPT
        self._lock = threading.Lock()
        self._open = open_records
        self.error: Exception | None = None
        self.over = threading.Event()

    def success(self, _: object) -> None:
        """Count an ack; called by the sender's thread."""
        self._close(1)

    def failure(self, error: Exception, records: int = 1) -> None:
        """Count `records` that failed."""
        self.error = self.error or error
        self._close(records)

    def _close(self, records: int) -> None:
        with self._lock:
            self._open -= records
            if not self._open:
                self.over.set()


class KafkaPublisher:
    """A `Publisher` over kafka-python. Faults of the broker or the way to it are waited out for ever."""

    def __init__(self, settings: Settings, connect: Callable[..., KafkaProducer] = KafkaProducer) -> None:
        self._options = producer_options(settings)
        self._connect = connect
        self._producer: KafkaProducer | None = None
        self._pending: list[Outgoing] = []
        self._attempt: _Attempt | None = None
        self._failures = 0
        self._not_before = 0.0

    @property
    def trouble(self) -> str | None:
        """What keeps messages from going out: Kafka, after an attempt that failed; null otherwise."""
        return "Kafka" if self._failures else None

    def open(self) -> None:
        """Connect now, so that the first article need not wait for it; a broker that is away is no matter yet.

        Raises:
            PublishingRefused: wrong credentials or missing rights.
        """
        try:
            self._producer = self._connect(**self._options)
            self._producer.partitions_for(RAW.name)
        except kafka_errors.KafkaError as error:
            self._failed(error)

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Begin to send `messages`; those sent before must have been acknowledged."""
        assert not self._pending, "the last batch is still unacknowledged"
        self._pending = list(messages)
        if messages:
            self._try()

    def acknowledged(self, seconds: float) -> bool:
        """Wait up to `seconds` (or one attempt to connect); True once all is acknowledged.

        Raises:
            PublishingRefused: the cluster refuses us for good; nothing that the wait could mend.
        """
        deadline = time.monotonic() + seconds
        while self._pending:
            if self._attempt is None:
                pause = self._not_before - time.monotonic()
                if pause > 0:
                    time.sleep(min(pause, max(0.0, deadline - time.monotonic())))
                if time.monotonic() < self._not_before:
                    return False
                self._try()
            elif not self._attempt.over.wait(max(0.0, min(deadline, self._attempt.until) - time.monotonic())):
                if time.monotonic() < self._attempt.until:
                    return False
                self._failed(kafka_errors.KafkaTimeoutError(f"no word on some records after {LONGEST_ATTEMPT:.0f} s"))
            elif self._attempt.error is not None:
                self._failed(self._attempt.error)
            else:
                self._done()
            if self._pending and time.monotonic() >= deadline:
                return False
        return True

    def close(self) -> None:
        """Close the connection; what is not acknowledged is forgotten here and sent again by the next run."""
        self._pending = []
        self._drop()

    def _try(self) -> None:
        """Send all that is pending, on a new connection if the last attempt failed.

        After a failure everything goes again, also what was acknowledged: so the order within a key holds.
        """
        attempt = self._attempt = _Attempt(len(self._pending))
        sent = 0
        try:
            if self._producer is None:
                self._producer = self._connect(**self._options)
            for message in self._pending:
                future = self._producer.send(message.topic, key=message.key, value=message.value)
                future.add_callback(attempt.success)
                future.add_errback(attempt.failure)
                sent += 1
        except kafka_errors.KafkaError as error:
            if isinstance(error, _HOPELESS):
                self._failed(error)
            attempt.failure(error, len(self._pending) - sent)

    def _done(self) -> None:
        if self._failures:
            log.info("kafka_reached", attempts=self._failures + 1)
        self._pending = []
        self._attempt = None
        self._failures = 0

    def _failed(self, error: Exception) -> None:
        self._drop()
        if isinstance(error, _HOPELESS):
            raise PublishingRefused(f"Kafka refuses us: {type(error).__name__}: {error}") from error
        self._failures += 1
        pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(self._failures - 1, 10))
        pause *= random.uniform(0.5, 1.0)  # noqa: S311 - jitter, no secret
        self._not_before = time.monotonic() + pause
        log.warning("kafka_away", error=f"{type(error).__name__}: {error}", waiting=len(self._pending), again_in=pause)

    def _drop(self) -> None:
        self._attempt = None
        if self._producer is not None:
            producer, self._producer = self._producer, None
            try:
                producer.close(timeout=0.2)
            except kafka_errors.KafkaTimeoutError:
                # Records under way keep kafka-python's close from ending its thread, which would go on sending them.
                producer._sender.force_close()
                producer.close(timeout=1.0)


def producer_options(settings: Settings) -> dict[str, object]:
    """Return kafka-python's producer options: safe (all replicas, idempotent), in large batches, nothing for ever.

    The timeouts are short because `KafkaPublisher` tries again itself, and a stop must not wait for them.
    """
    return client_options(settings) | {
        "client_id": "sada-producers",
        "acks": "all",
        "enable_idempotence": True,
        "allow_auto_create_topics": False,
        "compression_type": "lz4",
        "batch_size": 262_144,
        "linger_ms": 5,
        "max_request_size": settings.max_message_bytes,
        "max_block_ms": 3_000,
        "bootstrap_timeout_ms": 3_000,
        "request_timeout_ms": 10_000,
        "delivery_timeout_ms": round(DELIVERY_SECONDS * 1000),
        "reconnect_backoff_max_ms": 1_000,
        "kafka_client": backing_off(KafkaNetClient),
        "metrics_enabled": False,
    }
