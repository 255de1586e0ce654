"""The live view: rates from two looks, plain lines without a terminal, keys on one."""

from __future__ import annotations

import io
import json
import os
import pty
import select
import subprocess
import sys
import termios
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from rich.console import Console

from sada.present import ISOLATE
from sada.status import Lag
from sada.top import Lookout, Newest, RoleNow, Top
from sada.top_screen import draw, say_lines
from schemas import Settings
from schemas.health import Beat, beat_file
from tests.line.harness import Line, environment
from tests.sada.pages import TEXT, TITLE


def seen(**changes: object) -> Top:
    role = RoleNow(name="work-1", pid=7, state="ready", rate=412.5, lag=31, cpu=96.4, memory=300 * 2**20, restarts=0)
    top = Top(
        at=datetime(2025, 4, 20, 12, tzinfo=UTC),
        phase="ready",
        kafka=None,
        elasticsearch=None,
        roles=(role, role.model_copy(update={"name": "sink", "rate": None, "cpu": None, "state": "waits for Kafka"})),
        queues=(Lag(group="sada-sink", topic="articles.enriched", messages=900, lag=31),),
        documents={"articles": 869, "embedded": 3, "headlines": 1200},
        documents_rate=412.0,
        rejects={"empty": 2},
        newest=(Newest(title="افتتاح\x1b[2J الجسر", source="وكالة", read_at=datetime(2025, 4, 20, tzinfo=UTC)),),
    )
    return top.model_copy(update=changes)


def drawn(top: Top) -> str:
    file = io.StringIO()
    Console(file=file, width=110, force_terminal=True, color_system=None).print(draw(top, keys=True))
    return file.getvalue()


def test_the_picture_shows_all_that_was_asked() -> None:
    """Rate, lag, CPU, memory, what is waited for, rejects by reason, newest articles in their own direction."""
    picture = drawn(seen())
    for said in ("work-1", "412.5", "31", "96", "300 MiB", "waits for Kafka", "2 empty", "869 articles (+412/s)"):
        assert said in picture
    assert f"{ISOLATE}افتتاح" in picture
    assert "q quits" in picture


def test_pages_cannot_steer_the_terminal() -> None:
    """Escape sequences in a title reach neither the picture nor the lines."""
    assert "\x1b[2J" not in drawn(seen()) + "".join(say_lines(seen()))


def test_a_server_that_is_away_is_told() -> None:
    """Both forms say which server does not answer and why."""
    away = seen(elasticsearch="connection refused")
    assert "Elasticsearch: connection refused" in drawn(away)
    assert "server\tElasticsearch\tconnection refused" in say_lines(away)


def test_plain_lines_are_one_fact_each() -> None:
    """Each line begins with its kind; what is not known is a dash."""
    assert list(say_lines(seen()))[:4] == [
        "line\tready\t2025-04-20T12:00:00Z",
        "role\twork-1\tready\t412.5\t31\t96\t300 MiB",
        "role\tsink\twaits for Kafka\t-\t31\t-\t300 MiB",
        "queue\tsada-sink\tarticles.enriched\tlag 31",
    ]


def beat(written: float, done: int) -> Beat:
    return Beat(
        role="work",
        pid=os.getpid(),
        written=written,
        turned=written,
        moved=written,
        joined=True,
        waiting_for=None,
        committed={"articles.raw-0": done, "clusters.seen-1": done},
        lag=5,
        last_progress=None,
    )


def test_a_rate_is_what_was_committed_between_two_beats(tmp_path: Path) -> None:
    """By the beats' own clock; a role started by hand in the state folder is seen too."""
    house = Settings(_env_file=None, state_dir=tmp_path, kafka="127.0.0.1:1", elasticsearch="http://127.0.0.1:1")
    file = beat_file(tmp_path, "work", os.getpid())
    file.parent.mkdir()
    lookout, rates = Lookout(house), []
    for written, done in ((100.0, 50), (102.0, 90), (102.0, 90)):
        file.write_text(beat(written, done).model_dump_json())
        (role,) = lookout.look(None).roles
        rates.append(role.rate)
        assert (role.name, role.state, role.lag) == ("work", "ready", 5)
    assert rates == [None, 40.0, None]
    assert role.memory is not None


def test_q_ends_it_and_gives_the_terminal_back(tmp_path: Path) -> None:
    """On a terminal it fills the screen; q leaves at once with 0, and the line discipline is as before."""
    ours, theirs = pty.openpty()
    before = termios.tcgetattr(theirs)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SADA_")}
    process = subprocess.Popen(
        [sys.executable, "-m", "sada", "top", "--state-dir", str(tmp_path)],
        env={**kept, "SADA_KAFKA": "127.0.0.1:1", "SADA_ELASTICSEARCH": "http://127.0.0.1:1", "TERM": "xterm"},
        stdin=theirs,
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    shown, deadline = b"", time.monotonic() + 60
    while b"q quits" not in shown:
        assert time.monotonic() < deadline, shown
        if select.select([ours], [], [], 1.0)[0]:
            shown += os.read(ours, 65536)
    os.write(ours, b"q")
    while process.poll() is None:
        assert time.monotonic() < deadline
        if select.select([ours], [], [], 0.2)[0]:
            os.read(ours, 65536)
    assert process.stderr is not None
    assert (process.returncode, process.stderr.read()) == (0, b"")
    process.stderr.close()
    assert termios.tcgetattr(theirs) == before
    os.close(ours)
    os.close(theirs)


@pytest.mark.servers
@pytest.mark.timeout(300)
def test_the_roles_of_a_line_are_seen(line: Line) -> None:
    """On servers: each role with memory and CPU, the reject's reason, the newest article; JSON a line for each look."""
    line.drop("page.txt", TEXT.encode())
    line.drop("empty.txt", b"")
    line.wait_for(articles=1, headlines=1)
    line.eventually(lambda: line.counts()["rejected"] >= 1, "the reject is indexed")
    done = subprocess.run(
        [sys.executable, "-m", "sada", "top", "--json", "--count", "2", "--every", "1.5"],
        env={**os.environ, **environment(line.settings)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    first, second = map(json.loads, done.stdout.splitlines())
    assert sorted(role["name"] for role in second["roles"]) == ["sink", "watch", "work"]
    assert all(role["memory"] > 0 and role["cpu"] is not None for role in second["roles"])
    assert first["rejects"] == second["rejects"] == {"empty": 1}
    assert second["newest"][0]["title"] == TITLE
    assert {queue["topic"] for queue in second["queues"]} >= {"articles.raw", "articles.enriched"}
