"""Starting and ending processes: in order, by force, after a crash of whoever started them; none is left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from textwrap import dedent

import psutil
import pytest

from sada.local.launch import LOG_KEPT_BYTES, Command, Server, ServerError, launch, open_log

NEEDS_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="the parent-death signal is Linux's")


def command(folder: Path, code: str) -> Command:
    """Make a command that runs Python `code` in the place of a server."""
    arguments = (sys.executable, "-I", "-c", dedent(code))
    return Command("pretender", arguments, dict(os.environ), folder, folder / "pretender.log")


def start(folder: Path, code: str = "import time; time.sleep(600)", stop_seconds: float = 5) -> Server:
    """Launch a pretender that is ready at once."""
    return launch(command(folder, code), "nowhere", lambda: True, print, stop_seconds=stop_seconds)


def gone(pid: int, seconds: float = 60) -> bool:
    """Wait for the process to end; a zombie has ended."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.05)
    return False


def test_stop_ends_it(tmp_path: Path) -> None:
    """A started process is alive until it is stopped; stopping twice does no harm."""
    server = start(tmp_path)
    assert server.alive()
    assert psutil.pid_exists(server.pid)
    server.stop()
    server.stop()
    assert not server.alive()
    assert gone(server.pid)


def test_one_that_does_not_listen_is_ended_by_force(tmp_path: Path) -> None:
    """A process that ignores SIGTERM is killed after the limit."""
    deaf = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
    )
    log = tmp_path / "pretender.log"
    server = launch(command(tmp_path, deaf), "nowhere", lambda: "deaf" in log.read_text(), print, stop_seconds=0.5)
    begun = time.monotonic()
    server.stop()
    assert gone(server.pid)
    assert time.monotonic() - begun < 120


def test_a_crash_is_noticed(tmp_path: Path) -> None:
    """When the process dies by itself the server is no longer alive."""
    server = start(tmp_path)
    os.kill(server.pid, signal.SIGKILL)
    assert gone(server.pid)
    deadline = time.monotonic() + 5
    while server.alive() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not server.alive()
    server.stop()


def test_nothing_is_left_after_the_starter_is_killed(tmp_path: Path) -> None:
    """SIGKILL of the starting process ends the server, though the starter could do nothing about it."""
    starter = dedent(
        f"""
        import sys, time
        from pathlib import Path
        sys.path.insert(0, {str(Path(__file__).parents[2])!r})
        from sada.local.launch import Command, launch
        folder = Path({str(tmp_path)!r})
        sleeper = Command("pretender", ("/bin/sleep", "600"), {{}}, folder, folder / "pretender.log")
        print(launch(sleeper, "nowhere", lambda: True, print).pid, flush=True)
        time.sleep(600)
        """
    )
    with subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert psutil.pid_exists(pid)
        process.kill()
    assert gone(pid)


def test_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    """Linux sends the parent-death signal when the starting thread ends; a server must not fall for that."""
    servers: list[Server] = []
    thread = threading.Thread(target=lambda: servers.append(start(tmp_path)))
    thread.start()
    thread.join()
    time.sleep(0.5)
    (server,) = servers
    assert server.alive()
    server.stop()


@NEEDS_LINUX
def test_nothing_is_left_after_the_guard_is_killed(tmp_path: Path) -> None:
    """SIGKILL of the guard takes the server with it."""
    server = start(tmp_path)
    guard = psutil.Process(server.pid).parent()
    assert guard is not None
    guard.kill()
    assert gone(server.pid)
    server.stop()


@NEEDS_LINUX
def test_what_a_launcher_started_ends_as_well(tmp_path: Path) -> None:
    """Where the command is a launcher that dies at once, the process that it left behind is ended too."""
    launcher = """
        import subprocess, sys, time
        child = subprocess.Popen(["/bin/sleep", "600"])
        print(child.pid, flush=True)
        time.sleep(600)
    """
    log = tmp_path / "pretender.log"
    server = launch(
        command(tmp_path, launcher), "nowhere", lambda: log.read_text().endswith("\n"), print, stop_seconds=1
    )
    child = int(log.read_text())
    server.stop()
    assert gone(server.pid)
    assert gone(child)


def test_the_log_explains_a_failed_start(tmp_path: Path) -> None:
    """A process that ends before it is ready is an error that shows the end of its log."""
    with pytest.raises(ServerError, match=r"(?s)exit code 3.*no room on disk.*whole log: "):
        launch(command(tmp_path, "import sys; print('no room on disk'); sys.exit(3)"), "nowhere", lambda: False, print)


def test_a_log_that_has_grown_large_is_put_aside(tmp_path: Path) -> None:
    """Each start appends to the log, until it is so large that a new one begins."""
    log = open_log(tmp_path, "kafka")
    log.write_text("a line\n")
    assert open_log(tmp_path, "kafka").read_text() == "a line\n"
    with log.open("r+b") as lines:
        lines.truncate(LOG_KEPT_BYTES + 1)
    assert open_log(tmp_path, "kafka").read_text() == ""
    assert (tmp_path / "logs" / "kafka.old.log").stat().st_size > LOG_KEPT_BYTES


def test_a_program_that_is_missing_is_an_error(tmp_path: Path) -> None:
    """A command that cannot be run at all says so."""
    missing = Command("pretender", ("/no/such/program",), {}, tmp_path, tmp_path / "pretender.log")
    with pytest.raises(ServerError, match="pretender could not be run"):
        launch(missing, "nowhere", lambda: True, print)


def test_a_slow_start_is_given_up(tmp_path: Path) -> None:
    """One that is never ready is ended after the time limit."""
    with pytest.raises(ServerError, match="not ready after 0 s"):
        launch(command(tmp_path, "import time; time.sleep(600)"), "nowhere", lambda: False, print, start_seconds=0.3)
    assert not [p for p in psutil.process_iter(["cwd"]) if p.info["cwd"] == str(tmp_path)]


def test_one_server_for_each_folder(tmp_path: Path) -> None:
    """A second server on the same folder waits for the first to end, and gives up after a while."""
    told: list[str] = []
    first = start(tmp_path)
    with pytest.raises(ServerError, match="another pretender already runs"):
        launch(command(tmp_path, "pass"), "nowhere", lambda: True, told.append, wait_seconds=0.5)
    assert told == [f"waiting for another pretender in {tmp_path} to end"]
    first.stop()
    second = start(tmp_path)
    assert second.alive()
    second.stop()
