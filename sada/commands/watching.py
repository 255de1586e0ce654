"""What comes in and where it is: `ingest` a folder, `trace` one article, watch the line at its `top`."""

from __future__ import annotations

import itertools
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, StateDir, examples

Folder = Annotated[
    Path, typer.Argument(metavar="DIR", exists=True, file_okay=False, help="A folder of pages; the inbox or any other.")
]
Once = Annotated[
    bool, typer.Option("--once", help="Send what is there and leave; said for clearness, sada watch is what stays.")
]
Wait = Annotated[
    bool, typer.Option("--wait/--no-wait", help="Wait until all of it is searchable or rejected (default).")
]
Patience = Annotated[
    float, typer.Option("--patience", min=1, help="Seconds without any news after which waiting is given up.")
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(
        epilog=examples(
            "sada ingest --once /data/archive", "sada ingest --no-wait inbox", "sada ingest --json pages | jq .rejected"
        )
    )(ingest)
    app.command(
        epilog=examples(
            "sada trace inbox/page.txt", "sada trace 4c97b1d2a8e35f60917c3d5e8b2a4f01", "sada trace --json page.txt"
        )
    )(trace)
    app.command(epilog=examples("sada top", "sada top --once", "sada top --json --count 10 --every 6"))(top)


def ingest(  # noqa: PLR0913, PLR0917 - each an option
    folder: Folder,
    once: Once = True,
    wait: Wait = True,
    patience: Patience = 120.0,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Send a folder of pages. All that is new in it, the newest first; shows rate and time left.

    Ctrl-C stops it in good order, and the same command goes on. Exit code 1 if something was rejected or is missing.
    """
    from sada.alone import alone
    from sada.errors import UserError
    from sada.ingest import ingest as send
    from sada.line import find_line
    from sada.logs import configure_logging
    from sada.pace import Meterline
    from sada.report import show_summary

    settings, _ = find_line(state_dir=state_dir)
    with alone(settings.state_dir, "ingest"), stopped_by_signals() as stop, Meterline() as meterline:
        configure_logging(settings.model_copy(update={"log_level": "warning"}), "ingest")
        done = send(settings, folder, meterline.show, stop, wait=wait, patience=patience)
    if as_json:
        typer.echo(done.model_dump_json(indent=2))
    else:
        show_summary(done)
    if stop.is_set():
        raise typer.Abort
    if done.missing:
        problem = f"{done.missing:,} of {done.articles:,} articles are neither searchable nor rejected"
        raise UserError(problem, "sada status shows whether the line is up, sada trace FILE where one is")
    raise typer.Exit(0 if done.good else 1)


def trace(
    target: Annotated[
        str,
        typer.Argument(
            metavar="FILE|ID",
            help="A file, as it lies or as the inbox names it; or an article's, reject's, headline's id.",
        ),
    ],
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Tell where an article is. Each step with its time, what it became; of a file that was not sent, why not.

    Exit code 0 if it is searchable or on its way, 1 if not.
    """
    from sada.line import find_line
    from sada.report import show_trace
    from sada.trace import trace as follow

    found = follow(*find_line(state_dir=state_dir), target)
    if as_json:
        typer.echo(found.model_dump_json(indent=2))
    else:
        show_trace(found)
    raise typer.Exit(0 if found.verdict.good else 1)


def top(
    once: Annotated[bool, typer.Option("--once", help="Print plain lines once, as without a terminal.")] = False,
    every: Annotated[float, typer.Option("--every", min=0.5, help="Seconds between two looks.")] = 2.0,
    count: Annotated[int, typer.Option("--count", min=0, help="Looks printed by --once and --json; 0: no end.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, a line for each look.")] = False,
    state_dir: StateDir = None,
) -> None:
    """Watch the line. Rate, lag, CPU and memory of each role, rejects, newest articles, live; q quits."""
    import sys

    from sada.line import find_line
    from sada.state import read_live_run
    from sada.top import Lookout
    from sada.top_screen import say_lines, watch_screen

    settings, _ = find_line(state_dir=state_dir)
    lookout = Lookout(settings)
    with stopped_by_signals() as stop:
        if sys.stdin.isatty() and sys.stdout.isatty() and not once and not as_json:
            watch_screen(lambda: lookout.look(read_live_run(settings.state_dir)), every, stop)
        else:
            lookout.look(read_live_run(settings.state_dir))  # a rate needs two looks
            for number in itertools.count(1):
                if stop.wait(every):
                    break
                seen = lookout.look(read_live_run(settings.state_dir))
                typer.echo(seen.model_dump_json() if as_json else "\n".join(say_lines(seen)))
                if number == count:
                    break
        if stop.is_set():
            raise typer.Abort


@contextmanager
def stopped_by_signals() -> Iterator[threading.Event]:
    """Lend an event that SIGINT and SIGTERM set; a second one ends the command at once."""
    stop = threading.Event()

    def heed(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, heed) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
