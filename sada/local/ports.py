"""Chooses ports on loopback: the usual one, a free one when that is taken, or the one that was asked for."""

from __future__ import annotations

import random
import socket
from typing import Final

from .progress import Say

HOST = "127.0.0.1"

_LOWEST: Final = 16_384
_HIGHEST: Final = 32_768
"""Where Linux (from 32,768) and others (from 49,152) give no port to an outgoing connection by themselves."""
_TRIES: Final = 100

_claims: set[int] = set()


class PortTakenError(RuntimeError):
    """The port that was asked for is in use."""


def choose_port(usual: int, wanted: int | None, what: str, say: Say) -> int:
    """Choose the port of `what`: `wanted` itself, 0 for any free one, None for `usual` or else a free one.

    Raises:
        PortTakenError: `wanted` is in use.
    """
    if wanted == 0:
        return free_port()
    if wanted is not None:
        if not is_free(wanted):
            raise PortTakenError(f"port {wanted} of {what} is in use")
        return wanted
    if is_free(usual) and claim(usual):
        return usual
    port = free_port()
    say(f"port {usual} is taken; {what} uses {port}")
    return port


def is_free(port: int) -> bool:
    """Say whether a server could listen on `port` of loopback now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def claim(port: int) -> bool:
    """Take `port` for as long as this process lives; False where another process has taken it.

    Between the look at a port and the server that listens there lie seconds, in which another line may look too. Who
    comes first holds the UDP port of the same number, which nobody needs and the system takes back.
    """
    if port in _claims:
        return True
    with socket.socket(type=socket.SOCK_DGRAM) as holder:
        try:
            holder.bind((HOST, port))
        except OSError:
            return False
        holder.detach()  # stays open without an owner
    _claims.add(port)
    return True


def free_port() -> int:
    """Find a port of loopback that nothing listens on, and claim it.

    It lies below those that the system gives to outgoing connections: one of these would else now and then have it when
    the server comes to listen, seconds later.
    """
    for _ in range(_TRIES):
        port = random.randrange(_LOWEST, _HIGHEST)  # noqa: S311 - no secret, only spread
        if port not in _claims and is_free(port) and claim(port):
            return port
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])
