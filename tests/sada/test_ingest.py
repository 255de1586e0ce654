"""A folder sent once: the newest first, resumable, down to what is searchable or rejected."""

from __future__ import annotations

import contextlib
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from producers.once import Part, Standing, ids_of, part_of, send_new
from sada import cli
from sada.ingest import Summary
from sada.pace import Meterline, Pace, say_pace
from schemas import Settings
from tests.line.harness import Line, environment
from tests.producers.fakes import Broker


class Telling(Broker):
    """A broker that says what keeps it from sending; nothing unless told."""

    trouble: str | None = None


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """Settings of an inbox with five pages, the last one the newest, finished long ago."""
    (tmp_path / "inbox" / "may").mkdir(parents=True)
    for number in range(5):
        file = tmp_path / "inbox" / "may" / f"{number}.txt"
        file.write_text(f"نص المقال رقم {number} عن افتتاح الجسر", encoding="utf-8")
        os.utime(file, (1_000_000 + number, 1_000_000 + number))
    return Settings(_env_file=None, inbox=tmp_path / "inbox", state_dir=tmp_path / "state", settle_seconds=0.0)


def test_the_newest_goes_first(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are read by their time, the newest first."""
    read: list[str] = []
    from producers.intake import Intake

    add = Intake.add
    monkeypatch.setattr(Intake, "add", lambda self, path: (read.append(path), add(self, path))[1])
    sent = send_new(house, Part(house.inbox), Telling(), threading.Event())
    assert read == [f"may/{number}.txt" for number in (4, 3, 2, 1, 0)]
    assert (sent.files, sent.read, sent.known, sent.left, sent.complete) == (5, 5, 0, (), True)


def test_what_was_sent_is_known_the_next_time(house: Settings) -> None:
    """A second call sends what is new alone, and knows the ids of all."""
    send_new(house, Part(house.inbox), Telling(), threading.Event())
    (house.inbox / "new.txt").write_text("مقال جديد")
    (house.inbox / "empty.txt").write_text("")
    broker = Telling()
    sent = send_new(house, Part(house.inbox), broker, threading.Event())
    assert (sent.files, sent.read, sent.known) == (7, 2, 5)
    assert broker.told() == ["raw مقال جديد new.txt", "rejected empty"]
    articles, rejects = next(ids_of(house, Part(house.inbox)))
    assert (len(articles), len(rejects)) == (6, 1)


def test_a_stop_leaves_what_the_next_call_sends(house: Settings) -> None:
    """Stopped while no ack comes: nothing counts as sent; the next call sends all."""
    stop, broker = threading.Event(), Telling()
    broker.acking, broker.trouble = False, "Kafka"
    seen: list[Standing] = []

    def tell(standing: Standing) -> None:
        seen.append(standing)
        if len(seen) == 12:  # five files and then the waiting, which is told of again and again
            stop.set()

    assert not send_new(house, Part(house.inbox), broker, stop, tell).complete
    assert seen[-1] == Standing(5, 5, "Kafka")
    again = send_new(house, Part(house.inbox), Telling(), threading.Event())
    assert (again.read, again.known, again.complete) == (5, 0, True)


def test_a_folder_of_the_inbox_keeps_its_names(house: Settings) -> None:
    """Files below the inbox are sent by the names that the watcher gives them, and no others with them."""
    (house.inbox / "beside.txt").write_text("مقال آخر")
    broker = Telling()
    part = part_of(house.inbox / "may", house)
    assert send_new(house, part, broker, threading.Event()).files == 5
    assert {path for raw in broker.articles().values() for path in raw.paths} == {f"may/{n}.txt" for n in range(5)}


def test_a_file_that_grows_is_left(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is still being written is neither read nor lost: it is named, and the others go."""
    monkeypatch.setattr("producers.once.PATIENCE", 0.2)
    growing = house.inbox / "growing.txt"
    growing.write_text("بداية")
    ended = threading.Event()

    def grow() -> None:
        while not ended.wait(0.02):
            with growing.open("a") as file:
                file.write("سطر\n")

    writer = threading.Thread(target=grow)
    writer.start()
    slow = house.model_copy(update={"settle_seconds": 0.3})
    sent = send_new(slow, Part(house.inbox), Telling(), threading.Event())
    ended.set()
    writer.join()
    assert (sent.left, sent.read, sent.complete) == (("growing.txt",), 5, True)


def test_pace_tells_rate_and_time_left() -> None:
    """The rate is that of the last half minute, the time left what remains by it."""
    now = 0.0
    pace = Pace(lambda: now)
    for now in (0.0, 1.0, 2.0, 3.0, 4.0):
        pace.note(int(now) * 100)
    assert pace.rate == 100
    assert say_pace(400, 1000, pace) == "400 of 1,000 (40%), 100/s, 6 s left"
    for later in range(5, 60):
        now = float(later)
        pace.note(400)
    assert pace.rate == 0
    assert say_pace(400, 1000, pace) == "400 of 1,000 (40%), 0/s"


def test_away_from_a_terminal_lines_are_few(capsys: pytest.CaptureFixture[str]) -> None:
    """A line at the beginning, one now and then, one at the end."""
    now = 0.0
    with Meterline(lambda: now) as shown:
        for step in range(101):
            now = step / 10
            shown.show("sending", step, 100)
        shown.show("sending", 100, 100)
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "sending: 0 of 100 (0%)"
    assert lines[-1] == "sending: 100 of 100 (100%), 10/s, 0 s left"
    assert len(lines) == 3


def test_on_a_terminal_one_line_moves() -> None:
    """What is done, the rate and the time left, drawn over and over in place, and gone at the end."""
    ours, theirs = pty.openpty()
    program = (
        "import time; from sada.pace import Meterline\n"
        "with Meterline() as shown:\n"
        "    for done in range(11): shown.show('sending', done, 10, 'waits for Kafka'); time.sleep(0.05)\n"
    )
    environ = {**os.environ, "TERM": "xterm", "COLUMNS": "100"}
    done = subprocess.run([sys.executable, "-c", program], env=environ, stderr=theirs, check=False, timeout=60)
    os.close(theirs)
    shown = b""
    with contextlib.suppress(OSError):  # Linux says so when the other end is closed and all is read
        while piece := os.read(ours, 65536):
            shown += piece
    os.close(ours)
    assert done.returncode == 0
    text = shown.decode()
    assert re.search(r"10 of 10 \(100%\), \d+/s, 0 s left, waits for Kafka", text)
    assert text.count("\n") < 5


def test_a_folder_around_the_inbox_is_refused(
    house: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It would give each page of the inbox a second name; the line says what to give instead."""
    monkeypatch.setenv("SADA_INBOX", str(house.inbox))
    assert cli.main(["ingest", str(house.inbox.parent), "--state-dir", str(house.state_dir)]) == cli.FAILED
    assert "give the inbox itself" in capsys.readouterr().err


def test_without_kafka_it_says_so(
    house: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No broker: one line with a remedy, exit code 1, nothing waits."""
    monkeypatch.setenv("SADA_KAFKA", "127.0.0.1:1")
    assert cli.main(["ingest", str(house.inbox), "--state-dir", str(house.state_dir)]) == cli.FAILED
    err = capsys.readouterr().err
    assert "sada up" in err
    assert "Traceback" not in err


def test_a_summary_is_good_only_if_all_is_well() -> None:
    """Rejects, files left and an unfinished call are not good."""
    whole = Summary(folder=Path("a"), files=1, known=0, sent=1, left=(), seconds=1, complete=True, rejected={})
    assert whole.good
    for change in ({"rejected": {"empty": 1}}, {"left": ("x",)}, {"complete": False}):
        assert not whole.model_copy(update=change).good


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None) -> Iterator[Line]:
    """Workers and a sink, and no watcher: the command sends."""
    line = Line(settings(partitions=2))
    line.restart("work")
    line.restart("sink")
    yield line
    line.stop()


def command(line: Line, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "sada", *arguments],
        env={**os.environ, **environment(line.settings)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, dict[str, Any], str]:
    out, err = process.communicate(timeout=180)
    assert "Traceback" not in err
    return process.returncode, json.loads(out), err


@pytest.mark.servers
@pytest.mark.timeout(400)
def test_ingest_ends_when_all_is_searchable(line: Line, tmp_path: Path) -> None:
    """On servers: interrupted, gone on with; all is in the index when it ends, or rejected and said."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(1200):
        lines = [f"افتتح المحافظ الجسر رقم {number} فوق النهر بعد سنوات من العمل في المدينة."] * 2
        (folder / f"{number}.txt").write_text(f"افتتاح الجسر رقم {number}\n\n" + "\n".join(lines), encoding="utf-8")
    process = command(line, "ingest", "--once", "--json", "--no-wait", str(folder))
    registry = line.settings.state_dir / "registry.sqlite"
    while not registry.exists():
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    code, first, err = ended(process)
    assert (code, first["complete"]) in {(130, False), (130, True)}
    assert "interrupted" in err
    code, rest, err = ended(command(line, "ingest", "--json", str(folder)))
    assert code == 0, (rest, err)
    assert rest["known"] + rest["sent"] == rest["searchable"] == rest["articles"] == 1200
    assert "sending" in err
    (folder / "empty.txt").write_text("")
    code, last, _ = ended(command(line, "ingest", "--json", str(folder)))
    assert (code, last["sent"], last["known"], last["rejected"]) == (1, 1, 1200, {"empty": 1})
