"""A line in, a fault in it: struck, held for a while and lifted again. What recovers is measured from there."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from .line import Line

Notes = list[str]
Strike = Callable[[Line, random.Random, Notes], None]

STOP_LIMIT: Final = 10.0
"""Seconds in which a role has to end when told to."""

JUMPS: Final = (90, 3600, 26 * 3600)
"""Seconds by which a clock jumps, forth or back."""


@dataclass(frozen=True)
class Fault:
    """One kind of fault, how often it strikes in a full run, and what it does."""

    name: str
    times: int
    strike: Strike


def _kill(*names: str) -> Strike:
    def strike(line: Line, rng: random.Random, _: Notes) -> None:
        name = rng.choice(names)
        line.kill(name)
        time.sleep(rng.uniform(0, 2))
        line.start(name)

    return strike


def _replace_worker(line: Line, rng: random.Random, _: Notes) -> None:
    """A worker dies, another comes on a disk of its own; later the first is back and the other is told to go."""
    name = rng.choice(["work-1", "work-2"])
    line.kill(name)
    added = line.add_worker()
    time.sleep(rng.uniform(4, 9))
    line.start(name)
    time.sleep(rng.uniform(2, 5))
    line.roles[added].terminate()
    line.retired.append(line.roles.pop(added))


def _kill_server(name: str) -> Strike:
    def strike(line: Line, rng: random.Random, _: Notes) -> None:
        line.kill_server(name)
        time.sleep(rng.uniform(0, 3))
        line.start_server(name)

    return strike


def _read_only(line: Line, rng: random.Random, _: Notes) -> None:
    for blocked in (True, None):
        line.client.indices.put_settings(
            index="sada-*", settings={"index.blocks.read_only_allow_delete": blocked}, expand_wildcards="all"
        )
        if blocked:
            time.sleep(rng.uniform(3, 8))


def _answering(status: int) -> Strike:
    def strike(line: Line, rng: random.Random, _: Notes) -> None:
        line.wire("elasticsearch").change(answer=status)
        time.sleep(rng.uniform(3, 8))
        line.wire("elasticsearch").change()

    return strike


def _slow(name: str, least: float, most: float) -> Strike:
    def strike(line: Line, rng: random.Random, _: Notes) -> None:
        line.wire(name).change(delay=rng.uniform(least, most))
        time.sleep(rng.uniform(4, 8))
        line.wire(name).change()

    return strike


def _cut(name: str) -> Strike:
    def strike(line: Line, rng: random.Random, _: Notes) -> None:
        """Break connections again and again, at moments that nobody chose, and once for some seconds."""
        for _turn in range(rng.randint(3, 6)):
            line.wire(name).change(cut=True)
            line.wire(name).change()
            time.sleep(rng.uniform(0.1, 0.8))
        line.wire(name).change(cut=True)
        time.sleep(rng.uniform(2, 6))
        line.wire(name).change()

    return strike


def _freeze(line: Line, rng: random.Random, _: Notes) -> None:
    name = rng.choice(list(line.roles))
    line.signal(name, signal.SIGSTOP)
    time.sleep(rng.uniform(3, 9))
    line.signal(name, signal.SIGCONT)


def _stop_all(line: Line, _: random.Random, notes: Notes) -> None:
    for name, (code, seconds) in line.stop_roles().items():
        if code != 0 or seconds > STOP_LIMIT:
            notes.append(f"told to stop, {name} ended with {code} after {seconds:.1f} s")
    for name in list(line.roles):
        line.start(name)


def _fill_disk(line: Line, rng: random.Random, _: Notes) -> None:
    balloon = line.home / "watch" / "balloon"
    with balloon.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    time.sleep(rng.uniform(4, 8))
    balloon.unlink()


def _jump(line: Line, rng: random.Random, _: Notes) -> None:
    """The clock of one role, or of all, jumps forth or back, and some seconds later to where it was."""
    assert line.clocks is not None
    names = list(line.roles) if rng.random() < 0.5 else [rng.choice(list(line.roles))]
    jump = rng.choice((-1, 1)) * rng.choice(JUMPS)
    for seconds in (jump, 0):
        for name in names:
            line.clocks.set_by(name, seconds)
        if seconds:
            time.sleep(rng.uniform(5, 9))


ALL: Final = (
    Fault("watcher killed", 5, _kill("watch")),
    Fault("worker killed", 5, _kill("work-1", "work-2")),
    Fault("sink killed", 5, _kill("sink")),
    Fault("worker killed, another added", 3, _replace_worker),
    Fault("Kafka killed", 3, _kill_server("kafka")),
    Fault("Elasticsearch killed", 3, _kill_server("elasticsearch")),
    Fault("Elasticsearch read-only", 3, _read_only),
    Fault("Elasticsearch answers 429", 3, _answering(429)),
    Fault("Elasticsearch answers 503", 3, _answering(503)),
    Fault("way to Elasticsearch slow", 2, _slow("elasticsearch", 0.2, 1.0)),
    Fault("way to Elasticsearch cut", 3, _cut("elasticsearch")),
    Fault("way to Kafka slow", 2, _slow("kafka", 0.05, 0.3)),
    Fault("way to Kafka cut", 3, _cut("kafka")),
    Fault("a role frozen", 4, _freeze),
    Fault("all roles told to stop", 3, _stop_all),
)
DISK: Final = Fault("registry's disk full", 3, _fill_disk)
CLOCK: Final = Fault("clock jumps", 5, _jump)


def order(line: Line, count: int | None, seed: int, only: tuple[str, ...] = ()) -> list[Fault]:
    """Return the faults of a run in their order: each kind once before any twice, `count` at most, then shuffled.

    `only` names the kinds that may strike; all of them where it is empty.
    """
    here = (*ALL, *([DISK] if line.small_disk else []), *([CLOCK] if line.clocks else []))
    kinds = [fault for fault in here if not only or fault.name in only]
    rounds = [fault for turn in range(max(kind.times for kind in kinds)) for fault in kinds if turn < fault.times]
    chosen = rounds if count is None else (rounds * (count // len(rounds) + 1))[:count]
    random.Random(f"faults/{seed}").shuffle(chosen)
    return chosen


def skipped(line: Line) -> list[str]:
    """Say which faults cannot be had here, and why."""
    reasons = []
    if line.clocks is None:
        reasons.append("clock jumps: libfaketime is not installed (Debian: apt-get install faketime)")
    if not line.small_disk:
        reasons.append("registry's disk full: a small file system cannot be mounted (needs root and `mount`)")
    return reasons
