"""Messages in, Kafka's acknowledgement out: rejects and retractions, rare beside what the sink reads."""

from __future__ import annotations

from collections.abc import Sequence

from kafka import KafkaProducer  # noqa: TID251 (this is the file for it)
from kafka.errors import (  # noqa: TID251 (this is the file for it)
    KafkaError,
    KafkaTimeoutError,
    MessageSizeTooLargeError,
)
from kafka.net.compat import KafkaNetClient  # noqa: TID251 (this is the file for it)

from schemas.kafka_options import client_options
from schemas.kafka_reconnects import backing_off
from schemas.letter import Letter
from schemas.settings import Settings

from .faults import Unavailable, Unfit

_ENVELOPE = 64 * 1024
_ACK_SECONDS = 20.0


class Outbox:
    """The sink's own voice on Kafka; connects when it first has something to say."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._producer: KafkaProducer | None = None

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Send `letters` and wait for the broker's word on each. Sending them again does no harm.

        Raises:
            Unavailable: some may not have arrived; send all again.
            Unfit: one is larger than the topic takes.
        """
        try:
            if self._producer is None:
                self._producer = self._open()
            futures = [
                self._producer.send(letter.topic, key=letter.key, value=letter.value, partition=letter.partition)
                for letter in letters
            ]
            self._producer.flush(timeout=_ACK_SECONDS)
            for future in futures:
                future.get(timeout=_ACK_SECONDS)
        except MessageSizeTooLargeError as error:
            raise Unfit(str(error)) from error
        except KafkaError as error:
            self.close()
            raise Unavailable(f"sending: {error!r}") from error

    def close(self) -> None:
        """Let go of the connection; what was not acknowledged is given up."""
        producer, self._producer = self._producer, None
        if producer is not None:
            try:
                producer.close(timeout=1)
            except KafkaTimeoutError:
                # Records under way keep kafka-python's close from ending its thread, which would go on sending them.
                producer._sender.force_close()
                producer.close(timeout=1)

    def _open(self) -> KafkaProducer:
        return KafkaProducer(
            client_id=f"{self._settings.group}-sink",
            compression_type="lz4",
            max_request_size=self._settings.max_message_bytes + _ENVELOPE,
            max_block_ms=int(_ACK_SECONDS * 1000),
            request_timeout_ms=10_000,
            delivery_timeout_ms=int(_ACK_SECONDS * 1000),
            allow_auto_create_topics=False,
            reconnect_backoff_max_ms=2_000,
            kafka_client=backing_off(KafkaNetClient),
            metrics_enabled=False,
            **client_options(self._settings),
        )
