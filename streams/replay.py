"""Changelog partitions enter; their rows stand in the worker's store when `replay` returns.

Faust reads a changelog event by event through a queue that it empties when its flow is resumed: slow, and a row lost
there is lost for good, since a compacted topic has holes that nobody misses. Here whole fetches become one write each.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, cast

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition  # noqa: TID251 Faust's own consumer hands over single events

from schemas import Settings
from schemas.kafka_options import client_options

from .rows import Mark, Rows
from .topic_ids import topic_ids

log = structlog.get_logger(__name__)

STALE_SECONDS: Final = 6 * 24 * 3600
"""Rows left alone for longer are read anew: what says that one is deleted may be gone.

A day less than `TOMBSTONE_MS` (streams/topics.py), for which Kafka keeps it.
"""

_PATIENCE: Final = 10.0
"""Seconds for the last owner of a partition to close it."""

_FETCH_BYTES: Final = 4 * 1024 * 1024
_FETCH_ROWS: Final = 5_000


@dataclass(frozen=True)
class Want:
    """A changelog partition to restore.

    `open` opens its rows, or returns None while another worker has them and we are patient; `rows` returns them as
    long as they are ours.
    """

    place: TopicPartition
    open: Callable[[bool], Rows | None]
    rows: Callable[[], Rows | None]


@dataclass(frozen=True)
class Extent:
    """What Kafka holds of a changelog partition: offsets from `begin` up to but without `end`, of topic `topic`."""

    begin: int
    end: int
    topic: str
    asked_at: float


def resume_at(mark: Mark | None, extent: Extent) -> int | None:
    """Return the offset to read on from, or None when the rows must be read anew from the beginning.

    Anew, when nothing is known of the rows; when the topic is another one or lost its end; when rows behind the mark
    are no longer in it; and when deletions may have come and gone since the mark was told.
    """
    if mark is None or mark.topic != extent.topic or mark.offset >= extent.end:
        return None
    due = mark.offset + 1
    if due < extent.begin or (due < extent.end and extent.asked_at - mark.told_at > STALE_SECONDS):
        return None
    return due


async def replay(settings: Settings, wants: Collection[Want]) -> dict[TopicPartition, int]:
    """Bring the rows of `wants` up to date; return each one's last offset (-1: its changelog is empty).

    Can be cancelled, and goes on where it was.

    Raises:
        KafkaError: Kafka is away, or has removed what was about to be read; the worker's next start begins again.
    """
    if not wants:
        return {}
    began = time.monotonic()
    await _open(wants)
    consumer = AIOKafkaConsumer(
        enable_auto_commit=False,
        auto_offset_reset="none",
        fetch_max_bytes=_FETCH_BYTES,
        max_partition_fetch_bytes=_FETCH_BYTES // 4,
        **client_options(settings),
    )
    try:
        await consumer.start()
        extents = await _extents(settings, consumer, wants)
        starts = {want.place: _begin(want, extents[want.place]) for want in wants}
        read = await _read(consumer, wants, starts, extents)
    finally:
        await consumer.stop()
    log.info("tables_restored", partitions=len(wants), rows=read, seconds=round(time.monotonic() - began, 1))
    return {place: extent.end - 1 for place, extent in extents.items()}


async def _open(wants: Collection[Want]) -> None:
    """Open all rows, giving workers that have just lost a partition the time to close it."""
    until = asyncio.get_running_loop().time() + _PATIENCE
    for want in wants:
        while want.open(True) is None:
            if asyncio.get_running_loop().time() > until:
                want.open(False)
                break
            await asyncio.sleep(0.05)


async def _extents(
    settings: Settings, consumer: AIOKafkaConsumer, wants: Collection[Want]
) -> dict[TopicPartition, Extent]:
    now = time.time()
    places = [want.place for want in wants]
    begins = await consumer.beginning_offsets(places)
    ends = await consumer.end_offsets(places)
    ids = await asyncio.to_thread(topic_ids, settings, {place.topic for place in places})
    return {place: Extent(begins[place], ends[place], ids[place.topic], now) for place in places}


def _begin(want: Want, extent: Extent) -> int:
    """Choose where to read from, and note it in the rows."""
    rows = want.rows()
    if rows is None:
        return extent.end
    start = resume_at(rows.mark, extent)
    if start is None:
        if rows.mark is not None:
            log.warning("state_outdated", topic=want.place.topic, partition=want.place.partition, mark=rows.mark)
        rows.clear()
        start = extent.begin
        rows.write((), Mark(start - 1, extent.asked_at, extent.topic))
    if start == extent.end:
        rows.write((), Mark(start - 1, extent.asked_at, extent.topic))
    return start


async def _read(
    consumer: AIOKafkaConsumer,
    wants: Collection[Want],
    starts: Mapping[TopicPartition, int],
    extents: Mapping[TopicPartition, Extent],
) -> int:
    """Read on from `starts` until nothing is missing; return the number of rows read."""
    missing = {want.place: want for want in wants if starts[want.place] < extents[want.place].end}
    consumer.assign(list(missing))
    for place in missing:
        consumer.seek(place, starts[place])
    read = 0
    while missing:
        fetched = await consumer.getmany(*missing, timeout_ms=200, max_records=_FETCH_ROWS)
        for place, records in fetched.items():
            read += len(records)
            _write(missing[place].rows(), records)
        for place in list(missing):
            if await consumer.position(place) >= extents[place].end:
                _finish(missing.pop(place).rows(), extents[place])
                consumer.pause(place)
        await asyncio.sleep(0)
    return read


def _write(rows: Rows | None, records: list[Any]) -> None:
    """Write what was fetched; as it is not the end, the mark keeps the time since when nothing was missed."""
    if rows is not None:
        mark = replace(cast(Mark, rows.mark), offset=records[-1].offset)
        rows.write([(record.key, record.value) for record in records if record.key], mark)


def _finish(rows: Rows | None, extent: Extent) -> None:
    if rows is not None and rows.mark is not None:
        rows.write((), Mark(max(rows.mark.offset, extent.end - 1), extent.asked_at, extent.topic))
