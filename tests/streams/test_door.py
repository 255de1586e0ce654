"""Kafka's door as anyone may stand behind it: nobody, a stranger, TLS; the real refusals are in tests/security."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import trustme

from schemas import Settings
from streams.door import DoorClosed, DoorRefused, knock


def settings(address: str, **changes: object) -> Settings:
    """Build settings that ignore the developer's own `.env`."""
    return Settings(_env_file=None, kafka=address, **changes)  # type: ignore[arg-type]


@contextmanager
def somebody(answer: Callable[[socket.socket], object]) -> Iterator[str]:
    """Lend the address of a server that does `answer` with every connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(1)
                    try:
                        answer(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"127.0.0.1:{server.getsockname()[1]}"
        finally:
            stop.set()
            thread.join()


def test_nobody_there_is_waited_for() -> None:
    """A closed port may open later; all addresses are named."""
    with pytest.raises(DoorClosed, match=r"127\.0\.0\.1:1: .*; 127\.0\.0\.1:2: "):
        knock(settings("127.0.0.1:1,127.0.0.1:2"))


def test_one_that_hangs_up_is_waited_for() -> None:
    """A broker that is going down or coming up closes connections; that is no refusal."""
    with somebody(lambda connection: None) as address, pytest.raises(DoorClosed, match=address):
        knock(settings(address), 2)


def test_one_that_never_answers_is_given_up() -> None:
    """A server that takes the connection and says nothing holds nobody for longer than was asked."""

    def listen(connection: socket.socket) -> None:
        while connection.recv(1 << 20):
            pass

    with somebody(listen) as address, pytest.raises(DoorClosed, match=address):
        knock(settings(address), 0.3)


def test_tls_behind_a_plain_address_is_named() -> None:
    """Whoever speaks TLS to us in the clear is told from one that is away."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)

    def shake_hands(connection: socket.socket) -> None:
        with context.wrap_socket(connection, server_side=True) as secure:
            secure.recv(1)

    with somebody(shake_hands) as address:
        with pytest.raises(DoorRefused, match=f"Kafka at {address} speaks TLS and we do not; set SADA_KAFKA_SECURITY"):
            knock(settings(address), 2)
        with pytest.raises(DoorRefused, match=r"its certificate is not trusted .*; set SADA_KAFKA_CA"):
            knock(settings(address, kafka_security="SSL"), 2)


def test_an_address_without_a_port_is_named() -> None:
    """A slip in SADA_KAFKA is no server that is away."""
    with pytest.raises(DoorRefused, match="'localhost' is no host:port"):
        knock(settings("localhost"))
