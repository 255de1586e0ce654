"""The headlines' table: packed rows enter and leave; Faust restores it from its changelog after a restart."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from schemas import Settings

from .ledger import Row
from .letters import Letter

TABLE_NAME: Final = "headlines"


def group_id(settings: Settings) -> str:
    """Name the workers' consumer group; the changelog's name begins with it."""
    return f"{settings.group}-streams"


def changelog(settings: Settings) -> str:
    """Name the topic that remembers the headlines' table, as Faust calls it."""
    return f"{group_id(settings)}-{TABLE_NAME}-changelog"


@dataclass(frozen=True)
class _Change:
    """A row in the shape of a changelog event, which Faust's stores take."""

    key: bytes
    value: bytes | None
    message: Row


class Store(Protocol):
    """A Faust table's storage, as far as it is used here."""

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`."""
        ...

    def apply_changelog_batch(
        self,
        batch: Iterable[_Change],
        *,
        to_key: Callable[[bytes], bytes],
        to_value: Callable[[bytes | None], bytes | None],
    ) -> None:
        """Write rows, noting the partition of each."""
        ...


class FaustTable(Protocol):
    """A Faust table, as far as it is used here."""

    @property
    def data(self) -> Store:
        """The rows."""
        ...

    @property
    def changelog_topic_name(self) -> str:
        """The topic that remembers the rows."""
        ...


class Table:
    """A Faust table whose changelog we write ourselves, so that each row is acknowledged before its sightings are.

    Faust's own `table[key] = value` sends in the background and a failed send is only logged.
    """

    def __init__(self, faust_table: FaustTable) -> None:
        self._table = faust_table

    def get(self, key: bytes) -> bytes | None:
        """Return the row of `key`, if any."""
        return self._table.data.get(key)

    def letters(self, rows: Iterable[Row]) -> Sequence[Letter]:
        """Address `rows` to the changelog, in the partitions their sightings came from."""
        topic = self._table.changelog_topic_name
        return [Letter(topic, row.key, row.value, row.partition) for row in rows]

    def keep(self, rows: Iterable[Row]) -> None:
        """Write `rows` that the changelog holds; the store notes their partitions and drops them when those leave."""
        changes = [_Change(row.key, row.value, row) for row in rows]
        self._table.data.apply_changelog_batch(changes, to_key=bytes, to_value=_same)


def _same(value: bytes | None) -> bytes | None:
    return value
