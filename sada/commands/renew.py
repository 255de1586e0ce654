"""What changes with an upgrade: `reindex` builds the indices anew, `reprocess` reads the articles again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, NoReturn

import typer

from .options import AsJson, StateDir, examples
from .reaching import NOTHING, Yes, is_confirmed, reach_index, reach_line, tell


class Source(StrEnum):
    """Where new versions of the indices are built from."""

    INDEX = "index"
    TOPICS = "topics"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(
        epilog=examples(
            "sada reindex", "sada reindex articles headlines", "sada reindex --from topics", "sada reindex --drop-old"
        )
    )(reindex)
    app.command(epilog=examples("sada reprocess", "sada reprocess --since 2025-04-20", "sada reprocess --since 7d"))(
        reprocess
    )


def reindex(  # noqa: PLR0913, PLR0917 - each an option
    names: Annotated[
        list[str] | None,
        typer.Argument(metavar="[INDEX]...", help="articles, headlines, names, rejected, forgotten; all by default."),
    ] = None,
    source: Annotated[
        Source, typer.Option("--from", help="index: copy the old versions; topics: index all messages anew.")
    ] = Source.INDEX,
    slices: Annotated[int, typer.Option("--slices", min=1, max=64, help="Parts of an index copied at once.")] = 4,
    old: Annotated[
        bool, typer.Option("--drop-old", help="Delete the versions that searches use no more; copies nothing.")
    ] = False,
    yes: Yes = False,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Build the indices anew, by the mappings of this version. Searching and indexing go on meanwhile.

    Broken off, it goes on where it stopped. The old versions are kept until --drop-old.
    """
    from sada import reindex as building
    from sada.present import Steps

    wanted = building.named(names or [])
    with reach_index(state_dir) as (settings, cluster):
        if old:
            found = building.old_versions(cluster, settings, wanted)
            if is_confirmed(f"delete {', '.join(found)}?", len(found), yes=yes):
                building.drop(cluster, found)
            tell({"deleted": found}, f"deleted {', '.join(found)}" if found else NOTHING, as_json=as_json)
            return
        if source is Source.TOPICS and names:
            raise typer.BadParameter("--from topics builds all indices: articles say what names do")
        with Steps() as steps, _stopped_by_signals():
            if source is Source.TOPICS:
                from sada.rebuild import rebuild

                with reach_line(settings) as passing:
                    done = rebuild(passing, cluster, settings, steps)
            else:
                done = building.reindex(cluster, settings, wanted, slices, steps)
    lines = [
        f"{one.alias}: {one.documents:,} documents in {one.new}; writers waited {one.waited:.1f} s" for one in done
    ]
    kept = "the old versions are kept; when all is well: sada reindex --drop-old"
    tell({"indices": done}, "\n".join([*lines, kept]), as_json=as_json)


def reprocess(
    since: Annotated[
        str | None, typer.Option("--since", help="Only pages captured since then: 2025-04-20, 2025-04-20T11:04, 7d.")
    ] = None,
    yes: Yes = False,
    wait: Annotated[float, typer.Option("--wait", min=1, help="Seconds that the line may take for a batch.")] = 300.0,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Read the articles again, by the rules of today. From the raw topic, and from files for what it holds no more.

    The line must be running. Broken off, the same command goes on where it stopped.
    """
    from sada import reprocess as again
    from sada.present import Steps

    is_confirmed("read the articles again by the rules of today?", 1, yes=yes)
    with reach_index(state_dir) as (settings, cluster), reach_line(settings) as passing, Steps() as steps:
        done = again.reprocess(passing, cluster, settings, since, wait, steps)
    said = (
        f"{done.sent:,} articles read again: {done.rejected:,} rejected now, {done.restored:,} rejects taken back, "
        f"{done.lost:,} sightings gone, {done.overtaken:,} left to what was said meanwhile"
    )
    tell(done, said, as_json=as_json)
    if done.left:
        typer.echo(
            f"{done.left:,} article(s) of the index were read by other rules than these: neither the topic nor a file "
            "holds them, or the workers have other rules",
            err=True,
        )


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does: so that nobody is left waiting."""
    import signal

    def stop(*_: object) -> NoReturn:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
