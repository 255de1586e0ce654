"""Choosing ports: the usual one, a free one, or the one asked for."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from sada.local.ports import PortTakenError, choose_port, free_port, is_free


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield int(listener.getsockname()[1])


def test_usual_port_when_free() -> None:
    """The usual port is taken without a word."""
    told: list[str] = []
    usual = free_port()
    assert choose_port(usual, None, "Kafka", told.append) == usual
    assert told == []


def test_another_port_when_the_usual_is_taken(taken: int) -> None:
    """Where the usual port is in use, a free one is taken and named."""
    told: list[str] = []
    port = choose_port(taken, None, "Kafka", told.append)
    assert port != taken
    assert is_free(port)
    assert told == [f"port {taken} is taken; Kafka uses {port}"]


def test_zero_is_any_free_port(taken: int) -> None:
    """Zero asks for any port, whatever the usual one."""
    assert choose_port(taken, 0, "Kafka", print) not in (0, taken)


def test_the_port_asked_for_or_an_error(taken: int) -> None:
    """A restart asks for its port again and gets that one or an error."""
    port = free_port()
    assert choose_port(taken, port, "Kafka", print) == port
    with pytest.raises(PortTakenError, match=f"port {taken} of Kafka is in use"):
        choose_port(9092, taken, "Kafka", print)
