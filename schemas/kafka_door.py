"""Settings in, Kafka's door tried: nothing where it opens, else one line that says who hangs up on whom and why.

A Kafka client that meets a wrong certificate, or TLS where none is spoken, only tries again for ever. This asks the
one question that any broker answers before any login (which versions it speaks), as the client would ask it.
"""

from __future__ import annotations

import socket
import ssl
import struct

from schemas.kafka_options import addresses, tls_context
from schemas.settings import Settings

_QUESTION = struct.pack(">hhih4s", 18, 0, 1, 4, b"sada")
"""An ApiVersions request, version 0: request kind, version, number, who asks."""

_TLS_ALERT = b"\x15\x03"
_LONGEST_ANSWER = 64 * 1024


class DoorClosed(OSError):
    """Nobody answers at any address now."""


class DoorRefused(ValueError):
    """Somebody answers, but not as the settings say; no waiting mends it. The text says what to change."""


def knock(settings: Settings, seconds: float = 5.0) -> None:
    """Ask the addresses one after the other, `seconds` each at most, until one answers as the settings expect.

    Raises:
        DoorClosed: none answers now.
        DoorRefused: those that answer speak otherwise, or show a certificate that is not trusted.
        SettingsError: a certificate file that cannot serve.
    """
    context = tls_context(settings) if settings.kafka_security.endswith("SSL") else None
    closed: list[str] = []
    refused: DoorRefused | None = None
    for address in addresses(settings):
        try:
            _ask(address, context, seconds)
        except DoorRefused as error:
            refused = refused or error
        except OSError as error:
            closed.append(f"{address}: {error.strerror or error}")
        else:
            return
    if refused is not None:
        raise refused
    raise DoorClosed("; ".join(closed) or "no address")


def _ask(address: str, context: ssl.SSLContext | None, seconds: float) -> None:
    place = _parts(address)
    with socket.create_connection(place, timeout=seconds) as plain:
        if context is None:
            _ask_plainly(address, plain, place, seconds)
            return
        try:
            with context.wrap_socket(plain, server_hostname=place[0]) as secure:
                answered = _answers(secure)
        except (ssl.SSLEOFError, ConnectionError):
            answered = False
        except ssl.SSLError as error:
            raise DoorRefused(f"Kafka at {address}: {_explain(error)}") from None
    if not answered:
        if _speaks_plainly(place, seconds):
            raise DoorRefused(f"Kafka at {address} speaks no TLS and we do; set SADA_KAFKA_SECURITY, or another port")
        raise ConnectionError("hangs up")


def _ask_plainly(address: str, plain: socket.socket, place: tuple[str, int], seconds: float) -> None:
    try:
        if _answers(plain):
            return
    except ConnectionError:
        pass  # what a TLS server does to a question in the clear
    if _speaks_tls(place, seconds):
        advice = "set SADA_KAFKA_SECURITY to SSL or SASL_SSL, and SADA_KAFKA_CA to the CA that signed its certificate"
        raise DoorRefused(f"Kafka at {address} speaks TLS and we do not; {advice}")
    raise ConnectionError("hangs up; is it a Kafka?")


def _answers(door: socket.socket) -> bool:
    """Ask; tell whether a Kafka answers. False also where the other side hangs up."""
    door.sendall(struct.pack(">i", len(_QUESTION)) + _QUESTION)
    answer = b""
    while len(answer) < 8:
        more = door.recv(8 - len(answer))
        if not more or answer.startswith(_TLS_ALERT):
            return False
        answer += more
    size, number = int.from_bytes(answer[:4], signed=True), int.from_bytes(answer[4:])
    return number == 1 and 0 < size < _LONGEST_ANSWER


def _speaks_tls(place: tuple[str, int], seconds: float) -> bool:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE  # nothing is told there; only whether it is TLS is asked
    try:
        with socket.create_connection(place, timeout=seconds) as plain, context.wrap_socket(plain):
            return True
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "")
    except OSError:
        return False


def _speaks_plainly(place: tuple[str, int], seconds: float) -> bool:
    try:
        with socket.create_connection(place, timeout=seconds) as plain:
            return _answers(plain)
    except OSError:
        return False


def _explain(error: ssl.SSLError) -> str:
    if isinstance(error, ssl.SSLCertVerificationError):
        return (
            f"its certificate is not trusted ({error.verify_message}); set SADA_KAFKA_CA to the CA that signed it, "
            "and SADA_KAFKA to a name that stands in it"
        )
    reason = error.reason or str(error)
    if "CERTIFICATE_REQUIRED" in reason or "HANDSHAKE_FAILURE" in reason:
        return f"it refuses our TLS ({reason}); it may want SADA_KAFKA_CERTIFICATE"
    if "ALERT" in reason:
        return f"it refuses our certificate ({reason}); check SADA_KAFKA_CERTIFICATE"
    return f"no TLS is spoken there ({reason}); check the port and SADA_KAFKA_SECURITY"


def _parts(address: str) -> tuple[str, int]:
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise DoorRefused(f"SADA_KAFKA: {address} is no host:port")
    return host.strip("[]"), int(port)
