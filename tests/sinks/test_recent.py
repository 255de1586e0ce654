"""Documents as they were just written: kept for some seconds, up to so many bytes, forgotten when in doubt."""

from __future__ import annotations

import pytest

from sinks.actions import Place, delete, update, write
from sinks.recent import MOST_BYTES, SECONDS, Recent, Written

HERE = Place(7, 1)


@pytest.fixture
def now() -> list[float]:
    """Return the time, to be changed."""
    return [0.0]


@pytest.fixture
def recent(now: list[float]) -> Recent:
    """Return what remembers the documents of an index."""
    return Recent("t", lambda: now[0])


def test_what_was_written_is_known_for_some_seconds(recent: Recent, now: list[float]) -> None:
    """With the place where it stood; not that of another index."""
    recent.note(write("t", "a", {"x": 1}), HERE)
    recent.note(write("other", "b", {"x": 1}), HERE)
    assert recent.get("a") == Written(b'{"x":1}', HERE)
    assert recent.get("b") is None
    now[0] = SECONDS + 1
    assert recent.get("a") is None


@pytest.mark.parametrize("case", ["failed", "deleted", "updated"])
def test_doubt_is_forgetting(recent: Recent, case: str) -> None:
    """After a write that failed, a deletion or an update in part nothing is known of the document."""
    recent.note(write("t", "a", {"x": 1}), HERE)
    if case == "failed":
        recent.note(write("t", "a", {"x": 2}), None)
    elif case == "deleted":
        recent.note(delete("t", "a"), Place(8, 1))
    else:
        recent.note(update("t", "a", {"x": 2}, HERE), Place(8, 1))
    assert recent.get("a") is None


def test_room_is_bounded(recent: Recent) -> None:
    """Those written longest ago go first."""
    for name in "abc":
        recent.note(write("t", name, {"x": "x" * (MOST_BYTES // 2 - 100)}), HERE)
    assert [recent.get(name) is not None for name in "abc"] == [False, True, True]
