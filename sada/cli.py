"""A command line in, an exit code out: the one place where an exception becomes a line for a person."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from .commands import ask, desk, files, line, quality, renew, repair, roles, shell, watching
from .commands.options import examples

FAILED, USAGE, INTERRUPTED = 1, 2, 130

app = typer.Typer(
    name="sada",
    add_completion=True,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=examples(
        "sada up --workers 2          start Kafka, Elasticsearch and the line",
        "cp pages/*.txt inbox/        give it articles",
        "sada search 'الذكاء الاصطناعي'",
        "sada process page.txt        what Sada makes of a page, without servers",
        "sada down                    stop all of it; the data stays",
    ),
)


def _version(asked: bool) -> None:
    if asked:
        from importlib.metadata import version

        typer.echo(f"sada {version('sada')}")
        raise typer.Exit


@app.callback()
def sada(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version and leave.")
    ] = False,
) -> None:
    """Stream scraped Arabic news pages from a folder through Kafka into Elasticsearch."""


line.register(app)
roles.register(app)
ask.register(app)
watching.register(app)
files.register(app)
desk.register(app)
repair.register(app)
renew.register(app)
quality.register(app)
shell.register(app)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line `arguments` (the process's own by default).

    Returns:
        0 done, 1 failed, 2 called wrongly, 130 interrupted; every failure is one line on standard error.
    """
    try:
        code = typer.main.get_command(app).main(arguments, prog_name="sada", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        return _leave_the_pipe()
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 (the boundary: no stack trace ever meets a user)
        return _report(error)
    if code == INTERRUPTED:
        return _say("interrupted", INTERRUPTED)
    return code if isinstance(code, int) else 0


def _report(error: Exception) -> int:
    from .errors import debug_trace, explain

    sys.stderr.write(debug_trace(error))
    format_message = getattr(error, "format_message", None)
    if format_message is None:
        return _say(explain(error), FAILED)
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(context.get_help() if context is not None else format_message())
        return USAGE
    asked = context.command_path if context is not None else "sada"
    return _say(f"{' '.join(format_message().split()).rstrip('.')}; see: {asked} --help", USAGE)


def _say(text: str, code: int) -> int:
    typer.echo(f"sada: {text}", err=True)
    return code


def _leave_the_pipe() -> int:
    """Leave quietly when the reader of our output has gone (`sada process inbox | head`)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED
