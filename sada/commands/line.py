"""The line as a whole: `up`, `down`, `status`, and the two that serve them unseen."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Annotated

import typer

from .options import AsJson, Inbox, StateDir, examples


class Topology(StrEnum):
    """Where a Kafka hop is (schemas/settings.py)."""

    FUSED = "fused"
    STAGED = "staged"


Workers = Annotated[
    int | None, typer.Option("--workers", min=1, help="Worker processes (default 1); at most one for each partition.")
]
Shape = Annotated[
    Topology | None,
    typer.Option("--topology", help="fused: all stages in one agent (default); staged: one agent and topic per stage."),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    app.command(
        epilog=examples(
            "sada up",
            "sada up --workers 4 --inbox /data/pages",
            "SADA_KAFKA=kafka:9092 sada up  # use that Kafka, start none",
        )
    )(up)
    app.command(epilog=examples("sada down"))(down)
    app.command(epilog=examples("sada status", "sada status --json"))(status)
    app.command(epilog=examples("sada doctor", "sada doctor --json"))(doctor)
    app.command(hidden=True)(supervise)
    app.command(hidden=True)(prefetch)


def up(
    workers: Workers = None,
    inbox: Inbox = None,
    topology: Shape = None,
    as_json: AsJson = False,
    state_dir: StateDir = None,
) -> None:
    """Start the line. Kafka, Elasticsearch, a watcher, workers and a sink come up and stay up in the background."""
    from sada.launch import bring_up
    from sada.line import read_settings
    from sada.present import Steps
    from sada.report import show_running

    settings = read_settings(inbox=inbox, topology=topology and topology.value, state_dir=state_dir)
    with Steps() as steps:
        run, note = bring_up(settings, workers, steps)
    if as_json:
        typer.echo(run.model_dump_json(indent=2))
    else:
        show_running(run, note)


def down(as_json: AsJson = False, state_dir: StateDir = None) -> None:
    """Stop the line. Roles finish what is under way, servers end last; the data stays for the next `sada up`."""
    from sada.launch import bring_down
    from sada.line import read_settings
    from sada.present import Steps

    with Steps() as steps:
        outcome = bring_down(read_settings(state_dir=state_dir), steps)
    typer.echo(json.dumps({"outcome": outcome}) if as_json else outcome)


def status(as_json: AsJson = False, state_dir: StateDir = None) -> None:
    """Show how the line is. Addresses, processes, the lag of each topic, documents, rejects by reason."""
    from sada.line import find_line
    from sada.report import show_status
    from sada.status import gather_status

    report = gather_status(*find_line(state_dir=state_dir))
    if as_json:
        typer.echo(report.model_dump_json(indent=2))
    else:
        show_status(report)


def doctor(as_json: AsJson = False, state_dir: StateDir = None) -> None:
    """Look whether all is well. Machine, servers, topics, indices, roles; a remedy for each finding, 1 if any fails."""
    import orjson

    from sada.doctor import examine, has_failed, show_findings
    from sada.line import find_line, read_settings

    findings = examine(*find_line(state_dir=state_dir), given=read_settings(state_dir=state_dir))
    if as_json:
        found = [finding.model_dump(mode="json") for finding in findings]
        typer.echo(orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
    else:
        show_findings(findings)
    raise typer.Exit(1 if has_failed(findings) else 0)


def supervise(workers: Workers = None, inbox: Inbox = None, topology: Shape = None, state_dir: StateDir = None) -> None:
    """Run the line in the foreground; `sada up` starts this and lets go of it."""
    from sada.line import read_settings
    from sada.logs import configure_logging
    from sada.supervisor import Supervisor

    settings = read_settings(inbox=inbox, topology=topology and topology.value, state_dir=state_dir)
    configure_logging(settings, "supervisor")
    raise typer.Exit(Supervisor(settings, workers or 1).run())


def prefetch() -> None:
    """Download Kafka and Elasticsearch now, so that a later start needs no network."""
    from sada.launch import fetch_servers
    from sada.present import Steps

    with Steps() as steps:
        fetch_servers(steps)
