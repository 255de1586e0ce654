"""What fuzzing found stays mended; every target takes the inputs that it begins with, and can be run by its name."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bench.fuzz.__main__ import CASES
from bench.fuzz.engine import Check, Found, Target, TooSlow, judge, note, run_plain
from bench.fuzz.targets import TARGETS


@cache
def check_of(name: str) -> Check:
    return TARGETS[name].load()


@pytest.mark.parametrize("case", sorted(CASES.glob("*/*")), ids=lambda case: f"{case.parent.name}-{case.name}")
def test_what_was_found_stays_mended(case: Path) -> None:
    """Each input that once led to a fault now gives an answer or a named refusal."""
    assert case.stat().st_size < 100_000
    judge(check_of(case.parent.name), case.read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_each_target_takes_its_seeds(name: str) -> None:
    """The inputs that a target begins with are none of its findings."""
    seeds = TARGETS[name].seeds()
    assert seeds
    for data in seeds[:3]:
        check_of(name)(data)


def test_a_fault_is_found_and_kept_once() -> None:
    """A check that fails on some inputs: each kind of failure is kept with its first input, the others are counted."""

    def load() -> Check:
        def check(data: bytes) -> None:
            if b"\x00" in data:
                raise KeyError("nought")

        return check

    found = run_plain(Target("odd", load, lambda: [b"a\x00", b"b"]), 0.2, 1)
    assert found.inputs > 2
    assert list(found.cases.values()) == [b"a\x00"]
    assert "KeyError" in next(iter(found.said.values()))


def test_the_same_seed_gives_the_same_inputs() -> None:
    """A finding by chance can be found again."""
    given: list[list[bytes]] = [[], []]
    for inputs in given:
        run_plain(Target("odd", lambda inputs=inputs: inputs.append, lambda: [b"abc", b"def"]), 0.05, 7)
    shorter = min(map(len, given))
    assert shorter > 10
    assert given[0][:shorter] == given[1][:shorter]


def test_slowness_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    """An input that needs longer than it may is found like one that raises."""
    monkeypatch.setattr("bench.fuzz.engine.SLOW_SECONDS", -1.0)
    found = Found()
    note(found, lambda _: None, b"x")
    assert TooSlow.__name__ in next(iter(found.said.values()))
