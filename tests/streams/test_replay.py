"""Where a changelog is read on from: behind the mark when nothing can be missed, else from the beginning."""

from __future__ import annotations

import pytest

from streams.replay import STALE_SECONDS, Extent, resume_at
from streams.rows import Mark
from streams.topics import TOMBSTONE_MS

NOW = 1_800_000_000.0
EXTENT = Extent(begin=10, end=100, topic="id", asked_at=NOW)


@pytest.mark.parametrize(
    ("mark", "start"),
    [
        (Mark(41, NOW - 60, "id"), 42),
        (Mark(99, NOW - 60, "id"), 100),
        (Mark(9, NOW - 60, "id"), 10),
        (Mark(99, NOW - 9 * STALE_SECONDS, "id"), 100),
    ],
    ids=["tail", "nothing new", "just before the beginning", "long ago but nothing new"],
)
def test_only_the_tail_is_read(mark: Mark, start: int) -> None:
    """What follows the mark is enough."""
    assert resume_at(mark, EXTENT) == start


@pytest.mark.parametrize(
    "mark",
    [
        None,
        Mark(41, NOW, "another id"),
        Mark(100, NOW, "id"),
        Mark(8, NOW, "id"),
        Mark(41, NOW - STALE_SECONDS - 1, "id"),
    ],
    ids=["new rows", "another topic of that name", "its end is lost", "its beginning is lost", "deletions may be lost"],
)
def test_everything_is_read_anew(mark: Mark | None) -> None:
    """Rows that may be wrong are forgotten."""
    assert resume_at(mark, EXTENT) is None


def test_rows_grow_stale_before_deletions_are_forgotten() -> None:
    """Kafka says that a row is deleted for longer than rows on disk are trusted."""
    assert STALE_SECONDS * 1000 < TOMBSTONE_MS
