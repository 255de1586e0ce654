"""What the line makes as files of JSON Lines: `lines`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from .options import AsJson, StateDir, examples


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(epilog=examples("sada lines /data/lines", "sada lines --once /data/lines"))(lines)


def lines(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", file_okay=False, help="Where the files stand.")],
    once: Annotated[bool, typer.Option("--once", help="End at what the topics hold now.")] = False,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Write articles, headlines, names and rejects as JSON Lines. Goes on where the files end, until it is stopped."""
    from sada.alone import alone
    from sada.errors import UserError
    from sada.line import find_line
    from sada.logs import configure_logging
    from sinks.faults import Abandoned, Denied
    from sinks.line_writer import run
    from sinks.orders import Orders

    settings, _ = find_line(state_dir=state_dir)
    configure_logging(settings.model_copy(update={"log_level": "warning"}), "lines")
    orders, written = Orders(), 0
    with alone(folder, "lines"):
        orders.listen()
        try:
            written = run(settings, folder, lambda: orders.stopping, once=once)
        except Abandoned:
            pass
        except (Denied, ValueError, OSError) as error:
            raise UserError(str(error), "correct it, then do this again: it goes on where the files end") from error
        finally:
            orders.rest()
    typer.echo(json.dumps({"folder": str(folder), "lines": written}) if as_json else f"{written:,} lines to {folder}")
