"""A line whose roles freeze, on real servers: they are replaced, articles flow on; frozen servers are waited for."""

from __future__ import annotations

import json
import os
import signal
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from sada.local.ports import is_free
from sada.local.servers import forget_elasticsearch
from tests.sada.test_up import Line, wait_for

pytestmark = pytest.mark.servers

LIMIT = 6


@pytest.fixture(scope="module")
def port() -> int:
    """The first of four free ports, below those that the system gives to connections."""
    begin = 20_000 + os.getpid() % 5_000
    return next(port for port in range(begin, 32_000) if all(map(is_free, range(port, port + 4))))


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, port: int) -> Iterator[Line]:
    """A line that loses patience soon and answers for its health."""
    one = Line(tmp_path_factory.mktemp("stuck"))
    try:
        one("up", SADA_STUCK_SECONDS=str(LIMIT), SADA_HEALTH_PORT=str(port))
        yield one
    finally:
        one("down")
        forget_elasticsearch(one.state)


def ask(port: int, path: str) -> dict[str, Any]:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
        return json.loads(answer.read())


def restarts(line: Line, name: str) -> int:
    return next((process.restarts for process in line.run().processes if process.name == name), 0)


def test_a_ready_line_says_so(line: Line, port: int) -> None:
    """Sink, worker, watcher and desk answer on one port after the other; status and doctor agree."""
    wait_for(lambda: set(healths(line).values()) == {"ready"}, "the roles")
    assert [ask(port + number, "/ready")["role"] for number in range(4)] == ["sink", "work", "watch", "desk"]
    assert set(healths(line)) == {"sink", "work-1", "watch", "desk"}
    line.drop("01-aggregator-water.txt")
    wait_for(lambda: ask(port + 1, "/live")["last_progress"], "the worker's progress")
    wait_for(lambda: ask(port + 2, "/live")["committed"] == {"acknowledged": 1}, "the watcher's progress")
    assert "ready" in line("doctor")


def healths(line: Line) -> dict[str, str]:
    return {role["name"]: role["health"] for role in line.status()["roles"] if role["health"]}


@pytest.mark.parametrize(
    ("role", "sample", "words"),
    [
        ("sink", "05-youm7-museum.txt", "المتحف"),
        pytest.param("work-1", "06-skynews-space.txt", "الكويكبات", marks=pytest.mark.slow),
        pytest.param("watch", "07-rt-arctic.txt", "القطب الشمالي", marks=pytest.mark.slow),
    ],
)
def test_a_frozen_role_is_replaced(line: Line, role: str, sample: str, words: str) -> None:
    """SIGSTOP is noticed within the limit and some seconds; one line says why; the next article arrives."""
    before = line.pid(role)
    os.kill(before, signal.SIGSTOP)
    began = time.monotonic()
    line.drop(sample)
    wait_for(lambda: restarts(line, role) == 1, "the other process")
    assert time.monotonic() - began < LIMIT + 60
    assert line.pid(role) != before
    log = (line.state / "logs" / "supervisor.log").read_text("utf-8")
    told = [json.loads(text) for text in log.splitlines() if "stuck, starting" in text]
    (reason,) = (one["reason"] for one in told if one["pid"] == before)
    assert reason in {f"it has said nothing for {LIMIT} s", f"its main loop has not turned for {LIMIT} s"}
    wait_for(lambda: json.loads(line("search", "--json", words)), "the article")


def test_a_frozen_server_is_nobodys_fault(line: Line) -> None:
    """With Elasticsearch frozen for longer than the limit no role is ended; after it everything arrives."""
    counts = {name: restarts(line, name) for name in ("sink", "work-1", "watch")}
    server = line.pid("elasticsearch")
    os.kill(server, signal.SIGSTOP)
    try:
        line.drop("08-hespress-argan.txt")
        time.sleep(2.5 * LIMIT)
        assert {name: restarts(line, name) for name in counts} == counts
    finally:
        os.kill(server, signal.SIGCONT)
    wait_for(lambda: json.loads(line("search", "--json", "الأركان")), "the article")
