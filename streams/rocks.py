"""Rows on disk: changes enter, RocksDB keeps them in files; all partitions of a worker share one memory budget."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NoReturn, cast

import structlog
from rocksdict import (
    BlockBasedIndexType,
    BlockBasedOptions,
    Cache,
    DBCompressionType,
    Options,
    Rdict,
    WriteBatch,
    WriteBufferManager,
    WriteOptions,
)

from .rows import Change, Mark, RowsError

log = structlog.get_logger(__name__)

MEGABYTE: Final = 1024 * 1024
_WRITE_SHARE: Final = 0.375
"""Of the budget, for rows not yet in files; the rest holds blocks, indices and filters of the files."""

_ROW_BYTES: Final = 48
"""What a row takes in memory beside its key and value."""

_MARK_KEY: Final = b""
"""Sorts before every row, and no row has it."""

_CONDEMNED: Final = "CONDEMNED"
_NOT_ITS_FAULT: Final = ("No space left", "Permission denied", "Too many open files", "Read-only file system")


class BrokenStoreError(RowsError):
    """A file turned out to be damaged; the next opening restores the partition from its changelog."""


class Budget:
    """The memory that all open partitions of a worker share."""

    def __init__(self, megabytes: int) -> None:
        size = megabytes * MEGABYTE
        self._most = int(size * _WRITE_SHARE)
        self._waiting: dict[RocksRows, int] = {}
        self._cache = Cache(size)
        # Counted as part of the cache: rows that wait to be written push blocks out, so the sum stays. Its own limit
        # is out of reach: it has whatever partition is written to just then write a file, however small.
        self._writes = WriteBufferManager.new_write_buffer_manager_with_cache(2 * self._most, False, self._cache)

    def note(self, rows: RocksRows, size: int) -> None:
        """Count what `rows` has in memory only; past the share of such rows the partition with most writes a file."""
        self._waiting[rows] = self._waiting.get(rows, 0) + size
        if sum(self._waiting.values()) > self._most:
            fullest = max(self._waiting, key=self._waiting.__getitem__)
            self.forget(fullest)
            fullest.to_disk()

    def forget(self, rows: RocksRows) -> None:
        """Leave out rows that are in files, or closed."""
        self._waiting.pop(rows, None)

    def options(self) -> Options:
        """Choose RocksDB's settings; each differs from its default for the reason beside it."""
        options = Options(raw_mode=True)  # keys and values are bytes
        options.create_if_missing(True)
        options.set_write_buffer_manager(self._writes)
        options.set_write_buffer_size(16 * MEGABYTE)
        options.set_arena_block_size(128 * 1024)  # for each partition; a megabyte otherwise
        options.set_max_open_files(64)  # for each partition; the default keeps all open, beyond the process's limit
        options.set_max_background_jobs(2)
        options.set_compaction_readahead_size(512 * 1024)  # for each file that is merged; 2 MB otherwise
        options.set_target_file_size_base(32 * MEGABYTE)
        options.set_max_bytes_for_level_base(64 * MEGABYTE)
        options.set_level_compaction_dynamic_level_bytes(True)
        options.set_compression_type(DBCompressionType.lz4())
        options.set_bottommost_compression_type(DBCompressionType.zstd())
        options.set_manifest_preallocation_size(64 * 1024)  # 4 MB for each partition otherwise
        options.set_keep_log_file_num(2)
        options.set_max_log_file_size(MEGABYTE)
        options.set_stats_dump_period_sec(0)
        options.set_stats_persist_period_sec(0)
        options.set_block_based_table_factory(self._blocks())
        return options

    def _blocks(self) -> BlockBasedOptions:
        """Keep filters and indices in the cache, cut into blocks: they would grow with the number of rows."""
        blocks = BlockBasedOptions()
        blocks.set_block_cache(self._cache)
        blocks.set_block_size(8 * 1024)
        blocks.set_format_version(5)
        blocks.set_bloom_filter(10, False)  # most keys asked for are new: 99 % of them cost no read
        blocks.set_cache_index_and_filter_blocks(True)
        blocks.set_index_type(BlockBasedIndexType.two_level_index_search())
        blocks.set_partition_filters(True)
        blocks.set_metadata_block_size(4096)
        blocks.set_pin_top_level_index_and_filter(True)
        return blocks


def _unlogged() -> WriteOptions:
    """Write without RocksDB's own log: Kafka's changelog is the log, and the mark goes to disk with its rows."""
    options = WriteOptions()
    options.disable_wal = True  # type: ignore[method-assign,assignment]  # an attribute, whatever its stub says
    return options


class RocksRows:
    """Rows of one partition in a folder of their own, which nobody else may have open."""

    def __init__(self, folder: Path, budget: Budget) -> None:
        self._folder, self._budget = folder, budget
        self._db = self._open()
        self._mark = self._read_mark()

    @property
    def mark(self) -> Mark | None:
        """How far the changelog is in."""
        return self._mark

    def get(self, key: bytes) -> bytes | None:
        """Read one row.

        Raises:
            BrokenStoreError: a file is damaged.
        """
        try:
            value: bytes | None = self._db.get(key)
        except Exception as error:  # noqa: BLE001 rocksdict raises nothing more precise
            self._fail(error)
        return value

    def get_many(self, keys: Sequence[bytes]) -> list[bytes | None]:
        """Read rows, those of one block together.

        Raises:
            BrokenStoreError: a file is damaged.
        """
        if not keys:
            return []
        try:
            values = cast("list[bytes | None]", self._db.get(list(keys)))
        except Exception as error:  # noqa: BLE001 rocksdict raises nothing more precise
            self._fail(error)
        return values

    def sweep(self, after: bytes | None, most: int) -> list[tuple[bytes, bytes]]:
        """Read on in the order of the keys.

        Raises:
            BrokenStoreError: a file is damaged.
        """
        found: list[tuple[bytes, bytes]] = []
        try:
            rows = self._db.iter()
            rows.seek((after or b"") + b"\0")
            while len(found) < most and rows.valid():
                found.append((rows.key(), rows.value()))
                rows.next()
            rows.status()
        except Exception as error:  # noqa: BLE001 rocksdict raises nothing more precise
            self._fail(error)
        return found

    def write(self, changes: Iterable[Change], mark: Mark | None = None) -> None:
        """Write changes and mark as one.

        Raises:
            BrokenStoreError: a file is damaged.
        """
        batch = WriteBatch(raw_mode=True)
        size = 0
        for key, value in changes:
            size += len(key) + _ROW_BYTES
            if value is None:
                batch.delete(key)
            else:
                batch.put(key, value)
                size += len(value)
        if mark is not None:
            batch.put(_MARK_KEY, mark.pack())
        try:
            self._db.write(batch, _unlogged())
        except Exception as error:  # noqa: BLE001 rocksdict raises nothing more precise
            self._fail(error)
        self._mark = mark or self._mark
        self._budget.note(self, size)

    def to_disk(self) -> None:
        """Have what is in memory only written to a file, without waiting for it.

        Raises:
            BrokenStoreError: it cannot be.
        """
        try:
            self._db.flush(wait=False)
        except Exception as error:  # noqa: BLE001 rocksdict raises nothing more precise
            self._fail(error)

    def clear(self) -> None:
        """Throw the files away and begin afresh."""
        self._budget.forget(self)
        self._db.close()
        shutil.rmtree(self._folder)
        self._db, self._mark = self._open(), None

    def close(self) -> None:
        """Write what is still in memory, and close the files."""
        self._budget.forget(self)
        self._db.flush()
        self._db.close()

    def measure(self, name: str) -> int | None:
        """Return one of RocksDB's own figures, `estimate-num-keys` for one."""
        return self._db.property_int_value(f"rocksdb.{name}")

    def _open(self) -> Rdict:
        """Open the folder; a damaged one is put aside, to be restored from the changelog."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            if (self._folder / _CONDEMNED).exists():
                raise BrokenStoreError("found damaged while it was read")
            return self._rdict()
        except Exception as error:
            if any(why in str(error) for why in _NOT_ITS_FAULT):
                raise
            aside = set_aside(self._folder)
            log.warning("state_damaged", folder=str(self._folder), moved_to=str(aside), error=str(error))
            return self._rdict()

    def _rdict(self) -> Rdict:
        """Open the database with our options alone.

        Without naming them for its column family rocksdict takes those it finds in the folder, and of these it can
        read neither the common cache nor the filters.
        """
        options = self._budget.options()
        return Rdict(str(self._folder), options=options, column_families={"default": options})

    def _read_mark(self) -> Mark | None:
        packed = self.get(_MARK_KEY)
        return Mark.unpack(packed) if packed is not None else None

    def _fail(self, error: Exception) -> NoReturn:
        """Condemn the folder when its files are to blame, so that the next start does not meet them again."""
        if "Corruption" in str(error):
            (self._folder / _CONDEMNED).touch()
            raise BrokenStoreError(f"{self._folder}: {error}") from error
        raise error


def set_aside(folder: Path) -> Path:
    """Move a damaged folder out of the way and return where it went; only the last one is kept."""
    aside = folder.with_name(f"{folder.name}.damaged")
    shutil.rmtree(aside, ignore_errors=True)
    return folder.rename(aside)
