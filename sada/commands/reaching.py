"""What the commands that change a line share: the index and the topics within reach, a question, an answer."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from sada.passing import Passing
    from schemas import Settings
    from sinks.client import Cluster

Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]

NOTHING = "nothing to do"


@contextmanager
def reach_index(state_dir: Path | None) -> Iterator[tuple[Settings, Cluster]]:
    """Lend the settings of the line and its Elasticsearch; one that does not answer is one line for a person."""
    from contextlib import closing

    from sada.errors import UserError
    from sada.line import find_line
    from sinks.client import Cluster, connect
    from sinks.faults import Denied, Unavailable

    settings, _ = find_line(state_dir=state_dir)
    try:
        with closing(Cluster(connect(settings))) as cluster:
            yield settings, cluster
    except Denied as error:
        raise UserError(str(error)) from error
    except Unavailable as error:
        problem = f"Elasticsearch at {settings.elasticsearch} does not answer: {error}"
        raise UserError(problem, "start the line (sada up), or set SADA_ELASTICSEARCH") from error


@contextmanager
def reach_line(settings: Settings) -> Iterator[Passing]:
    """Lend the way into the line's topics."""
    from sada.passing import Passing

    with Passing(settings) as passing:
        yield passing


def is_confirmed(question: str, number: int, *, yes: bool) -> bool:
    """Ask on a terminal, unless told not to; there is nothing to ask about nothing.

    The question goes to standard error: the answer of the command may go into a pipe.
    """
    if number and not yes and sys.stdin.isatty():
        with redirect_stdout(sys.stderr):
            typer.confirm(question, abort=True)
    return number > 0


def tell(document: object, said: str, *, as_json: bool) -> None:
    """Print what a command did: `document` as JSON, or what is `said` to people."""
    import orjson

    typer.echo(orjson.dumps(document, option=orjson.OPT_INDENT_2).decode() if as_json else said)
