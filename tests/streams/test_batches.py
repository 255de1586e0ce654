"""Batches: one reader, events of this generation only, acknowledged by hand."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest
from faust.types import TP  # noqa: TID251 the fake speaks of Faust's partitions

from streams import batches as batching
from streams.batches import Batch, batches

MANY_BYTES = 1_000_000


@dataclass(eq=False)
class FakeMessage:
    """A message as Faust tracks it."""

    value: bytes
    generation_id: int = 1
    offset: int = 0
    topic: str = "articles.raw"
    partition: int = 0
    tracked: bool = False


@dataclass(eq=False)
class FakeEvent:
    """An event that notes whether it was acknowledged."""

    message: FakeMessage
    acked: bool = False

    def ack(self) -> None:
        """Note it."""
        self.acked = True


@dataclass
class FakeLine:
    """An app and a stream over a plain queue."""

    queue: asyncio.Queue[FakeEvent] = field(default_factory=asyncio.Queue)
    active: bool = True
    earliest: int = 0
    committed: dict[TP, int] = field(default_factory=dict)
    next_offset: int = 0
    place: int | None = None
    rounds: Iterator[float] = field(default_factory=lambda: map(float, itertools.count()))
    sought: list[dict[TP, int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.app = SimpleNamespace(
            consumer_generation_id=1,
            flow_control=SimpleNamespace(is_active=lambda: self.active),
            consumer=SimpleNamespace(
                unacked=set(),
                _thread=SimpleNamespace(
                    call_thread=self.call,
                    _ensure_consumer=lambda: SimpleNamespace(
                        committed=self.committed.get, _subscription=self.subscription()
                    ),
                ),
                diag=SimpleNamespace(last_transition=SimpleNamespace(get=lambda flag: next(self.rounds))),
                _gap={},
                _read_offset={},
                assignment=lambda: {TP("articles.raw", 0), TP("another.topic", 0)},
                earliest_offsets=self.earliest_offsets,
                seek_wait=self.seek_wait,
            ),
        )
        self.stream = SimpleNamespace(
            channel=SimpleNamespace(queue=self.queue, get=self.queue.get, topics=["articles.raw"])
        )

    def subscription(self) -> SimpleNamespace:
        """Say where the client reads, as aiokafka keeps it."""
        state = SimpleNamespace(position=self.place, has_valid_position=self.place is not None)
        assignment = SimpleNamespace(state_value=lambda tp: state)
        return SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))

    async def call(self, function: Callable[[TP], int | None], tp: TP) -> int | None:
        """Call a function of the consumer's thread."""
        return function(tp)

    async def earliest_offsets(self, *places: TP) -> dict[TP, int]:
        """Say where partitions begin."""
        return dict.fromkeys(places, self.earliest)

    async def seek_wait(self, places: dict[TP, int]) -> None:
        """Note where the consumer is sent."""
        self.sought.append(places)

    def put_offsets(self, *offsets: int) -> None:
        """Let events of these offsets arrive."""
        for offset in offsets:
            self.queue.put_nowait(FakeEvent(FakeMessage(b"x", offset=offset)))

    def put(self, *values: bytes, generation: int = 1) -> list[FakeEvent]:
        """Let events arrive."""
        events = [
            FakeEvent(FakeMessage(value, generation, self.next_offset + number)) for number, value in enumerate(values)
        ]
        if generation == 1:
            self.next_offset += len(values)
        for event in events:
            self.queue.put_nowait(event)
        return events

    def batches(self, most: int = 10, within: float = 0.05, size_limit: int = MANY_BYTES) -> AsyncIterator[Batch]:
        """Read the queue as an agent does."""
        return batches(self.app, self.stream, most, within, size_limit)


async def test_a_lone_event_leaves_at_once() -> None:
    """On an idle line nobody waits for company."""
    line = FakeLine()
    line.put(b"x")
    began = asyncio.get_running_loop().time()
    batch = await anext(line.batches(within=5.0))
    assert len(batch.events) == 1
    assert asyncio.get_running_loop().time() - began < 1.0


async def test_a_busy_line_fills_its_batches() -> None:
    """Just after a batch the next one waits for more, up to its time."""
    line = FakeLine()
    reader = line.batches(within=0.2)
    line.put(b"1")
    await anext(reader)
    line.put(b"2")
    asyncio.get_running_loop().call_later(0.05, line.put, b"3")
    batch = await anext(reader)
    assert [event.message.value for event in batch.events] == [b"2", b"3"]


async def test_a_batch_is_bounded_by_number_and_bytes() -> None:
    """No more than `most` events, and none added once the bytes are reached."""
    line = FakeLine()
    line.put(*[b"x" * 10] * 7)
    sizes = [len((await anext(line.batches(most=5))).events)]
    line = FakeLine()
    line.put(*[b"x" * 10] * 7)
    sizes += [len((await anext(line.batches(size_limit=25))).events)]
    assert sizes == [5, 3]


async def test_events_of_another_generation_are_refused() -> None:
    """What was fetched before a rebalance is not worked on: it comes again, here or elsewhere."""
    line = FakeLine()
    line.put(b"old", generation=0)
    (mine,) = line.put(b"new")
    batch = await anext(line.batches())
    assert batch.events == (mine,)


async def test_nothing_is_taken_while_the_flow_is_stopped() -> None:
    """During a rebalance events are let go, not tracked."""
    line = FakeLine(active=False)
    line.put(b"x")
    reader = line.batches()
    waiting = asyncio.ensure_future(anext(reader))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    assert line.app.consumer.unacked == set()
    waiting.cancel()


async def test_taken_events_are_tracked_until_acknowledged() -> None:
    """A rebalance waits for what is being worked on: Faust sees it as unacknowledged, and no longer after."""
    line = FakeLine()
    events = line.put(b"1", b"2")
    batch = await anext(line.batches())
    assert line.app.consumer.unacked == {event.message for event in events}
    assert not any(event.acked for event in events)
    batch.acknowledge()
    assert all(event.acked for event in events)
    assert line.app.consumer.unacked == set()


async def test_a_batch_of_the_past_is_let_go_unacknowledged() -> None:
    """When the partitions moved meanwhile, nothing is committed for their new owner."""
    line = FakeLine()
    events = line.put(b"1")
    batch = await anext(line.batches())
    line.app.consumer_generation_id = 2
    batch.acknowledge()
    assert not any(event.acked for event in events)
    assert line.app.consumer.unacked == set()


async def test_the_end_of_the_stream_ends_the_batches() -> None:
    """Faust stops an agent by an exception in its queue; that is an end, not a failure."""

    async def ended() -> FakeEvent:
        raise StopAsyncIteration

    line = FakeLine()
    line.stream.channel.get = ended
    assert [batch async for batch in line.batches()] == []


def offsets(batch: Batch) -> list[int]:
    return [event.message.offset for event in batch.events]


async def test_a_lost_event_is_read_again_before_what_follows_it() -> None:
    """Where an offset is missing the consumer is sent back to it; nothing behind it passes before it has come."""
    line = FakeLine()
    reader = line.batches()
    line.put_offsets(0, 1, 3, 4)
    assert offsets(await anext(reader)) == [0, 1]
    assert line.sought == [{TP("articles.raw", 0): 2}]
    line.put_offsets(2, 3, 4)
    assert offsets(await anext(reader)) == [2, 3, 4]
    assert len(line.sought) == 1


async def test_a_start_begins_at_what_was_committed() -> None:
    """The first event of a generation is the committed one; one that is skipped there is missed too."""
    line = FakeLine()
    line.committed[TP("articles.raw", 0)] = 41
    line.put_offsets(42, 41, 42)
    assert offsets(await anext(line.batches())) == [41, 42]
    assert line.sought == [{TP("articles.raw", 0): 41}]


async def test_what_kafka_has_deleted_is_not_waited_for() -> None:
    """Where the log begins behind what is due, the line goes on from its beginning."""
    line = FakeLine(earliest=7)
    line.put_offsets(7, 8)
    assert offsets(await anext(line.batches())) == [7, 8]
    assert line.sought == []


async def test_an_event_that_comes_twice_is_taken_once() -> None:
    """What the consumer hands over again in one generation has been taken already."""
    line = FakeLine()
    line.put_offsets(0, 1, 0, 1, 2)
    assert offsets(await anext(line.batches())) == [0, 1, 2]


async def test_what_is_known_of_a_partition_is_not_asked_for_again() -> None:
    """The assignment is looked through once in a generation, not for each event, and anew in the next one."""
    line = FakeLine()
    asked: list[int] = []
    line.app.consumer.assignment = lambda: asked.append(line.app.consumer_generation_id) or {TP("articles.raw", 0)}
    reader = line.batches()
    line.put(b"1", b"2", b"3")
    await anext(reader)
    line.committed[TP("articles.raw", 0)] = 3
    line.app.consumer_generation_id = 2
    for event in line.put(b"4", b"5"):
        event.message.generation_id = 2
    assert offsets(await anext(reader)) == [3, 4]
    assert asked == [1, 2]


async def test_a_lost_end_is_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing comes although the client has read it, the consumer is sent back, to the very beginning too."""
    monkeypatch.setattr(batching, "IDLE", 0.05)
    line = FakeLine()
    line.place = 2
    reader = line.batches()
    batch = asyncio.ensure_future(anext(reader))
    await asyncio.sleep(0.4)
    assert line.sought == [{TP("articles.raw", 0): 0}]
    line.put_offsets(0, 1)
    assert [event.message.offset for event in (await batch).events] == [0, 1]


async def test_a_whole_line_is_left_in_peace(monkeypatch: pytest.MonkeyPatch) -> None:
    """An idle partition that was read to its end is not read again."""
    monkeypatch.setattr(batching, "IDLE", 0.05)
    line = FakeLine()
    line.place = 1
    reader = line.batches()
    line.put_offsets(0)
    await anext(reader)
    waiting = asyncio.ensure_future(anext(reader))
    await asyncio.sleep(0.2)
    assert line.sought == []
    waiting.cancel()


async def test_what_stands_behind_another_agent_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    """While the task that hands events over has not come round again, an idle agent's events are merely late."""
    monkeypatch.setattr(batching, "IDLE", 0.05)
    line = FakeLine(place=2, rounds=itertools.repeat(1.0))
    batch = asyncio.ensure_future(anext(line.batches()))
    await asyncio.sleep(0.4)
    assert line.sought == []
    line.put_offsets(0, 1)
    assert offsets(await batch) == [0, 1]


async def test_what_is_read_again_is_not_dropped_as_old() -> None:
    """Whatever Faust notes as read, it hands over what comes after it was sent back."""
    line = FakeLine()
    line.put_offsets(0)
    await anext(line.batches())
    places = line.app.consumer._read_offset
    places[TP("articles.raw", 0)] = 7
    assert places[TP("articles.raw", 0)] is None
