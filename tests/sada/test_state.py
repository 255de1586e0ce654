"""The run file and the lock: what `status`, `up` and `down` know of a line."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import Timer

import pytest

from sada.state import (
    AlreadyRunning,
    Phase,
    Run,
    describe,
    hold_lock,
    is_alive,
    is_locked,
    read_live_run,
    read_run,
    write_run,
)


def a_run(pid: int | None = None) -> Run:
    supervisor = describe("supervisor", os.getpid() if pid is None else pid)
    return Run(phase=Phase.READY, supervisor=supervisor, inbox=Path("/tmp/inbox"), workers=2, topology="fused")


def test_a_run_is_read_as_it_was_written(tmp_path: Path) -> None:
    """What the supervisor writes is what the commands read, and no half-written file is left beside it."""
    write_run(tmp_path, a_run())
    assert read_run(tmp_path) == a_run()
    assert [path.name for path in tmp_path.iterdir()] == ["run.json"]


@pytest.mark.parametrize("content", ["", "{", '{"phase": "dancing"}', "[]"])
def test_a_damaged_run_file_is_no_run(tmp_path: Path, content: str) -> None:
    """A run file that is cut off or of another version reads as none, not as an error."""
    (tmp_path / "run.json").write_text(content)
    assert read_run(tmp_path) is None


def test_no_run_file_is_no_run(tmp_path: Path) -> None:
    """A folder where nothing ever ran has no run."""
    assert read_run(tmp_path) is None
    assert read_live_run(tmp_path) is None


def test_a_run_whose_supervisor_is_gone_is_not_live(tmp_path: Path) -> None:
    """After a SIGKILL of the supervisor the file stays behind, but it is nobody's."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    write_run(tmp_path, a_run(child.pid))
    assert read_live_run(tmp_path) is not None
    child.communicate()
    assert read_live_run(tmp_path) is None


def test_another_process_with_the_same_pid_is_not_taken_for_it() -> None:
    """A pid that was given out again belongs to a process that was born later."""
    mine = describe("me", os.getpid())
    assert mine.alive
    assert not is_alive(mine.pid, mine.born - 3600)


def test_a_zombie_is_not_alive() -> None:
    """A process that has ended but was not waited for counts as gone."""
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    entry = describe("child", child.pid)
    assert entry.alive
    child.kill()
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    assert not entry.alive
    child.communicate()


def test_the_lock_has_one_holder(tmp_path: Path) -> None:
    """Whoever comes second is told so, and may have it once the first has let go."""
    assert not is_locked(tmp_path)
    with hold_lock(tmp_path):
        assert is_locked(tmp_path)
        with pytest.raises(AlreadyRunning), hold_lock(tmp_path):
            pass
    assert not is_locked(tmp_path)


def test_the_lock_goes_with_its_holder(tmp_path: Path) -> None:
    """A holder that is killed leaves no lock behind."""
    code = (
        "import sys, pathlib; from sada.state import hold_lock\n"
        "with hold_lock(pathlib.Path(sys.argv[1])): print('held', flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert is_locked(tmp_path)
        holder.kill()
    assert not is_locked(tmp_path)


def test_a_look_at_the_lock_does_not_turn_the_holder_away(tmp_path: Path) -> None:
    """Whoever only looks holds the lock for a moment; a supervisor that comes just then waits for that moment."""
    looking = hold_lock(tmp_path)
    looking.__enter__()
    Timer(0.2, looking.__exit__, (None, None, None)).start()
    with hold_lock(tmp_path, patience=5.0):
        assert is_locked(tmp_path)
