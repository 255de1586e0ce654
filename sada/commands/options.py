"""Options and help texts that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

StateDir = Annotated[
    Path | None,
    typer.Option(
        "--state-dir", metavar="DIR", help="Where the line keeps its state and logs (SADA_STATE_DIR; default .sada)."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Inbox = Annotated[
    Path | None, typer.Option("--inbox", metavar="DIR", help="Folder to watch (SADA_INBOX; default inbox).")
]


def examples(*lines: str) -> str:
    """Return `lines` as the examples under a help text, each on a line of its own."""
    return "\b\nExamples:\n" + "\n".join(f"  {line}" for line in lines)
