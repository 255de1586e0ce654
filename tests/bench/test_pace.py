"""How fast the machine is right now: measured by processes that do the same each time."""

from __future__ import annotations

from bench.line.pace import Pace


def test_an_article_costs_processor_time_in_every_process() -> None:
    """As many turns are taken as are asked for, and never more than processes are there."""
    with Pace(2, pages=1) as pace:
        alone, more = pace.measure(1), pace.measure(5)
    assert (alone["processes"], more["processes"]) == (1, 2)
    assert alone["microseconds"] > 100
    assert more["microseconds"] > 100
