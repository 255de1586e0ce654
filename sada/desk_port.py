"""Where a line's desk listens: the port chosen, its address told, and waited for until it answers."""

from __future__ import annotations

import time
from collections.abc import Callable

from schemas import Settings
from schemas.pulse import is_heard

from .errors import UserError
from .line import is_given
from .local.ports import choose_port
from .local.progress import Say

LOOK_SECONDS = 0.1


def choose_desk_port(settings: Settings, say: Say) -> int:
    """Return the port of a line's desk: the one that was asked for, else the usual one or a free one.

    Raises:
        PortTakenError: the one that was asked for is in use.
    """
    asked = settings.desk_port if is_given(settings, "desk_port") else None
    return choose_port(settings.desk_port, asked, "the desk", say)


def desk_address(host: str, port: int) -> str:
    """Return where a browser finds a desk that listens at `host`.

    >>> desk_address("127.0.0.1", 8474), desk_address("0.0.0.0", 80), desk_address("::1", 8474)
    ('http://127.0.0.1:8474', 'http://127.0.0.1:80', 'http://[::1]:8474')
    """
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 (such a host is read, not chosen)
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def await_desk(settings: Settings, seconds: float, check: Callable[[], None]) -> None:
    """Wait until the desk takes connections.

    Raises:
        UserError: it does not in `seconds`; or what `check` raises, which looks whether it still tries.
    """
    address = desk_address(settings.desk_host, settings.desk_port).removeprefix("http://")
    deadline = time.monotonic() + seconds
    while not is_heard(address):
        check()
        if time.monotonic() > deadline:
            raise UserError(f"the desk does not answer at {address}", "see the log of the desk")
        time.sleep(LOOK_SECONDS)
