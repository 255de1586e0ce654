"""The roles as a container starts them, before any server is there."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def start(role: str, folder: Path, **environment: str) -> subprocess.Popen[str]:
    outside = {name: value for name, value in os.environ.items() if not name.startswith("SADA_")}
    command = [sys.executable, "-m", "sada", role, "--state-dir", str(folder)]
    return subprocess.Popen(command, env=outside | environment, cwd=folder, stderr=subprocess.PIPE, text=True)


def fail(role: str, folder: Path, **environment: str) -> tuple[subprocess.Popen[str], str]:
    """Start a role that must end by itself; return it with what it said."""
    with start(role, folder, **environment) as process:
        try:
            return process, process.communicate(timeout=120)[1]
        finally:
            process.kill()


@pytest.mark.parametrize("role", ["watch", "work", "sink"])
def test_a_role_waits_for_kafka_and_leaves_when_told(role: str, tmp_path: Path) -> None:
    """A role that is started before its Kafka says what it waits for, and SIGTERM ends it with 0 at once."""
    with start(role, tmp_path, SADA_KAFKA="127.0.0.1:1") as process:
        assert process.stderr is not None
        line = json.loads(next(line for line in process.stderr if "127.0.0.1:1" in line))
        assert line["role"] == role
        process.terminate()
        assert process.wait(10) == 0


def test_a_role_with_a_wrong_setting_ends_in_one_line(tmp_path: Path) -> None:
    """A setting that does not fit is one line naming its variable, exit code 1."""
    process, err = fail("work", tmp_path, SADA_PARTITIONS="many")
    assert process.returncode == 1
    assert err.startswith("sada: SADA_PARTITIONS: ")
    assert len(err.splitlines()) == 1


def test_a_secured_kafka_without_password_ends_in_one_line(tmp_path: Path) -> None:
    """Credentials that are missing are named; waiting would not bring them."""
    process, err = fail("sink", tmp_path, SADA_KAFKA_SECURITY="SASL_PLAINTEXT")
    assert process.returncode == 1
    assert "SADA_KAFKA_USERNAME" in err
    assert "Traceback" not in err
