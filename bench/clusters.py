"""Whether real workers, killed and joined half-way, come to the clusters that the pipeline in memory comes to.

`python -m bench.clusters --articles 20000 --workers 1 2 4 --topologies fused staged --kill` starts a Kafka of its own
for each run, feeds it, and once half of the articles are taken kills one worker (SIGKILL) and starts another. When all
is done, the outgoing topics are compared with the outcome in memory, field for field: a row of the table in
docs/dedupe.md, and the first differences if there are any. Ends with status 1 if there are.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

from bench.outcomes import Outcome, articles, differences, in_memory, on_topics
from sada.local.servers import start_kafka
from schemas import Kind, Settings
from schemas.topics import RAW
from streams.topics import ensure_topics
from tests.streams.line import feed, lags

ROOT: Final = Path(__file__).parents[1]
SHOWN: Final = 10
"""Differences told in detail."""

HEAD: Final = (
    "| topology | workers | articles/s | seconds | headlines | merged clusters | stories | differences "
    "| events missed | workers restarted | memory MB |\n"
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |"
)


class StallError(RuntimeError):
    """The line did not come to its end in time."""


@dataclass(frozen=True)
class Run:
    """What one run came to. `memory` is that of each worker alive at the end, in bytes."""

    settings: Settings
    workers: int
    killed: bool
    articles: int
    seconds: float
    outcome: Outcome
    missed: int
    restarted: int
    memory: tuple[int, ...]

    def row(self, apart: int) -> str:
        """Format the run as a row of the table; `apart` is the number of differences."""
        what = f"{self.workers}, -1 +1" if self.killed else f"{self.workers}"
        made = self.outcome
        counts = (len(made.headlines), made.clusters(Kind.HEADLINE), made.clusters(Kind.STORY), apart)
        cells = [self.settings.topology, what, f"{self.articles / self.seconds:.0f}", f"{self.seconds:.0f}"]
        cells += [f"{number:,}" for number in (*counts, self.missed, self.restarted)]
        return f"| {' | '.join(cells)} | {', '.join(f'{size / 1e6:.0f}' for size in self.memory)} |"


@dataclass
class Crew:
    """Worker processes on one machine, with their logs in a folder of the run's own."""

    settings: Settings
    folder: Path
    alive: list[subprocess.Popen[bytes]] = field(default_factory=list)
    started: int = 0

    def add(self) -> None:
        """Start a worker as `sada work` does."""
        values = {name: getattr(self.settings, name) for name in self.settings.model_fields_set}
        given = {f"SADA_{name.upper()}": str(value) for name, value in values.items() if not isinstance(value, tuple)}
        self.started += 1
        with self._log(self.started).open("wb") as log:
            self.alive.append(
                subprocess.Popen(
                    [sys.executable, "-m", "sada", "work"],
                    cwd=ROOT,
                    env=os.environ | given | {"SADA_LOG_FORMAT": "json"},
                    stdout=log,
                    stderr=log,
                )
            )

    def kill(self) -> None:
        """End the worker that has been there longest, without warning."""
        oldest = self.alive.pop(0)
        oldest.kill()
        oldest.wait()

    def stop(self) -> None:
        """Ask all workers to end, then see to it."""
        for one in self.alive:
            with suppress(ProcessLookupError):
                one.terminate()
        for one in self.alive:
            try:
                one.wait(15)
            except subprocess.TimeoutExpired:
                one.kill()
                one.wait()
        self.alive.clear()

    def memory(self) -> tuple[int, ...]:
        """Return the resident bytes of each worker."""
        return tuple(psutil.Process(one.pid).memory_info().rss for one in self.alive)

    def said(self, event: str) -> int:
        """Count how often the workers logged `event`."""
        return sum(line.count(f'"{event}"') for line in self._lines())

    def troubles(self) -> list[str]:
        """Return the last lines that are warnings or errors."""
        return [line for line in self._lines() if '"level": "info"' not in line and '"level":"info"' not in line][-20:]

    def _lines(self) -> Iterator[str]:
        for number in range(1, self.started + 1):
            yield from self._log(number).read_text("utf-8", "replace").splitlines()

    def _log(self, number: int) -> Path:
        return self.folder / f"worker{number}.log"


def run(settings: Settings, count: int, workers: int, folder: Path, *, kill: bool, limit: float) -> Run:  # noqa: PLR0913 a bench
    """Feed `count` articles to a fresh line and work them off with `workers`; all of them have ended on return.

    `kill` ends one worker and starts another when half of the articles are taken. `limit` is in seconds.

    Raises:
        StallError: not all was worked off in time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    ensure_topics(settings)
    feed(settings, articles(count))
    crew = Crew(settings, folder)
    began = time.monotonic()
    try:
        for _ in range(workers):
            crew.add()
        if kill:
            _wait(crew, began + limit, lambda left: left[RAW.name] <= count // 2)
            crew.kill()
            crew.add()
        _wait(crew, began + limit, lambda left: not any(left.values()))
        seconds = time.monotonic() - began
        memory = crew.memory()
    finally:
        crew.stop()
    missed, restarted = crew.said("event_missed"), crew.said("worker_restarts")
    for line in crew.troubles():
        _say(line)
    return Run(settings, workers, kill, count, seconds, on_topics(settings), missed, restarted, memory)


def _wait(crew: Crew, until: float, enough: Callable[[dict[str, int]], bool]) -> None:
    """Wait until what is left by topic is `enough`. Offsets are asked for before ends, so that 0 is really 0."""
    told = 0.0
    while not enough(left := lags(crew.settings)):
        dead = [one.pid for one in crew.alive if one.poll() is not None]
        if dead or time.monotonic() > until:
            why = f"workers {dead} ended" if dead else "not done in time"
            raise StallError("\n".join([f"{why}; left: {left}", *crew.troubles()]))
        if time.monotonic() - told > 15:
            told = time.monotonic()
            _say(f"left: {left}")
        time.sleep(0.5)


@contextmanager
def kafka(folder: Path) -> Iterator[str]:
    """Run a Kafka whose data is in `folder`; yield its address."""
    server = start_kafka(folder, Settings(_env_file=None), 0, _say)
    try:
        yield server.address
    finally:
        server.stop()


def main() -> int:
    """Run all combinations that the command line names; return 1 if any outcome differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--articles", type=int, default=20_000)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2, 4])
    parser.add_argument("--topologies", nargs="+", choices=["fused", "staged"], default=["fused", "staged"])
    parser.add_argument("--kill", action="store_true", help="kill one worker half-way and start another")
    parser.add_argument("--limit", type=float, default=3000.0, help="seconds that one run may take")
    parser.add_argument("--cache", type=Path, help="file that keeps the outcome in memory for the next call")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the workers are ended
    expected = in_memory(given.articles, given.cache)
    print(HEAD, flush=True)
    apart = 0
    for topology in given.topologies:
        for workers in given.workers:
            with tempfile.TemporaryDirectory(prefix="sada-clusters-") as name, kafka(Path(name)) as address:
                values = {"kafka": address, "topology": topology, "group": "bench", "state_dir": Path(name) / "state"}
                settings = Settings(_env_file=None, **values)
                done = run(settings, given.articles, workers, Path(name) / "logs", kill=given.kill, limit=given.limit)
            found = differences(expected, done.outcome)
            apart += len(found)
            print("\n".join([done.row(len(found)), *found[:SHOWN]]), flush=True)
    return 1 if apart else 0


def _say(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
