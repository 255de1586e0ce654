"""`python -m bench.pressure`: Elasticsearch away while files pile up in; each role's memory, and what is lost, out.

Starts the whole line (real servers, two workers), ends Elasticsearch, drops files, starts it again after some time, and
waits until all is indexed. Every file must then be in the index, under its name.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
from elasticsearch import Elasticsearch  # noqa: TID251 - the bench asks the index itself
from elasticsearch.helpers import scan  # noqa: TID251 - as above

from bench.chaos.files import put
from bench.chaos.line import Line
from bench.chaos.offsets import Standing, standing
from bench.chaos.report import write_section
from bench.chaos.run import ask, moved, new_home, until
from bench.vocabulary import headline, sentence

MIB: Final = 1024 * 1024
OWN: Final = 1_000_000
"""Number of the first page's headline."""

DRAIN_LIMIT: Final = 3600.0


@dataclass
class Outcome:
    """What one run has shown; memory in bytes, the most that each role had at any time (resident set)."""

    files: int
    away: float
    memory: dict[str, int] = field(default_factory=dict)
    read_seconds: float = 0.0
    waiting: int = 0
    kafka_bytes: int = 0
    drain_seconds: float = 0.0
    missing: int = 0
    strange: int = 0
    restarts: int = 0

    @property
    def clean(self) -> bool:
        """Whether every file is in the index, nothing else is, and no role died."""
        return not (self.missing or self.strange or self.restarts)


class Gauge(threading.Thread):
    """Looks twice a second how much memory each role has."""

    def __init__(self, line: Line) -> None:
        super().__init__(daemon=True)
        self.most: dict[str, int] = {}
        self._line = line
        self._end = threading.Event()

    def run(self) -> None:
        """Look until the end."""
        while not self._end.wait(0.5):
            for name, process in list(self._line.roles.items()):
                with suppress(psutil.NoSuchProcess):
                    now = psutil.Process(process.pid).memory_info().rss
                    self.most[name] = max(now, self.most.get(name, 0))

    def stop(self) -> None:
        """End the thread."""
        self._end.set()
        self.join()


def main() -> int:
    """Run once; 0 if all files are indexed."""
    options = _options()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that `close` is reached
    line = Line(new_home(Path(tempfile.gettempdir())), registry_mb=None, clocks=False)
    clean = False
    try:
        outcome = run(line, options.files, options.away, lambda text: print(text, file=sys.stderr, flush=True))
        clean = outcome.clean
        print(table(outcome), flush=True)
        if options.report is not None:
            write_section(options.report, "pressure", table(outcome))
    finally:
        line.close(keep=not clean)
    return 0 if clean else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.pressure", description=__doc__)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--away", type=float, default=60.0, help="seconds without Elasticsearch")
    parser.add_argument("--report", type=Path, default=None, help="write the table into this Markdown file")
    return parser.parse_args()


def run(line: Line, files: int, away: float, say: Callable[[str], None]) -> Outcome:
    """Open `line`, let `files` pile up for `away` seconds, then let all of it drain; the caller closes the line."""
    line.open()
    _drop(line, range(1))
    until(lambda: moved(line), 120)
    outcome = Outcome(files, away)
    gauge = Gauge(line)
    gauge.start()
    begun = time.monotonic()
    line.kill_server("elasticsearch")
    _drop(line, range(1, files))
    say(f"{files} files dropped in {time.monotonic() - begun:.0f} s")
    outcome.read_seconds = _wait_away(line, begun, outcome, say)
    _note_what_waits(line, outcome)
    back = time.monotonic()
    line.start_server("elasticsearch")
    say(f"Elasticsearch is back; {outcome.waiting} messages wait for the sink")
    until(lambda: _is_done(_look(line, outcome), files), DRAIN_LIMIT)
    outcome.drain_seconds = time.monotonic() - back
    gauge.stop()
    outcome.memory = gauge.most
    _judge(line, outcome)
    return outcome


def _drop(line: Line, numbers: range) -> None:
    for number in numbers:
        put(line.settings.inbox, f"{number // 1000:03d}/{number:07d}.txt", short_page(number).encode())


def short_page(number: int) -> str:
    """Write a headline and two sentences: what piles up is counted in messages, and workers have to keep up with it."""
    rng = random.Random(f"short/{number}")
    return f"{headline(OWN + number)}\n{sentence(rng)} {sentence(rng)}\n"


def _wait_away(line: Line, begun: float, outcome: Outcome, say: Callable[[str], None]) -> float:
    """Wait until the time is over; return the seconds after which the watcher had sent every file, or all of them."""
    read = 0.0
    while (now := time.monotonic() - begun) < outcome.away:
        here = _look(line, outcome)
        if not read and here.read >= outcome.files:
            read = now
            say(f"all files are sent after {read:.0f} s")
        time.sleep(min(2.0, max(0.0, outcome.away - now)))
    return read or outcome.away


def _look(line: Line, outcome: Outcome) -> Standing:
    """Ask where everyone stands; a role that died is counted and started again."""
    for name in line.dead():
        outcome.restarts += 1
        line.start(name)
    return ask(line)


def _is_done(here: Standing, files: int) -> bool:
    return here.read >= files and here.lag == 0


def _note_what_waits(line: Line, outcome: Outcome) -> None:
    here = standing(line.direct("kafka"), line.settings.group)
    outcome.waiting = sum(
        here.end[part] - at for (group, part), at in here.committed.items() if group.endswith("-sink")
    )
    data = line.home / "servers" / "kafka" / "data"
    outcome.kafka_bytes = sum(file.stat().st_size for file in data.rglob("*.log"))


def _judge(line: Line, outcome: Outcome) -> None:
    """Compare the names that the index holds with those that were dropped."""
    found = list(indexed_paths(line.client, line.settings.index_prefix))
    dropped = {str(path.relative_to(line.settings.inbox)) for path in line.settings.inbox.rglob("*.txt")}
    outcome.missing = len(dropped - set(found)) + (outcome.files - len(dropped))
    outcome.strange = len(found) - len(set(found) & dropped)


def indexed_paths(client: Elasticsearch, index_prefix: str) -> Iterator[str]:
    """Yield the names of the files that the index holds: a name as often as there are articles that bear it."""
    articles = f"{index_prefix}-articles"
    client.indices.refresh(index=articles)
    query = {"query": {"term": {"embedded": False}}, "_source": ["paths"]}
    for hit in scan(client, index=articles, query=query, size=2000):
        yield from hit["_source"]["paths"]


def table(outcome: Outcome) -> str:
    """Lay the outcome out as Markdown."""
    worker = max(size for name, size in outcome.memory.items() if name.startswith("work"))
    cells = [
        f"{outcome.files:,}",
        f"{outcome.away:.0f}",
        f"{outcome.read_seconds:.0f}",
        f"{outcome.waiting:,}",
        f"{outcome.kafka_bytes / MIB:.0f}",
        *(f"{size / MIB:.0f}" for size in (outcome.memory["watch"], worker, outcome.memory["sink"])),
        f"{outcome.drain_seconds:.0f}",
        str(outcome.missing),
        str(outcome.strange),
    ]
    heads = (
        "files", "Elasticsearch away, s", "all sent after, s", "messages that then wait for the sink", "MiB in Kafka",
        "watcher, MiB", "worker, MiB", "sink, MiB", "all indexed, s after its return", "missing", "repeated",
    )  # fmt: skip
    return f"| {' | '.join(heads)} |\n|{' --- |' * len(heads)}\n| {' | '.join(cells)} |\n"


if __name__ == "__main__":
    sys.exit(main())
