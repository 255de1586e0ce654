"""One role each, as containers and the supervisor run them: `watch`, `work`, `sink`."""

from __future__ import annotations

import math
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from .options import Inbox, StateDir, examples

if TYPE_CHECKING:
    from schemas import Settings
    from schemas.pulse import Pulse


def register(app: typer.Typer) -> None:
    """Add the roles to `app`."""
    app.command(epilog=examples("sada watch --inbox /data/pages", "SADA_KAFKA=kafka:9092 sada watch"))(watch)
    app.command(epilog=examples("sada work", "SADA_KAFKA=kafka:9092 SADA_TOPOLOGY=staged sada work"))(work)
    app.command(
        epilog=examples("sada sink", "SADA_KAFKA=kafka:9092 SADA_ELASTICSEARCH=http://elasticsearch:9200 sada sink")
    )(sink)


RetractDeleted = Annotated[
    bool | None,
    typer.Option(
        "--retract-deleted/--keep-deleted",
        help="Take an article back when its last file is removed (SADA_RETRACT_DELETED; default: keep).",
        show_default=False,
    ),
]


def watch(inbox: Inbox = None, retract_deleted: RetractDeleted = None, state_dir: StateDir = None) -> None:
    """Run one watcher. It sends each new article of the inbox to Kafka; SIGTERM finishes what is under way."""
    from producers.watcher import run

    with _role("watch", inbox=inbox, retract_deleted=retract_deleted, state_dir=state_dir) as (settings, pulse):
        code = run(settings, pulse=pulse)
    raise typer.Exit(code)


def work(state_dir: StateDir = None) -> None:
    """Run one worker. It cleans, splits and tags; run as many as there are partitions. SIGTERM finishes the batch."""
    from streams.worker import run

    with _role("work", state_dir=state_dir) as (settings, pulse):
        code = run(settings, pulse=pulse)
    raise typer.Exit(code)


def sink(state_dir: StateDir = None) -> None:
    """Run one sink. It indexes what the workers made into Elasticsearch; SIGTERM flushes, commits and leaves."""
    from sinks.indexer import run

    with _role("sink", state_dir=state_dir) as (settings, pulse):
        code = run(settings, pulse)
    raise typer.Exit(code)


@contextmanager
def _role(role: str, **options: object) -> Iterator[tuple[Settings, Pulse]]:
    """Read the settings, start the log and see to it that the topics exist, however long Kafka takes to come up."""
    from sada.line import check_credentials
    from sada.logs import configure_logging
    from schemas.memory import give_back, set_aside
    from schemas.pulse import Pulse
    from schemas.settings import load_settings
    from streams.topics import ensure_topics

    settings = load_settings(**options)
    configure_logging(settings, role)
    check_credentials(settings)
    signal.signal(signal.SIGTERM, _leave)  # until the role sets its own
    with Pulse(settings, role) as pulse:
        pulse.wait_for("Kafka and its topics")
        ensure_topics(settings, wait_seconds=math.inf)
        pulse.wait_for(None)
        give_back()
        set_aside()
        yield settings, pulse


def _leave(number: int, frame: FrameType | None) -> None:
    sys.exit(0)
