"""`python -m bench.cost`: 200 fixed pages in, what they cost the pure pipeline out: calls and memory, never a time.

Prints the figures beside the pinned ones and ends with status 1 where one has grown by more than its tolerance.
Counted twice: with the compiled loops, where they are, and in Python alone. `--pin` writes what was counted to
tests/bench/cost.json: the one way in which a floor is moved.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path
from types import CodeType
from typing import Final

from bench.outcomes import articles
from schemas import RawArticle
from streams.native import missing
from streams.pipeline import process

ROOT: Final = Path(__file__).parents[1]
PINNED: Final = ROOT / "tests" / "bench" / "cost.json"
PAGES: Final = 200
COMPILED: Final = ", compiled"

TOLERANCE: Final = {"python_calls": 0.03, "c_calls": 0.03, "peak_bytes": 0.06, "kept_blocks": 0.06}
"""How much of each may be added; below zero by as much, and the floor should be pinned anew."""

Cost = dict[str, int]


def versions() -> list[str]:
    """Name what the counts hold for: interpreters count comprehensions and calls in ways of their own.

    Python alone, and with the compiled loops, if they are all here.
    """
    python = f"{sys.implementation.name} {sys.version_info.major}.{sys.version_info.minor}"
    return [python] if missing() else [python, python + COMPILED]


def measure(count: int = PAGES) -> Cost:
    """Count what `count` pages cost once every cache is warm; run in a process of its own with PYTHONHASHSEED=0."""
    raws = list(articles(count))
    process(raws)
    process(raws)
    gc.collect()
    return _calls(raws) | _memory(raws)


def _calls(raws: list[RawArticle]) -> Cost:
    profile = cProfile.Profile()
    gc.disable()  # a collection runs when it likes, and calls what it finds
    profile.enable()
    process(raws)
    profile.disable()
    gc.enable()
    made = {True: 0, False: 0}
    for entry in profile.getstats():
        made[isinstance(entry.code, CodeType)] += entry.callcount
    return {"python_calls": made[True], "c_calls": made[False]}


def _memory(raws: list[RawArticle]) -> Cost:
    gc.collect()
    before = sys.getallocatedblocks()
    output = process(raws)
    gc.collect()
    kept = sys.getallocatedblocks() - before
    del output
    gc.collect()
    tracemalloc.start()
    process(raws)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return {"peak_bytes": peak, "kept_blocks": kept}


def measured_apart(version: str, count: int = PAGES) -> Cost:
    """Measure in a fresh process whose hashes are fixed."""
    pure = "" if version.endswith(COMPILED) else "1"
    done = subprocess.run(
        [sys.executable, "-m", "bench.cost", "--raw", "--pages", str(count)],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "0", "SADA_PURE_PYTHON": pure},
        stdout=subprocess.PIPE,
        check=True,
    )
    return {name: int(value) for name, value in json.loads(done.stdout).items()}


def pinned() -> dict[str, Cost]:
    """Return the floors by interpreter."""
    return json.loads(PINNED.read_text(encoding="utf-8")) if PINNED.exists() else {}


def grown(floor: Cost, cost: Cost) -> list[str]:
    """Say of each count that is over its floor by more than its tolerance, how much it has grown.

    >>> grown({"c_calls": 100}, {"c_calls": 102})
    []
    >>> grown({"c_calls": 100}, {"c_calls": 110})
    ['c_calls: 110, pinned 100: +10.0 % (3 % are allowed)']
    """
    return [
        f"{name}: {cost[name]:,}, pinned {at:,}: {100 * (cost[name] / at - 1):+.1f} % "
        f"({100 * TOLERANCE[name]:.0f} % are allowed)"
        for name, at in floor.items()
        if cost[name] > at * (1 + TOLERANCE[name])
    ]


def main() -> int:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="python -m bench.cost", description=__doc__)
    parser.add_argument("--pin", action="store_true", help="make what is counted now the floor")
    parser.add_argument("--raw", action="store_true", help="count in this very process and print JSON")
    parser.add_argument("--pages", type=int, default=PAGES)
    given = parser.parse_args()
    if given.raw:
        print(json.dumps(measure(given.pages)))
        return 0
    return max(_show(version, pin=given.pin) for version in versions())


def _show(version: str, *, pin: bool) -> int:
    cost, floor = measured_apart(version), pinned().get(version)
    print(version)
    for name, value in cost.items():
        beside = f"pinned {floor[name]:,} ({value / floor[name] - 1:+.2%})" if floor else "not pinned"
        print(f"{name:>14} {value:>12,}  {value / PAGES:>10,.1f} an article  {beside}")
    if pin:
        PINNED.write_text(json.dumps(pinned() | {version: cost}, indent=2) + "\n", encoding="utf-8")
        return 0
    return 1 if grown(floor or {}, cost) else 0


if __name__ == "__main__":
    sys.exit(main())
