"""The table over both stores: what is kept is found, swept in order, and marked as far as the changelog is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from schemas import Settings
from schemas.letter import Letter
from streams.book import Row
from streams.rows import Mark, PartitionGoneError, Rows
from streams.shelf import Shelf
from streams.table import Table, changelog, group_id

NOW = 1_800_000_000.0


class FakeStore:
    """A store on a shelf, without Faust."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf

    def rows(self, partition: int) -> Rows:
        """Return open rows."""
        rows = self.open_rows(partition)
        if rows is None:
            raise PartitionGoneError(partition)
        return rows

    def open_rows(self, partition: int) -> Rows | None:
        """Return rows if they are open."""
        return self.shelf.rows("names", partition)


class FakeTable:
    """A Faust table over that store."""

    changelog_topic_name = "names-changelog"

    def __init__(self, shelf: Shelf) -> None:
        self.data = FakeStore(shelf)


@pytest.fixture(params=["memory", "rocksdb"])
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    """A shelf with the partitions 0 and 1 of one table open and restored up to offset 9."""
    made = Shelf(Settings(_env_file=None, state_dir=tmp_path, state_store=request.param, state_memory_mb=16))
    for partition in (0, 1):
        rows = made.open("names", partition)
        assert rows is not None
        rows.write((), Mark(9, NOW - 100, "id"))
    return made


@pytest.fixture
def table(shelf: Shelf) -> Table:
    """The table under test, at a fixed time."""
    return Table(FakeTable(shelf), lambda: NOW)


def mark(shelf: Shelf, partition: int) -> Mark | None:
    rows = shelf.rows("names", partition)
    assert rows is not None
    return rows.mark


def test_what_is_kept_is_found_in_its_partition(table: Table) -> None:
    """A row is found where it was put and nowhere else; a null value deletes it, an empty one is a value."""
    table.keep([Row(0, b"a", b"1"), Row(1, b"a", b"2"), Row(0, b"b", b""), Row(0, b"c", b"3"), Row(0, b"c", None)])
    assert (table.get(0, b"a"), table.get(1, b"a"), table.get(1, b"b")) == (b"1", b"2", None)
    assert table.get_many(0, [b"c", b"b", b"a", b"z"]) == [None, b"", b"1", None]
    assert table.get_many(0, []) == []


def test_a_sweep_sees_each_row_once_in_order(table: Table) -> None:
    """Sweeping on from the last key meets every row, however they were written, and no mark."""
    keys = [bytes([number]) for number in (7, 0, 255, 3, 9)]
    table.keep([Row(0, key, b"v" + key) for key in keys])
    swept: list[tuple[bytes, bytes]] = []
    while found := table.sweep(0, swept[-1][0] if swept else None, 2):
        assert len(found) <= 2
        swept += found
    assert swept == [(key, b"v" + key) for key in sorted(keys)]
    assert table.sweep(1, None, 2) == []


def test_a_sweep_may_delete_as_it_goes(table: Table) -> None:
    """Rows that the owner deletes meanwhile are not met, the others are."""
    table.keep([Row(0, bytes([number]), b"v") for number in range(6)])
    first = table.sweep(0, None, 2)
    table.keep([Row(0, key, None) for key, _ in first] + [Row(0, bytes([3]), None)])
    assert [key for key, _ in table.sweep(0, first[-1][0], 9)] == [bytes([2]), bytes([4]), bytes([5])]
    assert len(table.sweep(0, None, 9)) == 3


def test_letters_go_to_the_rows_partitions(table: Table) -> None:
    """Rows go to the changelog partition their sightings came from."""
    assert table.letters([Row(2, b"a", None)]) == [Letter("names-changelog", b"a", None, 2)]


def test_the_mark_moves_where_the_receipts_follow_on(table: Table, shelf: Shelf) -> None:
    """Offsets that follow on what is in the rows move the mark of their partition, and only that."""
    table.keep(
        [Row(0, b"a", b"1"), Row(0, b"b", b"1")], {("names-changelog", 0): range(10, 12), ("other", 1): range(9)}
    )
    assert mark(shelf, 0) == Mark(11, NOW, "id")
    assert mark(shelf, 1) == Mark(9, NOW - 100, "id")


@pytest.mark.parametrize("given", [None, range(11, 12), range(9, 10), range(10, 12)])
def test_the_mark_stays_where_they_do_not(given: range | None, table: Table, shelf: Shelf) -> None:
    """Without receipts, with a hole before them or with more than our row, recovery reads on from the old mark."""
    table.keep([Row(0, b"a", b"1")], None if given is None else {("names-changelog", 0): given})
    assert mark(shelf, 0) == Mark(9, NOW - 100, "id")
    assert table.get(0, b"a") == b"1"


def test_a_partition_that_is_gone_answers_nothing_and_takes_nothing(table: Table, shelf: Shelf) -> None:
    """Reading it would look like a new headline, so it is an error; writing is left to its owner."""
    shelf.close("names", 1)
    with pytest.raises(PartitionGoneError):
        table.get(1, b"a")
    table.keep([Row(1, b"a", b"1"), Row(0, b"a", b"2")])
    assert table.get(0, b"a") == b"2"


def test_names_are_those_of_faust() -> None:
    """Group and changelog are named by the setting, the changelog by its table too."""
    mine = Settings(_env_file=None, group="g")
    assert (group_id(mine), changelog(mine, "bands")) == ("g-streams", "g-streams-bands-changelog")
