"""Stuck roles are started again; idle ones, waiting ones and those whose servers are away are not."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest

from sada import keeper as keeper_module
from sada.keeper import Keeper
from sada.overseer import Overseer, ask_servers
from schemas import Settings
from schemas.health import Beat, beat_file

BEATS = """
import time
from schemas.pulse import Pulse
from schemas.settings import load_settings
with Pulse(load_settings(), "work") as pulse:
    pulse.join()
    while True:
        pulse.turn()
        time.sleep(0.05)
"""


@dataclass
class Role:
    """A role that only counts its restarts."""

    name: str = "work-1"
    role: str = "work"
    pid: int | None = 17
    started: float = 0.0
    reasons: list[str] = field(default_factory=list)

    def restart(self, reason: str) -> None:
        """Count it."""
        self.reasons.append(reason)


class Watch:
    """An overseer of one role, with its clock and the role's words in our hands."""

    def __init__(self, folder: Path, limit: float = 100.0) -> None:
        self.folder, self.now = folder, 1000.0
        self.role = Role(started=1000.0)
        self.away: str | None = None
        self.overseer = Overseer(folder, limit, lambda role: self.away, lambda: self.now)

    def say(self, **words: Any) -> None:
        """Write what the role says."""
        values: dict[str, Any] = {"role": "work", "pid": 17, "written": self.now, "turned": self.now}
        values |= {"moved": self.now, "joined": True, "waiting_for": None, "committed": {}, "lag": 5}
        beat = Beat(**(values | {"last_progress": None} | words))
        file = beat_file(self.folder, "work", 17)
        file.parent.mkdir(exist_ok=True)
        file.write_text(beat.model_dump_json())

    def look_for(self, seconds: float) -> list[str]:
        """Look each second for so long; return the reasons of restarts."""
        for _ in range(int(seconds)):
            self.now += 1
            self.overseer.look([self.role])
        reasons, self.role.reasons = self.role.reasons, []
        return reasons


def test_a_role_that_says_nothing_more_is_started_again(tmp_path: Path) -> None:
    """Once, with the reason; the next limit is twice as long, and progress makes it short again."""
    watch = Watch(tmp_path)
    watch.say()
    assert watch.look_for(99) == []
    assert watch.look_for(2) == ["it has said nothing for 101 s"]
    watch.say()
    assert watch.look_for(199) == []
    assert len(watch.look_for(2)) == 1
    watch.say(last_progress="2026-01-01T00:00:00Z")
    watch.look_for(1)
    assert len(watch.look_for(100)) == 1


def test_a_role_that_never_speaks_is_started_again(tmp_path: Path) -> None:
    """The time counts from its start."""
    watch = Watch(tmp_path)
    assert watch.look_for(100) == []
    assert watch.look_for(1) == ["it has not said a word in 101 s"]


def test_nobody_is_blamed_for_servers_that_are_away(tmp_path: Path) -> None:
    """While its servers do not answer, a role may be as stuck as it likes."""
    watch = Watch(tmp_path)
    watch.say()
    watch.away = "Kafka does not answer"
    assert watch.look_for(500) == []
    watch.away = None
    assert watch.look_for(11)


def test_a_supervisor_that_was_away_gives_time_anew(tmp_path: Path) -> None:
    """After a freeze of everything, the roles are not judged by what they could not say meanwhile."""
    watch = Watch(tmp_path)
    watch.say()
    watch.look_for(1)
    watch.now += 1000
    assert watch.look_for(99) == []
    assert watch.look_for(5)


def test_a_role_that_ends_is_left_to_its_keeper(tmp_path: Path) -> None:
    """Who has no process is not judged."""
    watch = Watch(tmp_path)
    watch.role.pid = None
    assert watch.look_for(500) == []


def test_servers_are_asked_for_real() -> None:
    """A closed port is an answer: somebody is away."""
    settings = Settings(_env_file=None, kafka="127.0.0.1:1", elasticsearch="http://127.0.0.1:1")
    assert ask_servers(settings, "work") is not None


@pytest.fixture
def frozen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keeper]:
    """A role that beats and then stands still as a whole (SIGSTOP)."""
    monkeypatch.setattr(keeper_module, "DRAIN_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as kafka:
        environment = os.environ | {
            "SADA_STATE_DIR": str(tmp_path),
            "SADA_KAFKA": f"127.0.0.1:{kafka.getsockname()[1]}",
        }
        one = Keeper("work-1", [sys.executable, "-c", BEATS], environment, tmp_path)
        one.start()
        yield one
        one.ask_to_end()
        one.await_end()


def wait_until(met: Any, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def test_a_frozen_role_is_killed_and_started_again(tmp_path: Path, frozen: Keeper) -> None:
    """SIGTERM does not reach it, SIGKILL does; another process takes its place and beats."""
    first = frozen.pid
    assert first is not None
    wait_until(beat_file(tmp_path, "work", first).exists)
    overseer = Overseer(tmp_path, 2.0, lambda role: None)
    overseer.look([frozen])
    assert frozen.pid == first
    os.kill(first, signal.SIGSTOP)

    def replaced() -> bool:
        frozen.check()
        overseer.look([frozen])
        return frozen.pid not in {None, first}

    wait_until(replaced)
    second = frozen.pid
    assert second is not None
    assert frozen.restarts == 1
    assert not psutil.pid_exists(first)
    wait_until(beat_file(tmp_path, "work", second).exists)
    assert not beat_file(tmp_path, "work", first).exists()
