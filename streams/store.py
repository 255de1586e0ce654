"""Faust's table storage: what Faust asks of a store enters, the rows of the worker's shelf answer."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from faust.stores import STORES, base  # noqa: TID251 a store of Faust's is what this is
from faust.types import TP, AppT, CollectionT, EventT  # noqa: TID251
from yarl import URL

from .rows import PartitionGoneError, Rows
from .shelf import Shelf

SCHEME: Final = "sada"


class Store(base.Store[bytes, bytes]):
    """One table of a worker; what is assigned to it is opened when it is restored, and closed when it goes."""

    shelf: Shelf

    def __init__(self, url: str | URL, app: AppT, table: CollectionT, **named: Any) -> None:  # noqa: ANN401 Faust's
        super().__init__(url, app, table, **named)
        self.shelf = (self.options or {})["shelf"]  # the app puts it there
        self.data: dict[bytes, bytes] = {}  # Faust's view of all rows at once: there is none

    def rows(self, partition: int) -> Rows:
        """Return the rows of an open partition.

        Raises:
            PartitionGoneError: it is not open.
        """
        rows = self.shelf.rows(self.table_name, partition)
        if rows is None:
            raise PartitionGoneError(f"table {self.table_name}: partition {partition} is not this worker's")
        return rows

    def open_rows(self, partition: int) -> Rows | None:
        """Return the rows of a partition, if it is open."""
        return self.shelf.rows(self.table_name, partition)

    def persisted_offset(self, tp: TP) -> int | None:
        """Return the last changelog offset that is in the rows."""
        rows = self.open_rows(tp.partition)
        return rows.mark.offset if rows is not None and rows.mark is not None else None

    def set_persisted_offset(self, tp: TP, offset: int) -> None:
        """Ignore an offset that comes without its rows: both are written at once, or neither."""

    async def on_rebalance(
        self, assigned: set[TP], revoked: set[TP], newly_assigned: set[TP], generation_id: int = 0
    ) -> None:
        """Close what is no longer ours, so that its next owner on this machine can open it."""
        topic = self.table.changelog_topic.get_topic_name()
        ours = {tp.partition for tp in assigned if tp.topic == topic}
        for partition in self.shelf.partitions(self.table_name) - ours:
            self.shelf.close(self.table_name, partition)

    def apply_changelog_batch(
        self, batch: Iterable[EventT[Any]], to_key: Callable[[Any], Any], to_value: Callable[[Any], Any]
    ) -> None:
        """Write rows that Faust's own recovery has read; the mark stays, so that they are read again if need be."""
        for event in batch:
            message, rows = event.message, self.open_rows(event.message.partition)
            if rows is not None and message.key:
                rows.write([(message.key, message.value)])

    def reset_state(self) -> None:
        """Forget the rows of all open partitions."""
        for partition in self.shelf.partitions(self.table_name):
            self.rows(partition).clear()

    async def on_stop(self) -> None:
        """Close all partitions."""
        for partition in self.shelf.partitions(self.table_name):
            self.shelf.close(self.table_name, partition)

    async def backup_partition(self, tp: TP | int, flush: bool = True, purge: bool = False, keep: int = 1) -> None:
        """Do nothing: the changelog is the backup."""

    def restore_backup(self, tp: TP | int, latest: bool = True, backup_id: int = 0) -> None:
        """Do nothing: rows are restored from the changelog."""


STORES.aliases[SCHEME] = f"{__name__}:{Store.__name__}"
