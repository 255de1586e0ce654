"""The line under faults, on a small scale: each of the main kinds once; `make chaos` is the full run."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from bench.chaos.clock import Clocks
from bench.chaos.compare import Difference, State, differences
from bench.chaos.files import HOPELESS_KINDS, story
from bench.chaos.line import Line
from bench.chaos.proxy import Wire
from bench.chaos.report import Outcome, table, write
from bench.chaos.run import Plan, run

TELL = """
import time
begun, monotonic = time.time(), time.monotonic()
while True:
    print(time.time() - begun - (time.monotonic() - monotonic), flush=True)
    before = time.monotonic()
    time.sleep(0.05)
    assert 0.05 <= time.monotonic() - before < 5
"""
"""Tells by how much the time of day has jumped since the start, and sees that sleeping is no matter of it."""

FAULTS = (
    "watcher killed",
    "worker killed",
    "sink killed",
    "Kafka killed",
    "Elasticsearch killed",
    "way to Elasticsearch cut",
)


@pytest.mark.servers
@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_is_lost_repeated_or_changed_under_faults(tmp_path: Path) -> None:
    """After one of each main fault, the index is what the pipeline in memory makes of the same files."""
    line = Line(tmp_path / "chaos", partitions=4)
    try:
        outcome = run(line, Plan(seed=5, files=150, only=FAULTS, faults=len(FAULTS)), print)
    finally:
        line.close(keep=False)
    assert not outcome.differences, table(outcome)
    assert not outcome.notes
    assert max(seconds for _, seconds in outcome.recoveries) < 30, table(outcome)


def test_a_story_is_the_same_for_the_same_seed() -> None:
    """A seed decides every file, with the promised shares of copies, edits and hopeless files."""
    files = story(400, 1)
    assert files == story(400, 1) != story(400, 2)
    assert len({file.name for file in files}) == 400
    assert sum(file.name.startswith("copies/") for file in files) == 40
    assert sum(file.later is not None for file in files) == 20
    hopeless = {file.name.split("-", 1)[1] for file in files if file.name.startswith("hopeless/")}
    assert hopeless == {f"{kind.replace(' ', '-')}.txt" for kind in HOPELESS_KINDS}


def test_each_kind_of_difference_is_seen() -> None:
    """A document that is not there, one too many, one with another field and a reject told twice are all told of."""
    must = State({"a": {"paths": ["1"]}, "b": {"paths": ["2"]}}, {}, Counter({("3", "empty"): 1}))
    there = State({"b": {"paths": ["2", "4"]}}, {"h": {"articles": ["b"]}}, Counter({("3", "empty"): 2}))
    found = {(one.kind, one.index, one.paths) for one in differences(must, there)}
    assert found == {
        ("lost", "articles", ("1",)),
        ("differing", "articles", ("2",)),
        ("repeated", "headlines", ("b",)),
        ("repeated", "rejected", ("3",)),
    }


def test_the_table_counts_under_the_fault_that_was_on(tmp_path: Path) -> None:
    """A wrong document counts under the fault of its first file, and a second run of a seed replaces its table."""
    lost = Difference("lost", "articles", "a", ("1.txt",), "")
    outcome = Outcome(7, 2, recoveries=[("sink killed", 2.0)], slots={"1.txt": "sink killed"}, differences=[lost])
    assert "| sink killed | 1 | 1 | 1 | 0 | 0 | 2.0 | 2.0 |" in table(outcome)
    page = tmp_path / "page.md"
    page.write_text("# Title\n")
    for differences_ in ([lost], []):
        outcome.differences = differences_
        write(page, outcome)
    outcome.loads = [7.6, 8.4]
    assert "under a load of 8." in table(outcome)
    assert page.read_text().startswith("# Title\n\n<!-- chaos 7 -->\n")
    assert page.read_text().count("| sink killed | 1 | 1 | 0 | 0 | 0 | 2.0 | 2.0 |") == 1


def test_a_wire_passes_cuts_and_answers() -> None:
    """Through a wire a server is reached; cut, it is not; told to answer, the wire itself does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler)
    Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    wire = Wire(server.server_port)
    try:
        assert ask(wire.port) == 501
        wire.change(answer=429)
        assert ask(wire.port) == 429
        wire.change(cut=True)
        with pytest.raises((OSError, HTTPException)):
            ask(wire.port)
        wire.change(delay=0.01)
        assert ask(wire.port) == 501
    finally:
        wire.close()
        server.shutdown()
        server.server_close()


def test_a_running_process_sees_its_clock_jump(tmp_path: Path) -> None:
    """Its time of day follows the file, its monotonic clock runs on; where libfaketime is missing, that is told."""
    assert Clocks.find(tmp_path, places=("/nowhere",)) is None
    clocks = Clocks.find(tmp_path)
    if clocks is None:
        pytest.skip("libfaketime is not installed (Debian: apt-get install faketime)")
    (tmp_path / "tell.py").write_text(TELL)
    child = subprocess.Popen(
        [sys.executable, *clocks.command("tell")],
        env={**os.environ, **clocks.environment("watch"), "PYTHONPATH": str(tmp_path)},
        stdout=subprocess.PIPE,
    )
    assert child.stdout is not None
    try:
        assert abs(float(child.stdout.readline())) < 30
        clocks.set_by("watch", -3600)
        assert any(-3700 < float(child.stdout.readline()) < -3500 for _ in range(60))
    finally:
        child.kill()
        child.communicate()
    assert (tmp_path / "watch").read_text() == clocks_file(clocks, "watch") == "-3600\n"


def clocks_file(clocks: Clocks, name: str) -> str:
    """Return what a process started again would read."""
    return Path(clocks.environment(name)["FAKETIME_TIMESTAMP_FILE"]).read_text()


def ask(port: int) -> int:
    """Send a request with a body that a plain file server does not know."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("POST", "/_bulk", b"{}\n")
        return connection.getresponse().status
