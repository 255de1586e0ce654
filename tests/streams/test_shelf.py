"""Rows on disk: kept over restarts and kills, locked against a second owner, put aside when damaged."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from schemas import Settings
from streams.rocks import BrokenStoreError, RocksRows
from streams.rows import Mark, Rows
from streams.shelf import Shelf

MARK = Mark(5, 1.0, "id")


def shelf(folder: Path, **changes: object) -> Shelf:
    return Shelf(Settings(_env_file=None, state_dir=folder, state_memory_mb=16, **changes))


def opened(on: Shelf, partition: int = 0) -> Rows:
    rows = on.open("names", partition)
    assert rows is not None
    return rows


def folder_of(state_dir: Path) -> Path:
    return state_dir / "tables" / "sada" / "names-0"


def test_rows_and_mark_outlive_their_worker(tmp_path: Path) -> None:
    """What was written before a close is there afterwards, without any log beside the files."""
    first = shelf(tmp_path)
    opened(first).write([(b"a", b"1"), (b"b", b"2")], MARK)
    opened(first).write([(b"b", None)])
    first.close("names", 0)
    again = opened(shelf(tmp_path))
    assert (again.get_many([b"a", b"b"]), again.mark) == ([b"1", None], MARK)
    assert not any(path.stat().st_size for path in folder_of(tmp_path).glob("*.log"))


def test_a_reopened_folder_keeps_to_the_common_budget(tmp_path: Path) -> None:
    """Cache and filters are ours at every opening: rocksdict would fall back to what it can read in the folder."""
    first = shelf(tmp_path)
    opened(first).write([(b"a", b"1")], MARK)
    first.close("names", 0)
    rows = opened(shelf(tmp_path))
    assert isinstance(rows, RocksRows)
    assert rows.measure("block-cache-capacity") == 16 * 1024 * 1024
    assert "filter_policy: bloomfilter" in (folder_of(tmp_path) / "LOG").read_text(encoding="utf-8")


def test_the_fullest_partition_writes_a_file_for_all(tmp_path: Path) -> None:
    """Past the common share of rows in memory the partition with most of them writes a file, not whoever writes."""
    on = shelf(tmp_path)  # 16 MiB, of which 6 for rows
    large, small = opened(on, 0), opened(on, 1)
    for number in range(50):
        large.write([(b"%d" % number, bytes(100_000))])
    for number in range(16):
        small.write([(b"%d" % number, bytes(100_000))])
    ends = time.monotonic() + 120
    while not any(folder_of(tmp_path).glob("*.sst")) and time.monotonic() < ends:  # it is written beside
        time.sleep(0.01)
    assert any(folder_of(tmp_path).glob("*.sst"))
    assert not any(folder_of(tmp_path).with_name("names-1").glob("*.sst"))
    assert large.get(b"7") == small.get(b"7") == bytes(100_000)
    on.close("names", 0)
    for number in range(40):  # what is closed counts no more
        small.write([(b"%d" % number, bytes(100_000))])
    assert not any(folder_of(tmp_path).with_name("names-1").glob("*.sst"))


def test_memory_forgets(tmp_path: Path) -> None:
    """The memory store writes no file and knows nothing after a close."""
    first = shelf(tmp_path, state_store="memory")
    opened(first).write([(b"a", b"1")], MARK)
    first.close("names", 0)
    assert (opened(first).get(b"a"), opened(first).mark) == (None, None)
    assert list(tmp_path.iterdir()) == []


def test_two_workers_never_open_one_folder(tmp_path: Path) -> None:
    """While another has the partition a patient worker waits, an impatient one begins afresh beside it."""
    first, second = shelf(tmp_path), shelf(tmp_path)
    opened(first).write([(b"a", b"1")], MARK)
    assert second.open("names", 0, patient=True) is None
    beside = opened(second)
    assert (beside.get(b"a"), beside.mark) == (None, None)
    beside.write([(b"b", b"2")], MARK)
    first.close("names", 0)
    second.close("names", 0)
    third = shelf(tmp_path)
    assert opened(third).get_many([b"a", b"b"]) == [b"1", None]
    assert not folder_of(tmp_path).with_name("names-0.1").exists()


def test_a_partition_moves_with_its_rows(tmp_path: Path) -> None:
    """What one worker closes another one of the same machine opens where it was left."""
    first, second = shelf(tmp_path), shelf(tmp_path)
    opened(first).write([(b"a", b"1")], MARK)
    assert second.open("names", 0, patient=True) is None
    first.close("names", 0)
    moved = second.open("names", 0, patient=True)
    assert moved is not None
    assert (moved.get(b"a"), moved.mark) == (b"1", MARK)


def test_clear_forgets_rows_and_mark(tmp_path: Path) -> None:
    """After `clear` the rows are new, now and at the next start."""
    first = shelf(tmp_path)
    rows = opened(first)
    rows.write([(b"a", b"1")], MARK)
    rows.clear()
    assert (rows.get(b"a"), rows.mark) == (None, None)
    rows.write([(b"b", b"2")], MARK)
    first.close("names", 0)
    assert opened(shelf(tmp_path)).get_many([b"a", b"b"]) == [None, b"2"]


def filled(tmp_path: Path) -> Path:
    first = shelf(tmp_path)
    opened(first).write([(os.urandom(16), os.urandom(400)) for _ in range(2_000)], MARK)
    first.close("names", 0)
    return folder_of(tmp_path)


@pytest.mark.parametrize("pattern", ["*.sst", "MANIFEST-*", "CURRENT", "rocksdict-config.json"])
@pytest.mark.parametrize("harm", ["truncate", "remove", "garbage"])
def test_a_damaged_folder_is_put_aside(pattern: str, harm: str, tmp_path: Path) -> None:
    """Whatever file is cut short, missing or overwritten: the partition opens, empty or whole, never half."""
    path = next(filled(tmp_path).glob(pattern))
    if harm == "truncate":
        os.truncate(path, path.stat().st_size // 2)
    elif harm == "remove":
        path.unlink()
    else:
        path.write_bytes(os.urandom(path.stat().st_size))
    rows = opened(shelf(tmp_path))
    count = len(rows.sweep(None, 5_000))
    assert (count, rows.mark) in {(0, None), (2_000, MARK)}


def test_damage_found_while_reading_condemns_the_folder(tmp_path: Path) -> None:
    """A block that fails its checksum ends the worker once; the next start begins afresh instead of failing again."""
    path = next(filled(tmp_path).glob("*.sst"))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 64] = bytes(64)
    path.write_bytes(content)
    first = shelf(tmp_path)
    rows = opened(first)
    with pytest.raises(BrokenStoreError):
        rows.sweep(None, 5_000)
    first.close("names", 0)
    again = opened(shelf(tmp_path))
    assert (again.sweep(None, 10), again.mark) == ([], None)
    assert folder_of(tmp_path).with_name("names-0.damaged").exists()


def test_a_folder_that_cannot_be_written_is_no_damage(tmp_path: Path) -> None:
    """A state folder that is a file is an error of the machine: it is told, and nothing is thrown away."""
    folder = folder_of(tmp_path)
    folder.parent.mkdir(parents=True)
    folder.write_text("", encoding="utf-8")
    with pytest.raises(FileExistsError):
        shelf(tmp_path).open("names", 0)


WRITER = """
    import itertools, sys
    from pathlib import Path
    from schemas import Settings
    from streams.rows import Mark
    from streams.shelf import Shelf

    rows = Shelf(Settings(_env_file=None, state_dir=Path(sys.argv[1]), state_memory_mb=16)).open("names", 0)
    start = rows.mark.offset + 1 if rows.mark else 0
    for offset in itertools.count(start, 50):
        batch = [(f"{(one * 7919) % 20011:05}".encode(), None if one % 5 == 0 else b"%d|" % one + bytes(900))
                 for one in range(offset, offset + 50)]
        rows.write(batch, Mark(offset + 49, 1.0, "id"))
        print(offset + 49, flush=True)
"""


def expected(last: int) -> dict[bytes, bytes]:
    """Replay the writer's changelog up to `last`."""
    rows: dict[bytes, bytes] = {}
    for one in range(last + 1):
        key = f"{(one * 7919) % 20011:05}".encode()
        if one % 5 == 0:
            rows.pop(key, None)
        else:
            rows[key] = b"%d|" % one + bytes(900)
    return rows


def test_a_kill_leaves_rows_and_mark_together(tmp_path: Path) -> None:
    """A writer killed in the midst, again and again, leaves the changelog up to the mark, never more or less."""
    seen = []
    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(WRITER), str(tmp_path)], stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        begun = int(process.stdout.readline())
        while int(process.stdout.readline()) < begun + 30_000:
            pass
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        now = shelf(tmp_path)
        rows = opened(now)
        assert rows.mark is not None
        assert dict(rows.sweep(None, 50_000)) == expected(rows.mark.offset)
        seen.append(rows.mark.offset)
        now.close("names", 0)
    assert seen == sorted(set(seen))
    assert not list(folder_of(tmp_path).parent.glob("*.damaged"))
    shutil.rmtree(tmp_path / "tables")
