"""How far long work is in, its rate and the time left out: a moving bar on a terminal, lines now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn

WINDOW_SECONDS = 30.0
"""The rate is that of the last so many seconds."""

STEP_SECONDS = 0.2
"""What is noted within so short a time counts as one."""

LINE_SECONDS = 5.0
"""Time between two lines where no terminal is."""


class Pace:
    """The rate of a piece of work, from what was done lately."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: deque[tuple[float, int]] = deque()

    def note(self, done: int) -> None:
        """Note how much is done by now."""
        now = self._clock()
        if len(self._seen) > 1 and now - self._seen[-2][0] < STEP_SECONDS:
            self._seen.pop()
        self._seen.append((now, done))
        while len(self._seen) > 2 and now - self._seen[1][0] >= WINDOW_SECONDS:
            self._seen.popleft()

    @property
    def rate(self) -> float | None:
        """How much a second; null before that can be told."""
        if len(self._seen) < 2:
            return None
        (began, before), (_, done) = self._seen[0], self._seen[-1]
        took = self._clock() - began
        return (done - before) / took if took > 0 else None

    def left(self, to_do: int) -> float | None:
        """Return the seconds that `to_do` more will take; null where that cannot be told."""
        return 0.0 if to_do <= 0 else to_do / self.rate if self.rate else None


def say_pace(done: int, total: int, pace: Pace) -> str:
    """Say how far it is, in one line.

    >>> say_pace(0, 2000, Pace())
    '0 of 2,000 (0%)'
    """
    share = f"{100 * done // total}%" if total else "100%"
    said = [f"{done:,} of {total:,} ({share})"]
    if pace.rate is not None:
        said.append(f"{pace.rate:,.0f}/s")
        if (left := pace.left(total - done)) is not None:
            said.append(f"{say_seconds(left)} left")
    return ", ".join(said)


def say_seconds(seconds: float) -> str:
    """Say a span of time.

    >>> say_seconds(7.4), say_seconds(61), say_seconds(7325)
    ('7 s', '1 min 1 s', '2 h 2 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60} min"


class Meterline:
    """What a long command is doing, how fast and how long still, on standard error."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._what = ""
        self._pace = Pace(clock)
        self._told = -LINE_SECONDS
        self._over = False
        self._progress: Progress | None = None
        self._task: TaskID | None = None
        console = Console(file=sys.stderr)
        if console.is_terminal:
            columns = (TextColumn("{task.description}"), BarColumn(bar_width=24), TextColumn("{task.fields[pace]}"))
            self._progress = Progress(*columns, console=console, transient=True)

    def __enter__(self) -> Self:
        if self._progress is not None:
            self._progress.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if self._progress is not None:
            self._progress.stop()

    def show(self, what: str, done: int, total: int, note: str = "") -> None:
        """Show that `done` of `total` is done of `what`; `note` says what is amiss. Each `what` has its own rate."""
        if what != self._what:
            self._what, self._pace = what, Pace(self._clock)
            self._told, self._over = -LINE_SECONDS, False
            if self._progress is not None:
                self._renew(total)
        self._pace.note(done)
        said = say_pace(done, total, self._pace) + (f", {note}" if note else "")
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total, pace=said)
        else:
            self._write(f"{what}: {said}", over=done >= total)

    def _renew(self, total: int) -> None:
        assert self._progress is not None
        if self._task is not None:
            self._progress.remove_task(self._task)
        self._task = self._progress.add_task(self._what, total=total, pace="")

    def _write(self, line: str, *, over: bool) -> None:
        now = self._clock()
        if self._over or (now - self._told < LINE_SECONDS and not over):
            return
        self._told, self._over = now, over
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
