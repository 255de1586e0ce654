"""Read many hostile pages: `python bench/fuzz_split.py [--inputs N]`; reports exceptions and the slowest inputs."""

from __future__ import annotations

import argparse
import sys
import time
import traceback
from dataclasses import dataclass, field
from functools import cache, partial
from heapq import nlargest
from multiprocessing import Pool

from bench.corpus import pages
from bench.mutate import mutated
from bench.reading import cpu, own_pages, raw, read
from schemas.articles import CleanArticle, RawArticle

LIMIT = 50.0
"""Milliseconds of CPU time for each 10 KB, or for an input that is smaller."""
UNIT = 10_000
KEPT = 25
"""Slowest inputs of a share that are measured again: the machine is not ours alone."""
AGAIN = 3
SHARE = 500


@dataclass(order=True)
class Cost:
    """An input's milliseconds for each 10 KB (`whole`: of the input, if that is smaller), and which input it was."""

    rate: float
    number: int
    kind: str = field(compare=False)
    size: int = field(compare=False)


@cache
def pool() -> tuple[str, ...]:
    """Collect the pages that are mutated: the project's own and generated ones."""
    return (*own_pages(), *(page.text for page in pages(20)))


def measure(number: int, seed: int, repeats: int = 1) -> Cost:
    """Read input `number` and give its least cost of some readings.

    Raises:
        AssertionError: a character of the input is in no span, or in two.
    """
    kind, text = mutated(number, seed, pool())
    pages: list[CleanArticle | None] = []
    seconds = min(cpu(partial(_keep, raw(text), pages), repeats))
    if pages[0] is not None:
        assert "".join(text[span.start : span.end] for span in pages[0].spans) == text
    size = len(text.encode("utf-8", "replace"))
    return Cost(1e3 * seconds / max(1.0, size / UNIT), number, kind, size)


def _keep(article: RawArticle, pages: list[CleanArticle | None]) -> None:
    pages.append(read(article))


def share(numbers: range, seed: int) -> tuple[int, list[Cost], list[str]]:
    """Read a share of the inputs: how many bytes they had, the slowest, and what went wrong."""
    costs: list[Cost] = []
    errors: list[str] = []
    total = 0
    for number in numbers:
        try:
            cost = measure(number, seed)
        except Exception:  # noqa: BLE001 - any exception at all is what is looked for
            errors.append(f"input {number}: {traceback.format_exc(limit=-3)}")
            continue
        costs.append(cost)
        total += cost.size
    slowest = nlargest(KEPT, costs)
    return total, [min(one, measure(one.number, seed, AGAIN)) if one.rate > LIMIT else one for one in slowest], errors


def main() -> int:
    """Read the inputs in several processes; the exit code tells whether all were read, and in time."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=100_000, help="how many (default 100,000)")
    parser.add_argument("--seed", type=int, default=4, help="another seed, other inputs")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    numbers = range(options.inputs)
    shares = [numbers[at : at + SHARE] for at in numbers[::SHARE]]
    started, total = time.monotonic(), 0
    costs: list[Cost] = []
    errors: list[str] = []
    with Pool(options.processes) as workers:
        for size, slowest, wrong in workers.imap_unordered(partial(share, seed=options.seed), shares):
            total += size
            costs = nlargest(KEPT, [*costs, *slowest])
            errors += wrong
    seconds = time.monotonic() - started
    print(f"{options.inputs:,} inputs, {total / 1e6:,.0f} MB, in {seconds:.0f} s (seed {options.seed})")
    return report(costs, errors, options.seed)


def report(costs: list[Cost], errors: list[str], seed: int) -> int:
    """Measure the slowest inputs again, alone, and print what was found."""
    again = nlargest(10, (min(one, measure(one.number, seed, AGAIN)) for one in costs))
    print(f"{len(errors)} exceptions")
    for error in errors[:10]:
        print(error)
    print(f"slowest, ms CPU for each 10 KB or smaller input, best of {AGAIN + 1} (limit {LIMIT:.0f}):")
    for one in again:
        print(f"  {one.rate:7.2f}  input {one.number} ({one.kind}, {one.size:,} B)")
    return int(bool(errors) or any(one.rate > LIMIT for one in again))


if __name__ == "__main__":
    sys.exit(main())
