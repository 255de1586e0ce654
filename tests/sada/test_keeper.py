"""A role's process under its keeper: it comes back when it crashes, leaves when asked, and never outlives us."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from sada import keeper as module
from sada.keeper import Keeper, last_line

DRAINS = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(print("drained")))
print("up", flush=True)
time.sleep(60)
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('up', flush=True); time.sleep(600)"
)
CRASHES = "raise SystemExit('no such topic')"


@pytest.fixture
def keep(tmp_path: Path) -> Iterator[Callable[[str], Keeper]]:
    """Make keepers of little programs; end them with the test."""
    made: list[Keeper] = []

    def make(code: str) -> Keeper:
        one = Keeper("role", [sys.executable, "-u", "-c", code], os.environ, tmp_path)
        made.append(one)
        one.start()
        return one

    yield make
    for one in made:
        one.ask_to_end()
        one.await_end()


def wait_for(met: Callable[[], object], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_a_role_runs_until_asked_to_end(keep: Callable[[str], Keeper]) -> None:
    """Asked to end, a role gets SIGTERM and the time to finish; its output stands in its log."""
    role = keep(DRAINS)
    wait_for(lambda: last_line(role.log_file) == "up")
    entry = role.entry
    assert entry is not None
    assert entry.alive
    assert not role.check()
    role.ask_to_end()
    role.await_end()
    assert last_line(role.log_file) == "drained"
    assert not entry.alive
    assert role.entry is None


def test_a_role_that_crashes_comes_back_with_growing_waits(
    keep: Callable[[str], Keeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A crash is noticed, waited out and mended; each further one is waited out longer, up to a bound."""
    monkeypatch.setattr(module, "FIRST_WAIT", 0.05)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.15)
    role = keep(CRASHES)
    role._wait = 0.025
    waits = []
    for restarts in range(1, 4):
        wait_for(role.check)
        assert role.entry is None
        waits.append(role._wait)
        wait_for(role.check)
        assert role.restarts == restarts
    assert waits == [0.05, 0.1, 0.15]
    assert last_line(role.log_file) == "no such topic"


def test_a_role_that_ran_long_is_forgiven(keep: Callable[[str], Keeper], monkeypatch: pytest.MonkeyPatch) -> None:
    """After a long sound run a crash counts as a first one."""
    monkeypatch.setattr(module, "PROVEN_SECONDS", 0.0)
    role = keep(CRASHES)
    role._wait = 20.0
    wait_for(role.check)
    assert role._wait == module.FIRST_WAIT


def test_a_role_that_will_not_leave_is_killed(keep: Callable[[str], Keeper], monkeypatch: pytest.MonkeyPatch) -> None:
    """A role that ignores SIGTERM does not hold up the end for ever."""
    monkeypatch.setattr(module, "DRAIN_SECONDS", 0.3)
    role = keep(STUBBORN)
    wait_for(lambda: last_line(role.log_file) == "up")
    entry = role.entry
    assert entry is not None
    began = time.monotonic()
    role.ask_to_end()
    role.await_end()
    assert time.monotonic() - began < 60
    assert not entry.alive


def test_a_role_dies_with_its_keeper(tmp_path: Path) -> None:
    """A keeper that is killed with SIGKILL leaves no process behind."""
    code = (
        "import os, pathlib, sys, time; from sada.keeper import Keeper\n"
        "role = Keeper('role', [sys.executable, '-c', sys.argv[2]], os.environ, pathlib.Path(sys.argv[1]))\n"
        "role.start(); print(role.entry.pid, flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path), DRAINS], stdout=subprocess.PIPE, text=True
    ) as keeper:
        assert keeper.stdout is not None
        pid = int(keeper.stdout.readline())
        assert psutil.pid_exists(pid)
        os.kill(keeper.pid, signal.SIGKILL)
    wait_for(lambda: not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)


def test_a_large_log_is_set_aside(
    keep: Callable[[str], Keeper], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A log that has grown too large makes room for a new one when its role starts."""
    monkeypatch.setattr(module, "LOG_BYTES", 10)
    (tmp_path / "role.log").write_text("more than ten bytes\n")
    role = keep(DRAINS)
    wait_for(lambda: last_line(role.log_file) == "up")
    assert (tmp_path / "role.old.log").read_text() == "more than ten bytes\n"


def test_the_last_line_skips_blanks(tmp_path: Path) -> None:
    """The line quoted from a log is its last one with words on it; of no log it is empty."""
    log = tmp_path / "x.log"
    assert last_line(log) == ""
    log.write_text("one\ntwo\n\n")
    assert last_line(log) == "two"
