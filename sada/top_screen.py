"""Looks at the line in, a live picture of it on a terminal out, until q is pressed; plain lines elsewhere."""

from __future__ import annotations

import os
import select
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from .present import Bidi, tame
from .top import Top

KEY_SECONDS = 0.2
"""Longest wait for a key before the picture is looked at again."""

QUIT = {"q", "Q", "\x1b"}
NO_VALUE = "-"


def draw(top: Top, keys: bool = False) -> RenderableType:
    """Draw what was seen; every text of a page is tamed and in its own order."""
    parts: list[RenderableType] = [_head(top, keys=keys), _roles(top)]
    if top.queues:
        parts.append(_queues(top))
    parts.append(_numbers(top))
    if top.newest:
        parts.append(_newest(top))
    return Group(*parts)


def say_lines(top: Top) -> Iterator[str]:
    """Write what was seen as plain lines: one for each role, queue, reject and article, its kind first."""
    rate = NO_VALUE if top.documents_rate is None else f"{top.documents_rate:g}/s"
    yield f"line\t{top.phase or 'not running here'}\t{top.at:%Y-%m-%dT%H:%M:%SZ}"
    for name, trouble in (("Kafka", top.kafka), ("Elasticsearch", top.elasticsearch)):
        if trouble is not None:
            yield f"server\t{name}\t{trouble}"
    for role in top.roles:
        yield "\t".join(("role", role.name, role.state, *_figures(role.rate, role.lag, role.cpu, role.memory)))
    for queue in top.queues:
        yield f"queue\t{queue.group}\t{queue.topic}\tlag {queue.lag}"
    for kind, number in top.documents.items():
        yield f"documents\t{kind}\t{number}" + (f"\t{rate}" if kind == "articles" else "")
    for reason, number in top.rejects.items():
        yield f"rejects\t{reason}\t{number}"
    for article in top.newest:
        yield tame(
            f"newest\t{article.read_at:%Y-%m-%dT%H:%M:%SZ}\t{article.source or NO_VALUE}\t{article.title or NO_VALUE}"
        )


def watch_screen(look: Callable[[], Top], every: float, stop: threading.Event) -> None:
    """Show what `look` sees, anew `every` so many seconds, until q or a stop.

    It looks in a thread of its own: a server that does not answer keeps no key waiting.
    """
    looking = _Looking(look, every)
    looking.start()
    try:
        with _keys() as pressed, Live(console=Console(), screen=True, auto_refresh=False) as live:
            while not stop.is_set():
                top = looking.seen()
                live.update(Text("looking at the line …") if top is None else draw(top, keys=True), refresh=True)
                if pressed(KEY_SECONDS) in QUIT:
                    return
    finally:
        looking.over.set()


class _Looking(threading.Thread):
    """Looks again and again; whoever asks for what was seen last hears of what went wrong as well."""

    def __init__(self, look: Callable[[], Top], every: float) -> None:
        super().__init__(name="top", daemon=True)
        self._look, self._every = look, every
        self._latest: Top | None = None
        self._failure: Exception | None = None
        self.over = threading.Event()

    def run(self) -> None:
        """Look until it is over."""
        while not self.over.is_set():
            try:
                self._latest = self._look()
            except Exception as error:  # noqa: BLE001 (raised where it is seen)
                self._failure = error
                return
            self.over.wait(self._every)

    def seen(self) -> Top | None:
        """Return what was seen last; null before the first look has ended."""
        if self._failure is not None:
            raise self._failure
        return self._latest


@contextmanager
def _keys() -> Iterator[Callable[[float], str]]:
    """Lend a function that waits so many seconds for a key; the terminal is given back as it was."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)

    def pressed(seconds: float) -> str:
        try:
            ready, _, _ = select.select([terminal], [], [], seconds)
        except InterruptedError:  # a signal came
            return ""
        return os.read(terminal, 1).decode("utf-8", "replace") if ready else ""

    try:
        tty.setcbreak(terminal)
        yield pressed
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def _head(top: Top, *, keys: bool) -> Text:
    text = Text(f"Sada: {top.phase or 'no line runs here'}", style="bold")
    text.append(f"   {top.at:%H:%M:%S} UTC", style="bright_black")
    text.append("   q quits" if keys else "", style="bright_black")
    for name, trouble in (("Kafka", top.kafka), ("Elasticsearch", top.elasticsearch)):
        if trouble is not None:
            text.append(f"\n{name}: {trouble}", style="red")
    return text


def _roles(top: Top) -> Table:
    table = _table("role", "state", "rate/s", "lag", "CPU %", "memory", "restarts", numbers=5)
    for role in top.roles:
        style = "" if role.state in {"ready", "runs"} else "red" if role.state == "gone" else "yellow"
        figures = _figures(role.rate, role.lag, role.cpu, role.memory)
        table.add_row(role.name, Text(role.state, style=style), *figures, str(role.restarts))
    return table


def _queues(top: Top) -> Table:
    table = _table("group", "topic", "messages", "lag", numbers=2)
    for queue in top.queues:
        style = "yellow" if queue.lag else ""
        table.add_row(queue.group, queue.topic, f"{queue.messages:,}", Text(f"{queue.lag:,}", style=style))
    return table


def _numbers(top: Top) -> Text:
    rate = "" if top.documents_rate is None else f" (+{top.documents_rate:g}/s)"
    held = ", ".join(f"{n:,} {kind}{rate if kind == 'articles' else ''}" for kind, n in top.documents.items())
    rejects = ", ".join(f"{number:,} {reason}" for reason, number in top.rejects.items())
    text = Text(f"documents: {held or NO_VALUE}\n")
    return text.append(f"rejects: {rejects or 'none'}", style="red" if rejects else "")


def _newest(top: Top) -> Table:
    table = _table("read at", "source", "newest articles", numbers=0)
    for article in top.newest:
        at = f"{article.read_at:%H:%M:%S}"
        table.add_row(at, Bidi(tame(article.source or "")), Bidi(tame(article.title or "")))
    return table


def _table(*heads: str, numbers: int) -> Table:
    table = Table(box=None, header_style="bold cyan", pad_edge=False)
    for place, head in enumerate(heads):
        table.add_column(head, justify="right" if 0 < len(heads) - place <= numbers else "left", overflow="ellipsis")
    return table


def _figures(rate: float | None, lag: int | None, cpu: float | None, memory: int | None) -> tuple[str, str, str, str]:
    return (
        NO_VALUE if rate is None else f"{rate:,.1f}",
        NO_VALUE if lag is None else f"{lag:,}",
        NO_VALUE if cpu is None else f"{cpu:.0f}",
        NO_VALUE if memory is None else f"{memory / 2**20:,.0f} MiB",
    )
