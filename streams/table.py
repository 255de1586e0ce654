"""The workers' tables: rows enter and leave; each is on the changelog first, from which a restart restores it."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Final, Protocol

from schemas import Settings
from schemas.letter import Letter, Receipts

from .book import Row
from .rows import Change, Rows

MEMBERS: Final = "members"
"""Table of headlines and stories: what each was told and whom it is tied to (streams/ledger.py)."""
BANDS: Final = "bands"
"""Table of who asked in which band (streams/matcher.py)."""
TABLES: Final = (MEMBERS, BANDS)


def group_id(settings: Settings) -> str:
    """Name the workers' consumer group; the changelog's name begins with it."""
    return f"{settings.group}-streams"


def changelog(settings: Settings, table: str) -> str:
    """Name the topic that remembers a table, as Faust calls it."""
    return f"{group_id(settings)}-{table}-changelog"


class PartitionedStore(Protocol):
    """The rows of a table's partitions (streams/store.py)."""

    def rows(self, partition: int) -> Rows:
        """Return the rows of an open partition; raises PartitionGoneError for any other."""
        ...

    def open_rows(self, partition: int) -> Rows | None:
        """Return the rows of a partition, if it is open."""
        ...


class FaustTable(Protocol):
    """A Faust table, as far as it is used here."""

    @property
    def data(self) -> PartitionedStore:
        """The rows."""
        ...

    @property
    def changelog_topic_name(self) -> str:
        """The topic that remembers the rows."""
        ...


class Table:
    """A Faust table whose changelog we write ourselves, so that each row is acknowledged before its sightings are.

    Faust's own `table[key] = value` sends in the background and a failed send is only logged. Keys are never empty.
    """

    def __init__(self, faust_table: FaustTable, clock: Callable[[], float] = time.time) -> None:
        self._table = faust_table
        self._clock = clock

    def get(self, partition: int, key: bytes) -> bytes | None:
        """Return the row of `key`, if any.

        Raises:
            PartitionGoneError: the partition has just gone to another worker.
            BrokenStoreError: its files are damaged; a restart of the worker restores them.
        """
        return self._table.data.rows(partition).get(key)

    def get_many(self, partition: int, keys: Sequence[bytes]) -> list[bytes | None]:
        """Return the rows of `keys` in their order; raises as `get` does. Cheaper than as many calls of it."""
        return self._table.data.rows(partition).get_many(keys)

    def sweep(self, partition: int, after: bytes | None, most: int) -> list[tuple[bytes, bytes]]:
        """Return the next rows in the order of their keys, at most `most`, from the first one behind `after`.

        An empty list says that the end is reached; the next round begins with `after` None. Raises as `get` does.
        """
        return self._table.data.rows(partition).sweep(after, most)

    def letters(self, rows: Iterable[Row]) -> Sequence[Letter]:
        """Address `rows` to the changelog, in the partitions their sightings came from."""
        topic = self._table.changelog_topic_name
        return [Letter(topic, row.key, row.value, row.partition) for row in rows]

    def keep(self, rows: Iterable[Row], receipts: Receipts | None = None) -> None:
        """Write `rows` that the changelog holds, those of a partition as one; no value deletes a row.

        `receipts` are what the outbox said of their letters. Where they follow on what is in the rows already, a
        restart reads the changelog from behind them, else from the last such place. Rows of a partition that has
        gone to another worker are left to it: it reads them from the changelog.
        """
        heaps: dict[int, list[Change]] = defaultdict(list)
        for row in rows:
            heaps[row.partition].append((row.key, row.value))
        for partition, changes in heaps.items():
            kept = self._table.data.open_rows(partition)
            if kept is not None:
                self._write(kept, changes, (receipts or {}).get((self._table.changelog_topic_name, partition)))

    def _write(self, kept: Rows, changes: list[Change], given: range | None) -> None:
        mark = kept.mark
        if mark is not None and given is not None and given.start == mark.offset + 1 and len(given) == len(changes):
            kept.write(changes, replace(mark, offset=given.stop - 1, told_at=self._clock()))
        else:  # somebody else's rows stand between, or a second copy of ours: recovery reads on from the last mark
            kept.write(changes)
