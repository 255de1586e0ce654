"""Questions without side effects: `process` a page, `search` the index, print the `schema`; and the `demo`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .options import AsJson, StateDir, examples

if TYPE_CHECKING:
    from sada.search import Found


def register(app: typer.Typer) -> None:
    """Add the questions to `app`."""
    app.command(
        epilog=examples(
            "sada process page.txt",
            "sada process samples/ | head -1",
            "sada process inbox/ > articles.jsonl",
        )
    )(process)
    app.command(
        epilog=examples(
            "sada search 'أسعار النفط'",
            "sada search 'شخص:ترامب مكان:موسكو -\"أسعار النفط\" سنة:2025'",
            "sada search --limit 3 --all موسكو",
            "sada search --json الناتو | head -1",
        )
    )(search)
    app.command(epilog=examples("sada schema > schemas.json"))(schema)
    app.command(epilog=examples("sada demo", "sada demo --samples samples/"))(demo)


def process(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", exists=True, help="Files, and folders of files.")],
) -> None:
    """Print what Sada makes of pages. One JSON object a line for each file; needs no server."""
    from sada.process import process_paths
    from schemas.settings import load_settings

    for line in process_paths(paths, load_settings()):
        typer.echo(line)


def search(
    query: Annotated[
        str,
        typer.Argument(
            help="Words in any form, «phrases», -exclusions, OR, and filters such as person: place: org: source: "
            "date:2024-04..2024-05, in English or Arabic (docs/search.md)."
        ),
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="Most articles shown.")] = 10,
    every_copy: Annotated[
        bool, typer.Option("--all", "-a", help="Show every copy of a story, not the best one alone.")
    ] = False,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Search the articles. Shows title, date, source, entities, a snippet and the number of copies of each story."""
    found = _find(query, limit, state_dir, every_copy=every_copy)
    for note in found.notes:
        typer.echo(note, err=True)
    if as_json:
        import orjson

        typer.echo(orjson.dumps(found.hits, option=orjson.OPT_INDENT_2).decode())
    else:
        from sada.report import show_hits

        show_hits(found.hits)


def _find(query: str, limit: int, state_dir: Path | None, *, every_copy: bool) -> Found:
    from sada import search as index
    from sada.errors import UserError
    from sada.line import find_line

    settings, _ = find_line(state_dir=state_dir)
    try:
        return index.search(settings, query, limit, every_copy=every_copy)
    except index.SearchError as error:
        raise UserError(str(error), error.remedy or "start the line (sada up), or set SADA_ELASTICSEARCH") from error


def schema() -> None:
    """Print the messages' JSON Schemas. One document: the topics, and all models under `$defs`."""
    import json

    from sada.schema import message_schemas

    typer.echo(json.dumps(message_schemas(), ensure_ascii=False, indent=2))


def demo(
    samples: Annotated[
        Path,
        typer.Option("--samples", exists=True, file_okay=False, help="Folder of pages to put through the line."),
    ] = Path("samples"),
    state_dir: StateDir = None,
    wait: Annotated[float, typer.Option("--wait", min=1, help="Seconds to wait for the articles.")] = 60.0,
    as_json: AsJson = False,
) -> None:
    """Try the line on samples. Puts them into the inbox, waits, and shows what became of them."""
    from sada.demo import run_demo

    run_demo(samples, state_dir, wait, as_json=as_json)
