"""Tables of real workers on a real broker: a restart knows what the changelog holds, with its state or without."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition  # noqa: TID251 - the broker is the test's own

from schemas import Settings
from streams.shelf import Shelf
from streams.table import MEMBERS, changelog
from streams.topics import ensure_topics
from tests.streams.line import Worker, feed, lag, result, wait_until_drained, workers
from tests.streams.test_app import assert_same, pages

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("fresh_topics")]

Make = Callable[..., Settings]
Tables = dict[int, dict[bytes, bytes]]


def told(settings: Settings) -> Tables:
    """Read the changelog: the last word on each row, by partition."""
    consumer = KafkaConsumer(bootstrap_servers=settings.kafka, auto_offset_reset="earliest")
    places = [TopicPartition(changelog(settings, MEMBERS), number) for number in range(settings.partitions)]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    tables: Tables = {place.partition: {} for place in places}
    while any(consumer.position(place) < end for place, end in ends.items()):
        for place, records in consumer.poll(timeout_ms=500).items():
            for record in records:
                tables[place.partition].pop(record.key, None)
                if record.value is not None:
                    tables[place.partition][record.key] = record.value
    consumer.close()
    return tables


def kept(settings: Settings) -> Tables:
    """Read what stands in the files of workers that have ended."""
    shelf = Shelf(settings)
    tables: Tables = {}
    for partition in range(settings.partitions):
        rows = shelf.open(MEMBERS, partition)
        assert rows is not None
        tables[partition] = dict(rows.sweep(None, 100_000))
        shelf.close(MEMBERS, partition)
    return tables


def restored(worker: Worker) -> list[int]:
    """Tell how many rows each recovery of the worker has read."""
    log = worker.log.read_text(encoding="utf-8", errors="replace")
    return [int(rows) for rows in re.findall(r"tables_restored.*?rows=(\d+)", log)]


def wait_restored(worker: Worker) -> int:
    """Wait for the worker's first recovery and return the number of rows it read."""
    until = time.monotonic() + 180
    while not restored(worker):
        assert time.monotonic() < until, "the tables are not restored"
        time.sleep(0.05)
    return restored(worker)[0]


def test_a_restart_reads_only_what_it_missed(settings: Make, tmp_path: Path) -> None:
    """After a clean stop nothing is read, after a kill the tail at most, without state all: the rows are the same."""
    mine, given = settings(work_batch=20, stage_deadline_seconds=2), pages(600, heavy=True)
    ensure_topics(mine)
    feed(mine, given[:300])
    with workers(mine, tmp_path / "1") as (worker,):
        wait_until_drained(mine)
        assert worker.stop() == 0
    before = told(mine)
    assert kept(mine) == before
    assert sum(len(rows) for rows in before.values()) > 30
    with workers(mine, tmp_path / "2") as (worker,):
        assert wait_restored(worker) == 0
        feed(mine, given[300:])
        while lag(mine) > 150:
            time.sleep(0.05)
        worker.process.kill()
    with workers(mine, tmp_path / "3") as (worker,):
        wait_until_drained(mine)
        assert worker.stop() == 0
    assert kept(mine) == told(mine)
    shutil.rmtree(mine.state_dir / "tables")
    with workers(mine, tmp_path / "4") as (worker,):
        assert wait_restored(worker) > sum(len(rows) for rows in before.values())
        assert worker.stop() == 0
    assert kept(mine) == told(mine)
    assert_same(result(mine), given)


def fill(settings: Settings, home: Path) -> None:
    """Let a worker fill tables that are new, and stop."""
    ensure_topics(settings)
    feed(settings, pages(50))
    with workers(settings, home) as (worker,):
        wait_until_drained(settings)
        assert worker.stop() == 0


def test_a_changelog_made_anew_is_believed(settings: Make, tmp_path: Path) -> None:
    """Rows of a changelog that was deleted and made again are forgotten, whatever offsets the new one has."""
    mine = settings()
    fill(mine, tmp_path / "1")
    assert any(kept(mine).values())
    admin = KafkaAdminClient(bootstrap_servers=mine.kafka)
    admin.delete_topics([changelog(mine, MEMBERS)])
    while changelog(mine, MEMBERS) in admin.list_topics():
        time.sleep(0.05)
    admin.close()
    ensure_topics(mine)
    feed(mine, [(b"row", b"value")] * 400, changelog(mine, MEMBERS))
    with workers(mine, tmp_path / "2") as (worker,):
        assert wait_restored(worker) == 400
        assert worker.stop() == 0
    assert kept(mine) == told(mine)


def test_a_damaged_table_is_restored(settings: Make, tmp_path: Path) -> None:
    """A worker that finds its files cut short puts them aside and reads the changelog, without a crash loop."""
    mine = settings()
    fill(mine, tmp_path / "1")
    for path in (mine.state_dir / "tables").rglob("CURRENT"):
        path.write_bytes(b"MANIF")
    with workers(mine, tmp_path / "2") as (worker,):
        assert wait_restored(worker) > 0
        assert worker.stop() == 0
        assert "state_damaged" in worker.log.read_text(encoding="utf-8")
    assert kept(mine) == told(mine)


def test_two_workers_of_one_machine_share_a_folder(settings: Make, tmp_path: Path) -> None:
    """Partitions that move between workers take their rows along; in the end each row stands where it should."""
    mine, given = settings(work_batch=20, stage_deadline_seconds=2), pages(400, seed=9, heavy=True)
    ensure_topics(mine)
    with workers(mine, tmp_path / "1") as (first,):
        feed(mine, given[:200])
        while lag(mine) > 150:
            time.sleep(0.05)
        with workers(mine, tmp_path / "2") as (second,):
            wait_restored(second)
            feed(mine, given[200:])
            wait_until_drained(mine)
            assert second.stop() == 0
        assert first.stop() == 0
        assert "state_in_use" not in first.log.read_text(encoding="utf-8") + second.log.read_text(encoding="utf-8")
    assert kept(mine) == told(mine)
    assert_same(result(mine), given)
