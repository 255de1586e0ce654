"""`python -m bench`: one run of the whole bench in, docs/performance.md, bench/performance.json and plots out.

Real Kafka and Elasticsearch on free ports of this machine, their data in a folder that is removed. What is measured is
written as it comes, so that a run that is broken off keeps what it has. Parts come round by round until the time is
over; --quick takes each once, with few files. At the end bench.simulate writes its tables into docs/scaling.md.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from bench import simulate
from bench.line import latency, peers, stages, whole
from bench.line.machine import describe
from bench.line.pace import Pace
from bench.line.plots import draw
from bench.line.pool import Pool
from bench.line.report import write
from bench.line.results import FILE, Figures, Results
from bench.line.stand import TROUBLES, Stand, elasticsearch
from sada.local.servers import Server

ROOT: Final = Path(__file__).parents[1]
PAGE: Final = ROOT / "docs" / "performance.md"
SHORT: Final = ("stages", "fused/1", "fused/4", "latency", "peers", "staged/1")
"""What --quick takes."""
PARTS: Final = ("stages", "fused/1", "fused/4", "fused/2", "latency", "peers", "staged/1", "staged/4", "staged/2")


@dataclass(frozen=True)
class Size:
    """How much is measured: files and repeats of a session, dropped files, pages for the stages, minutes in all."""

    files: int = 3000
    repeats: int = 3
    probes: int = 100
    pages: int = 400
    peers: int = 10_000
    minutes: float = 28.0
    warming: int = 6000
    """Files that go through the line before anything is measured: while Java compiles itself, Elasticsearch spends
    six times as much on an article as later."""


FULL: Final = Size()
QUICK: Final = Size(files=600, repeats=1, probes=20, pages=100, peers=1000, minutes=2.7, warming=0)


@dataclass
class Run:
    """What all parts share."""

    home: Path
    size: Size
    results: Results
    pool: Pool
    elasticsearch: Server
    deadline: float
    page: Path
    pace: Pace
    sessions: int = 0

    def measure(self, part: str) -> None:
        """Measure one part; what keeps it from its end is noted, and the next one begins."""
        began = time.monotonic()
        try:
            if part == "stages":
                self._stages()
            elif part == "peers":
                self._peers()
            elif part == "latency":
                self._latency()
            else:
                topology, _, workers = part.partition("/")
                self._line(topology, int(workers))
        except TROUBLES as error:
            self.results.note(f"{part}: {error}")
            _say(f"{part}: {error}")
        _say(f"{part} took {time.monotonic() - began:.0f} s")
        self.publish()

    def warm_up(self) -> None:
        """Take files through a line of four workers, so that no part pays for the index's first steps."""
        files = self.pool.first(self.size.warming)
        with _closing(self._stand()) as stand:
            folder = self.pool.folder("warm", files, stand.home)
            stand.open()
            stand.start("watch", "sink", *(f"work-{number}" for number in range(1, 5)))
            stand.warm(folder, len(files))
        _say(f"warmed up with {len(files)} files")

    def publish(self) -> None:
        """Write the tables and draw the plots from what there is."""
        self.results.about["minutes"] = round((time.monotonic() - self.results.about["begun"]) / 60, 1)
        self.results.save()
        write(self.page, self.results)
        draw(self.results, self.results.file.parent if self.results.file else FILE.parent)

    def _take(self, what: str, figures: Figures) -> None:
        self.results.add(what, figures)
        if not what.startswith("latency"):
            _say(f"{what}: {', '.join(f'{name} {value:.4g}' for name, value in figures.items())}")

    def _stages(self) -> None:
        for figures in stages.by_stage(self.size.pages, self.size.repeats):
            self._take("stages", figures)
        self._take("crowding", stages.crowding(self.size.pages, int(self.results.about["cores"])))
        for figures in stages.by_size(self.size.pages // 8, 1):
            self._take("size", figures)

    def _stand(self, topology: str = "fused") -> Stand:
        self.sessions += 1
        return Stand(self.home / f"s{self.sessions}", self.elasticsearch, topology, deadline=self.deadline)

    def _line(self, topology: str, workers: int) -> None:
        with _closing(self._stand(topology)) as stand:
            whole.session(stand, self.pool, workers, self.size.repeats, self._take, self.pace)

    def _latency(self) -> None:
        rate = (self.results.median("whole/fused/1", "articles_s") or 200.0) / 2
        with _closing(self._stand()) as stand:
            latency.session(stand, self.pool, rate, self.size.probes, self._take)

    def _peers(self) -> None:
        if not peers.ready(_say):
            _say("the peers' scripts are not there or cannot be installed: left out")
            return
        self.sessions += 1
        home = self.home / f"s{self.sessions}"
        with peers.ring(home, self.elasticsearch, self.pool, self.size.peers, self.deadline) as ring:
            for number in (1, 4):
                for peer in peers.PEERS:
                    try:
                        self._take(f"peer/{peer.name}/{number}", ring.run(peer, number))
                    except TimeoutError as error:
                        self.results.note(f"{peer.name}, {number}: {error}")
            inbox = self.pool.folder("files", self.pool.first(self.size.peers), home)
            self._take("peer/floor, from files/2", ring.from_files(inbox))


class _closing:
    """Close a stand, whatever has happened to it."""

    def __init__(self, stand: Stand) -> None:
        self.stand = stand

    def __enter__(self) -> Stand:
        return self.stand

    def __exit__(self, *_: object) -> None:
        self.stand.close()


def main() -> int:
    """Run until every part was measured and the time is over."""
    given = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all is ended
    size = QUICK if given.quick else FULL
    if given.files:
        size = replace(size, files=given.files, peers=2 * given.files)
    begun = time.monotonic()
    deadline = begun + 60 * (given.minutes or size.minutes)
    results = Results(given.json)
    results.about = {"when": time.strftime("%Y-%m-%d %H:%M"), "begun": begun, "quick": given.quick} | describe()
    home = Path(tempfile.mkdtemp(prefix="sada-bench-"))
    try:
        with elasticsearch(home / "elasticsearch") as server, Pace(results.about["cores"]) as pace:
            pool = Pool(home / "pool", size.files, 2 * size.repeats)
            results.about |= {"files": size.files, "bytes": pool.mean_bytes}
            run = Run(home, size, results, pool, server, deadline, given.report, pace)
            if size.warming:
                run.warm_up()
            _rounds(run, given.only or (SHORT if given.quick else PARTS), once=given.quick)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print(given.report.read_text("utf-8"), flush=True)
    try:
        simulate.publish(results, given.scaling)
    except ValueError as error:
        _say(f"no cost model: {error}")
    return 1 if results.notes else 0


def _rounds(run: Run, parts: list[str] | tuple[str, ...], *, once: bool) -> None:
    """Measure every part, then all again while there is time for as much as the part took before."""
    took: dict[str, float] = {}
    while True:
        begun = time.monotonic()
        for part in parts:
            left = run.deadline - time.monotonic()
            if left < took.get(part, 0.0) or left < 5:
                if part not in took:
                    run.results.note(f"{part}: there was no time left for it")
                    run.publish()
                continue
            before = time.monotonic()
            run.measure(part)
            took[part] = time.monotonic() - before
        if once or time.monotonic() - begun < 1:
            return


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="every part once, with few files; under 3 minutes")
    parser.add_argument("--only", nargs="+", choices=PARTS, help="measure only these parts")
    parser.add_argument("--files", type=int, help="files of each repeat")
    parser.add_argument("--minutes", type=float, help="time for all of it; no part begins or goes on after it")
    parser.add_argument("--report", type=Path, default=PAGE, help="the page to write the tables into")
    parser.add_argument("--scaling", type=Path, default=simulate.PAGE, help="the page for cost model and simulation")
    parser.add_argument("--json", type=Path, default=FILE, help="where the figures go; plots are put beside it")
    return parser.parse_args()


def _say(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
