"""The registry: what it knows, across inboxes and restarts."""

from __future__ import annotations

import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from producers.folder import Signature
from producers.registry import Holders, Intent, Place, Registry, Row

A, B, R = "a" * 32, "b" * 32, "c" * 32
SIGNATURE = Signature(10, 1_700_000_000_000_000_001, 1_700_000_000_000_000_002, 2**63 - 1)


def row(path: str, article: str | None = A, reject: str | None = None, captured: int = 5) -> Row:
    """Build a row as the plan would."""
    return Row(path, SIGNATURE, captured, article, reject, gone=False, sent_at=1.5)


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A fresh registry of the inbox `in`."""
    return Registry(tmp_path / "state" / "registry.sqlite", tmp_path / "in")


def test_rows_come_back_as_written(registry: Registry) -> None:
    """Every column survives, also for names that are no UTF-8, and unknown paths are left out."""
    rows = {path: row(path) for path in ("خبر.txt", "a\nb.txt", os.fsdecode(b"\xff.txt"))}
    rows["r.txt"] = row("r.txt", article=None, reject=R)
    registry.save(rows.values())
    assert registry.rows([*rows, "unknown.txt"]) == rows
    assert registry.count() == 4


def test_registry_survives_a_restart(registry: Registry, tmp_path: Path) -> None:
    """What was saved is there for the next process, and for one that reads beside the first."""
    registry.save([row("a.txt")])
    again = Registry(tmp_path / "state" / "registry.sqlite", tmp_path / "in")
    assert again.rows(["a.txt"]) == {"a.txt": row("a.txt")}


def test_compare_finds_new_and_changed(registry: Registry) -> None:
    """Only what is known with the very same signature is not news."""
    registry.save([row("a.txt"), row("b.txt")])
    changed = SIGNATURE._replace(ctime_ns=9)
    seen = [("a.txt", SIGNATURE), ("b.txt", changed), ("c.txt", SIGNATURE)]
    assert registry.compare(seen) == ([("b.txt", changed), ("c.txt", SIGNATURE)], 2)


def test_many_paths_are_compared_at_once(registry: Registry) -> None:
    """More paths than a query has room for are no problem."""
    registry.save(row(f"{number}.txt") for number in range(3000))
    seen = [(f"{number}.txt", SIGNATURE) for number in range(3001)]
    assert registry.compare(seen) == ([("3000.txt", SIGNATURE)], 3000)


def test_holders_are_the_live_unrefused_paths(registry: Registry, tmp_path: Path) -> None:
    """Gone and refused paths hold nothing; paths of the batch are left out; the first ones are named in order."""
    registry.save([row(f"{name}.txt", captured=name_at) for name_at, name in enumerate("edcba", 10)])
    registry.save([row("refused.txt", reject=R), row("other.txt", article=B)])
    registry.mark_gone([Place(tmp_path / "in", "b.txt")])
    place = Place(tmp_path / "in", "c.txt")
    assert registry.holders(A, ["a.txt"], 1) == Holders(3, 10, (place,))
    assert registry.holders("d" * 32, [], 10) == Holders(0, 0, ())


def test_holders_span_inboxes(registry: Registry, tmp_path: Path) -> None:
    """One text in two inboxes has two holders; each inbox knows and counts only its own paths."""
    other = Registry(tmp_path / "state" / "registry.sqlite", tmp_path / "other")
    registry.save([row("a.txt")])
    other.save([row("a.txt", captured=3)])
    places = (Place(tmp_path / "in", "a.txt"), Place(tmp_path / "other", "a.txt"))
    found = other.holders(A, [], 10)
    assert (found.total, found.captured_ns, set(found.places)) == (2, 3, set(places))
    assert other.holders(A, ["a.txt"], 10).places == places[:1]
    assert (registry.count(), other.count()) == (1, 1)


def test_present_lists_all_in_chunks(registry: Registry, tmp_path: Path) -> None:
    """Every path that is not gone is listed once."""
    registry.save(row(f"{number:04}.txt") for number in range(2500))
    registry.mark_gone([Place(tmp_path / "in", "0007.txt")])
    chunks = list(registry.present())
    assert max(map(len, chunks)) <= 1000
    assert [path for chunk in chunks for path in chunk] == [f"{number:04}.txt" for number in range(2500) if number != 7]


def test_save_is_all_or_nothing(registry: Registry) -> None:
    """A batch that cannot be written whole leaves no trace."""
    broken = row("b.txt", article="no hex")
    with pytest.raises(ValueError, match="hex"):
        registry.save([row("a.txt"), broken])
    assert registry.count() == 0


def test_intents_are_remembered_until_settled(registry: Registry) -> None:
    """What was about to be sent stays known: an article settles all of it, a reject the rejects, absence nothing."""
    registry.intend([Intent("a.txt", A, reject=False), Intent("a.txt", R, reject=True)])
    known = registry.rows(["a.txt"])["a.txt"]
    assert (known.unsure_articles, known.unsure_rejects, known.holds) == ((A,), (R,), None)
    registry.save([row("a.txt", article=None)._replace(gone=True)])
    assert registry.rows(["a.txt"])["a.txt"].unsure_rejects == (R,)
    registry.save([row("a.txt", article=None, reject=R)])
    assert registry.rows(["a.txt"])["a.txt"].unsure_articles == (A,)
    assert registry.rows(["a.txt"])["a.txt"].unsure_rejects == ()
    registry.save([row("a.txt", article=B)])
    assert registry.rows(["a.txt"])["a.txt"] == row("a.txt", article=B)
    assert registry.count() == 1


def test_moments_only_grow_though_the_clock_is_set_back(registry: Registry, tmp_path: Path) -> None:
    """A moment is that of the clock, unless a later one was told before: then the one after, also for the next run."""
    noon = datetime(2026, 3, 1, 12, tzinfo=UTC)
    assert registry.moment(noon) == noon
    registry.intend([], noon)
    assert registry.moment(noon + timedelta(seconds=1)) == noon + timedelta(seconds=1)
    again = Registry(tmp_path / "state" / "registry.sqlite", tmp_path / "in")
    assert again.moment(noon - timedelta(hours=26)) == noon + timedelta(microseconds=1)
    again.intend([], noon + timedelta(microseconds=1))
    assert again.moment(noon) == noon + timedelta(microseconds=2)


def test_log_beside_the_file_stays_small(registry: Registry, tmp_path: Path) -> None:
    """However often rows are written, the write-ahead log takes no more than some megabytes of the disk."""
    log = tmp_path / "state" / "registry.sqlite-wal"
    most = 0
    for number in range(60):
        registry.save([row(f"{number}/{name:04d}.txt", article=f"{name:032x}") for name in range(500)])
        most = max(most, log.stat().st_size)
    assert 1_000_000 < most < 16_000_000


def test_busy_registry_says_so(tmp_path: Path) -> None:
    """A writer that finds the file held by another gets SQLite's own error, which the caller waits out."""
    registry = Registry(tmp_path / "registry.sqlite", tmp_path / "in", patience=0.01)
    other = sqlite3.connect(tmp_path / "registry.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        registry.save([row("a.txt")])
    other.close()


def test_newer_registry_is_refused(registry: Registry, tmp_path: Path) -> None:
    """A file of a later version is not touched; the message says what to do."""
    registry.close()
    file = tmp_path / "state" / "registry.sqlite"
    with sqlite3.connect(file) as db:
        db.execute("PRAGMA user_version = 99")
    db.close()
    with pytest.raises(ValueError, match="newer Sada"):
        Registry(file, tmp_path / "in")
