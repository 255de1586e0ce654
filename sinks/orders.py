"""Signals in, the order to stop out: finish what is under way, but not for longer than there is time."""

from __future__ import annotations

import signal
import time
from types import FrameType

from .faults import Abandoned

GRACE = 6.0
"""Seconds after the order to stop in which what was read may still be indexed and committed."""


class Orders:
    """Whether the sink shall stop, and whether the time to do so in good order is over."""

    def __init__(self) -> None:
        self._stopped_at: float | None = None

    def listen(self) -> None:
        """Take SIGTERM and SIGINT as the order to stop. Only the main thread may do so."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        signal.signal(signal.SIGALRM, self._on_alarm)

    def stop(self) -> None:
        """Give the order to stop."""
        if self._stopped_at is None:
            self._stopped_at = time.monotonic()

    @property
    def stopping(self) -> bool:
        """Whether the order was given."""
        return self._stopped_at is not None

    def check_time(self) -> None:
        """Raise once the time to finish is over.

        Raises:
            Abandoned: leave now.
        """
        if self._stopped_at is not None and time.monotonic() - self._stopped_at > GRACE:
            raise Abandoned

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        self.stop()
        # A server that takes a request and never answers would hold us past any check: the alarm breaks in.
        signal.setitimer(signal.ITIMER_REAL, GRACE + 1)

    def _on_alarm(self, number: int, frame: FrameType | None) -> None:
        raise Abandoned

    def rest(self) -> None:
        """Let no alarm break in any more."""
        signal.setitimer(signal.ITIMER_REAL, 0)
