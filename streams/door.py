"""Settings in, Kafka's door tried: nothing where it opens, else one line that says who refuses whom and what to change.

A Kafka client that meets a wrong password, a wrong certificate, or TLS where none is spoken, tries again for ever and
fills the log. This knocks once, as aiokafka does (of our clients the one that hears every refusal), and tells apart
what waiting mends from what it does not.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import ssl
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any, Final

from aiokafka.conn import create_conn  # noqa: TID251 the knock is the client's own
from aiokafka.errors import (  # noqa: TID251
    KafkaConnectionError,
    KafkaError,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)
from aiokafka.protocol.admin import SaslHandShakeRequest  # noqa: TID251
from aiokafka.protocol.metadata import MetadataRequest  # noqa: TID251

from schemas import Settings
from schemas.kafka_options import client_options

SECONDS: Final = 5.0
"""Longest wait for one address."""

ALERT_SECONDS: Final = 2.0

CLOSING_SECONDS: Final = 0.1
"""What TLS connections take to close; a loop that ends sooner leaves them open."""

_NOT_SASL: Final = 34
_LOGIN: Final = (SaslAuthenticationFailed, UnsupportedSaslMechanismError)


class DoorClosed(OSError):
    """Nobody answers at any address now; wait."""


class DoorRefused(RuntimeError):
    """Somebody answers, but not as the settings say; no waiting mends it."""


def knock(settings: Settings, seconds: float = SECONDS) -> None:
    """Log in at one address after the other, `seconds` each at most, until one lets us in.

    Raises:
        DoorClosed: none answers now.
        DoorRefused: those that answer refuse us; the first one's reason.
        SettingsError: a login or certificate is missing in the settings.
    """
    options = client_options(settings)
    addresses = [str(address) for address in _taken(options, "bootstrap_servers")]
    # A thread of its own: the caller may stand in a running loop.
    with ThreadPoolExecutor(1) as pool, _quiet():
        try:
            pool.submit(asyncio.run, _knock(settings, addresses, options, seconds)).result()
        except (DoorClosed, DoorRefused):
            gc.collect()  # asyncio tells of an error that nobody took once its holder goes: now, while it is quiet
            raise


def _taken(options: dict[str, Any], name: str) -> list[object]:
    found: list[object] = options.pop(name)
    return found


async def _knock(settings: Settings, addresses: list[str], options: dict[str, Any], seconds: float) -> None:
    closed: list[str] = []
    refused: DoorRefused | None = None
    for address in addresses:
        try:
            await asyncio.wait_for(_enter(address, options), seconds)
            return
        except _LOGIN as error:
            refused = refused or DoorRefused(f"Kafka at {address} {_login(settings, error)}")
        except ssl.SSLCertVerificationError as error:
            refused = refused or DoorRefused(f"Kafka at {address}: {_distrust(error)}")
        except (KafkaError, OSError, TimeoutError) as error:
            why = await _diagnose(address, options, error, seconds)
            if why is not None:
                refused = refused or DoorRefused(f"Kafka at {address} {why}")
            closed.append(f"{address}: {str(error) or type(error).__name__}")
    await asyncio.sleep(CLOSING_SECONDS)
    if refused is not None:
        raise refused
    raise DoorClosed("; ".join(closed) or "SADA_KAFKA names no address")


async def _enter(address: str, options: dict[str, Any], request: object | None = None) -> Any:  # noqa: ANN401 aiokafka has no types
    """Connect, log in and ask what the door is for."""
    host, _, port = address.rpartition(":")
    if not port.isdigit():
        raise DoorRefused(f"SADA_KAFKA: {address!r} is no host:port")
    limit = int(SECONDS * 1000)
    connection = await create_conn(
        host.strip("[]"), int(port), client_id="sada-door", request_timeout_ms=limit, **options
    )
    with closing(connection):
        return await connection.send(request or MetadataRequest([]))


async def _diagnose(address: str, options: dict[str, Any], error: Exception, seconds: float) -> str | None:
    """Find out why the other side hung up; None where it may just be away."""
    if isinstance(error, TimeoutError) or not isinstance(error, KafkaConnectionError | ConnectionError | ssl.SSLError):
        return None
    context = options.get("ssl_context")
    if context is None and await _speaks_tls(address):
        return (
            "speaks TLS and we do not; set SADA_KAFKA_SECURITY to SSL or SASL_SSL, and SADA_KAFKA_CA to the CA that "
            "signed its certificate"
        )
    if context is not None:
        if await _takes_logins(address, {"security_protocol": "PLAINTEXT"}, seconds) is not None:
            return "speaks no TLS and we do; set SADA_KAFKA_SECURITY to PLAINTEXT or SASL_PLAINTEXT, or another port"
        if alert := await _alert(address, context):
            return f"refuses our TLS ({alert}); check SADA_KAFKA_CERTIFICATE and SADA_KAFKA_KEY"
    if "sasl_mechanism" not in options and await _takes_logins(address, options, seconds):
        return "wants a login; set SADA_KAFKA_SECURITY to a SASL protocol, SADA_KAFKA_USERNAME and SADA_KAFKA_PASSWORD"
    return None


async def _takes_logins(address: str, options: dict[str, Any], seconds: float) -> bool | None:
    """Ask for the login that we do not have; None where no Kafka answers at all."""
    try:
        answer = await asyncio.wait_for(_enter(address, options, SaslHandShakeRequest("PLAIN")), seconds)
    except (KafkaError, OSError, TimeoutError):
        return None
    return bool(answer.error_code != _NOT_SASL)


async def _speaks_tls(address: str) -> bool:
    """Tell whether a TLS server answers; nothing is said to it."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(ALERT_SECONDS):
            _, writer = await asyncio.open_connection(host.strip("[]"), int(port), ssl=_blind())
    except ssl.SSLError as error:
        return "ALERT" in (error.reason or "")
    except (OSError, TimeoutError):
        return False
    writer.transport.abort()
    return True


async def _alert(address: str, context: ssl.SSLContext) -> str | None:
    """Return what the other side has against our end of TLS; it says so after the handshake, or in it."""
    host, _, port = address.rpartition(":")
    try:
        async with asyncio.timeout(ALERT_SECONDS):
            reader, writer = await asyncio.open_connection(host.strip("[]"), int(port), ssl=context)
            try:
                await reader.read(1)
            finally:
                writer.transport.abort()
    except ssl.SSLError as error:
        return error.reason if "ALERT" in (error.reason or "") else None
    except (OSError, TimeoutError):
        return None
    return None


def _blind() -> ssl.SSLContext:
    """A context that trusts anyone: it tells TLS from none; nothing secret is said through it."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _login(settings: Settings, error: Exception) -> str:
    variables = "SADA_KAFKA_USERNAME, SADA_KAFKA_PASSWORD and SADA_KAFKA_SASL"
    return (
        f"refuses the login of {settings.kafka_username!r} by {settings.kafka_sasl} ({type(error).__name__}); "
        f"check {variables}"
    )


def _distrust(error: ssl.SSLCertVerificationError) -> str:
    return (
        f"its certificate is not trusted ({error.verify_message.rstrip('.')}); set SADA_KAFKA_CA to the CA that signed "
        "it, and SADA_KAFKA to a name that stands in it"
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """What is found is told in one line by the caller; aiokafka and asyncio would tell it too, in many."""
    loggers = [logging.getLogger(name) for name in ("aiokafka", "asyncio")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)
