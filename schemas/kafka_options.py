"""Settings in, the connection options of a Kafka client out: addresses, protocol, credentials, certificates."""

from __future__ import annotations

import ssl
from pathlib import Path

from schemas.settings import Settings


def client_options(settings: Settings) -> dict[str, object]:
    """Return the keyword arguments that kafka-python and aiokafka clients share.

    TLS comes as a ready `ssl_context` (host names checked), the one form that both libraries take.
    The result holds the password: pass it on, never log it.

    Raises:
        ValueError: a SASL protocol without user or password, or a CA file that is none; names the variable.
    """
    options: dict[str, object] = {
        "bootstrap_servers": [address.strip() for address in settings.kafka.split(",") if address.strip()],
        "security_protocol": settings.kafka_security,
    }
    if settings.kafka_security.endswith("SSL"):
        options["ssl_context"] = _tls(settings.kafka_ca)
    if settings.kafka_security.startswith("SASL"):
        options |= _login(settings)
    return options


def _tls(certificate: Path | None) -> ssl.SSLContext:
    """Trust `certificate` alone, or the machine's own store when none is given."""
    try:
        return ssl.create_default_context(cafile=None if certificate is None else str(certificate))
    except (OSError, ssl.SSLError) as error:
        raise ValueError(f"SADA_KAFKA_CA: {certificate}: no readable PEM certificate ({error})") from None


def _login(settings: Settings) -> dict[str, object]:
    if settings.kafka_username is None or settings.kafka_password is None:
        raise ValueError(
            f"SADA_KAFKA_SECURITY={settings.kafka_security} needs SADA_KAFKA_USERNAME and SADA_KAFKA_PASSWORD"
        )
    return {
        "sasl_mechanism": settings.kafka_sasl,
        "sasl_plain_username": settings.kafka_username,
        "sasl_plain_password": settings.kafka_password.get_secret_value(),
    }
