"""When a file without a close event counts as finished."""

from __future__ import annotations

from producers.folder import Signature
from producers.settling import Settling

NOW_NS = 1_000_000_000_000


def seen(size: int = 1, age: float = 0.0) -> Signature:
    """A file of `size` whose inode changed `age` seconds ago."""
    return Signature(size, 5, NOW_NS - int(age * 1e9), 7)


def test_old_file_is_finished_at_first_sight() -> None:
    """A file untouched for long needs no second look."""
    assert Settling(0.5).finished("a", seen(age=1.0), now=10.0, wall_ns=NOW_NS)


def test_young_file_waits_until_it_stands_still() -> None:
    """A young file is finished once it was seen unchanged for the whole time."""
    settling = Settling(0.5)
    assert not settling.finished("a", seen(), now=10.0, wall_ns=NOW_NS)
    assert settling.due(10.4) == []
    assert settling.due(10.5) == ["a"]
    assert settling.finished("a", seen(), now=10.5, wall_ns=NOW_NS)
    assert len(settling) == 0


def test_growing_file_starts_its_wait_anew() -> None:
    """Each change of size begins the wait again, however long the file is known."""
    settling = Settling(0.5)
    for step in range(5):
        assert not settling.finished("a", seen(size=step), now=10.0 + step, wall_ns=NOW_NS + step * 10**9)
    assert settling.next_due(14.0) == 0.5
    assert settling.finished("a", seen(size=4), now=14.6, wall_ns=NOW_NS)


def test_clock_of_a_file_server_ahead_of_ours_only_delays() -> None:
    """A change time in the future is no age; two equal looks still do."""
    settling = Settling(0.5)
    assert not settling.finished("a", seen(age=-3600), now=1.0, wall_ns=NOW_NS)
    assert settling.finished("a", seen(age=-3600), now=1.5, wall_ns=NOW_NS)


def test_no_waiting_time_means_at_once() -> None:
    """With zero seconds every file is finished when seen."""
    assert Settling(0.0).finished("a", seen(), now=1.0, wall_ns=NOW_NS)


def test_forgotten_files_are_not_due() -> None:
    """A closed or removed file is no longer waited for."""
    settling = Settling(0.5)
    settling.finished("a", seen(), now=1.0, wall_ns=NOW_NS)
    settling.forget("a")
    settling.forget("never seen")
    assert settling.due(9.0) == []
    assert settling.next_due(9.0) is None
