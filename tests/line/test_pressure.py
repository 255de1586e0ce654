"""Elasticsearch away while files pile up, on a small scale; `python -m bench.pressure` is the full run."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.chaos.line import Line
from bench.pressure import MIB, Outcome, run, short_page, table

LIMIT = 400 * MIB
"""Memory that no role may pass."""


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_piled_up_is_indexed_and_memory_stays_bounded(tmp_path: Path) -> None:
    """Files dropped while Elasticsearch is away are all in the index some time after its return, each once."""
    line = Line(tmp_path / "pressure", partitions=4, registry_mb=None, clocks=False)
    try:
        outcome = run(line, 400, 15, print)
    finally:
        line.close(keep=False)
    assert outcome.clean, table(outcome)
    assert outcome.waiting > 0, "nothing had piled up"
    assert set(outcome.memory) == {"watch", "work-1", "work-2", "sink"}
    assert max(outcome.memory.values()) < LIMIT, table(outcome)


def test_short_pages_are_articles_of_their_own() -> None:
    """Each number is another page, the same each time: a headline and a body."""
    pages = {short_page(number) for number in range(200)}
    assert len(pages) == 200 == len({page.splitlines()[0] for page in pages})
    assert short_page(7) == short_page(7)
    assert len(short_page(7).splitlines()) == 2


def test_the_table_names_what_is_missing() -> None:
    """A file that is not in the index, one too many or a role that died makes the run a failure."""
    memory = {"watch": 100 * MIB, "work-1": 200 * MIB, "work-2": 300 * MIB, "sink": 50 * MIB}
    outcome = Outcome(1000, 60, memory, missing=1)
    assert not outcome.clean
    assert "| 1,000 | 60 | 0 | 0 | 0 | 100 | 300 | 50 | 0 | 1 | 0 |" in table(outcome)
    assert Outcome(1000, 60, memory).clean
    assert not Outcome(1000, 60, memory, restarts=1).clean
