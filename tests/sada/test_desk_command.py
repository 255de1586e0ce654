"""`sada desk` as a process: it opens, says where, refuses what is unsafe, and ends in order."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import orjson
import pytest


def command(folder: Path, *arguments: str, **environment: str) -> subprocess.Popen[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SADA_")}
    given = {"SADA_ELASTICSEARCH": "http://127.0.0.1:1", "SADA_KAFKA": "127.0.0.1:1", "SADA_LOG_FORMAT": "json"}
    return subprocess.Popen(
        [sys.executable, "-m", "sada", "desk", *arguments],
        cwd=folder,
        env=kept | given | environment,
        stderr=subprocess.PIPE,
        text=True,
    )


@contextmanager
def running(folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start a desk on a free port; yields the process and its address."""
    process = command(folder, "--port", "0")
    assert process.stderr is not None
    try:
        for line in process.stderr:
            said = orjson.loads(line)
            if said["event"] == "the desk is open":
                break
        yield process, said["address"]
    finally:
        process.kill()
        process.wait()
        process.stderr.close()


def test_it_opens_and_ends_when_told(tmp_path: Path) -> None:
    """It answers where it says, tells its pulse, and ends with status 0 on SIGTERM though a page watches the line."""
    with running(tmp_path) as (process, address):
        deadline = time.monotonic() + 20
        while not list(tmp_path.glob(".sada/health/desk-*.json")):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        assert httpx.get(f"{address}/headlines", timeout=20).status_code == 503
        with httpx.stream("GET", f"{address}/line/events", timeout=20) as events:
            assert events.status_code == 200
            process.send_signal(signal.SIGTERM)
            assert process.wait(10) == 0
        assert not list(tmp_path.glob(".sada/health/desk-*.json"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--host", "0.0.0.0"), "SADA_DESK_TOKEN"),
        (("--host", "256.0.0.1"), "SADA_DESK_TOKEN"),
    ],
)
def test_what_is_unsafe_is_refused_in_one_line(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """Beyond loopback without a token it ends with status 1 and one line that names the setting."""
    process = command(tmp_path, *arguments)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert said in errors
    assert "Traceback" not in errors


def test_a_port_in_use_is_told(tmp_path: Path) -> None:
    """Where another program listens, it says so and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        process = command(tmp_path, "--port", str(other.getsockname()[1]))
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "the desk cannot listen" in errors
    assert "--port" in errors
