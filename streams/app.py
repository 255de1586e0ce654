"""Settings enter; the Faust app of one worker leaves, with an agent for each chain of the table."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

import faust  # noqa: TID251 the app is built here
from faust.types import StreamT  # noqa: TID251

from schemas import Settings, StageName
from schemas.kafka_options import client_options
from schemas.meter import Meter

from .agents import AgentBody, article_agent, table_agent
from .book import Book
from .ledger import Ledger
from .matcher import Matcher
from .outbox import COMPRESSION, ENVELOPE_BYTES, Outbox
from .recovery import Tables
from .shelf import Shelf
from .store import SCHEME
from .table import BANDS, MEMBERS, FaustTable, Table, group_id
from .wiring import STAGES, Chain, Stage, chains

HEARTBEAT_SECONDS: Final = 3.0
FETCH_BYTES: Final = 128 * 1024
TOLD_WAITING: Final = 100
"""Messages of tellings held in memory for an agent: of some 20 KB each, two batches of them."""


@dataclass(frozen=True)
class Line:
    """A worker's app with the outboxes that have to be closed after it."""

    app: faust.App
    outboxes: tuple[Outbox, ...]


def build(settings: Settings, stages: tuple[Stage, ...] = STAGES, meter: Meter | None = None) -> Line:
    """Build the app for `settings.topology`; loads the stages' rules and models, connects to nothing."""
    meter = meter or Meter("work")
    app = faust.App(group_id(settings), **_options(settings))
    cut = chains(settings.topology, stages)
    outboxes = tuple(Outbox(settings, chain.name) for chain in cut)
    shelf = Shelf(settings)
    for chain, outbox in zip(cut, outboxes, strict=True):
        _register(app, chain, _body(app, settings, chain, (outbox, meter), shelf))
    return Line(app, outboxes)


def _body(app: faust.App, settings: Settings, chain: Chain, ways: tuple[Outbox, Meter], shelf: Shelf) -> AgentBody:
    if chain.stages[0].load is not None:
        return article_agent(app, settings, chain, *ways)
    is_members = chain.stages[0].name is StageName.DEDUPE
    table = _table(app, settings, shelf, MEMBERS if is_members else BANDS)
    book: Book = (Ledger if is_members else Matcher)(settings, table.get, lambda: datetime.now(UTC))
    outbox, meter = ways
    return table_agent(app, settings, chain.name, outbox, (table, book), meter)


def _table(app: faust.App, settings: Settings, shelf: Shelf, name: str) -> Table:
    """Give the app a table; all tables of a worker stand on one shelf and share its memory."""
    table = app.Table(name, key_type=bytes, value_type=bytes, partitions=settings.partitions, options={"shelf": shelf})
    return Table(cast(FaustTable, table))


def _register(app: faust.App, chain: Chain, body: AgentBody) -> None:
    """Give the app an agent named after its stages, on a topic of plain bytes."""
    waiting = None if chain.stages[0].load is not None else TOLD_WAITING  # articles: `stream_buffer_maxsize`
    raw: dict[str, Any] = {"key_serializer": "raw", "value_serializer": "raw"}
    topic = app.topic(chain.reads.name, key_type=bytes, value_type=bytes, maxsize=waiting, **raw)

    async def agent(stream: StreamT[bytes]) -> None:
        await body(cast("faust.Stream[bytes]", stream))

    # One actor an agent: with more, Faust commits past messages still in flight.
    app.agent(topic, name=chain.name, concurrency=1)(agent)


def _options(settings: Settings) -> dict[str, Any]:
    """Choose Faust's settings; each differs from its default for the reason beside it."""
    connection: dict[str, Any] = client_options(settings)
    return {
        "broker": ["kafka://" + address for address in connection["bootstrap_servers"]],
        "broker_credentials": _credentials(connection),
        "autodiscover": False,  # agents are registered here, not found in modules
        "datadir": settings.state_dir / "worker",
        "store": f"{SCHEME}://",  # ours: Faust's own for disks has no bound and no lock (docs/state.md)
        "TableManager": Tables,  # Faust's reads changelogs event by event, and may lose one
        "recovery_consistency_check": False,  # `resume_at` does better than to end the worker
        "key_serializer": "raw",
        "value_serializer": "raw",  # decoded by schemas.decode, never by Faust
        "web_enabled": False,  # its admin page shows tables and binds to every address
        "topic_partitions": settings.partitions,
        "topic_replication_factor": settings.replication,
        "topic_allow_declare": False,  # topics are ours to create (topics.py)
        "topic_disable_leader": True,  # nothing here runs on one worker only
        "reply_create_topic": False,
        "table_standby_replicas": 0,
        "consumer_auto_offset_reset": "earliest",
        # Bytes per partition and request, not a limit: Kafka sends a larger first message whole (KIP-74) and the
        # client asks for the partitions in random order, so none starves. More would only fill the memory.
        "consumer_max_fetch_size": min(FETCH_BYTES, settings.max_message_bytes),
        "broker_max_poll_records": settings.work_batch,
        "producer_max_request_size": settings.max_message_bytes + ENVELOPE_BYTES,
        "producer_compression_type": COMPRESSION,
        "broker_commit_interval": 1.0,  # what a crash replays, at most
        "broker_session_timeout": session_seconds(settings),
        "broker_heartbeat_interval": HEARTBEAT_SECONDS,
        "broker_max_poll_interval": 600.0,
        "stream_buffer_maxsize": max(2 * settings.work_batch, 64),  # events held in memory for each agent
        "stream_wait_empty": True,  # a batch under way ends before its partitions go to another worker
        "stream_recovery_delay": 0.0,
        # Faust watches its own iterators, which are not used here (batches.py): behind for 5 min, it would call every
        # partition stuck at every look. Who stands still is told by schemas.pulse.
        "stream_processing_timeout": float("inf"),
    }


def session_seconds(settings: Settings) -> float:
    """Return after how many seconds of silence a worker counts as dead.

    Longer than a stage may take: C code that holds the interpreter also holds the heartbeat, and an article that
    got its worker thrown out of the group before it is rejected would come back for ever.
    """
    return max(10.0, settings.stage_deadline_seconds + HEARTBEAT_SECONDS)


def _credentials(connection: dict[str, Any]) -> faust.auth.Credentials | None:
    context = connection.get("ssl_context")
    if "sasl_mechanism" in connection:
        return faust.SASLCredentials(
            username=connection["sasl_plain_username"],
            password=connection["sasl_plain_password"],
            ssl_context=context,
            mechanism=connection["sasl_mechanism"],
        )
    return faust.SSLCredentials(context) if isinstance(context, ssl.SSLContext) else None
