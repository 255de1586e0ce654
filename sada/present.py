"""Rows in, tables on a terminal or plain lines elsewhere out; Arabic stays in its own cell and in order."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement
from rich.segment import Segment
from rich.status import Status
from rich.table import Table
from rich.text import Text

from .bidi import reorder
from .terminal import Orderer, who_orders

ISOLATE, END = "\u2068", "\u2069"
"""First-strong isolate and its end: what stands between them orders itself and leaves its neighbours alone."""

LEAST_COLUMN = 12

PLAIN_WIDTH = 160
"""Columns of a drawn table that goes into a pipe or a file."""


class Bidi:
    """Text of either direction as one cell: wrapped first, then each line isolated.

    A terminal orders each of its lines alone, so an isolate that spans two lines would be open on the first
    and missing on the second. The isolates take no width.
    """

    def __init__(self, text: str, style: str = "") -> None:
        self.text = Text(text, style=style)
        self._fenced = has_rtl(text)

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        width = min(self.text.cell_len, options.max_width)
        return Measurement(min(LEAST_COLUMN, width), width)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        lines = self.text.wrap(console, max(1, options.max_width))
        for number, line in enumerate(lines):
            if number:
                yield Segment.line()
            yield from self._line(line.plain.rstrip(), options).render(console)

    def _line(self, text: str, options: ConsoleOptions) -> Text:
        """Fence one line, or order it for a terminal that does not; the padding that moves it stays outside."""
        orderer = who_orders(os.environ) if self._fenced else Orderer.OFF
        shown = reorder(text) if orderer is Orderer.SADA else text
        room = options.max_width - cell_len(shown) if options.justify == "right" else 0
        return Text(" " * room).append(
            f"{ISOLATE}{shown}{END}" if orderer is Orderer.TERMINAL else shown, style=self.text.style
        )


def has_rtl(text: str) -> bool:
    """Tell whether `text` has letters that run from right to left.

    >>> has_rtl("موسكو 2024"), has_rtl("Moscow 2024")
    (True, False)
    """
    return any("\u0590" <= letter <= "\u08ff" or "\ufb1d" <= letter <= "\ufefc" for letter in text)


_OBEYED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def tame(text: str) -> str:
    r"""Replace what a terminal obeys rather than shows: pages come from strangers.

    Control characters (escape sequences begin with them) and marks that turn the order of letters around.

    >>> tame("خبر \x1b[2Jعاجل")
    'خبر \ufffd[2Jعاجل'
    """
    return _OBEYED.sub("\ufffd", text)


@dataclass(frozen=True)
class Column:
    """A column: its head, its share of the width, and whether it stands at the right (numbers, Arabic)."""

    name: str
    ratio: int = 1
    right: bool = False


def show_table(title: str, columns: Sequence[Column], rows: Iterable[Sequence[object]]) -> None:
    """Print `rows` as a table on a terminal, as tab-separated lines elsewhere."""
    console = Console(file=sys.stdout)
    cells = [["" if cell is None else tame(str(cell)) for cell in row] for row in rows]
    if console.is_terminal:
        console.print(_table(title, columns, cells))
        return
    lines = [f"# {title}", "\t".join(column.name for column in columns), *("\t".join(row) for row in cells)]
    sys.stdout.write("\n".join(" ".join(line.splitlines()) for line in lines) + "\n\n")


def say(text: str) -> None:
    """Print text of either direction: tamed, and ordered where it goes to a terminal that does not do so itself."""
    shown = tame(text)
    if sys.stdout.isatty() and who_orders(os.environ) is Orderer.SADA and has_rtl(shown):
        shown = "\n".join(reorder(line) for line in shown.splitlines())
    sys.stdout.write(f"{shown}\n")


def ordered(text: Text, console: Console) -> Text:
    """Order `text` for a terminal that does not do so itself: wrapped first, then each stretch by itself."""
    lines = []
    for line in text.wrap(console, console.width):
        edges = sorted({edge for span in line.spans for edge in (span.start, span.end)})
        pieces = [piece for piece in line.divide(edges) if piece.plain]
        styles = [piece.spans[-1].style if piece.spans else piece.style for piece in pieces]
        shown = zip(pieces, styles, strict=True)
        lines.append(Text().join(Text(reorder(one.plain) if has_rtl(one.plain) else one.plain, s) for one, s in shown))
    return Text("\n").join(lines)


def print_rich(what: RenderableType) -> None:
    """Print a rich text or table on standard output, in colours where it is a terminal."""
    on_terminal = sys.stdout.isatty()
    console = Console(file=sys.stdout, width=None if on_terminal else PLAIN_WIDTH)
    if on_terminal and isinstance(what, Text) and who_orders(os.environ) is Orderer.SADA:
        what = ordered(what, console)
    console.print(what, soft_wrap=not on_terminal and isinstance(what, Text))


def _table(title: str, columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", header_style="bold cyan", show_lines=True)
    for column in columns:
        table.add_column(column.name, ratio=column.ratio, justify="right" if column.right else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Bidi(cell) for cell in row))
    return table


class Steps:
    """What a slow command is doing now: one moving line on a terminal, a line for each step elsewhere."""

    def __init__(self) -> None:
        self._console = Console(file=sys.stderr)
        self._status: Status | None = Status("", console=self._console) if self._console.is_terminal else None
        self._last = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.pause()

    def __call__(self, text: str) -> None:
        """Say `text`, once however often it is repeated."""
        if not text or text == self._last:
            return
        self._last = text
        if self._status is None:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()
            return
        self._status.update(text)
        self._status.start()

    def pause(self) -> None:
        """Clear the moving line, so that others can draw."""
        if self._status is not None:
            self._status.stop()
