"""What a command found in, what a person reads out: the running line, its status, search hits, repeated headlines."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import typer

from .present import Column, say, show_table, tame
from .state import Run

if TYPE_CHECKING:
    from .ingest import Summary
    from .search import Hit, Repeated
    from .status import Report, Server
    from .trace import Trace

HIT_COLUMNS = (
    Column("title", 3, right=True),
    Column("date"),
    Column("source", 1, right=True),
    Column("names", 2, right=True),
    Column("passage", 4, right=True),
    Column("copies"),
)

NAMES_SHOWN = 6
"""Entities shown for each article; the rest are in the JSON form."""


def show_running(run: Run, note: str) -> None:
    """Say where the line can be reached; `note` is what `sada up` has to add."""
    typer.echo(f"Sada is running{f' ({note})' if note else ''}")
    if run.desk is not None:
        typer.echo(f"  the desk       {run.desk}      search and watch in a browser")
    typer.echo(f"  Elasticsearch  {run.elasticsearch}")
    typer.echo(f"  Kafka          {run.kafka}")
    typer.echo(f"  drop files in  {run.inbox}")
    typer.echo(f"  {run.workers} worker(s), {run.topology}; see also: sada status, sada search WORDS, sada down")


def show_status(report: Report) -> None:
    """Print the report: where everything is, who runs, what is still to do, what there is."""
    typer.echo(f"line           {report.phase or 'not running (sada up starts it)'} {report.step}".rstrip())
    typer.echo(f"Kafka          {_server(report.kafka)}")
    typer.echo(f"Elasticsearch  {_server(report.elasticsearch)}")
    if report.desk is not None:
        typer.echo(f"desk           {report.desk}")
    typer.echo(f"inbox          {report.inbox}")
    typer.echo(f"logs           {report.logs}\n")
    if report.roles:
        rows = [
            (role.name, role.pid, "yes" if role.alive else "no", role.restarts, role.health) for role in report.roles
        ]
        heads = (Column("name"), Column("pid"), Column("alive"), Column("restarts"), Column("health", 2))
        show_table("Processes", heads, rows)
    if report.lags:
        lags = [(lag.group, lag.topic, lag.messages, lag.lag) for lag in report.lags]
        show_table("Topics", (Column("group"), Column("topic", 2), Column("messages"), Column("lag")), lags)
    if report.documents:
        show_table("Documents", (Column("kind"), Column("number")), report.documents.items())
    if report.rejects:
        show_table("Rejects", (Column("reason"), Column("number")), report.rejects.items())
    for warning in report.warnings:
        typer.echo(f"warning: {warning}")


def _server(server: Server) -> str:
    if server.answers:
        return f"{server.address} ({server.trouble})" if server.trouble else server.address
    return f"{server.address} does not answer: {server.trouble}"


def show_summary(done: Summary) -> None:
    """Print what the sending of a folder came to."""
    rate = f", {done.sent / done.seconds:,.0f}/s" if done.sent and done.seconds else ""
    typer.echo(f"{done.folder}: {done.files:,} files, {done.sent:,} sent, {done.known:,} known before")
    if done.searchable is not None and done.articles is not None:
        typer.echo(f"  {done.searchable:,} of {done.articles:,} articles are searchable")
    for reason, number in (done.rejected or {}).items():
        typer.echo(f"  {number:,} rejected: {reason} (docs/rejects.md; sada rejected list --reason {reason})")
    if done.left:
        typer.echo(f"  {len(done.left):,} still being written, {tame(done.left[0])} first: do this again later")
    if not done.complete:
        typer.echo("  not all was done; the same command goes on")
    typer.echo(f"  {done.seconds:g} s{rate}")


def show_trace(found: Trace) -> None:
    """Print where an article is, what happened to it, and what it became."""
    say(f"{found.asked}: {found.verdict}: {found.why}")
    if found.article_id is not None:
        typer.echo(f"article {found.article_id}")
    for note in found.notes:
        say(f"note: {note}")
    typer.echo("")
    if found.steps:
        steps = [(say_moment(step.at), step.where, step.what) for step in found.steps]
        show_table("Steps", (Column("time (UTC)", 2), Column("where", 2), Column("what", 4)), steps)
    if found.documents:
        heads = (Column("article", 2), Column("title", 4, right=True), Column("headlines"), Column("copies"))
        rows = [(one.article_id, one.title, one.headlines, one.copies) for one in found.documents]
        show_table("Became", heads, rows)
    if found.headlines:
        told = [(one.article_count, one.text, one.headline_id) for one in found.headlines]
        show_table("Headlines", (Column("articles"), Column("headline", 4, right=True), Column("id", 2)), told)


def say_moment(at: datetime | None) -> str:
    """Write a moment by UTC, to the millisecond.

    >>> say_moment(datetime(2025, 4, 20, 12, 3, 4, 5678, tzinfo=UTC)), say_moment(None)
    ('2025-04-20 12:03:04.005', '')
    """
    return "" if at is None else at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]


def show_hits(hits: Sequence[Hit]) -> None:
    """Print articles that were found, the best first."""
    if not hits:
        typer.echo("nothing found")
        return
    rows = [(hit.title, hit.date, hit.source, names(hit), hit.snippet, hit.copies) for hit in hits]
    show_table("Found", HIT_COLUMNS, rows)


def show_repeated(headlines: Sequence[Repeated]) -> None:
    """Print headlines, the most often repeated first."""
    rows = [(headline.article_count, headline.text, "، ".join(headline.sources)) for headline in headlines]
    columns = (Column("articles"), Column("headline", 4, right=True), Column("sources", 2, right=True))
    show_table("Most repeated headlines", columns, rows)


def names(hit: Hit) -> str:
    """Return whom and what an article names, the most often named first."""
    shown = "، ".join(named.name for named in hit.entities[:NAMES_SHOWN])
    return f"{shown} …" if len(hit.entities) > NAMES_SHOWN else shown
