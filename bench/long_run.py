"""`python -m bench.long_run --files N`: files dropped for hours in, what each role has in memory and spends out.

The whole line (real servers, a watcher, workers, a sink) takes short articles, folder by folder, so that never more
than `--ahead` files wait. At 10,000, 30,000, 100,000 articles indexed and so on it is noted what memory and CPU time
each role took. At the end every file must be in the index once, under its name. SIGTERM ends the dropping: what waits
is worked off, and what was reached so far is laid out.
"""

from __future__ import annotations

import argparse
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Final

import psutil

from bench.chaos.report import write_section
from bench.line.stand import StallError, Stand, elasticsearch, peak
from bench.pressure import indexed_paths, short_page

MARKS: Final = (10_000, 30_000, 100_000, 300_000, 1_000_000, 3_000_000, 10_000_000)
FROM: Final = MARKS[0]
"""Articles from which on memory should be flat: until then words become known and tables begin."""
FLAT: Final = 0.10
PER_FOLDER: Final = 1000
LOOK: Final = 0.5
"""Seconds between two looks at the memory of the roles."""
TELL: Final = 30.0
STILL: Final = 300.0
"""Seconds without a new article, or with nothing less to do, after which the line is taken to have stopped."""
Say = Callable[[str], None]


@dataclass(frozen=True)
class Mark:
    """Where the line stood: articles indexed, seconds, CPU seconds and megabytes by role.

    `memory` is the median of what a process had since half as many articles; `most` is the most it ever had.
    """

    articles: int
    seconds: float
    spent: dict[str, float]
    memory: dict[str, float]
    most: dict[str, float]
    waiting: int = 0
    """Messages that workers have yet to work off: what is told of headlines may stay behind what articles say."""


@dataclass
class Outcome:
    """What one run has shown."""

    workers: int
    marks: list[Mark] = field(default_factory=list)
    dropped: int = 0
    missing: int = 0
    repeated: int = 0
    drained: float = 0.0
    """Seconds from the last article indexed until nothing was left to do."""
    note: str = ""

    def growth(self) -> dict[str, float]:
        """Return by how much the memory of each role rose, at most, above what it had at the first mark to be flat."""
        flat = [mark.memory for mark in self.marks if mark.articles >= FROM]
        return {name: max(one[name] for one in flat) / size - 1 for name, size in (flat[0] if flat else {}).items()}

    @property
    def clean(self) -> bool:
        """Whether the index holds every file once and no role died."""
        return not (self.missing or self.repeated or self.note)


class Course:
    """Looks at the roles while articles come, and keeps the marks."""

    def __init__(self, stand: Stand, say: Say) -> None:
        self.marks = [Mark(0, 0.0, stand.spent(), {}, {})]
        self._stand, self._say = stand, say
        self._begun = self._told = time.monotonic()
        self._looks: list[tuple[int, dict[str, float]]] = []

    def look(self, articles: int) -> None:
        """Note what every process has now; set a mark where one is passed."""
        now = {name: process.memory_info().rss / 1e6 for name, process in self._stand.roles.items()}
        self._looks.append((articles, now))
        if any(self.marks[-1].articles < mark <= articles for mark in MARKS):
            self.mark(articles)
        if time.monotonic() - self._told > TELL:
            self._told = time.monotonic()
            shown = ", ".join(f"{name} {size:.0f}" for name, size in now.items())
            self._say(f"{articles:,} articles after {self._told - self._begun:.0f} s; MB: {shown}")

    def mark(self, articles: int) -> None:
        """Set a mark; looks at less than half as many articles are no longer wanted."""
        self._looks = [look for look in self._looks if look[0] >= articles / 2] or self._looks[-1:]
        names = self._stand.roles
        memory = {name: median(look[name] for _, look in self._looks) for name in names}
        most = {name: peak(process.pid) for name, process in names.items()}
        seconds = time.monotonic() - self._begun
        waiting = self._stand.worker_lag()
        self.marks.append(Mark(articles, seconds, self._stand.spent(), _largest(memory), _largest(most), waiting))
        self._say(f"mark at {articles:,}: {self.marks[-1].memory}, {waiting:,} messages wait")


def _largest(sizes: dict[str, float]) -> dict[str, float]:
    """Put the largest worker, as `work`, for all of them."""
    crew = {name for name in sizes if name.startswith("work")}
    rest = {name: size for name, size in sizes.items() if name not in crew}
    return rest | {"work": max(sizes[name] for name in crew)}


def run(stand: Stand, files: int, ahead: int, ended: threading.Event, say: Say) -> Outcome:
    """Drop `files` into the line that `stand` has open until all are indexed, or `ended` is set; then judge."""
    outcome = Outcome(len(stand.workers()))
    stand.until(stand.joined, 120, "workers join")
    course = Course(stand, say)
    try:
        _feed(stand, course, outcome, files, ahead, ended)
        outcome.drained = _drain(stand, ended, say)
    except (StallError, psutil.NoSuchProcess) as error:
        outcome.note = str(error)
    outcome.marks = course.marks
    _judge(stand, outcome)
    return outcome


def _feed(  # noqa: PLR0913, PLR0917 - all of a run meets here
    stand: Stand, course: Course, outcome: Outcome, files: int, ahead: int, ended: threading.Event
) -> None:
    found, changed = 0, time.monotonic()
    while found < (outcome.dropped if ended.is_set() else files):
        stand.check(changed + STILL, "articles become searchable")
        wanted = outcome.dropped < files and outcome.dropped - found < ahead and not ended.is_set()
        if wanted:
            outcome.dropped += drop(stand, outcome.dropped, min(PER_FOLDER, files - outcome.dropped))
        else:
            time.sleep(LOOK)
        if (now := stand.searchable()) > found:
            found, changed = now, time.monotonic()
        course.look(found)
    if course.marks[-1].articles < found:
        course.mark(found)


def _drain(stand: Stand, ended: threading.Event, say: Say) -> float:
    """Wait until nothing is left to do, as long as it becomes less and nobody asks us to end; return the seconds."""
    least, begun = stand.lag(), time.monotonic()
    changed = told = begun
    while (left := stand.lag()) and not ended.wait(1.0):
        now = time.monotonic()
        if left < least:
            least, changed = left, now
        if now - told > TELL:
            told = now
            say(f"{left:,} messages are left")
        stand.check(changed + STILL, f"{left:,} messages are left")
    if left:
        raise StallError(f"{left:,} messages were left")
    return time.monotonic() - begun


def drop(stand: Stand, first: int, count: int) -> int:
    """Write a folder aside and move it into the inbox; return its number of files."""
    name = f"{first // PER_FOLDER:05d}"
    aside = stand.home / "ready" / name
    aside.mkdir(parents=True)
    for number in range(first, first + count):
        (aside / f"{number:08d}.txt").write_text(short_page(number), encoding="utf-8")
    aside.rename(stand.settings.inbox / name)
    return count


def _judge(stand: Stand, outcome: Outcome) -> None:
    """Count the files that the index lacks, and names that it has more than once or should not have."""
    found = Counter(indexed_paths(stand.client, stand.settings.index_prefix))
    names = (f"{number // PER_FOLDER:05d}/{number:08d}.txt" for number in range(outcome.dropped))
    there = sum(name in found for name in names)
    outcome.missing, outcome.repeated = outcome.dropped - there, found.total() - there


def table(outcome: Outcome) -> str:
    """Lay the marks out as Markdown, and say whether memory stayed as it was."""
    spenders = {
        "watch": "watcher", "work": "workers", "sink": "sink", "kafka": "Kafka", "elasticsearch": "Elasticsearch"
    }  # fmt: skip
    holders = {"watch": "watcher", "work": "largest worker", "sink": "sink"}
    heads = [
        "articles indexed",
        "articles/s since the row above",
        *(f"CPU s per 1,000: {name}" if key == "watch" else name for key, name in spenders.items()),
        *(f"MB (at most): {name}" if key == "watch" else name for key, name in holders.items()),
        "messages that wait for workers",
    ]
    lines = [f"| {' | '.join(heads)} |", f"|{' ---: |' * len(heads)}"]
    for before, mark in zip(outcome.marks, outcome.marks[1:], strict=False):
        more = mark.articles - before.articles
        cells = [f"{mark.articles:,}", f"{more / (mark.seconds - before.seconds):,.0f}"]
        cells += [f"{1000 * (mark.spent[name] - before.spent[name]) / more:.2f}" for name in spenders]
        cells += [*(f"{mark.memory[name]:.0f} ({mark.most[name]:.0f})" for name in holders), f"{mark.waiting:,}"]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, "", *_said(outcome, holders)]) + "\n"


def _said(outcome: Outcome, holders: dict[str, str]) -> Iterator[str]:
    last = outcome.marks[-1]
    yield (
        f"{outcome.dropped:,} files of a headline and two sentences through {outcome.workers} workers in "
        f"{last.seconds / 60:.0f} minutes; missing in the index {outcome.missing}, repeated {outcome.repeated}; "
        f"the last word on headlines {outcome.drained:.0f} s later."
    )
    if grown := outcome.growth():
        shown = ", ".join(f"{holders[name]} {100 * by:+.1f} %" for name, by in grown.items())
        held = "that of every role stays" if max(grown.values()) <= FLAT else "not that of every role stays"
        yield f"From {FROM:,} articles on, memory rose at most by: {shown}; {held} within {100 * FLAT:.0f} %."
    if outcome.note:
        yield f"The run ended before all was done: {outcome.note}."


def main() -> int:
    """Run once; 0 if the index holds every file once and memory is flat."""
    options = _options()
    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    home = Path(tempfile.mkdtemp(prefix="sada-long-run-"))
    try:
        with elasticsearch(home) as server:
            stand = Stand(home / "line", server)
            try:
                stand.open()
                stand.start("watch", "sink", *(f"work-{number}" for number in range(1, options.workers + 1)))
                outcome = run(stand, options.files, options.ahead, ended, _say)
                print(table(outcome), flush=True)  # a million files take minutes to remove
                if options.report is not None:
                    write_section(options.report, "long run", table(outcome))
            finally:
                stand.close()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    return 0 if outcome.clean and max(outcome.growth().values(), default=0.0) <= FLAT else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.long_run", description=__doc__)
    parser.add_argument("--files", type=int, default=1_000_000)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--ahead", type=int, default=20_000, help="files that may wait")
    parser.add_argument("--report", type=Path, default=None, help="write the table into this Markdown file")
    return parser.parse_args()


def _say(line: str) -> None:
    print(time.strftime("%H:%M:%S"), line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
