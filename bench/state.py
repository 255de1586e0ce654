"""How the workers' tables bear their size: speed, memory, files and restart by the number of headlines known.

`python -m bench.state fill FOLDER [--headlines 500000,1000000]` fills two tables as one worker would that owns every
partition, and prints a row of the table in docs/state.md at each step. `python -m bench.state restore FOLDER
--kafka ADDRESS --headlines 500000` writes changelogs to a real Kafka and restores them into an empty folder.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
from aiokafka import TopicPartition  # noqa: TID251 the bench plays the worker
from kafka import KafkaAdminClient  # noqa: TID251 the topics are the bench's own
from kafka.admin import NewTopic  # noqa: TID251

from schemas import Settings
from schemas.letter import Letter
from streams.outbox import Outbox
from streams.replay import Want, replay
from streams.rocks import RocksRows
from streams.rows import Change, Mark, Rows
from streams.shelf import Shelf

PARTITIONS = 8
BANDS = 8
"""Rows that one headline adds to `bands`; it adds one to `clusters`."""

KEY = 16
SIZES = {"clusters": 250, "bands": 120}
"""Bytes of a row with its key; half of the value repeats, as names of fields do, half is chance."""

CHUNK = 4_000
"""Headlines in one batch of a worker."""

SAMPLE = 20_000


def rows_of(table: str, number: int, chance: random.Random) -> list[Change]:
    """Make `number` rows with keys that never come twice."""
    half = (SIZES[table] - KEY) // 2
    noise, same = chance.randbytes(number * (KEY + half)), b'{"first":"2025-04-20","sites":["' * 8
    step = KEY + half
    return [
        (noise[start : start + KEY], noise[start + KEY : start + step] + same[:half])
        for start in range(0, number * step, step)
    ]


def batches(headlines: int, chance: random.Random) -> Iterator[tuple[str, int, list[Change]]]:
    """Yield the rows of new headlines as a worker writes them: by table and partition."""
    for _ in range(headlines // CHUNK):
        for table, each in (("clusters", 1), ("bands", BANDS)):
            changes = rows_of(table, CHUNK * each, chance)
            for partition in range(PARTITIONS):
                yield table, partition, changes[partition::PARTITIONS]


def open_all(shelf: Shelf) -> dict[tuple[str, int], Rows]:
    """Open every partition of both tables."""
    opened = {(table, partition): shelf.open(table, partition) for table in SIZES for partition in range(PARTITIONS)}
    return {place: rows for place, rows in opened.items() if rows is not None}


def close_all(shelf: Shelf) -> None:
    """Close every partition."""
    for table in SIZES:
        for partition in shelf.partitions(table):
            shelf.close(table, partition)


def each(work: Callable[[], int]) -> float:
    """Return how many a second `work` did."""
    began = time.perf_counter()
    return work() / (time.perf_counter() - began)


def looked_up(rows: Rows, keys: list[bytes], most: int = 1) -> int:
    """Look keys up one by one, or `most` together."""
    if most == 1:
        for key in keys:
            rows.get(key)
    else:
        for start in range(0, len(keys), most):
            rows.get_many(keys[start : start + most])
    return len(keys)


def megabytes(folder: Path) -> float:
    """Return the size of all files below `folder`."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def resident() -> float:
    """Return this process's memory in megabytes."""
    return psutil.Process().memory_info().rss / 1e6


def settle(opened: dict[tuple[str, int], Rows]) -> None:
    """Wait until RocksDB has merged what there is to merge: a worker writes a hundredth as fast as we do."""
    measures = [rows.measure for rows in opened.values() if isinstance(rows, RocksRows)]
    while any(measure("compaction-pending") or measure("num-running-compactions") for measure in measures):
        time.sleep(0.2)


def forget_pages(folder: Path) -> None:
    """Have the system drop the files from its page cache, so that what is read comes from the disk."""
    os.sync()
    for path in folder.rglob("*.sst"):
        handle = os.open(path, os.O_RDONLY)
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        os.close(handle)


def fill(folder: Path, steps: list[int], memory: int, *, keep: bool) -> None:
    """Fill tables up to each step and print what they cost there; `keep` adds to what is there already."""
    if not keep:
        shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(_env_file=None, state_dir=folder, state_memory_mb=memory)  # type: ignore[call-arg]
    shelf, chance = Shelf(settings), random.Random()
    print(f"{resident():.0f} MB before the tables are opened")
    print("| headlines | rows | put/s | hot get/s | old get/s | old get/s, 64 together | new get/s |", end="")
    print(" old get/s from disk | memory MB | files MB | close s | open s |", flush=True)
    done = 0
    for step in steps:
        opened = open_all(shelf)
        put, last, peak = add(opened, step - done, chance)
        done = step
        settle(opened)
        speeds = [put, *look(folder, opened["bands", 0], last, chance)]
        began = time.perf_counter()
        close_all(shelf)
        closed = time.perf_counter() - began
        began = time.perf_counter()
        open_all(shelf)
        figures = [f"{speed:,.0f}" for speed in speeds]
        figures += [f"{max(peak, resident()):.0f}", f"{megabytes(folder):,.0f}"]
        figures += [f"{closed:.2f}", f"{time.perf_counter() - began:.2f}"]
        print(f"| {step:,} | {step * (1 + BANDS):,} | {' | '.join(figures)} |", flush=True)
    close_all(shelf)


def add(opened: dict[tuple[str, int], Rows], headlines: int, chance: random.Random) -> tuple[float, list[bytes], float]:
    """Write rows of new headlines; return rows a second, the last keys of the first partition, most memory in MB."""
    spent, last, peak = 0.0, list[bytes](), 0.0
    for table, partition, changes in batches(headlines, chance):
        began = time.perf_counter()
        opened[table, partition].write(changes, Mark(0, 1.0, "bench"))
        spent += time.perf_counter() - began
        if (table, partition) == ("bands", 0):
            last, peak = [key for key, _ in changes], max(peak, resident())
    return headlines * (1 + BANDS) / spent, last, peak


def look(folder: Path, rows: Rows, last: list[bytes], chance: random.Random) -> list[float]:
    """Return how many keys a second are found: hot, old, old together, new, old from the disk."""
    old = [key for _ in range(SAMPLE // 10) for key, _ in rows.sweep(chance.randbytes(KEY), 10)]
    chance.shuffle(old)
    new = [chance.randbytes(KEY) for _ in range(SAMPLE)]
    looked_up(rows, last)
    speeds = [each(lambda keys=keys: looked_up(rows, keys)) for keys in (last, old[::2])]
    speeds += [each(lambda: looked_up(rows, old[1::2], 64)), each(lambda: looked_up(rows, new))]
    forget_pages(folder)
    return [*speeds, each(lambda: looked_up(rows, old[::8]))]


async def restore(folder: Path, kafka: str, headlines: int, memory: int) -> None:
    """Write changelogs, then restore them into an empty folder, and once more with nothing to read."""
    shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(  # type: ignore[call-arg]
        _env_file=None, state_dir=folder, state_memory_mb=memory, kafka=kafka, partitions=PARTITIONS
    )
    make_topics(kafka)
    outbox, began = Outbox(settings, "bench"), time.perf_counter()
    for table, partition, changes in batches(headlines, random.Random(1)):
        await outbox.deliver([Letter(f"bench-{table}", key, value, partition) for key, value in changes])
    await outbox.close()
    rows = headlines * (1 + BANDS)
    print(f"{rows:,} rows written to changelogs at {rows / (time.perf_counter() - began):,.0f}/s", flush=True)
    for what in ("all", "nothing"):
        shelf, began = Shelf(settings), time.perf_counter()
        await replay(settings, [want(shelf, table, number) for table in SIZES for number in range(PARTITIONS)])
        spent = time.perf_counter() - began
        print(f"{what} restored in {spent:.1f} s ({rows / spent:,.0f} rows/s), {resident():.0f} MB", flush=True)
        close_all(shelf)
    print(f"files {megabytes(folder):,.0f} MB")


def make_topics(kafka: str) -> None:
    """Make the changelogs afresh."""
    admin = KafkaAdminClient(bootstrap_servers=kafka)
    names = [f"bench-{table}" for table in SIZES]
    if standing := set(names) & set(admin.list_topics()):
        admin.delete_topics(list(standing))
        while set(names) & set(admin.list_topics()):
            time.sleep(0.2)
    admin.create_topics([NewTopic(name, PARTITIONS, 1, topic_configs={"cleanup.policy": "compact"}) for name in names])
    admin.wait_for_topics(names)
    admin.close()


def want(shelf: Shelf, table: str, partition: int) -> Want:
    """Ask for one partition."""
    return Want(
        TopicPartition(f"bench-{table}", partition),
        lambda patient: shelf.open(table, partition, patient=patient),
        lambda: shelf.rows(table, partition),
    )


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=["fill", "restore"])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--headlines", default="500000,1000000,2000000,5000000")
    parser.add_argument("--memory", type=int, default=64)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--kafka", default="127.0.0.1:9092")
    given = parser.parse_args()
    steps = [int(number) for number in given.headlines.split(",")]
    if given.what == "fill":
        fill(given.folder, steps, given.memory, keep=given.keep)
    else:
        asyncio.run(restore(given.folder, given.kafka, steps[-1], given.memory))


if __name__ == "__main__":
    main()
