"""An agent's stream enters; batches of its events leave, to be acknowledged by hand once their work is safe.

Faust's own `noack_take` is not used: it fills its buffer from a second task that dies or hangs unseen when the
agent fails, wakes up every `within` seconds for nothing, keeps a lone event waiting that long, and gives out what it
had buffered before a rebalance. Here the agent reads its own queue, so there is one task and one place to look.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

from faust import App, Event, Stream  # noqa: TID251 this is what Faust's `take` should be
from mode.utils.queues import ThrowableQueue

from .continuity import IDLE, Continuity

_NAP: Final = 0.01


@dataclass(frozen=True)
class Batch:
    """Events of one generation of the group, in order of arrival within each partition."""

    app: App
    events: tuple[Event, ...]

    @property
    def current(self) -> bool:
        """Whether the partitions are still ours: what is acknowledged after a rebalance belongs to another worker."""
        generation = self.app.consumer_generation_id
        return all(event.message.generation_id == generation for event in self.events)

    def acknowledge(self) -> None:
        """Mark all events as done, so that their offsets are committed; after a rebalance, merely let go of them."""
        if self.current:
            for event in self.events:
                event.ack()
        self.let_go()

    def let_go(self) -> None:
        """Leave the events to the worker that has the partitions now."""
        for event in self.events:
            self.app.consumer.unacked.discard(event.message)


async def batches(app: App, stream: Stream[bytes], most: int, within: float, size_limit: int) -> AsyncIterator[Batch]:
    """Yield batches of at most `most` events for ever, or of as many as bring it to `size_limit` bytes.

    A lone event leaves at once. While the line is busy (a batch has just gone), a batch waits up to `within`
    seconds to fill, as its cost is shared.
    """
    channel: Any = stream.channel  # typed as the mere iterator that it also is
    queue = channel.queue
    continuity = Continuity(app)
    busy_until = 0.0
    while True:
        try:
            events = [await _next(channel, continuity)]
        except StopAsyncIteration:  # Faust's way to tell a stream that its agent stops
            return
        size = _drain(queue, events, most, size_limit)
        now = clock = asyncio.get_running_loop().time()
        latest = now + within if now < busy_until else now
        while len(events) < most and size < size_limit and clock < latest:
            await asyncio.sleep(min(_NAP, latest - clock))
            size = _drain(queue, events, most, size_limit)
            clock = asyncio.get_running_loop().time()
        ours = [event for event in events if _is_current(app, event) and await continuity.admits(event)]
        if ours:
            _track(app, ours)
            yield Batch(app, tuple(ours))
        busy_until = asyncio.get_running_loop().time() + within


async def _next(channel: Any, continuity: Continuity) -> Event:  # noqa: ANN401 a topic of Faust's
    """Wait for an event; while none comes, see to it that none is missing."""
    while True:
        try:
            return cast(Event, await asyncio.wait_for(channel.get(), IDLE))
        except TimeoutError:
            await continuity.look_back(channel.topics)


def _drain(queue: ThrowableQueue[Event], events: list[Event], most: int, size_limit: int) -> int:
    """Move waiting events to `events` without waiting; return the bytes of all of them."""
    size = sum(_bytes(event) for event in events)
    while len(events) < most and size < size_limit and not queue.empty():
        event = queue.get_nowait()
        size += _bytes(event)
        events.append(event)
    return size


def _bytes(event: Event) -> int:
    return len(event.message.value or b"")


def _is_current(app: App, event: Event) -> bool:
    """Refuse what was fetched before a rebalance: it belongs to whoever has the partition now."""
    return bool(event.message.generation_id == app.consumer_generation_id and app.flow_control.is_active())


def _track(app: App, events: Iterable[Event]) -> None:
    """Begin to track `events`, as a stream does, so that a rebalance waits for them."""
    for event in events:
        event.message.tracked = True
        app.consumer.unacked.add(event.message)
