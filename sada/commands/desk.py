"""The page for people: `desk` serves it."""

from __future__ import annotations

from typing import Annotated

import typer

from .options import StateDir, examples

Host = Annotated[
    str | None, typer.Option("--host", help="Where to listen (SADA_DESK_HOST; default 127.0.0.1, this machine alone).")
]
Port = Annotated[
    int | None, typer.Option("--port", min=0, max=65_535, help="Port (SADA_DESK_PORT; default 8474; 0: any free one).")
]
Open = Annotated[bool, typer.Option("--open", help="Open it in the browser.")]


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""
    app.command(
        epilog=examples(
            "sada desk --open",
            "sada desk --port 8080",
            "SADA_DESK_TOKEN_FILE=token sada desk --host 0.0.0.0  # for others too, with a login",
        )
    )(desk)


def desk(host: Host = None, port: Port = None, open_browser: Open = False, state_dir: StateDir = None) -> None:
    """Serve the desk: search and watch the line in a browser. `sada up` starts one; SIGTERM or Ctrl-C ends it."""
    from sada.line import find_line
    from sada.logs import configure_logging
    from sada.serving import serve
    from schemas.pulse import Pulse

    settings, _ = find_line(state_dir=state_dir)
    given = {"desk_host": host, "desk_port": port}
    settings = settings.model_copy(update={name: value for name, value in given.items() if value is not None})
    configure_logging(settings, "desk")
    with Pulse(settings, "desk") as pulse:
        raise typer.Exit(serve(settings, pulse, open_browser=open_browser))
