"""What compiled loops are worth: `python -m bench.native [--pages N] [--rounds N]`, each stage with them and without.

Both ways take turns, each in a process of its own, over the same pages; the table gives the medians of all rounds.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Final

from bench.line.stages import by_stage
from streams.native import missing

ROOT: Final = Path(__file__).parents[1]
WAYS: Final = {"Python": "1", "compiled": ""}
COUNTED: Final = {"bytes", "documents", "tellings"}
"""Figures that are no time."""


def measure(pages: int, rounds: int) -> dict[str, dict[str, float]]:
    """Return microseconds an article of each stage, by way."""
    found: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
    for _ in range(rounds):
        for way, pure in WAYS.items():
            done = subprocess.run(
                [sys.executable, "-m", "bench.native", "--raw", "--pages", str(pages)],
                cwd=ROOT,
                env=os.environ | {"SADA_PURE_PYTHON": pure},
                stdout=subprocess.PIPE,
                check=True,
            )
            found[way].append(json.loads(done.stdout))
    return {
        way: {name: statistics.median(one[name] for one in all_) for name in all_[0]} for way, all_ in found.items()
    }


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.native", description=__doc__)
    parser.add_argument("--pages", type=int, default=300, help="pages measured in each process")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--raw", action="store_true", help="measure in this very process and print JSON")
    given = parser.parse_args()
    if given.raw:
        (figures,) = by_stage(given.pages, 1)
        print(json.dumps(figures))
        return 0
    if missing():
        print(f"not compiled here: {', '.join(missing())}", file=sys.stderr)
        return 1
    found = measure(given.pages, given.rounds)
    print("| microseconds an article | in Python | compiled | times |\n| --- | ---: | ---: | ---: |")
    for name in (name for name in found["Python"] if name not in COUNTED):
        before, now = found["Python"][name], found["compiled"][name]
        print(f"| {name} | {before:,.0f} | {now:,.0f} | {before / now:.1f} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
