"""The README's proof: it says what the last runs of chaos have shown."""

from __future__ import annotations

import pytest

from bench.chaos.proof import NAME, README, REPORT, proof
from bench.chaos.report import Outcome, write


def test_the_readme_prints_what_the_runs_have_shown() -> None:
    """After a run with `--report docs/reliability.md`, `python -m bench.chaos.proof` brings the README up to date."""
    shown = proof(REPORT.read_text(encoding="utf-8"))
    assert f"<!-- {NAME} -->\n{shown}<!-- end of {NAME} -->\n" in README.read_text(encoding="utf-8")


def test_each_run_is_a_row(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Two runs, written by the script, come back as two rows with their totals."""
    page = tmp_path_factory.mktemp("docs") / "reliability.md"
    recoveries = [("sink killed", 2.0), ("sink killed", 4.0)]
    for seed in (1, 2):
        write(page, Outcome(seed, 10, 3.0, 21, recoveries=recoveries, slots={"a.txt": "sink killed"}))
    rows = proof(page.read_text(encoding="utf-8")).splitlines()[2:]
    assert rows == [f"| {seed} | 10 | 21 | 2 | 0 | 0 | 0 | 3.0 | 4.0 |" for seed in (1, 2)]


def test_a_section_without_a_table_is_refused() -> None:
    """Somebody's words between the marks are not taken for a proof."""
    with pytest.raises(ValueError, match="chaos 3"):
        proof("<!-- chaos 3 -->\nall was well\n<!-- end of chaos 3 -->\n")
