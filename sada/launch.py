"""`sada up` and `sada down` as seen from the terminal: a supervisor is let go of, waited for, or told to stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from schemas import Settings

from .errors import UserError
from .keeper import last_line, set_aside
from .line import check_credentials, is_given
from .state import LOGS, Phase, Process, Run, is_locked, read_live_run, read_run

Say = Callable[[str], None]

LOOK_SECONDS = 0.1
DOWN_SECONDS = 60.0
"""Longest wait for an orderly end; every part of it has its own, shorter limit."""


def bring_up(settings: Settings, workers: int | None, say: Say) -> tuple[Run, str]:
    """Start the line in the background and wait until it is ready; or find it running already.

    `workers` null asks for one, and is content with as many as run already.

    Returns:
        The run and a remark: that it was running already, and how to change what was asked for otherwise.

    Raises:
        UserError: it could not start; nothing is left running.
    """
    _check_wish(settings, workers or 1)
    check_credentials(settings)
    _make_folders(settings)
    if is_locked(settings.state_dir):
        run = _await_ready(settings, None, say)
        return run, _compare(run, settings, workers)
    fetch_servers(say, settings)
    supervisor = _let_go(settings, workers or 1)
    try:
        run = _await_ready(settings, supervisor, say)
    except KeyboardInterrupt:
        say("interrupted: stopping what has started")
        supervisor.terminate()
        supervisor.wait()
        raise
    faster = run.supervisor.pid != supervisor.pid
    return run, _compare(run, settings, workers) if faster else ""


def bring_down(settings: Settings, say: Say) -> str:
    """Tell the supervisor to stop and wait until all of it has; return what happened in one line."""
    if not is_locked(settings.state_dir):
        return "nothing is running"
    supervisor: Process | None = None
    deadline = time.monotonic() + DOWN_SECONDS
    while is_locked(settings.state_dir) or (supervisor is not None and supervisor.alive):
        run = read_live_run(settings.state_dir)  # null for a moment where a line has only just begun to start
        if run is not None and supervisor is None:
            supervisor = run.supervisor
            _send(supervisor, signal.SIGTERM)
        _narrate(settings, say)
        if time.monotonic() > deadline and supervisor is not None:
            _send(supervisor, signal.SIGKILL)
            return f"stopped by force after {DOWN_SECONDS:.0f} s; no data is lost (log: {_log(settings)})"
        time.sleep(LOOK_SECONDS)
    return "stopped; the data stays for the next: sada up"


def _send(process: Process, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(process.pid, number)


def fetch_servers(say: Say, settings: Settings | None = None) -> None:
    """Download what the local servers need and the cache lacks; not what `settings` names another address for."""
    from .local.elasticsearch_server import prefetch_elasticsearch
    from .local.kafka_server import prefetch_kafka

    if settings is None or not is_given(settings, "kafka"):
        prefetch_kafka(say)
    if settings is None or not is_given(settings, "elasticsearch"):
        prefetch_elasticsearch(say)


def _check_wish(settings: Settings, workers: int) -> None:
    if workers > settings.partitions:
        raise UserError(
            f"--workers {workers} is more than the {settings.partitions} partitions that they share",
            "ask for fewer, or raise SADA_PARTITIONS before the first start",
        )


def _make_folders(settings: Settings) -> None:
    for folder in (settings.state_dir / LOGS, settings.inbox):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UserError(f"cannot make {folder}: {error.strerror}", "choose another: --state-dir, --inbox") from None


def _let_go(settings: Settings, workers: int) -> subprocess.Popen[bytes]:
    """Start the supervisor in a session of its own, which outlives this terminal."""
    command = [sys.executable, "-m", "sada", "supervise", "--workers", str(workers), "--topology", settings.topology]
    command += ["--inbox", str(settings.inbox), "--state-dir", str(settings.state_dir)]
    set_aside(_log(settings))
    with _log(settings).open("ab") as output:
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )


def _await_ready(settings: Settings, supervisor: subprocess.Popen[bytes] | None, say: Say) -> Run:
    """Wait for `supervisor`, or for another's when null, telling its steps."""
    while True:
        run = read_live_run(settings.state_dir)
        if run is not None and run.phase is Phase.READY:
            return run
        if supervisor is None and not is_locked(settings.state_dir):
            raise UserError("the line that was running here has stopped", "start it again: sada up")
        if supervisor is not None and supervisor.poll() is not None:
            return _judge_end(settings, supervisor.returncode, say)
        _narrate(settings, say)
        time.sleep(LOOK_SECONDS)


def _judge_end(settings: Settings, code: int, say: Say) -> Run:
    """A supervisor that ended before it was ready: another was faster, or it failed."""
    from .supervisor import ALREADY_RUNNING

    if code == ALREADY_RUNNING:
        return _await_ready(settings, None, say)
    run = read_run(settings.state_dir)
    if run is not None and run.phase is Phase.STOPPED:
        raise UserError("the line was told to stop while it started", "start it again: sada up")
    reason = run.failure if run is not None and run.failure else last_line(_log(settings))
    raise UserError(f"the line did not start: {reason}", f"log: {_log(settings)}")


def _narrate(settings: Settings, say: Say) -> None:
    run = read_live_run(settings.state_dir)
    if run is not None and run.step:
        say(run.step)


def _compare(run: Run, settings: Settings, workers: int | None) -> str:
    asked = (workers or run.workers, settings.topology, settings.inbox)
    if asked == (run.workers, run.topology, run.inbox):
        return "already running"
    return (
        f"already running with {run.workers} worker(s), {run.topology}, inbox {run.inbox}; "
        "to change that: sada down, then sada up with the new options"
    )


def _log(settings: Settings) -> Path:
    return settings.state_dir / LOGS / "supervisor.log"
