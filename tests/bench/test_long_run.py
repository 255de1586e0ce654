"""What the long run says of its marks; the run itself needs servers and hours."""

from __future__ import annotations

from bench.long_run import Mark, Outcome, table

SPENT = {"watch": 1.0, "work": 10.0, "sink": 2.0, "kafka": 3.0, "elasticsearch": 4.0}


def outcome(last: float) -> Outcome:
    """Make a run whose workers end with so many megabytes."""
    nothing = dict.fromkeys(SPENT, 0.0)
    marks = [Mark(0, 0.0, nothing, {}, {})]
    for factor, work in ((1, 300.0), (3, 310.0), (10, last)):
        memory = {"watch": 100.0, "work": work, "sink": 150.0}
        most = {name: size + 5 for name, size in memory.items()}
        spent = {name: factor * seconds for name, seconds in SPENT.items()}
        marks.append(Mark(10_000 * factor, 20.0 * factor, spent, memory, most, 70))
    return Outcome(2, marks, dropped=100_000)


def test_each_row_counts_from_the_one_above() -> None:
    """Rates and costs are those of the articles since the last mark, memory that of the mark itself."""
    rows = [line for line in table(outcome(320.0)).splitlines() if line.startswith("| ") and line[2].isdigit()]
    assert rows[1] == "| 30,000 | 500 | 0.10 | 1.00 | 0.20 | 0.30 | 0.40 | 100 (105) | 310 (315) | 150 (155) | 70 |"
    assert len(rows) == 3


def test_growth_is_measured_from_ten_thousand_articles_on() -> None:
    """A tenth more is flat, more is not; the table says which."""
    assert outcome(320.0).growth() == {"watch": 0.0, "work": 320.0 / 300.0 - 1, "sink": 0.0}
    assert "largest worker +6.7 %, sink +0.0 %; that of every role stays within 10 %." in table(outcome(320.0))
    assert "largest worker +20.0 %, sink +0.0 %; not that of every role stays within 10 %." in table(outcome(360.0))


def test_a_file_that_is_missing_makes_the_run_a_failure() -> None:
    """So does one that is there twice, and a run that ended before its end, which is told."""
    fine = outcome(300.0)
    assert fine.clean
    assert "missing in the index 0, repeated 0; the last word on headlines 0 s later." in table(fine)
    for broken in (Outcome(2, fine.marks, missing=1), Outcome(2, fine.marks, repeated=1), Outcome(2, fine.marks)):
        broken.note = broken.note or ("" if broken.missing or broken.repeated else "sink ended")
        assert not broken.clean
    assert "The run ended before all was done: sink ended." in table(Outcome(2, fine.marks, note="sink ended"))
