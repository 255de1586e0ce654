"""Assigned partitions enter, full tables leave: Faust's recovery, with the changelogs read by `replay`."""

from __future__ import annotations

from collections import Counter
from typing import Any, cast

from aiokafka import TopicPartition  # noqa: TID251 what `replay` is asked for
from faust.tables.manager import TableManager  # noqa: TID251 replaced by the one below
from faust.tables.recovery import Recovery  # noqa: TID251
from faust.types import TP  # noqa: TID251
from faust.types.transports import ConsumerT  # noqa: TID251
from mode.services import WaitArgT
from mode.utils.times import Seconds

from .replay import Want, replay
from .store import Store


class Restore(Recovery):
    """Faust's recovery, which finds nothing left to read."""

    async def _wait(self, coro: WaitArgT, timeout: Seconds | None = None) -> None:  # noqa: ASYNC109 Faust's own
        """Wait as long as it takes: after a timeout Faust goes on as if it had its answer, with half a table."""
        await super()._wait(coro)

    async def _build_offsets(self, consumer: ConsumerT, tps: set[TP], destination: Counter[TP], title: str) -> None:
        """Restore the tables, and tell Faust that they stand at the end of their changelogs."""
        if title != "active":
            await super()._build_offsets(consumer, tps, destination, title)
            return
        await self._anchor(cast(Any, consumer))
        stores: dict[TP, Store] = {tp: cast(Any, self.tp_to_table[tp]).data for tp in tps}
        if stores:
            settings = next(iter(stores.values())).shelf.settings
            ends = await replay(settings, [_want(tp, stores[tp]) for tp in sorted(tps)])
            for place, offset in ends.items():  # a Counter: its `update` would add
                destination[TP(place.topic, place.partition)] = offset

    async def _anchor(self, consumer: Any) -> None:  # noqa: ANN401 parts of Faust's consumer that it keeps to itself
        """Commit the beginning of partitions that have no committed offset yet.

        Faust throws away what it had fetched before the tables stood, and then seeks each partition's committed
        offset; one that had none would go on behind what was thrown away.
        """
        thread = consumer._thread
        committed = thread._ensure_consumer().committed
        streams = [tp for tp in consumer.assignment() if not self._is_changelog_tp(tp)]
        fresh = [tp for tp in streams if await thread.call_thread(committed, tp) is None]
        if fresh:
            await thread.commit(dict(await consumer.earliest_offsets(*fresh)))


def _want(tp: TP, store: Store) -> Want:
    return Want(
        TopicPartition(tp.topic, tp.partition),
        lambda patient: store.shelf.open(store.table_name, tp.partition, patient=patient),
        lambda: store.open_rows(tp.partition),
    )


class Tables(TableManager):
    """Faust's keeper of tables, with that recovery."""

    @property
    def recovery(self) -> Recovery:
        """Make the recovery when it is first asked for, as Faust does."""
        if self._recovery is None:
            self._recovery = Restore(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery
