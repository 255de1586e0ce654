"""The run file and the roles' pulses in, findings on the processes out."""

from __future__ import annotations

import time
from collections.abc import Iterator

from sada.state import LOGS, Process, Run
from schemas import Settings
from schemas.health import find_trouble, read_beat

from .finding import Finding, fail, ok, warn

ROLES = {"watch", "work", "sink"}


def examine_line(settings: Settings, run: Run | None) -> Iterator[Finding]:
    """Look at the line that runs in the state folder."""
    if run is None:
        yield ok("line", settings.state_dir, "none is running here; sada up starts one")
        return
    yield ok("line", settings.state_dir, f"{run.phase} {run.step}".rstrip())
    for process in run.processes:
        if process.name.partition("-")[0] in ROLES:
            yield check_role(settings, process, time.monotonic())


def check_role(settings: Settings, process: Process, now: float) -> Finding:
    """Judge one role by its process and what it says of itself."""
    role, where = process.name.partition("-")[0], f"{process.name} ({process.pid})"
    log = settings.state_dir / LOGS / f"{process.name}.log"
    if not process.alive:
        return fail("role", where, "does not run", f"it is started again by itself; the reason: {log}")
    beat = read_beat(settings.state_dir, role, process.pid)
    if beat is None:
        return warn("role", where, "has not said a word yet", f"wait some seconds, then see {log}")
    if (trouble := find_trouble(beat, now, settings.live_seconds)) is not None:
        return fail("role", where, trouble, f"it is started again after {settings.stuck_seconds:.0f} s; see {log}")
    if not beat.ready:
        return warn("role", where, f"waits for {beat.waiting_for or 'its group'}", f"see to that; more in {log}")
    return ok("role", where, "ready" if not beat.lag else f"ready, {beat.lag} messages to do")
