"""The publisher against a producer that fails in every way kafka-python can."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from kafka import errors as kafka_errors  # noqa: TID251 - the errors that the publisher tells apart

from producers.plan import Outgoing
from producers.publisher import KafkaPublisher, PublishingRefused, producer_options
from schemas import Settings

SETTINGS = Settings(_env_file=None)
ONE, TWO = Outgoing("articles.raw", b"k", b"1"), Outgoing("articles.raw", b"k", None)


class Future:
    """The ack of one record, under the test's control."""

    def __init__(self) -> None:
        self.success: Callable[[object], object] = lambda _: None
        self.failure: Callable[[Exception], object] = lambda _: None

    def add_callback(self, call: Callable[[object], object]) -> None:
        """Remember what to call on success."""
        self.success = call

    def add_errback(self, call: Callable[[Exception], object]) -> None:
        """Remember what to call on failure."""
        self.failure = call


class Cluster:
    """Makes producers, as `KafkaProducer` would be called; keeps what they were asked to send."""

    def __init__(self) -> None:
        self.sent: list[bytes | None] = []
        self.futures: list[Future] = []
        self.connections = 0
        self.closed = 0
        self.refuse: Exception | None = None

    def __call__(self, **_: Any) -> Cluster:
        """Connect, or refuse to."""
        if self.refuse is not None:
            raise self.refuse
        self.connections += 1
        return self

    def partitions_for(self, topic: str) -> set[int]:
        """Know every topic."""
        return {len(topic)}

    def send(self, topic: str, *, key: bytes, value: bytes | None) -> Future:
        """Take one record."""
        assert (topic, key) == ("articles.raw", b"k")
        self.sent.append(value)
        self.futures.append(Future())
        return self.futures[-1]

    def close(self, timeout: float) -> None:
        """Count the closing."""
        assert timeout < 5
        self.closed += 1


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> Cluster:
    """A cluster whose publisher waits only milliseconds between attempts."""
    monkeypatch.setattr("producers.publisher.FIRST_PAUSE", 0.001)
    return Cluster()


def test_acknowledged_once_every_record_is(cluster: Cluster) -> None:
    """The batch is acknowledged with its last record, not before; in order; on one connection."""
    publisher = KafkaPublisher(SETTINGS, cluster)
    publisher.send([ONE, TWO])
    assert not publisher.acknowledged(0.0)
    cluster.futures[0].success(None)
    assert not publisher.acknowledged(0.01)
    cluster.futures[1].success(None)
    assert publisher.acknowledged(0.0)
    assert cluster.sent == [b"1", None]
    publisher.close()
    assert (cluster.connections, cluster.closed) == (1, 1)


def test_failed_record_sends_the_whole_batch_again(cluster: Cluster) -> None:
    """After a failure all of it goes again in its order, on a new connection, but not before the first try is over."""
    publisher = KafkaPublisher(SETTINGS, cluster)
    publisher.send([ONE, TWO])
    cluster.futures[1].failure(kafka_errors.KafkaTimeoutError("broker away"))
    assert not publisher.acknowledged(0.01)
    assert len(cluster.sent) == 2, "the first record is still under way and might arrive after its own repetition"
    cluster.futures[0].success(None)
    assert not publisher.acknowledged(0.05)
    assert cluster.sent == [b"1", None] * 2
    assert (cluster.connections, cluster.closed) == (2, 1)
    cluster.futures[2].success(None)
    cluster.futures[3].success(None)
    assert publisher.acknowledged(0.0)


def test_records_that_the_client_forgets_are_sent_again(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no word on a record ever comes, the try ends by its time, and all goes again on a new connection."""
    monkeypatch.setattr("producers.publisher.LONGEST_ATTEMPT", 0.2)
    publisher = KafkaPublisher(SETTINGS, cluster)
    publisher.send([ONE, TWO])
    cluster.futures[1].failure(kafka_errors.KafkaTimeoutError("given up"))
    assert not publisher.acknowledged(0.05)
    assert cluster.sent == [b"1", None], "the other one may still arrive"
    assert not publisher.acknowledged(0.3)
    assert cluster.sent == [b"1", None] * 2
    assert (cluster.connections, cluster.closed) == (2, 1)
    cluster.futures[2].success(None)
    cluster.futures[3].success(None)
    assert publisher.acknowledged(0.0)


def test_absent_broker_is_waited_for(cluster: Cluster) -> None:
    """While no connection can be made, asking for acks is patient and says no; afterwards all is sent."""
    cluster.refuse = kafka_errors.KafkaConnectionError("nobody there")
    publisher = KafkaPublisher(SETTINGS, cluster)
    publisher.send([ONE])
    assert not publisher.acknowledged(0.01)
    cluster.refuse = None
    assert not publisher.acknowledged(0.05)
    cluster.futures[0].success(None)
    assert publisher.acknowledged(0.0)


@pytest.mark.parametrize(
    "error", [kafka_errors.SaslAuthenticationFailedError("bad"), kafka_errors.TopicAuthorizationFailedError("no")]
)
def test_refusal_for_good_is_told(cluster: Cluster, error: Exception) -> None:
    """Wrong credentials and missing rights are no weather: they end the wait with one line."""
    cluster.refuse = error
    publisher = KafkaPublisher(SETTINGS, cluster)
    with pytest.raises(PublishingRefused, match="Kafka refuses us"):
        publisher.send([ONE])


def test_opening_connects_once(cluster: Cluster) -> None:
    """Opened beforehand, the publisher sends on the connection it has; an absent broker is no error yet."""
    publisher = KafkaPublisher(SETTINGS, cluster)
    publisher.open()
    publisher.send([ONE])
    assert cluster.connections == 1
    cluster.refuse = kafka_errors.KafkaConnectionError("nobody there")
    other = KafkaPublisher(SETTINGS, cluster)
    other.open()
    assert not other.acknowledged(0.0) or cluster.connections == 1


def test_empty_batch_is_acknowledged(cluster: Cluster) -> None:
    """Nothing to send needs no ack and no connection."""
    publisher = KafkaPublisher(SETTINGS, cluster)
    publisher.send([])
    assert publisher.acknowledged(0.0)
    assert cluster.connections == 0


def test_options_are_safe_and_fit_the_settings() -> None:
    """All replicas, idempotent, no topic by accident, the size limit and the security of the settings."""
    settings = Settings(
        _env_file=None,
        max_message_bytes=70_000,
        kafka_security="SASL_PLAINTEXT",
        kafka_username="u",
        kafka_password="p",
    )
    options = producer_options(settings)
    assert (options["acks"], options["enable_idempotence"], options["allow_auto_create_topics"]) == ("all", True, False)
    assert options["max_request_size"] == 70_000
    assert options["sasl_plain_password"] == "p"
