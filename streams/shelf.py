"""Settings enter; the rows of each table and partition that a worker owns are opened, kept apart and closed."""

from __future__ import annotations

import fcntl
import os
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import structlog

from schemas import Settings

from .rows import MemoryRows, Rows

log = structlog.get_logger(__name__)

_COPIES: Final = 8
"""Folders tried for one partition; the second and later ones are for a worker that will not let go of the first."""

Place = tuple[str, int]
"""A table's name and a partition."""


class Shelf:
    """The open rows of one worker. Workers of one machine share the folder; each partition has one owner at a time.

    A partition that moves between them finds its rows there, and reads from the changelog only what it missed.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._folder = settings.state_dir / "tables" / settings.group
        self._open: dict[Place, _Opened] = {}
        self._budget: object | None = None

    def rows(self, table: str, partition: int) -> Rows | None:
        """Return the rows of a partition, if it is open."""
        opened = self._open.get((table, partition))
        return opened.rows if opened is not None else None

    def open(self, table: str, partition: int, *, patient: bool = False) -> Rows | None:
        """Open the rows of a partition.

        Another worker may still have them: then nothing is returned while we are `patient`, and rows in a folder
        beside theirs otherwise.
        """
        place = (table, partition)
        if place not in self._open:
            opened = _Opened(MemoryRows()) if self.settings.state_store == "memory" else self._from_disk(place, patient)
            if opened is None:
                return None
            self._open[place] = opened
        return self._open[place].rows

    def close(self, table: str, partition: int) -> None:
        """Close a partition that went to another worker; memory forgets it, a folder stays."""
        opened = self._open.pop((table, partition), None)
        if opened is not None:
            opened.close()

    def partitions(self, table: str) -> set[int]:
        """Return the open partitions of a table."""
        return {partition for name, partition in self._open if name == table}

    def _from_disk(self, place: Place, patient: bool) -> _Opened | None:
        from .rocks import Budget, RocksRows

        if not isinstance(self._budget, Budget):
            self._budget = Budget(self.settings.state_memory_mb)
        for copy in range(1 if patient else _COPIES):
            folder = self._folder / f"{place[0]}-{place[1]}{f'.{copy}' if copy else ''}"
            lock = _lock(folder)
            if lock is None:
                continue
            if copy:
                log.warning("state_in_use", table=place[0], partition=place[1], folder=str(folder))
            else:
                self._tidy(folder)
            return _Opened(RocksRows(folder, self._budget), lock)
        if patient:
            return None
        raise RuntimeError(f"{_COPIES} workers hold {self._folder / f'{place[0]}-{place[1]}'}; end those that hang")

    @staticmethod
    def _tidy(folder: Path) -> None:
        """Remove copies beside `folder` that nobody holds any more."""
        for copy in range(1, _COPIES):
            beside = folder.with_name(f"{folder.name}.{copy}")
            if beside.exists() and (lock := _lock(beside)) is not None:
                shutil.rmtree(beside, ignore_errors=True)
                os.close(lock)


@dataclass
class _Opened:
    """Rows with the lock of their folder."""

    rows: Rows
    lock: int | None = field(default=None)

    def close(self) -> None:
        try:
            self.rows.close()
        finally:
            if self.lock is not None:
                os.close(self.lock)


def _lock(folder: Path) -> int | None:
    """Take the lock of `folder` for as long as the process lives; tell None if another one has it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder.with_name(f"{folder.name}.lock"), os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    return handle
