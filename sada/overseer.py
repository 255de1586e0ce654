"""What the roles say of themselves in, those that are stuck started again out; who waits for a server is left alone."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path
from typing import Protocol

import structlog

from schemas import Settings
from schemas.health import find_trouble, read_beat

log = structlog.get_logger()

LONGEST_LIMIT = 3600.0
"""A role that is stuck again and again is given twice the time each time, up to so many seconds.

A batch that honestly takes longer than the limit would else be begun for ever and never finished.
"""

LONG_LOOK = 5.0
"""Seconds between two looks after which we, not the roles, were away: they get their time anew."""

ASK_AGAIN = 10.0
"""Seconds between two questions to servers that did not answer."""

ANSWER_SECONDS = 3.0

Ask = Callable[[str], str | None]


class Kept(Protocol):
    """A role's process, as its keeper shows it."""

    @property
    def name(self) -> str:
        """Its name in the line."""

    @property
    def role(self) -> str:
        """Which role it has."""

    @property
    def pid(self) -> int | None:
        """Its process; null while none runs, or while it is ending."""

    @property
    def started(self) -> float:
        """When it was started, by the monotonic clock."""

    def restart(self, reason: str) -> None:
        """End it and start it again."""


class Overseer:
    """Looks after the roles of one line."""

    def __init__(
        self, state_dir: Path, limit: float, ask_servers: Ask, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """`limit` is in seconds; `ask_servers` says of a role's servers what is amiss, null where they answer."""
        self._state_dir = state_dir
        self._limit = limit
        self._ask_servers = ask_servers
        self._clock = clock
        self._limits: dict[str, float] = {}
        self._ask_at: dict[str, float] = {}
        self._looked = clock()
        self._not_before = 0.0

    def look(self, roles: Iterable[Kept]) -> None:
        """Start again whoever has been stuck for too long although its servers answer."""
        now = self._clock()
        if now - self._looked > LONG_LOOK:
            self._not_before = now + self._limit
        self._looked = now
        for role in roles:
            if role.pid is not None and now >= self._not_before:
                self._judge(role, role.pid, now)
        self._looked = self._clock()  # servers that do not answer take their time; that was not the roles'

    def _judge(self, role: Kept, pid: int, now: float) -> None:
        limit = self._limits.get(role.name, self._limit)
        beat = read_beat(self._state_dir, role.role, pid)
        if beat is None:
            silent = now - role.started
            trouble = f"it has not said a word in {silent:.0f} s" if silent > limit else None
        else:
            trouble = find_trouble(beat, now, limit)
            if beat.last_progress is not None:
                self._limits.pop(role.name, None)
        if trouble is None or now < self._ask_at.get(role.name, 0.0):
            return
        if (away := self._ask_servers(role.role)) is not None:
            self._ask_at[role.name] = self._clock() + ASK_AGAIN
            log.info("stuck, but not by itself", name=role.name, reason=trouble, servers=away)
            return
        self._limits[role.name] = min(limit * 2, max(LONGEST_LIMIT, self._limit))
        role.restart(trouble)


def ask_servers(settings: Settings, role: str) -> str | None:
    """Say what is amiss with the servers that `role` needs; null where all answer."""
    from sinks.client import Cluster, connect
    from sinks.faults import Denied, Unavailable
    from streams.door import DoorClosed, DoorRefused, knock

    try:
        knock(settings, ANSWER_SECONDS)
        if role == "sink":
            with closing(Cluster(connect(settings, timeout=ANSWER_SECONDS))) as cluster:
                cluster.ask("GET", "/")
    except (DoorClosed, DoorRefused, Unavailable, Denied, ValueError) as error:
        return " ".join(str(error).split())[:200]
    return None
