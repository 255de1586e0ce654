"""A role's pulse: when it counts as alive and ready, where that stands, and who can ask."""

from __future__ import annotations

import json
import os
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import Settings, pulse
from schemas.health import Beat, beat_file, find_trouble, read_beat
from schemas.health_page import HealthPage, answer
from schemas.pulse import Pulse, find_away


class Clock:
    """A clock that is set by hand."""

    now = 1000.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def role(tmp_path: Path, clock: Clock) -> Pulse:
    """The pulse of a worker that has begun and joined."""
    one = Pulse(Settings(_env_file=None, state_dir=tmp_path), "work", clock)
    one.turn()
    one.join()
    return one


@pytest.fixture
def listener() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def trouble(role: Pulse, clock: Clock, limit: float = 60.0) -> str | None:
    return find_trouble(role.beat(), clock.now, limit)


def test_an_idle_role_is_alive(role: Pulse, clock: Clock) -> None:
    """With nothing to do, offsets need not move; the loop must turn."""
    role.progress({"articles.raw-0": 7}, 0)
    clock.now += 3600
    role.turn()
    assert trouble(role, clock) is None
    clock.now += 61
    assert trouble(role, clock) == "its main loop has not turned for 61 s"


def test_work_that_comes_after_a_long_rest_is_given_its_time(role: Pulse, clock: Clock) -> None:
    """The time counts from when the work came, not from the last offset."""
    role.progress({"articles.raw-0": 7}, 0)
    clock.now += 3600
    role.turn()
    role.beat()
    role.progress({"articles.raw-0": 7}, 5)
    clock.now += 30
    role.turn()
    assert trouble(role, clock) is None


def test_a_role_whose_offsets_stand_still_is_not_alive(role: Pulse, clock: Clock) -> None:
    """A loop that turns is not enough while messages wait and nothing is committed."""
    role.progress({"articles.raw-0": 7}, 5)
    clock.now += 61
    role.turn()
    assert trouble(role, clock) == "no offset has moved for 61 s, although 5 messages wait"
    role.progress({"articles.raw-0": 8}, 4)
    assert trouble(role, clock) is None


def test_who_waits_for_a_server_is_alive_but_not_ready(role: Pulse, clock: Clock) -> None:
    """What is waited for is named; once it is there, the time to get on begins anew."""
    role.progress({"articles.raw-0": 7}, 5)
    role.wait_for("Elasticsearch")
    clock.now += 3600
    role.turn()
    assert trouble(role, clock) is None
    assert not role.beat().ready
    role.wait_for(None)
    clock.now += 30
    role.turn()
    assert trouble(role, clock) is None
    assert role.beat().ready


def test_a_role_that_never_begins_is_not_alive(tmp_path: Path, clock: Clock) -> None:
    """Before the loop begins a role may wait for its server, but not for nothing."""
    role = Pulse(Settings(_env_file=None, state_dir=tmp_path), "sink", clock)
    role.beat()
    clock.now += 61
    assert trouble(role, clock) == "it has not begun its work in 61 s"
    role.wait_for("Kafka")
    assert trouble(role, clock) is None


def test_a_frozen_process_says_nothing_and_is_not_alive(role: Pulse, clock: Clock) -> None:
    """Whatever it said last, a role that has long said nothing is stuck as a whole."""
    role.wait_for("Kafka")
    said = role.beat()
    assert find_trouble(said, clock.now + 61, 60) == "it has said nothing for 61 s"


def test_the_file_is_written_and_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file follows the role while it runs; leftovers of killed ones go at the start, others' stay."""
    monkeypatch.setattr(pulse, "EVERY", 0.01)
    settings = Settings(_env_file=None, state_dir=tmp_path, kafka="127.0.0.1:1")
    left, others = beat_file(tmp_path, "work", 2**22 + 1), beat_file(tmp_path, "work", os.getppid())
    left.parent.mkdir()
    left.write_text("{}")
    others.write_text("{}")
    with Pulse(settings, "work") as role:
        role.turn()
        role.progress({"articles.raw-0": 2}, 2)
        assert role.beat().last_progress is None
        role.progress({"articles.raw-0": 3}, 1)
        beat = await_beat(tmp_path, lambda beat: beat.lag == 1)
        assert beat.committed == {"articles.raw-0": 3}
        assert beat.waiting_for == "Kafka"
        assert beat.last_progress is not None
        assert not left.exists()
    assert read_beat(tmp_path, "work", os.getpid()) is None
    assert [file.name for file in others.parent.iterdir()] == [others.name]


def await_beat(folder: Path, met: Callable[[Beat], bool]) -> Beat:
    deadline = time.monotonic() + 5
    while True:
        beat = read_beat(folder, "work", os.getpid())
        if beat is not None and met(beat):
            return beat
        assert time.monotonic() < deadline, beat
        time.sleep(0.01)


def test_a_folder_that_cannot_be_written_ends_no_role(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state folder that is none costs the file, not the role."""
    monkeypatch.setattr(pulse, "EVERY", 0.01)
    (tmp_path / "health").write_text("in the way")
    with Pulse(Settings(_env_file=None, state_dir=tmp_path, kafka="127.0.0.1:1"), "work") as role:
        time.sleep(0.05)
        assert role._thread is not None
        assert role._thread.is_alive()


def test_servers_that_are_away_are_named(listener: str) -> None:
    """Of several addresses one that listens is enough; only the sink needs Elasticsearch."""
    settings = Settings(_env_file=None, kafka=f"127.0.0.1:1,{listener}", elasticsearch="http://127.0.0.1:1")
    assert find_away(settings, "work") is None
    assert find_away(settings, "sink") == "Elasticsearch"
    both = settings.model_copy(update={"kafka": "127.0.0.1:1"})
    assert find_away(both, "sink") == "Kafka and Elasticsearch"
    assert find_away(both.model_copy(update={"kafka": "nonsense"}), "watch") == "Kafka"


def ask(port: int, path: str) -> tuple[int, dict[str, Any]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as found:
            return found.status, json.loads(found.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def test_the_page_answers_on_loopback(role: Pulse) -> None:
    """200 and 503 with what the role says of itself, and nothing else of it."""
    page = HealthPage(role.beat, 0, 60)
    try:
        role.progress({"articles.raw-0": 3}, 2)
        status, body = ask(page.port, "/ready")
        assert status == 200
        assert set(body) == {
            "role", "live", "ready", "trouble", "waiting_for", "committed", "lag", "last_progress",
        }  # fmt: skip
        assert (body["role"], body["committed"], body["lag"]) == ("work", {"articles.raw-0": 3}, 2)
        role.wait_for("Kafka")
        assert ask(page.port, "/ready")[0] == 503
        assert ask(page.port, "/live")[0] == 200
        assert ask(page.port, "/etc/passwd")[0] == 404
        assert page._server.server_address[0] == "127.0.0.1"
    finally:
        page.close()


def test_live_is_refused_to_whom_stands_still(role: Pulse, clock: Clock) -> None:
    """`/live` says why not."""
    role.progress({"articles.raw-0": 3}, 2)
    clock.now += 100
    role.turn()
    status, body = answer("/live", role.beat(), 60)
    assert status == 503
    assert "no offset has moved" in str(body["trouble"])


def test_a_taken_port_ends_no_role(tmp_path: Path, listener: str) -> None:
    """Where another listens on the port, the role runs on without its page."""
    port = int(listener.rpartition(":")[2])
    settings = Settings(_env_file=None, state_dir=tmp_path, kafka=listener, health_port=port)
    with Pulse(settings, "work") as role:
        assert role._page is None
