"""The cost gate: what 200 pages cost the pure pipeline, in calls and memory, does not grow unseen."""

from __future__ import annotations

import pytest

from bench.cost import TOLERANCE, grown, measured_apart, pinned, versions


@pytest.mark.parametrize("version", versions())
def test_the_pure_pipeline_costs_no_more_than_pinned(version: str) -> None:
    """Calls and memory of 200 pages stay within the floors; `python -m bench.cost --pin` moves those, and says why."""
    floor = pinned().get(version)
    if floor is None:
        pytest.skip(f"no floor is pinned for {version}")
    assert grown(floor, measured_apart(version)) == []


def test_a_cost_that_grows_is_told() -> None:
    """Each count is held to its own tolerance; one that shrinks is no fault."""
    floor = dict.fromkeys(TOLERANCE, 1_000_000)
    assert grown(floor, {name: int(1_000_000 * (1 + part - 0.001)) for name, part in TOLERANCE.items()}) == []
    assert grown(floor, dict.fromkeys(TOLERANCE, 500_000)) == []
    assert len(grown(floor, {name: int(1_000_000 * (1.001 + part)) for name, part in TOLERANCE.items()})) == 4


def test_every_floor_is_whole() -> None:
    """The pinned file names every count for each interpreter that it names."""
    assert pinned()
    assert all(floor.keys() == TOLERANCE.keys() for floor in pinned().values())
