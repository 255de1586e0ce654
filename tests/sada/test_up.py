"""`sada up` to `sada down` on real servers: what a person does with a line, and what may befall it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import psutil
import pytest

from sada.local.servers import forget_elasticsearch
from sada.state import Run, read_run

pytestmark = pytest.mark.servers

SAMPLES = Path(__file__).parents[2] / "samples"


class Line:
    """A line in a folder of its own, driven through its command as a person would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.state = folder / ".sada"
        self.inbox = folder / "inbox"

    def __call__(self, *arguments: str, fails: bool = False, **environment: str) -> str:
        """Run `sada ARGUMENTS` in the folder and return what it printed."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("SADA_")}
        command = [sys.executable, "-m", "sada", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=clean | environment, capture_output=True, text=True, check=False, timeout=180
        )
        assert (done.returncode != 0) == fails, done.stderr + self._logs()
        return done.stderr if fails else done.stdout

    def _logs(self) -> str:
        ends = [(log.name, log.read_text("utf-8", "replace")[-1500:]) for log in self.state.glob("logs/*.log")]
        return "".join(f"\n== {name}\n{end}" for name, end in ends)

    def status(self) -> dict[str, Any]:
        """Return what `sada status --json` says."""
        return json.loads(self("status", "--json"))

    def run(self) -> Run:
        """Return the run file."""
        run = read_run(self.state)
        assert run is not None
        return run

    def pid(self, name: str) -> int:
        """Return the process id of a role or server."""
        return next(process.pid for process in self.run().processes if process.name == name)

    def drop(self, sample: str) -> None:
        """Copy a sample into the inbox."""
        shutil.copyfile(SAMPLES / sample, self.inbox / sample)

    def processes(self) -> list[str]:
        """Every process that names the folder: supervisor, guards, roles, servers."""
        return [
            " ".join(process.info["cmdline"])
            for process in psutil.process_iter(["cmdline", "status"])
            if any(str(self.folder) in argument for argument in process.info["cmdline"] or ())
            and process.info["status"] != psutil.STATUS_ZOMBIE
        ]


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    """Bring a line with one worker up; whatever the tests did to it, nothing of it is left in the end."""
    folder = tmp_path_factory.mktemp("folder with spaces and صدى")
    one = Line(folder)
    try:
        one("up")
        yield one
    finally:
        one("down")
        forget_elasticsearch(one.state)


def wait_for(met: Callable[[], object], what: str, seconds: float = 180.0) -> None:
    deadline = time.monotonic() + seconds
    while not met():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        time.sleep(0.2)


def test_a_dropped_file_is_searchable(line: Line) -> None:
    """A page dropped into the inbox is found by words of its title, with date, source and names."""
    line.drop("01-aggregator-water.txt")
    wait_for(lambda: json.loads(line("search", "--json", '"شح المياه"')), "the article")
    hits = json.loads(line("search", "--json", "غوتيريش شح المياه"))
    assert hits[0]["title"] == "غوتيريش يدعو إلى تحرك عاجل لمواجهة شح المياه في المنطقة العربية"
    assert hits[0]["date"] == "2025-03-22"
    assert hits[0]["source"] == "صحيفة الاتحاد"
    assert "أنطونيو غوتيريش" in [named["name"] for named in hits[0]["entities"]]
    assert "غوتيريش" in line("search", "غوتيريش")


def test_status_tells_where_everything_is(line: Line) -> None:
    """The JSON status names the addresses, the processes, each group's lag, documents and rejects."""
    line.drop("05-youm7-museum.txt")
    (line.inbox / "empty.txt").write_text("")
    wait_for(lambda: line.status()["rejects"] == {"empty": 1}, "the reject")
    wait_for(lambda: all(lag["lag"] == 0 for lag in line.status()["lags"]), "the lag")
    status = line.status()
    assert status["phase"] == "ready"
    assert status["kafka"]["answers"]
    assert status["elasticsearch"]["answers"]
    assert status["inbox"] == str(line.inbox)
    assert {role["name"] for role in status["roles"] if role["alive"]} == {
        "supervisor",
        "kafka",
        "elasticsearch",
        "watch",
        "work-1",
        "sink",
        "desk",
    }
    with urllib.request.urlopen(f"{status['desk']}/line", timeout=30) as page:
        assert "work-1" in page.read().decode()
    assert {(lag["group"], lag["topic"]) for lag in status["lags"]} >= {
        ("sada-streams", "articles.raw"),
        ("sada-sink", "articles.enriched"),
        ("sada-sink", "headlines.unique"),
    }
    assert {group["state"] for group in status["groups"]} == {"Stable"}
    assert status["documents"]["articles"] >= 1
    table = line("status")
    assert str(line.inbox) in table
    assert "articles.enriched" in table


def test_a_second_up_is_harmless(line: Line) -> None:
    """`sada up` beside a running line returns at once, starts nothing, and says how to change what differs."""
    before = line.run()
    assert "already running" in line("up")
    assert "sada down, then sada up" in line("up", "--workers", "3")
    assert line.run() == before


def test_a_role_that_is_killed_comes_back(line: Line) -> None:
    """After SIGKILL of the worker another one takes over, and articles flow on."""
    worker = line.pid("work-1")
    os.kill(worker, signal.SIGKILL)
    wait_for(lambda: any(one.name == "work-1" and one.restarts for one in line.run().processes), "the worker")
    assert line.pid("work-1") != worker
    line.drop("07-rt-arctic.txt")
    wait_for(lambda: json.loads(line("search", "--json", "القطب الشمالي")), "the article")


def test_a_server_that_is_killed_comes_back(line: Line) -> None:
    """After SIGKILL of Elasticsearch it is started again on its address and data, and articles flow on."""
    before = line.run().elasticsearch
    documents = line.status()["documents"]
    os.kill(line.pid("elasticsearch"), signal.SIGKILL)
    wait_for(lambda: any(one.name == "elasticsearch" and one.restarts for one in line.run().processes), "the server")
    assert line.run().elasticsearch == before
    line.drop("08-hespress-argan.txt")
    wait_for(lambda: json.loads(line("search", "--json", "الأركان")), "the article")
    assert line.status()["documents"]["articles"] > documents["articles"]


def test_the_demo_shows_the_samples(line: Line) -> None:
    """The demo puts samples/ through the line and shows what was found; run twice, it changes no count."""
    out = line("demo", "--samples", str(SAMPLES))
    assert "What was found" in out
    assert "Most repeated headlines" in out
    assert str(line.inbox) in out
    counted = line.status()["documents"]
    assert line("demo", "--samples", str(SAMPLES)) == out
    found = json.loads(line("demo", "--samples", str(SAMPLES), "--json"))
    assert found["copied"] == []
    assert len(found["articles"]) > len(list(SAMPLES.glob("*.txt")))
    assert found["headlines"][0]["article_count"] >= 3
    assert line.status()["documents"] == counted


def test_nothing_outlives_the_line(tmp_path: Path) -> None:
    """SIGKILL of the supervisor leaves no orphan; the next `up` finds the data; `down` leaves no process."""
    line = Line(tmp_path)
    try:
        line("up", "--workers", "2")
        line.drop("06-skynews-space.txt")
        wait_for(lambda: line.status()["documents"].get("articles"), "the article")
        documents = line.status()["documents"]
        os.kill(line.run().supervisor.pid, signal.SIGKILL)
        wait_for(lambda: not line.processes(), f"orphans: {line.processes()}", 40)
        assert line.status()["phase"] is None
        line("up", "--topology", "staged")
        wait_for(lambda: line.status()["documents"] == documents, "the data of before")
        line("down")
        assert line.processes() == []
        assert line("down") == "nothing is running\n"
    finally:
        line("down")
        forget_elasticsearch(line.state)


def test_servers_given_by_hand_are_used_and_not_started(
    tmp_path: Path, kafka_address: str, elasticsearch_url: str, fresh_topics: None
) -> None:
    """With SADA_KAFKA and SADA_ELASTICSEARCH set, the line runs on those and starts none; `down` leaves them alone."""
    line = Line(tmp_path)
    given = {"SADA_KAFKA": kafka_address, "SADA_ELASTICSEARCH": elasticsearch_url, "SADA_GROUP": "byhand"}
    given |= {"SADA_INDEX_PREFIX": "byhand"}
    try:
        line("up", **given)
        assert {process.name for process in line.run().processes} == {"watch", "work-1", "sink", "desk"}
        line.drop("11-jordan-copy.txt")
        wait_for(lambda: json.loads(line("search", "--json", "الأردن", **given)), "the article")
    finally:
        line("down", **given)
    assert json.loads(line("search", "--json", "الأردن", **given))


def test_down_during_up_leaves_nothing(tmp_path: Path) -> None:
    """`sada down` while the servers still come up ends them too, and tells whoever waits for the line."""
    line = Line(tmp_path)
    with ThreadPoolExecutor() as pool:
        up = pool.submit(line, "up", fails=True)
        wait_for(lambda: (line.state / "kafka").exists() and read_run(line.state) is not None, "the start")
        line("down")
        assert line.processes() == []
        assert "told to stop while it started" in up.result()
    forget_elasticsearch(line.state)


def test_a_line_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    """Where Kafka is given by hand but nobody answers there, `up` fails in one line, and nothing is left running."""
    line = Line(tmp_path)
    message = line("up", fails=True, SADA_KAFKA="127.0.0.1:1", SADA_ELASTICSEARCH="http://127.0.0.1:1")
    last = message.splitlines()[-1]
    assert "the line did not start: no Kafka at 127.0.0.1:1" in last
    assert "supervisor.log" in last
    assert line.processes() == []
