"""bench/clusters.py in small: workers that are killed and join come to the clusters that the pipeline comes to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bench.clusters import run
from bench.outcomes import Outcome, differences, in_memory
from schemas import Kind, Settings

pytestmark = pytest.mark.servers

ARTICLES = 600


@pytest.fixture(scope="module")
def expected() -> Outcome:
    """What the pipeline in memory makes of the articles."""
    return in_memory(ARTICLES)


@pytest.mark.usefixtures("fresh_topics")
@pytest.mark.parametrize("topology", ["fused", pytest.param("staged", marks=pytest.mark.slow)])
def test_a_kill_and_a_newcomer_leave_the_clusters(
    topology: str, settings: Callable[..., Settings], tmp_path: Path, expected: Outcome
) -> None:
    """Two workers, one killed half-way and one added: the very headlines, clusters and stories of the pipeline."""
    mine = settings(topology=topology, work_batch=20)
    done = run(mine, ARTICLES, 2, tmp_path / "logs", kill=True, limit=120)
    assert differences(expected, done.outcome)[:10] == []
    assert done.outcome.clusters(Kind.HEADLINE) > 50
    assert done.outcome.clusters(Kind.STORY) > 10
    assert done.restarted == 0


def test_differences_are_told(expected: Outcome) -> None:
    """A headline that is missing, one that is changed and a name too much are each told on a line."""
    first, second, *_ = expected.headlines.values()
    other = second.model_copy(update={"text": "غيره", "sightings": second.sightings[1:]})
    rest = {name: one for name, one in expected.headlines.items() if name != first.headline_id}
    named = expected.names | {(Kind.STORY, "f" * 32): "0" * 32}
    found = Outcome(expected.articles, rest | {second.headline_id: other}, named, expected.rejected)
    told = differences(expected, found)
    assert len(told) == 3
    assert f"{first.headline_id} is missing" in "\n".join(told)
    assert (
        f"{second.headline_id} of {second.text!r}; text should be {second.text!r}, is 'غيره'; sightings"
        in "\n".join(told)
    )
    assert "is too much: 00000000" in told[-1]
