"""What went wrong, and what should not be there: `rejected` lists, shows, replays, purges; `forget` removes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from .options import AsJson, StateDir, examples
from .reaching import NOTHING, Yes, is_confirmed, reach_index, reach_line, tell

if TYPE_CHECKING:
    from sada.rejects import Wanted
    from schemas import Settings
    from sinks.client import Cluster


E = TypeVar("E", bound=StrEnum)


class By(StrEnum):
    """What rejects can be counted by."""

    REASON = "reason"
    STAGE = "stage"


Ids = Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="Rejects, by their ids; all by default.")]
ReasonOf = Annotated[str | None, typer.Option("--reason", help="Only rejects for this reason (docs/rejects.md).")]
StageOf = Annotated[str | None, typer.Option("--stage", help="Only rejects of this stage.")]
Since = Annotated[str | None, typer.Option("--since", help="Only later ones: 2025-04-20, 2025-04-20T11:04, 30m, 2h.")]
PathGlob = Annotated[str | None, typer.Option("--path", metavar="GLOB", help="Only of paths like this; * is anything.")]
Limit = Annotated[int | None, typer.Option("--limit", "-n", min=1, help="At most so many, the latest.")]
Wait = Annotated[float, typer.Option("--wait", min=0, help="Seconds to wait for the line.")]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    rejected = typer.Typer(no_args_is_help=True, rich_markup_mode=None)
    rejected.command(
        "list", epilog=examples("sada rejected list --by reason", "sada rejected list --stage split --since 2h")
    )(list_)
    rejected.command(epilog=examples("sada rejected show 8d4c0f9ab1e26375c4e8f01b2a3d5e67"))(show)
    rejected.command(epilog=examples("sada rejected replay --reason stage_failed", "sada rejected replay --yes"))(
        replay
    )
    rejected.command(epilog=examples("sada rejected purge --reason empty", "sada rejected purge --path 'old/*'"))(purge)
    app.add_typer(
        rejected,
        name="rejected",
        help="Work with what was rejected.",
        epilog=examples("sada rejected list", "sada rejected replay --reason stage_failed"),
    )
    app.command(
        epilog=examples("sada forget inbox/page.txt", "sada forget --undo inbox/page.txt", "sada forget --deleted")
    )(forget)


def list_(  # noqa: PLR0913, PLR0917 - each an option
    reason: ReasonOf = None,
    stage: StageOf = None,
    since: Since = None,
    path: PathGlob = None,
    limit: Limit = 100,
    by: Annotated[By | None, typer.Option("--by", help="Count them by reason or stage instead.")] = None,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """List the rejects. Shows the latest first, or counts them."""
    import json

    from sada import rejects
    from sada.present import Column, show_table

    wanted = _wanted(None, reason, stage, since, path, limit)
    with reach_index(state_dir) as (settings, cluster):
        total = rejects.count(cluster, settings, _wanted(None, reason, stage, since, path, None))
        counts = rejects.count_by(cluster, settings, wanted, by.value) if by is not None else None
        found = list(rejects.find(cluster, settings, wanted)) if counts is None else []
    if as_json:
        typer.echo(json.dumps(found if counts is None else counts, ensure_ascii=False, indent=2))
    elif counts is not None:
        show_table("Rejects", (Column(by.value if by else ""), Column("number")), counts.items())
    else:
        names = ("reject_id", "rejected_at", "stage", "reason", "attempt", "path", "message")
        columns = [Column(name, 3 if name in {"message", "path"} else 1) for name in names]
        shown = f"Rejects ({len(found):,} of {total:,})"
        show_table(shown, columns, ([one.get(name) for name in names] for one in found))


def show(
    reject_id: Annotated[str, typer.Argument(metavar="ID", help="The reject's id.")],
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Show a reject whole. Its payload is shown as text where it is text."""
    import json

    from sada import rejects
    from sada.present import tame

    with reach_index(state_dir) as (settings, cluster):
        found = rejects.get(cluster, settings, reject_id)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    for name, value in found.items():
        if name != "payload":
            typer.echo(f"{name:<12} {tame(str(value))}")
    typer.echo(tame(f"payload      {_readable(rejects.payload_of(found))}"))


def _readable(payload: bytes | None) -> str:
    if payload is None:
        return "none was kept"
    try:
        return f"{len(payload):,} bytes\n{payload.decode('utf-8')}"
    except UnicodeDecodeError:
        return (
            f"{len(payload):,} bytes that are no text (--json holds them in base64); they begin {payload[:32].hex(' ')}"
        )


def replay(  # noqa: PLR0913, PLR0917 - each an option
    ids: Ids = None,
    reason: ReasonOf = None,
    stage: StageOf = None,
    since: Since = None,
    path: PathGlob = None,
    limit: Limit = None,
    yes: Yes = False,
    wait: Wait = 60.0,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Send rejects through the line again. One that gets through now is taken away; the others count one attempt more.

    Files that could not be read are read again at the watcher's next scan. Exit code 1 if some did not get through.
    """
    from sada import rejects
    from sada.present import Steps, tame
    from sada.replay import Replayed
    from sada.replay import replay as send_again

    wanted = _wanted(ids, reason, stage, since, path, limit)
    with reach_index(state_dir) as (settings, cluster):
        total = rejects.count(cluster, settings, wanted)
        if not is_confirmed(f"replay {total:,} reject(s)?", total, yes=yes):
            tell({"total": 0, **vars(Replayed())}, NOTHING, as_json=as_json)
            return
        with reach_line(settings) as passing, Steps() as steps:
            found = rejects.find(cluster, settings, wanted, payloads=True)
            done = send_again(passing, settings, found, total, wait, steps)
    for reject_id, why in () if as_json else done.impossible.items():
        typer.echo(tame(f"{reject_id}: {why}"), err=True)
    said = (
        f"{done.accepted:,} accepted, {done.again:,} rejected again, {done.handed:,} handed to the watcher "
        f"(read within {settings.rescan_seconds:g} s), {len(done.impossible):,} impossible"
    )
    tell({"total": total, **vars(done)}, said, as_json=as_json)
    if done.waiting:
        _fail(
            f"{done.waiting:,} sent, but not worked off in {wait:g} s", "see sada status; replaying again does no harm"
        )
    raise typer.Exit(1 if done.failed else 0)


def purge(  # noqa: PLR0913, PLR0917 - each an option
    ids: Ids = None,
    reason: ReasonOf = None,
    stage: StageOf = None,
    since: Since = None,
    path: PathGlob = None,
    limit: Limit = None,
    yes: Yes = False,
    wait: Wait = 30.0,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Delete rejects with their payloads. The files themselves are left alone."""
    from sada import rejects
    from sada.present import Steps
    from sada.replay import purge as take_away

    wanted = _wanted(ids, reason, stage, since, path, limit)
    with reach_index(state_dir) as (settings, cluster):
        total = rejects.count(cluster, settings, wanted)
        if not is_confirmed(f"delete {total:,} reject(s) with their payloads?", total, yes=yes):
            tell({"purged": [], "gone": True}, NOTHING, as_json=as_json)
            return
        found = [one["reject_id"] for one in rejects.find(cluster, settings, wanted)]
        with reach_line(settings) as passing, Steps() as steps:
            done, gone = take_away(passing, found, total, wait, steps)
    tell({"purged": found, "gone": gone}, f"purged {done:,} reject(s)", as_json=as_json)
    if not gone:
        _fail(f"the sink has not taken them away in {wait:g} s", "it will once it runs: sada up")


def forget(  # noqa: PLR0913, PLR0917 - each an option
    targets: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID|FILE]...", help="Articles by their ids, or by files that hold them."),
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Let these articles come back.")] = False,
    deleted: Annotated[
        bool, typer.Option("--deleted", help="Take back the articles whose files are gone from the inbox.")
    ] = False,
    yes: Yes = False,
    wait: Wait = 60.0,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Remove articles for good. With what they embed and all their sightings; the same text never comes back.

    --deleted removes those whose files are gone, for as long as these stay away. Files are left alone.
    """
    if bool(targets) == deleted or (undo and deleted):
        raise typer.BadParameter("give articles (ids or files), or --deleted alone")
    with reach_index(state_dir) as (settings, cluster):
        if deleted:
            _retract(settings, yes=yes, as_json=as_json)
        elif undo:
            _lift(settings, targets or [], wait, as_json=as_json)
        else:
            _forget(settings, cluster, targets or [], wait, yes=yes, as_json=as_json)


def _forget(  # noqa: PLR0913 - options of the command
    settings: Settings, cluster: Cluster, targets: list[str], wait: float, *, yes: bool, as_json: bool
) -> None:
    from sada import forget as forgetting
    from sada.present import Steps, tame

    meant = forgetting.identify(targets, cluster, settings)
    for one in meant:
        typer.echo(tame(f"{one.article_id}  {one.title or '(not in the index)'}"), err=as_json)
    is_confirmed(f"forget {len(meant)} article(s) for good?", len(meant), yes=yes)
    with reach_line(settings) as passing, Steps() as steps:
        steps("waiting for the sink")
        gone = forgetting.forget(passing, cluster, settings, [one.article_id for one in meant], wait)
    tell({"forgotten": meant, "gone": gone}, f"forgot {len(meant)} article(s)", as_json=as_json)
    if not gone:
        _fail(f"the sink has not taken them away in {wait:g} s", "it will once it runs: sada up")


def _lift(settings: Settings, targets: list[str], wait: float, *, as_json: bool) -> None:
    from sada import forget as forgetting
    from sada.present import Steps

    ids = list(dict.fromkeys(forgetting.article_of(target, settings) for target in targets))
    with reach_line(settings) as passing, Steps() as steps:
        steps("waiting for the sink")
        again = forgetting.lift(passing, settings, ids, wait)
    said = f"{len(ids)} article(s) may come back; {again} of them within {settings.rescan_seconds:g} s"
    if as_json or again is not None:
        tell({"lifted": ids, "sent_again": again}, said, as_json=as_json)
    if again is None:
        _fail(f"the sink has not heard of it in {wait:g} s", "start it (sada up), then do this again")


def _retract(settings: Settings, *, yes: bool, as_json: bool) -> None:
    from sada import forget as forgetting

    ids = sorted(forgetting.deleted(settings))
    if not is_confirmed(
        f"take back {len(ids):,} article(s) whose files are gone from {settings.inbox}?", len(ids), yes=yes
    ):
        tell({"taken_back": []}, NOTHING, as_json=as_json)
        return
    with reach_line(settings) as passing:
        forgetting.retract(passing, settings, ids)
    tell({"taken_back": ids}, f"took back {len(ids):,} article(s); they come back with their files", as_json=as_json)


def _wanted(  # noqa: PLR0913, PLR0917 - each an option
    ids: list[str] | None, reason: str | None, stage: str | None, since: str | None, path: str | None, limit: int | None
) -> Wanted:
    from datetime import UTC, datetime

    from sada.rejects import Wanted, parse_since
    from schemas import Reason, StageName

    return Wanted(
        ids=tuple(ids or ()),
        reason=_one_of(Reason, reason, "--reason"),
        stage=_one_of(StageName, stage, "--stage"),
        since=None if since is None else parse_since(since, datetime.now(UTC)),
        path=path,
        limit=limit,
    )


def _one_of(kind: type[E], said: str | None, option: str) -> E | None:
    try:
        return None if said is None else kind(said)
    except ValueError:
        raise typer.BadParameter(f"{option} {said}: one of {', '.join(kind)}") from None


def _fail(problem: str, remedy: str) -> NoReturn:
    from sada.errors import UserError

    raise UserError(problem, remedy)
