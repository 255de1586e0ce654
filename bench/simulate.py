"""`python -m bench.simulate`: measured costs in, how fast many workers would be out: simulated, by seed.

Partitions hold articles; each worker takes batches from its partitions, and what articles tell of their headlines goes
to the partitions of these, one of them that of the headline that many files carry. Workers join, leave and are killed.
The costs come from what bench/performance.json has of one worker, of the watcher and the sink alone and of pure
pipelines side by side; the rates of 2 and 4 workers that were measured beside are what it is held against, in both
topologies: status 1 if one is off by more than 15 %.
"""

from __future__ import annotations

import argparse
import heapq
import sys
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final, Literal

import numpy as np

from bench.chaos.report import write_section
from bench.line.model import BATCH, Costs, at_pace, costs_of, table
from bench.line.results import FILE, Results, load, spread

PAGE: Final = Path(__file__).parents[1] / "docs" / "scaling.md"
ALLOWED: Final = 0.15
MEASURED: Final = (1, 2, 4)
TOPOLOGIES: Final = ("fused", "staged")
SEEDS: Final = range(1, 8)
SESSION: Final = 13.0
"""Seconds after which the partitions of a killed worker are given to others."""
REBALANCE: Final = 3.0
"""Seconds for which nobody works while partitions change hands; assumed, docs/reliability.md has recoveries."""
TELLINGS: Final = 10
"""Tellings in a batch for each article in one."""


@dataclass(frozen=True)
class Change:
    """At `at` seconds one worker joins, leaves in order or is killed."""

    at: float
    what: Literal["join", "leave", "kill"]


@dataclass(frozen=True)
class Plan:
    """What is simulated. `hot` is the share of articles that carry one and the same headline."""

    articles: int
    workers: int
    partitions: int = 8
    hot: float = 0.05
    batch: int = BATCH
    own_cores: bool = False
    """Each worker has a core of its own and Kafka others; otherwise all share those of the measured machine."""
    changes: tuple[Change, ...] = ()


@dataclass
class Worker:
    """One worker: what it has in hand (kind, partition, number), if anything, and how it has spent its time."""

    number: int
    hand: tuple[str, int, int] | None = None
    turn: int = 0
    busy: float = 0.0
    alive: bool = True


@dataclass
class Outcome:
    """What a run came to: seconds, articles and tellings worked off (`again`: after a kill), busy seconds by worker."""

    seconds: float = 0.0
    articles: int = 0
    told: int = 0
    made: int = 0
    again: int = 0
    busy: list[float] = field(default_factory=list)

    @property
    def rate(self) -> float:
        """Articles a second."""
        return self.articles / self.seconds if self.seconds else 0.0


class Simulation:
    """One run of a plan: a pure function of costs, plan and seed."""

    def __init__(self, costs: Costs, plan: Plan, seed: int = 1) -> None:
        self.costs, self.plan = costs, plan
        self.chance = np.random.default_rng(seed)
        share = np.full(plan.partitions, 1 / plan.partitions)
        self.left = {"raw": self.chance.multinomial(plan.articles, share), "seen": np.zeros(plan.partitions, int)}
        self.workers = [Worker(number) for number in range(plan.workers)]
        self.owner: list[Worker] = []
        self.held = False
        self.outcome = Outcome()
        self._share = share
        self._events: list[tuple[float, int, str, Worker | None, int]] = []
        self._count = 0

    def run(self) -> Outcome:
        """Work until nothing is left."""
        for change in self.plan.changes:
            self._at(change.at, change.what)
        self._assign()
        self._wake(self.costs.start)
        while self._events and (self._busy() or self._waiting()):
            now, _, what, worker, turn = heapq.heappop(self._events)
            if what == "done":
                if worker is not None and worker.turn == turn and worker.hand is not None:
                    self._finish(worker, now)
            elif what == "resume":
                self.held = False
                self._assign()
            else:
                self._change(what, now)
            self._wake(now)
        self.outcome.seconds += self.costs.end
        self.outcome.busy = [worker.busy for worker in self.workers]
        return self.outcome

    def _at(self, when: float, what: str, worker: Worker | None = None) -> None:
        self._count += 1
        heapq.heappush(self._events, (when, self._count, what, worker, worker.turn if worker else 0))

    def _assign(self) -> None:
        """Deal the partitions to those who are there."""
        there = [worker for worker in self.workers if worker.alive]
        self.owner = [there[number % len(there)] for number in range(self.plan.partitions)]

    def _busy(self) -> int:
        return sum(worker.hand is not None for worker in self.workers)

    def _waiting(self) -> int:
        return int(self.left["raw"].sum() + self.left["seen"].sum())

    def _wake(self, now: float) -> None:
        """Give everyone who has nothing in hand the next batch of the partitions that are theirs."""
        if self.held:
            return
        begun = []
        for number in range(self.plan.partitions):
            worker = self.owner[number]
            if worker.alive and worker.hand is None and (hand := self._choose(worker)) is not None:
                worker.hand = hand
                self.left[hand[0]][hand[1]] -= hand[2]
                begun.append(worker)
        slower = self.costs.slower(self._busy(), own_cores=self.plan.own_cores)
        for worker in begun:
            assert worker.hand is not None
            kind, _, size = worker.hand
            seconds = size * (self.costs.article if kind == "raw" else self.costs.telling) * slower
            worker.busy += seconds
            worker.turn += 1
            self._at(now + seconds, "done", worker)

    def _choose(self, worker: Worker) -> tuple[str, int, int] | None:
        """Take articles and tellings by turns, from the fullest partition."""
        mine = [number for number, owner in enumerate(self.owner) if owner is worker]
        for kind in ("raw", "seen") if worker.turn % 2 == 0 else ("seen", "raw"):
            fullest = max(mine, key=lambda number: int(self.left[kind][number]))
            if there := int(self.left[kind][fullest]):
                return kind, fullest, min(there, self.plan.batch * (1 if kind == "raw" else TELLINGS))
        return None

    def _finish(self, worker: Worker, now: float) -> None:
        assert worker.hand is not None
        kind, _, size = worker.hand
        worker.hand = None
        self.outcome.seconds = now
        if kind == "seen":
            self.outcome.told += size
            return
        self.outcome.articles += size
        hot = int(self.chance.binomial(size, self.plan.hot))
        others = int(self.chance.poisson(size * self.costs.tellings))
        self.left["seen"] += self.chance.multinomial(others, self._share)
        self.left["seen"][0] += hot
        self.outcome.made += hot + others

    def _change(self, what: str, now: float) -> None:
        """A member comes or goes; a killed one's batch is worked off again, after its session."""
        if what == "expired":
            self.held = True
            self._at(now + REBALANCE, "resume")
            return
        there = [worker for worker in self.workers if worker.alive]
        if what == "join":
            self.workers.append(Worker(len(self.workers)))
        elif len(there) > 1:
            there[0].alive = False
            if what == "kill":
                self._lose(there[0])
                self._at(now + SESSION, "expired")
                return
        self.held = True
        self._at(now + REBALANCE, "resume")

    def _lose(self, worker: Worker) -> None:
        if worker.hand is not None:
            kind, partition, size = worker.hand
            self.left[kind][partition] += size
            self.outcome.again += size
            worker.hand = None


def compare(results: Results) -> tuple[str, float]:
    """Hold the simulation against what was measured; return the table and by how much the worst is off.

    Raises:
        ValueError: the run lacks a figure that the model needs.
    """
    lines = [
        "| topology | workers | measured articles/s | simulated | off by |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    worst = 0.0
    for topology in TOPOLOGIES:
        if results.median(f"worker/{topology}/1", "articles_s") is None:
            continue
        costs = costs_of(results, topology)
        for workers in MEASURED:
            values = results.values(f"worker/{topology}/{workers}", "articles_s")
            if not values:
                continue
            there = at_pace(costs, results, topology, workers)
            measured, made = median(values), simulated(there, int(results.about.get("files", 5000)), workers)
            worst = max(worst, abs(made / measured - 1))
            cells = (topology, f"{workers}", spread(values), f"{made:,.0f}", f"{100 * (made / measured - 1):+.1f} %")
            lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines), worst


def simulated(costs: Costs, files: int, workers: int) -> float:
    """Return the rate that is simulated of so many files: the median of several seeds."""
    return median(Simulation(costs, Plan(files, workers), seed).run().rate for seed in SEEDS)


def beyond(costs: Costs) -> str:
    """Simulate up to 64 workers, each on a core of its own: by partitions, skew, and with a worker killed half-way."""
    heads = (
        "64 partitions, 5 % hot",
        "no hot headline",
        "20 % hot",
        "256 partitions",
        "one of them replaced half-way by SIGKILL",
    )
    lines = [
        f"| workers | {' | '.join(f'{head}: articles/s' for head in heads)} |",
        f"| ---: |{' ---: |' * len(heads)}",
    ]
    for workers in (1, 2, 4, 8, 16, 32, 64):
        count = max(20_000, workers * 10_000)
        plain = Plan(count, workers, 64, own_cores=True)
        rates = [Simulation(costs, plain).run().rate]
        half = count / rates[0] / 2
        for plan in (
            Plan(count, workers, 64, 0.0, own_cores=True),
            Plan(count, workers, 64, 0.2, own_cores=True),
            Plan(count, workers, 256, own_cores=True),
            Plan(count, workers, 64, own_cores=True, changes=(Change(half, "join"), Change(half, "kill"))),
        ):
            rates.append(Simulation(costs, plan).run().rate)
        lines.append(f"| {workers} | {' | '.join(f'{rate:,.0f}' for rate in rates)} |")
    return "\n".join(lines)


def publish(results: Results, page: Path) -> float:
    """Print the tables and put them into the page; return by how much the worst rate is off.

    Raises:
        ValueError: the run lacks a figure that the model needs.
    """
    costs = costs_of(results)
    compared, worst = compare(results)
    about = f"From the figures of {results.about.get('when')}{', a trial' * bool(results.about.get('quick'))}."
    shown = f"{about}\n\n{compared}\n\n{beyond(costs)}\n"
    print(shown, flush=True)
    write_section(page, "simulation", shown)
    write_section(
        page, "cost model", f"{about}\n\n{table(costs, results.median('sink/fused/1', 'index_bytes') or 6000.0)}\n"
    )
    if worst > ALLOWED:
        print(f"the simulation is off by {worst:.0%}: more than {ALLOWED:.0%}", file=sys.stderr)
    return worst


def main() -> int:
    """Read the measured costs and publish what follows."""
    parser = argparse.ArgumentParser(prog="python -m bench.simulate", description=__doc__)
    parser.add_argument("--json", type=Path, default=FILE, help="what `make bench` wrote")
    parser.add_argument("--report", type=Path, default=PAGE, help="the page to write the tables into")
    given = parser.parse_args()
    try:
        return 1 if publish(load(given.json), given.report) > ALLOWED else 0
    except ValueError as error:
        print(f"{given.json}: {error}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
