"""The line under faults, on a small scale: each of the main kinds once; `make chaos` is the full run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos.files import HOPELESS_KINDS, story
from bench.chaos.line import Line
from bench.chaos.report import table
from bench.chaos.run import Plan, run

FAULTS = (
    "watcher killed",
    "worker killed",
    "sink killed",
    "Kafka killed",
    "Elasticsearch killed",
    "way to Elasticsearch cut",
)


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_nothing_is_lost_repeated_or_changed_under_faults(tmp_path: Path) -> None:
    """After one of each main fault, the index is what the pipeline in memory makes of the same files."""
    line = Line(tmp_path / "chaos", partitions=4)
    try:
        outcome = run(line, Plan(seed=5, files=150, only=FAULTS, faults=len(FAULTS)), print)
    finally:
        line.close(keep=False)
    assert not outcome.differences, table(outcome)
    assert not outcome.notes
    assert max(seconds for _, seconds in outcome.recoveries) < 30, table(outcome)


def test_a_story_is_the_same_for_the_same_seed() -> None:
    """A seed decides every file, with the promised shares of copies, edits and hopeless files."""
    files = story(400, 1)
    assert files == story(400, 1) != story(400, 2)
    assert len({file.name for file in files}) == 400
    assert sum(file.name.startswith("copies/") for file in files) == 40
    assert sum(file.later is not None for file in files) == 20
    hopeless = {file.name.split("-", 1)[1] for file in files if file.name.startswith("hopeless/")}
    assert hopeless == {f"{kind.replace(' ', '-')}.txt" for kind in HOPELESS_KINDS}
