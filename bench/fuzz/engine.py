"""A target enters; it is given mutated inputs for a time, led by coverage where atheris is there; findings leave."""

from __future__ import annotations

import hashlib
import os
import random
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

Check = Callable[[bytes], None]
"""Gives a parser an input; returns where the answer, or the refusal, is a proper one, and raises otherwise."""

SLOW_SECONDS = 5.0
"""CPU time that no input may need, however instrumented the code is; ten thousand bytes more may need as much again."""

OURS = ("schemas", "producers", "streams", "sinks", "sada", "desk")


@dataclass(frozen=True)
class Target:
    """A parser of outside input: `load` makes the check, `seeds` gives inputs to begin with."""

    name: str
    load: Callable[[], Check]
    seeds: Callable[[], Sequence[bytes]]
    text: bool = False
    most: int = 20_000


class TooSlow(Exception):
    """An input took longer than it may."""


@dataclass
class Found:
    """How many inputs were given, and what was found: a name for each kind of finding, with its first input."""

    inputs: int = 0
    cases: dict[str, bytes] = field(default_factory=dict)
    said: dict[str, str] = field(default_factory=dict)


def judge(check: Check, data: bytes) -> None:
    """Give `data` to `check`, and say where it took too long."""
    began = time.process_time()
    check(data)
    took = time.process_time() - began
    if took > SLOW_SECONDS * max(1.0, len(data) / 10_000):
        raise TooSlow(f"{took:.1f} s for {len(data):,} bytes")


def note(found: Found, check: Check, data: bytes) -> None:
    """Judge one input and remember it if it brings something new to light."""
    found.inputs += 1
    try:
        judge(check, data)
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a parser lets through is what is looked for
        frames = [f"{Path(one.filename).name}:{one.lineno}" for one in traceback.extract_tb(error.__traceback__)[-3:]]
        kind = hashlib.sha256(f"{type(error).__name__} {frames}".encode()).hexdigest()[:12]
        if kind not in found.cases:
            found.cases[kind] = data
            found.said[kind] = "".join(traceback.format_exception(error, limit=-4))


def run(target: Target, seconds: float, seed: int, *, guided: bool) -> Found:
    """Give `target` inputs for `seconds`."""
    if guided:
        return _run_guided(target, seconds, seed)
    return run_plain(target, seconds, seed)


def run_plain(target: Target, seconds: float, seed: int) -> Found:
    """Mutate the seeds by chance alone: the same inputs for the same seed."""
    found, rng = Found(), random.Random(seed)
    check, seeds = target.load(), list(target.seeds())
    change = _changer(target)
    until = time.monotonic() + seconds
    for data in seeds:
        note(found, check, data)
    while time.monotonic() < until:
        note(found, check, change(rng.choice(seeds), rng, seeds, target.most))
    return found


def _changer(target: Target) -> Callable[[bytes, random.Random, Sequence[bytes], int], bytes]:
    # Late: it reads pages with the very code that is to be instrumented, which must not be loaded before.
    from .mutator import mutate, mutate_text

    return mutate_text if target.text else mutate


def has_atheris() -> bool:
    """Tell whether the library that leads by coverage is installed (it is made for Linux alone)."""
    from importlib.util import find_spec

    return find_spec("atheris") is not None


def _run_guided(target: Target, seconds: float, seed: int) -> Found:
    """Let libFuzzer keep what reaches new code, in a child: it ends its own process when the time is over."""
    with TemporaryDirectory(prefix="sada-fuzz-") as folder, _quietly_forked(Path(folder)) as child:
        if child:
            _fuzz(target, seconds, seed, Path(folder))
        return _collected(Path(folder))


@contextmanager
def _quietly_forked(folder: Path) -> Iterator[bool]:
    sys.stdout.flush()
    pid = os.fork()
    if pid == 0:
        with (folder / "log").open("wb") as log:
            os.dup2(log.fileno(), 1)
            os.dup2(log.fileno(), 2)
        try:
            yield True
        except BaseException:  # noqa: BLE001 - the log is what is left of it
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(1)
    os.waitpid(pid, 0)
    yield False


def _fuzz(target: Target, seconds: float, seed: int, folder: Path) -> None:
    import atheris  # type: ignore[import-untyped,import-not-found,unused-ignore]

    with atheris.instrument_imports(include=list(OURS)):
        check = target.load()
    seeds = list(target.seeds())
    (folder / "seeds").mkdir()
    for number, data in enumerate(seeds):
        (folder / "seeds" / str(number)).write_bytes(data)
    found = Found()
    change = _changer(target)

    def one(data: bytes) -> None:
        known = len(found.cases)
        note(found, check, data)
        if len(found.cases) > known:
            kind = list(found.cases)[-1]
            (folder / f"case-{kind}").write_bytes(data)
            (folder / f"said-{kind}").write_text(found.said[kind], "utf-8", "backslashreplace")
        if found.inputs % 100 == 0:
            (folder / "inputs").write_text(str(found.inputs))

    def mutator(data: bytes, most: int, seed_: int) -> bytes:
        rng = random.Random(seed_)
        if rng.random() < 0.5:
            return bytes(atheris.Mutate(data, most))
        return change(data, rng, seeds, most)

    options = (
        f"-max_total_time={int(seconds)}",
        f"-seed={seed}",
        f"-max_len={target.most}",
        "-timeout=120",
        "-rss_limit_mb=3000",
    )
    options += (f"-artifact_prefix={folder}/", str(folder / "seeds"))
    atheris.Setup([target.name, *options], one, custom_mutator=mutator)
    atheris.Fuzz()


def _collected(folder: Path) -> Found:
    counted = folder / "inputs"
    found = Found(int(counted.read_text()) if counted.exists() else 0)
    for file in sorted(folder.glob("case-*")):
        kind = file.name.removeprefix("case-")
        found.cases[kind] = file.read_bytes()
        found.said[kind] = (folder / f"said-{kind}").read_text("utf-8")
    for file in (*folder.glob("crash-*"), *folder.glob("timeout-*"), *folder.glob("oom-*")):
        kind = file.name[:20]
        found.cases[kind], found.said[kind] = file.read_bytes(), f"the process ended: {file.name.partition('-')[0]}\n"
    if not found.inputs and not found.cases:
        found.said["log"] = (folder / "log").read_text("utf-8", "replace")[-2000:]
    return found
