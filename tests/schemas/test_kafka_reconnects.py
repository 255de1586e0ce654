"""Kafka clients before something that takes every connection and drops it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator

import pytest
from kafka.net.compat import KafkaNetClient  # noqa: TID251 - the client that is mended

from schemas.kafka_reconnects import backing_off

SECONDS = 1.0


class Dropper:
    """Listens on loopback, drops each connection at once and counts them."""

    def __init__(self) -> None:
        self.count = 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"127.0.0.1:{self.listener.getsockname()[1]}"
        self.thread = threading.Thread(target=self.serve)
        self.thread.start()

    def serve(self) -> None:
        """Drop until the listener is closed."""
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.count += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def dropper() -> Iterator[Dropper]:
    """Something before Kafka that lets nobody through."""
    made = Dropper()
    yield made
    made.close()


def test_pauses_grow_though_every_connection_is_taken(dropper: Dropper) -> None:
    """Of a second of asking for the broker, a client of ours spends the most in pauses that double from 50 ms."""
    client = backing_off(KafkaNetClient)(bootstrap_servers=[dropper.address], reconnect_backoff_max_ms=1000)
    node = client.cluster.bootstrap_brokers()[0].node_id
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        client.maybe_connect(node)
        client._net.poll(timeout_ms=1)
    client.close()
    assert 2 <= dropper.count <= 8


def test_a_handshake_that_succeeds_ends_the_pauses() -> None:
    """The pauses are kept after a failure, and forgotten once a connection has shaken hands."""
    manager = Manager()
    client = backing_off(lambda: Client(manager))()
    for shakes, waits in ((False, True), (True, False), (False, True)):
        drive(client._manager._connect(Node(), Connection(connected=shakes)))
        assert bool(manager.delays) is waits
        assert manager.asked_to_forget is False


class Node:
    """A broker's place."""

    node_id = 1


class Connection:
    """A connection after its handshake."""

    def __init__(self, *, connected: bool) -> None:
        self.connected = connected


class Manager:
    """The library's keeper of connections and pauses."""

    def __init__(self) -> None:
        self.delays: dict[int, float] = {}
        self.asked_to_forget: bool | None = None

    async def _connect(
        self, _node: Node, _conn: Connection, *, reset_backoff_on_connect: bool = True, timeout_at: float | None = None
    ) -> None:
        assert timeout_at is None
        self.asked_to_forget = reset_backoff_on_connect

    def connection_delay(self, node: int) -> float:
        """Return the pause that is left."""
        return self.delays.get(node, 0.0)

    def update_backoff(self, node: int) -> None:
        """Begin a pause."""
        self.delays[node] = 0.05

    def reset_backoff(self, node: int) -> None:
        """Forget the pause."""
        self.delays.pop(node, None)


class Client:
    """A client with its manager."""

    def __init__(self, manager: Manager) -> None:
        self._manager = manager


def drive(work: object) -> None:
    """Run a coroutine that waits for nothing."""
    with pytest.raises(StopIteration):
        work.send(None)  # type: ignore[attr-defined]
