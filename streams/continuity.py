"""Events of a partition enter; only those that follow on without a hole pass, and a hole is read again.

Faust drops an event that its consumer hands over while the flow is just being resumed, notes the offset as a gap (as
if the topic had been compacted) or not at all, and then commits past it: about one start in ten under load lost one
message. Our topics have no holes: no compaction and no transactions. So a missing offset is a lost event, and the
consumer is sent back for it before anything behind it is acknowledged. Where nothing comes behind it (the rest of what
was fetched before a rebalance is dropped too, and its reading place overwritten), the broker's end of the partition
tells that something is missing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Final, cast

import structlog
from faust import App, Event  # noqa: TID251 its consumer is what is watched here
from faust.transport.consumer import CONSUMER_FETCHING  # noqa: TID251
from faust.types import TP  # noqa: TID251

log = structlog.get_logger(__name__)

PATIENCE: Final = 2.0
"""Seconds until a missing event is asked for again."""

IDLE: Final = 0.4
"""Seconds without events after which an agent looks back."""

_ROUNDS: Final = 2
"""Rounds of handing over that must have begun after what is missing was read: the second one after an idle time."""


class Anywhere(dict[TP, int | None]):
    """Faust's reading places, none of which it minds: order is ours to keep.

    It drops what is before its place. After we sent it back, the rest of what it was just handing over moves the place
    on again, and all that is read a second time would be dropped.
    """

    def __getitem__(self, tp: TP) -> None:
        """Claim that nothing was read yet."""


@dataclass(frozen=True)
class _Short:
    """The client had read past `due` when the round `began`; `rounds` have begun since."""

    due: int
    began: float | None
    rounds: int = 0


class Continuity:
    """Which offset is due in each partition of an agent's topic."""

    def __init__(self, app: App) -> None:
        self._app = app
        consumer: Any = app.consumer
        if not isinstance(consumer._read_offset, Anywhere):
            consumer._read_offset = Anywhere(consumer._read_offset)
        self._consumer = consumer
        self._generation: int | None = None
        self._due: dict[TP, int] = {}
        self._asked: dict[TP, float] = {}
        self._short: dict[TP, _Short] = {}

    async def admits(self, event: Event) -> bool:
        """Tell whether `event` is its partition's next; an earlier one was taken already, a later one must wait."""
        message = event.message
        tp = TP(message.topic, message.partition)
        if message.generation_id != self._generation or tp not in self._due:  # to look through all of ours takes time
            await self._learn(message.generation_id, {tp.topic}, tp)
        if message.offset > self._due[tp]:
            await self._miss(tp, message.offset)
        if message.offset != self._due[tp]:
            return False
        self._due[tp] += 1
        return True

    async def look_back(self, topics: Collection[str]) -> None:
        """Send the consumer back where partitions of `topics` hold more than came; all that came must be taken."""
        if not self._app.flow_control.is_active():
            return
        await self._learn(self._app.consumer_generation_id, topics)
        began = self._consumer.diag.last_transition.get(CONSUMER_FETCHING)
        for tp, due in sorted(self._due.items()):
            place = self._place(tp)
            short = self._short.get(tp)
            if place is None or place <= due:
                self._short.pop(tp, None)
            elif short is None or short.due != due:
                self._short[tp] = _Short(due, began)
            elif short.began != began:
                self._short[tp] = short = _Short(due, began, short.rounds + 1)
                if short.rounds >= _ROUNDS:
                    await self._miss(tp, place)

    async def _learn(self, generation: int | None, topics: Collection[str], *needed: TP) -> None:
        """Ask Kafka where our partitions of `topics` begin for us, all at once: its answer may wait behind a fetch.

        What Faust remembers of it may not have been filled in yet when the first event comes.
        """
        if generation != self._generation:
            self._generation, self._due, self._asked, self._short = generation, {}, {}, {}
        ours = {TP(*tp) for tp in self._consumer.assignment() if tp.topic in topics} | set(needed)
        unknown = sorted(ours - self._due.keys())
        if unknown:
            thread = self._consumer._thread
            committed = thread._ensure_consumer().committed
            earliest = await self._consumer.earliest_offsets(*unknown)
            for tp in unknown:
                self._due[tp] = max(await thread.call_thread(committed, tp) or 0, int(earliest[tp]))

    async def _miss(self, tp: TP, came: int) -> None:
        """Send the consumer back to what is due, unless Kafka no longer has it or it is on its way."""
        now = asyncio.get_running_loop().time()
        if now - self._asked.get(tp, -PATIENCE) < PATIENCE:
            return
        self._asked[tp] = now
        due = self._due[tp] = max(self._due[tp], await self._earliest(tp))
        if came > due and self._app.consumer_generation_id == self._generation:
            log.warning("event_missed", topic=tp.topic, partition=tp.partition, due=due, came=came)
            self._short.pop(tp, None)
            self._consumer._gap.pop(tp, None)
            await self._consumer.seek_wait({tp: due})

    def _place(self, tp: TP) -> int | None:
        """Return the offset that the client reads next; null if the partition has gone or has no place yet."""
        assigned = self._consumer._thread._ensure_consumer()._subscription.subscription.assignment
        state = assigned.state_value(tp) if assigned is not None else None
        return cast(int, state.position) if state is not None and state.has_valid_position else None

    async def _earliest(self, tp: TP) -> int:
        return int((await self._consumer.earliest_offsets(tp))[tp])
