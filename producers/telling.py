"""Messages on their way in, the role's pulse out: how many are acknowledged, how many wait, and for what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from schemas.pulse import Pulse

from .plan import Outgoing
from .publisher import Publisher


class Telltale(Publisher, Protocol):
    """A publisher that says what keeps it from sending."""

    @property
    def trouble(self) -> str | None:
        """What it waits for; null while nothing is amiss."""


class TellingPublisher:
    """A publisher that tells the pulse how it gets on; asking for acks is what a watcher under load does most."""

    def __init__(self, publisher: Telltale, pulse: Pulse) -> None:
        self._publisher = publisher
        self._pulse = pulse
        self._open = 0
        self._acknowledged = 0

    def send(self, messages: Sequence[Outgoing]) -> None:
        """Begin to send `messages`, in order."""
        self._open = len(messages)
        self._tell()
        self._publisher.send(messages)

    def acknowledged(self, seconds: float) -> bool:
        """Wait up to `seconds`; tell whether everything sent has been acknowledged."""
        done = self._publisher.acknowledged(seconds)
        self._pulse.turn()
        self._pulse.wait_for(None if done else self._publisher.trouble)
        if done:
            self._acknowledged, self._open = self._acknowledged + self._open, 0
            self._tell()
        return done

    def close(self) -> None:
        """Give up what is not acknowledged and let go of the connection."""
        self._publisher.close()

    def _tell(self) -> None:
        self._pulse.progress({"acknowledged": self._acknowledged}, self._open)
