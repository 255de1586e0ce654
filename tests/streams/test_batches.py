"""Batches: one reader, events of this generation only, acknowledged by hand."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from types import SimpleNamespace

from streams.batches import Batch, batches

MANY_BYTES = 1_000_000


@dataclass(eq=False)
class FakeMessage:
    """A message as Faust tracks it."""

    value: bytes
    generation_id: int = 1
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

    def __post_init__(self) -> None:
        self.app = SimpleNamespace(
            consumer_generation_id=1,
            flow_control=SimpleNamespace(is_active=lambda: self.active),
            consumer=SimpleNamespace(unacked=set()),
        )
        self.stream = SimpleNamespace(channel=SimpleNamespace(queue=self.queue, get=self.queue.get))

    def put(self, *values: bytes, generation: int = 1) -> list[FakeEvent]:
        """Let events arrive."""
        events = [FakeEvent(FakeMessage(value, generation)) for value in values]
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
