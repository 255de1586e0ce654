"""What a table keeps of one partition: row changes enter, rows leave, with a mark of how far the changelog is in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

Change = tuple[bytes, bytes | None]
"""A row's key (never empty) and its value; no value deletes the row."""


class RowsError(RuntimeError):
    """Rows cannot be read: no fault of what is told, which must be told again where they can."""


class PartitionGoneError(RowsError):
    """A row was asked for in a partition that this worker does not have (any more)."""


@dataclass(frozen=True)
class Mark:
    """How far a changelog partition is in the rows: all of it up to `offset`, of the topic with id `topic`.

    `told_at` (seconds of the Unix epoch) is when that was last true of the partition's end.
    """

    offset: int
    told_at: float
    topic: str

    def pack(self) -> bytes:
        """Write the mark as bytes.

        >>> Mark.unpack(Mark(41, 1.5, "id").pack())
        Mark(offset=41, told_at=1.5, topic='id')
        """
        return f"{self.offset} {self.told_at} {self.topic}".encode()

    @staticmethod
    def unpack(packed: bytes) -> Mark:
        """Read what `pack` wrote."""
        offset, told_at, topic = packed.decode().split(" ", 2)
        return Mark(int(offset), float(told_at), topic)


class Rows(Protocol):
    """The rows of one partition of one table."""

    @property
    def mark(self) -> Mark | None:
        """How far the changelog is in; nothing is known of rows that no mark stands for."""
        ...

    def get(self, key: bytes) -> bytes | None:
        """Return the value of `key`, if any."""
        ...

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Return the values of `keys`, in their order."""
        ...

    def sweep(self, after: bytes | None, most: int) -> list[tuple[bytes, bytes]]:
        """Return the next rows in the order of their keys, at most `most`, from the first one behind `after`."""
        ...

    def write(self, changes: Iterable[Change], mark: Mark | None = None) -> None:
        """Make all changes and set the mark, or nothing of it."""
        ...

    def clear(self) -> None:
        """Forget every row, and the mark."""
        ...

    def close(self) -> None:
        """Let go of the rows; what is written stays."""
        ...


class MemoryRows:
    """Rows in a dictionary: gone with the worker, as large as its memory."""

    def __init__(self) -> None:
        self._rows: dict[bytes, bytes] = {}
        self._order: list[bytes] = []  # of the last sweep, sorted anew when one begins
        self.mark: Mark | None = None

    def get(self, key: bytes) -> bytes | None:
        """Look `key` up."""
        return self._rows.get(key)

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Look `keys` up."""
        return [self._rows.get(key) for key in keys]

    def sweep(self, after: bytes | None, most: int) -> list[tuple[bytes, bytes]]:
        """Return the rows behind `after`; one written behind the sweep's beginning may wait for the next."""
        if after is None or not self._order:
            self._order = sorted(self._rows)
        start = bisect_right(self._order, after) if after is not None else 0
        standing = (self._order[index] for index in range(start, len(self._order)) if self._order[index] in self._rows)
        return [(key, self._rows[key]) for key in islice(standing, most)]

    def write(self, changes: Iterable[Change], mark: Mark | None = None) -> None:
        """Update the dictionary."""
        for key, value in changes:
            if value is None:
                self._rows.pop(key, None)
            else:
                self._rows[key] = value
        self.mark = mark or self.mark

    def clear(self) -> None:
        """Forget every row, and the mark."""
        self._rows.clear()
        self._order.clear()
        self.mark = None

    def close(self) -> None:
        """Free the memory."""
        self.clear()
