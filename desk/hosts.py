"""A Host header in, whether the desk goes by that name out: nobody else's name can be made to point here."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from schemas import Settings
from schemas.secret_files import SettingsError


def is_loopback(host: str) -> bool:
    """Tell whether only this machine reaches `host`.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if host == "localhost":
        return True
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def check_reach(settings: Settings) -> None:
    """See that a desk that others reach asks for a login.

    Raises:
        SettingsError: it would not; names the setting.
    """
    token = settings.desk_token
    if token is not None and len(token.get_secret_value()) < 16:
        raise SettingsError("SADA_DESK_TOKEN: shorter than 16 characters; make one: openssl rand -hex 24")
    if token is None and not is_loopback(settings.desk_host):
        raise SettingsError(
            f"SADA_DESK_HOST={settings.desk_host}: others reach that; set SADA_DESK_TOKEN too (openssl rand -hex 24)"
        )


class Names:
    """The names by which a desk may be asked.

    A browser that was led here by somebody else's DNS names that somebody's host. An address cannot be led: a desk
    beyond loopback answers to any of them.
    """

    def __init__(self, settings: Settings) -> None:
        self._local = is_loopback(settings.desk_host)
        own = () if self._local else (socket.gethostname().lower(), socket.getfqdn().lower())
        self._names = {"localhost", settings.desk_host.lower(), *own, *(name.lower() for name in settings.desk_names)}

    def know(self, header: str) -> bool:
        """Tell whether the Host header names this desk."""
        host = _without_port(header.strip().lower())
        if host in self._names:
            return True
        try:
            address = ip_address(host.strip("[]"))
        except ValueError:
            return False
        return address.is_loopback or not self._local


def _without_port(host: str) -> str:
    """Return the name alone.

    >>> _without_port("[::1]:80"), _without_port("localhost:8474"), _without_port("desk.example")
    ('[::1]', 'localhost', 'desk.example')
    """
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
