"""Settings and the kind of client wanted in, a client of Elasticsearch out: addresses, login, trust, patience."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Callable
from typing import Any, TypeVar

from elasticsearch.serializer import OrjsonSerializer  # noqa: TID251 (rooms open their clients here)

from schemas.secret_files import SettingsError
from schemas.settings import Settings

Client = TypeVar("Client")


def open_client(kind: Callable[..., Client], settings: Settings, timeout: float) -> Client:
    """Open an `Elasticsearch` or `AsyncElasticsearch` to `settings`; `timeout` in seconds a request. Asks nothing.

    Raises:
        SettingsError: an address that is none, half a login, or a certificate that is none; names the variable.
    """
    hosts = [address.strip() for address in settings.elasticsearch.split(",") if address.strip()]
    options = _login(settings) | _tls(settings, hosts)
    # It tells of each failure at once, and the caller then says why; one line is enough.
    logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)
    # One more try for each further address; beyond that each room waits, or does not, in its own way.
    retries = len(hosts) - 1
    try:
        return kind(
            hosts,
            request_timeout=timeout,
            max_retries=retries,
            retry_on_status=(),
            serializer=OrjsonSerializer(),
            **options,
        )
    except ValueError as error:
        raise SettingsError(f"SADA_ELASTICSEARCH={settings.elasticsearch}: {error}") from None


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
