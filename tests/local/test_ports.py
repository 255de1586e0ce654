"""Choosing ports: the usual one, a free one, or the one asked for."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from sada.local.ports import PortTakenError, choose_port, claim, free_port, is_free


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


def test_the_usual_port_goes_to_one_of_two_that_look_at_once() -> None:
    """Where two lines start side by side, the port that still looks free to both goes to the first of them alone."""
    usual = free_port()
    code = f"from sada.local.ports import choose_port; print(choose_port({usual}, None, 'Kafka', lambda _: None))"
    assert choose_port(usual, None, "Kafka", print) == usual
    second = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(second.stdout) != usual
    assert choose_port(usual, None, "Kafka", print) == usual


def test_a_claim_ends_with_its_process() -> None:
    """What a process had taken is free to take once it has ended."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    code = f"from sada.local.ports import claim; print(claim({port}))"
    first = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert first.stdout == "True\n"
    assert claim(port)


def test_free_ports_are_claimed_and_are_none_of_outgoing_connections() -> None:
    """No two are the same, another process cannot claim one, and the system gives none to a client by itself."""
    ports = [free_port() for _ in range(20)]
    assert len(set(ports)) == 20
    assert max(ports) < 32_768
    code = f"from sada.local.ports import claim; print(any(map(claim, {ports})))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert other.stdout == "False\n"


def test_zero_is_any_free_port(taken: int) -> None:
    """Zero asks for any port, whatever the usual one."""
    assert choose_port(taken, 0, "Kafka", print) not in (0, taken)


def test_the_port_asked_for_or_an_error(taken: int) -> None:
    """A restart asks for its port again and gets that one or an error."""
    port = free_port()
    assert choose_port(taken, port, "Kafka", print) == port
    with pytest.raises(PortTakenError, match=f"port {taken} of Kafka is in use"):
        choose_port(9092, taken, "Kafka", print)
