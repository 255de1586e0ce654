"""A seed and a number of files in, the outcome of one run of the line under faults out."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kafka.errors import KafkaError  # noqa: TID251 - the bench asks the broker itself

from .compare import actual, differences, expected
from .faults import Fault, order, skipped
from .files import File, shares, story
from .line import Line
from .offsets import Standing, standing
from .report import Outcome
from .scraper import Scraper

Say = Callable[[str], None]

PROBES: Final = 6
"""Files of each share that are kept until the fault is lifted, so that there is something to do."""
RECOVERY_LIMIT: Final = 90.0
QUIET: Final = 6.0
"""Seconds without lag and without news after which the line has drained."""
START: Final = "(before the faults)"
END: Final = "(after the faults)"


@dataclass(frozen=True)
class Plan:
    """What a run shall be. After `minutes` no fault strikes any more, and the rest is dropped at once."""

    seed: int
    files: int
    faults: int | None = None
    minutes: float = 45.0
    only: tuple[str, ...] = ()


def run(line: Line, plan: Plan, say: Say) -> Outcome:
    """Open `line`, drop files while faults strike, let it drain and compare; the caller closes the line."""
    begun = time.monotonic()
    line.open()
    outcome = Outcome(plan.seed, plan.files, skipped=skipped(line))
    struck = order(line, plan.faults, plan.seed, plan.only)
    first, *parts = shares(story(plan.files, plan.seed), len(struck) + 1)
    scraper = Scraper(line.settings.inbox, line.home / "watch" / "registry.sqlite", plan.seed)
    scraper.slot = START
    scraper.start()
    try:
        scraper.now(first)
        until(lambda: moved(line), 90)
        rng = random.Random(f"chaos/run/{plan.seed}")
        for number, (fault, share) in enumerate(zip(struck, parts, strict=True), 1):
            if time.monotonic() - begun > plan.minutes * 60:
                outcome.notes.append(f"{len(struck) - number + 1} faults did not fit into {plan.minutes:g} minutes")
                scraper.slot = END
                scraper.give([file for part in parts[number - 1 :] for file in part])
                break
            seconds = _suffer(line, fault, share, scraper, rng, outcome)
            say(f"{number}/{len(struck)} {fault.name}: recovered in {seconds:.1f} s")
        if not scraper.finish(300):
            outcome.notes.append("not every file was read within 300 s")
    finally:
        scraper.stop()
    say("draining")
    if not _drain(line, 300):
        outcome.notes.append("the line had not drained after 300 s")
    outcome.seconds = time.monotonic() - begun
    return judge(line, scraper, outcome, say)


def judge(line: Line, scraper: Scraper, outcome: Outcome, say: Say) -> Outcome:
    """Compare the index with what the pipeline makes of the same history in memory."""
    say("comparing")
    must = expected(line.settings, scraper.edited, line.home / "first-versions")
    there = actual(line.client, line.settings.index_prefix)
    outcome.slots = scraper.slots
    outcome.documents = len(must.articles) + len(must.headlines) + sum(must.rejects.values())
    outcome.articles = {name: document["paths"] for name, document in {**there.articles, **must.articles}.items()}
    outcome.differences = list(differences(must, there))
    return outcome


def _suffer(  # noqa: PLR0913, PLR0917 - all of a run meets here
    line: Line, fault: Fault, share: list[File], scraper: Scraper, rng: random.Random, outcome: Outcome
) -> float:
    """Strike while files come in; return the seconds from the fault's end until everything moves again."""
    scraper.slot = fault.name
    probes, steady = share[:PROBES], share[PROBES:]
    scraper.give(steady)
    time.sleep(rng.uniform(0.2, 1.5))
    fault.strike(line, rng, outcome.notes)
    back = time.monotonic()
    before = ask(line)
    scraper.now(probes)
    moves = _recover(line, before, bool(probes), outcome)
    seconds = time.monotonic() - back
    outcome.recoveries.append((fault.name, seconds))
    outcome.loads.append(os.getloadavg()[0])
    if not moves:
        outcome.notes.append(f"{fault.name}: something had not moved {RECOVERY_LIMIT:.0f} s after its end")
    return seconds


def ask(line: Line) -> Standing:
    """Ask where everyone stands, waiting for a broker that is just coming up."""
    deadline = time.monotonic() + RECOVERY_LIMIT
    while True:
        try:
            return standing(line.direct("kafka"), line.settings.group)
        except (KafkaError, OSError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)


def _recover(line: Line, before: Standing, news: bool, outcome: Outcome) -> bool:
    """Wait until the watcher has sent the news, then until each partition with something to read has moved."""

    def now() -> Standing:
        for name in line.dead():
            outcome.notes.append(f"{name} ended by itself with {line.roles[name].returncode}; started again")
            line.start(name)
        return ask(line)

    if news and not until(lambda: now().read > before.read, RECOVERY_LIMIT):
        return False
    waiting = now()
    return until(lambda: not (here := now()).stuck_since(before) and not here.stuck_since(waiting), RECOVERY_LIMIT)


def moved(line: Line) -> bool:
    """Tell whether something was sent and every group has read all there is."""
    now = ask(line)
    return bool(now.read) and now.lag == 0 and len({group for group, _ in now.committed}) > 1


def _drain(line: Line, limit: float) -> bool:
    """Wait until nothing lags and nothing new comes for some seconds."""
    since, last = time.monotonic(), ask(line)

    def quiet() -> bool:
        nonlocal since, last
        now = ask(line)
        if now.lag or now.end != last.end:
            since = time.monotonic()
        last = now
        return time.monotonic() - since >= QUIET

    return until(quiet, limit)


def until(holds: Callable[[], bool], limit: float) -> bool:
    """Wait up to `limit` seconds until something holds; tell whether it does."""
    deadline = time.monotonic() + limit
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.25)
    return True


def new_home(folder: Path) -> Path:
    """Name a folder for a run, below `folder`."""
    return folder / f"sada-chaos-{time.time_ns():x}"
