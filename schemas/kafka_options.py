"""Settings in, the connection options of a Kafka client out: addresses, protocol, credentials, certificates."""

from __future__ import annotations

import ssl

from schemas.secret_files import SettingsError
from schemas.settings import Settings


def client_options(settings: Settings) -> dict[str, object]:
    """Return the keyword arguments that kafka-python and aiokafka clients share.

    TLS comes as a ready `ssl_context` (host names checked), the one form that both libraries take.
    The result holds the password: pass it on, never log it.

    Raises:
        SettingsError: a SASL protocol without user or password, or a certificate that is none; names the variable.
    """
    options: dict[str, object] = {
        "bootstrap_servers": addresses(settings),
        "security_protocol": settings.kafka_security,
    }
    if settings.kafka_security.endswith("SSL"):
        options["ssl_context"] = tls_context(settings)
    if settings.kafka_security.startswith("SASL"):
        options |= _login(settings)
    return options


def addresses(settings: Settings) -> list[str]:
    """Return the bootstrap addresses one by one."""
    return [address.strip() for address in settings.kafka.split(",") if address.strip()]


def tls_context(settings: Settings) -> ssl.SSLContext:
    """Trust `kafka_ca` alone, or the machine's own store when none is given; show `kafka_certificate` if there is one.

    Raises:
        SettingsError: a file that is missing or no PEM; names the variable.
    """
    authority = settings.kafka_ca
    try:
        context = ssl.create_default_context(cafile=None if authority is None else str(authority))
    except (OSError, ssl.SSLError) as error:
        raise SettingsError(f"SADA_KAFKA_CA: {authority}: no readable PEM certificate ({error})") from None
    if settings.kafka_certificate is not None:
        _show(context, settings)
    return context


def _show(context: ssl.SSLContext, settings: Settings) -> None:
    key, password = settings.kafka_key, settings.kafka_key_password
    assert settings.kafka_certificate is not None
    # Without a password OpenSSL would ask the terminal for that of an encrypted key.
    secret = "" if password is None else password.get_secret_value()
    try:
        context.load_cert_chain(settings.kafka_certificate, key, password=lambda: secret)
    except (OSError, ssl.SSLError, ValueError) as error:
        names = ", ".join(str(path) for path in (settings.kafka_certificate, key) if path is not None)
        raise SettingsError(
            f"SADA_KAFKA_CERTIFICATE, SADA_KAFKA_KEY, SADA_KAFKA_KEY_PASSWORD: {names}: "
            f"no PEM certificate with its key, or a wrong password ({error})"
        ) from None


def _login(settings: Settings) -> dict[str, object]:
    if settings.kafka_username is None or settings.kafka_password is None:
        raise SettingsError(
            f"SADA_KAFKA_SECURITY={settings.kafka_security} needs SADA_KAFKA_USERNAME and SADA_KAFKA_PASSWORD"
        )
    return {
        "sasl_mechanism": settings.kafka_sasl,
        "sasl_plain_username": settings.kafka_username,
        "sasl_plain_password": settings.kafka_password.get_secret_value(),
    }
