"""The second sink on a real Kafka: what it wrote, killed again and again, is what the first one has in its index."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from schemas import Settings
from schemas.indices import ARTICLES, HEADLINES
from schemas.topics import ENRICHED
from sinks.lines import FILES
from tests.sinks.line import ROOT, documents, environment, running, send, settled
from tests.sinks.messages import arrival, article, headline, ident, tombstone

pytestmark = pytest.mark.servers

NUMBER = 300


def command(settings: Settings, folder: Path, *options: str) -> subprocess.Popen[str]:
    """Start `sada lines` as a person would."""
    return subprocess.Popen(
        [sys.executable, "-m", "sada", "lines", "--state-dir", str(settings.state_dir), *options, str(folder)],
        cwd=ROOT,
        env=environment(settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def folded(folder: Path, stem: str) -> dict[str, Any]:
    """Return the last word on each id; offsets of each file must have no gap and no repetition."""
    last: dict[str, Any] = {}
    for file in folder.glob(f"{stem}-*.jsonl"):
        told = [json.loads(line) for line in file.read_bytes().splitlines()]
        assert [one["offset"] for one in told] == list(range(len(told)))
        last |= {one["id"]: one["document"] for one in told}
    return {id_: document for id_, document in last.items() if document is not None}


def test_files_hold_what_the_index_holds(line: Settings, log: Path, tmp_path: Path) -> None:
    """Killed while it writes, then run to the end: each message stands once, and the last words are the index."""
    folder = tmp_path / "lines"
    pages = [arrival(article(f"n{number}")) for number in range(NUMBER)]
    news = [arrival(headline(f"خبر {number}", [f"n{number}"])) for number in range(20)]
    send(line, [*pages, *news, tombstone(ENRICHED.name, ident("n7"))])
    for seconds in (0.8, 1.6, 2.4):
        writer = command(line, folder)
        time.sleep(seconds)
        writer.kill()
        writer.communicate()
    writer = command(line, folder, "--once", "--json")
    said, trouble = writer.communicate(timeout=60)
    assert (writer.returncode, trouble) == (0, "")
    assert json.loads(said)["folder"] == str(folder)
    with running(line, log):
        settled(line, NUMBER + 21)
    assert set(folded(folder, "articles")) == set(documents(line, ARTICLES))
    assert folded(folder, "headlines") == documents(line, HEADLINES)
    assert len(list(folder.glob("*.jsonl"))) == len(FILES) * line.partitions


def test_it_follows_until_it_is_stopped(line: Settings, tmp_path: Path) -> None:
    """What comes later is written soon; SIGTERM ends it with 0 and what it did; two cannot share a folder."""
    folder = tmp_path / "lines"
    writer = command(line, folder)
    deadline = time.monotonic() + 60
    while len(list(folder.glob("*.jsonl"))) < len(FILES) * line.partitions:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    send(line, [arrival(article("late"))])
    while ident("late") not in folded(folder, "articles"):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    second = command(line, folder)
    assert "another sada lines is at work here" in second.communicate(timeout=60)[1]
    writer.terminate()
    said, trouble = writer.communicate(timeout=30)
    assert (writer.returncode, said, trouble) == (0, f"1 lines to {folder}\n", "")


def test_a_broker_that_is_away_is_waited_for(tmp_path: Path) -> None:
    """It says that it waits, and SIGTERM ends it in good order."""
    house = Settings(_env_file=None, kafka="127.0.0.1:1", state_dir=tmp_path / "state")
    writer = command(house, tmp_path / "lines")
    assert writer.stderr is not None
    assert any('"event": "waiting"' in said for said in writer.stderr), "it ended"
    writer.terminate()
    _, trouble = writer.communicate(timeout=30)
    assert writer.returncode == 0, trouble
    assert "Traceback" not in trouble
