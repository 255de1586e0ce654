"""A request that failed in, what it means and what to change out; None where only waiting helps."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Sequence
from urllib.parse import urlsplit

from elastic_transport import TlsError
from elasticsearch import ApiError, TransportError  # noqa: TID251 (their kinds are told apart here)

_PROBE_SECONDS = 2.0
_HUNG_UP = ("RemoteDisconnected", "Server disconnected")
"""What urllib3 and aiohttp say where a server takes the connection and hangs up."""


def refusal(error: ApiError | TransportError, addresses: Sequence[str]) -> str | None:
    """Say why `addresses` will not serve us as the settings stand. Names variables, never values."""
    if isinstance(error, ApiError):
        return _status(error)
    if isinstance(error, TlsError):
        return _tls(str(error.message))
    hung_up = any(words in str(error.message) for words in _HUNG_UP)
    if hung_up and any(map(_speaks_tls, addresses)):
        return "speaks TLS and we do not; write https:// in SADA_ELASTICSEARCH and set SADA_ELASTICSEARCH_CA"
    return None


def _status(error: ApiError) -> str | None:
    said = f"{error.meta.status} {_reason(error)}"
    if error.meta.status == 401:
        return (
            f"{said}: the login is unknown, wrong or expired; check SADA_ELASTICSEARCH_API_KEY, or "
            "SADA_ELASTICSEARCH_USERNAME and SADA_ELASTICSEARCH_PASSWORD"
        )
    if error.meta.status == 403:
        return f"{said}: a privilege is missing; docs/security.md lists those that Sada needs"
    return None


def _reason(error: ApiError) -> str:
    """Return the server's own words, or the kind of error where it has none."""
    body = error.body if isinstance(error.body, dict) else {}
    said = body.get("error")
    return str(said.get("reason") or error.message) if isinstance(said, dict) else error.message


def _tls(message: str) -> str | None:
    if "CERTIFICATE_VERIFY_FAILED" in message:
        why = message.partition("verify failed: ")[2].partition(" (_ssl")[0].rstrip(".")
        return (
            f"its certificate is not trusted ({why}); set SADA_ELASTICSEARCH_CA to the CA that signed it, and "
            "SADA_ELASTICSEARCH to a name that stands in it"
        )
    if "WRONG_VERSION_NUMBER" in message or "RECORD_LAYER_FAILURE" in message:
        return "speaks no TLS and we do; write http:// in SADA_ELASTICSEARCH"
    return None


def _speaks_tls(address: str) -> bool:
    """Tell whether a TLS server answers at an http:// address; nothing is said to it."""
    place = urlsplit(address)
    if place.scheme != "http" or place.hostname is None:
        return False
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with (
            socket.create_connection((place.hostname, place.port or 80), timeout=_PROBE_SECONDS) as plain,
            context.wrap_socket(plain),
        ):
            return True
    except OSError:
        return False
