"""Settings in; addresses, login and trust for any of Elasticsearch's clients out."""

from __future__ import annotations

import ssl
from typing import Any

from schemas.secret_files import SettingsError
from schemas.settings import Settings


def elasticsearch_addresses(settings: Settings) -> list[str]:
    """Return the addresses of `settings`."""
    return [address.strip() for address in settings.elasticsearch.split(",") if address.strip()]


def elasticsearch_options(settings: Settings) -> dict[str, Any]:
    """Return what the clients are to be made with, beside the addresses.

    Raises:
        SettingsError: half a login, or a certificate that is none; names the variable.
    """
    return _login(settings) | _tls(settings, elasticsearch_addresses(settings))


def _login(settings: Settings) -> dict[str, Any]:
    key, user, password = (
        settings.elasticsearch_api_key,
        settings.elasticsearch_username,
        settings.elasticsearch_password,
    )
    if key is not None:
        if not key.get_secret_value().isascii():
            raise SettingsError("SADA_ELASTICSEARCH_API_KEY: not the base64 form, which is letters and digits")
        return {"api_key": key.get_secret_value()}
    if (user is None) != (password is None):
        raise SettingsError("SADA_ELASTICSEARCH_USERNAME and SADA_ELASTICSEARCH_PASSWORD go together; set both")
    return {} if user is None or password is None else {"basic_auth": (user, password.get_secret_value())}


def _tls(settings: Settings, hosts: list[str]) -> dict[str, Any]:
    """Trust `elasticsearch_ca` alone, or the machine's own store when none is given."""
    secure = [host.startswith("https://") for host in hosts]
    if not any(secure):
        if settings.elasticsearch_ca is not None:
            raise SettingsError("SADA_ELASTICSEARCH_CA is set, but SADA_ELASTICSEARCH is no https:// address")
        return {}
    authority = settings.elasticsearch_ca
    try:
        context = ssl.create_default_context(cafile=None if authority is None else str(authority))
    except OSError as error:
        raise SettingsError(f"SADA_ELASTICSEARCH_CA: {authority}: no readable PEM certificate ({error})") from None
    return {"ssl_context": context}
