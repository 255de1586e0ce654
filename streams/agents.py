"""The agents' bodies: batches of events enter; what they became is with the broker before they are acknowledged."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import Final

import structlog
from faust import App, Event, Stream  # noqa: TID251 the agents are its

from schemas import Settings
from schemas.meter import Meter, Tally
from schemas.metrics import TELLINGS_RECEIVED, TELLINGS_REJECTED, TELLINGS_TAKEN
from schemas.reject_log import log_rejects

from .batches import Batch, batches
from .book import Book, Entry
from .boundary import Origin, load
from .counting import trace_tellings
from .mail import member_letters
from .outbox import Outbox
from .rows import PartitionGoneError
from .table import Table
from .wiring import Chain
from .work import Parcel, Workshop

log = structlog.get_logger(__name__)

AgentBody = Callable[[Stream[bytes]], Awaitable[None]]

_ARTICLE_BATCH_BYTES: Final = 1024 * 1024
_TELLING_BATCH_BYTES: Final = 1024 * 1024
"""Some 4,000 sightings: each becomes a headline of its own in memory before the batch is sent."""

_SWEPT: Final = 64
"""Rows looked through for quiet ones after each batch: several times as many as a batch adds to a partition."""

_SLICE_SECONDS: Final = 0.05
"""How long the stages may keep the event loop before others get a turn."""


def article_agent(app: App, settings: Settings, chain: Chain, outbox: Outbox, meter: Meter) -> AgentBody:
    """Make the body of an agent that runs the stages of `chain`.

    Tellings are acknowledged by the broker before the documents leave: the sink takes sightings back when a
    document is replaced, and must never do so before they were told.
    """
    workshop = Workshop(settings, load(chain), chain.reads, chain.writes, _now)

    async def work(batch: Batch) -> Tally:
        parcel = Parcel(tally=meter.tally(chain.name, len(batch.events)))
        await _open(workshop, batch, parcel)
        await outbox.deliver(list(member_letters(parcel.tellings, settings)))
        await outbox.deliver(parcel.letters)
        log_rejects(log, parcel.rejects)
        return parcel.tally

    return partial(run_agent, app, settings, chain.name, work, _ARTICLE_BATCH_BYTES)


async def _open(workshop: Workshop, batch: Batch, parcel: Parcel) -> None:
    loop = asyncio.get_running_loop()
    turn = loop.time()
    for event in batch.events:
        workshop.open(_origin(event), parcel)
        if loop.time() - turn > _SLICE_SECONDS:
            await asyncio.sleep(0)
            turn = loop.time()


def table_agent(  # noqa: PLR0913, PLR0917 the agent's parts, each made by `build`
    app: App, settings: Settings, name: str, outbox: Outbox, shelved: tuple[Table, Book], meter: Meter
) -> AgentBody:
    """Make the body of an agent that keeps what it learns in a table, as its book enters it.

    What follows from a batch is with the broker before the rows that remember it: after a crash between the two the
    batch is taken in again and says the same again, where the other order would keep it from the index for ever.
    """
    table, book = shelved
    sweeper = Sweeper(table, _SWEPT)

    async def work(batch: Batch) -> Tally:
        tally = meter.tally(name, len(batch.events))
        entry = book.enter((event.message.partition, _origin(event)) for event in batch.events)
        await _settle(entry)
        log_rejects(log, entry.rejects)
        _count(tally, book, entry)
        if settings.cluster_retention_days:
            for partition in {event.message.partition for event in batch.events}:
                await _settle(book.sweep(partition, sweeper.next(partition)))
        return tally

    async def _settle(entry: Entry) -> None:
        await outbox.deliver(entry.letters)
        table.keep(entry.rows, await outbox.deliver(table.letters(entry.rows)))

    return partial(run_agent, app, settings, name, work, _TELLING_BATCH_BYTES)


def _count(tally: Tally, book: Book, entry: Entry) -> None:
    tally.count(TELLINGS_RECEIVED, book.stage, by=entry.received)
    tally.count(TELLINGS_TAKEN, book.stage, by=entry.taken)
    for reason, number in entry.rejected.items():
        tally.count(TELLINGS_REJECTED, book.stage, reason, by=number)
    trace_tellings(tally, book.stage, entry.articles, time.perf_counter())


class Sweeper:
    """Goes through the rows of each partition, some at a time, round and round."""

    def __init__(self, table: Table, most: int) -> None:
        self._table = table
        self._most = most
        self._at: dict[int, bytes | None] = {}

    def next(self, partition: int) -> list[tuple[bytes, bytes]]:
        """Return the rows that follow those returned last; empty once at the end, before it begins again."""
        rows = self._table.sweep(partition, self._at.get(partition), self._most)
        self._at[partition] = rows[-1][0] if rows else None
        return rows


async def run_agent(  # noqa: PLR0913, PLR0917 all but the stream are bound when the agent is made
    app: App,
    settings: Settings,
    name: str,
    work: Callable[[Batch], Awaitable[Tally | None]],
    size_limit: int,
    stream: Stream[bytes],
) -> None:
    """Work off batches for ever; a defect of the shell stops the whole worker, which then starts afresh.

    Were it to end the agent alone, Faust would start another one behind the lost batch, and no offset after it
    would ever be committed. What is left to others is theirs to count.
    """
    try:
        async for batch in batches(app, stream, settings.work_batch, settings.work_wait_seconds, size_limit):
            try:
                tally = await work(batch)
            except PartitionGoneError as error:
                log.info("batch_left_to_others", agent=name, reason=str(error))
                batch.let_go()
            else:
                if tally is not None and batch.current:
                    tally.close()
                batch.acknowledge()
    except Exception as error:
        log.error("agent_failed", agent=name, traceback=traceback.format_exc())  # no locals: they hold passwords
        await app.crash(error)
        raise


def _origin(event: Event) -> Origin:
    message = event.message
    return Origin(message.topic, message.key, message.value)


def _now() -> datetime:
    return datetime.now(UTC)
