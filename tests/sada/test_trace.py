"""Where an article is: by its file or id, each step with its time; of what is not known, why not."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from producers.folder import look
from producers.reading import read_articles
from producers.registry import Registry, Row
from sada.footprints import Footprint, Trail
from sada.trace import Verdict, _Evidence, _judged, _verdict
from sada.whereabouts import find_file, say_why_unknown
from schemas import RawArticle, Settings
from tests.line.harness import Line, environment
from tests.sada.pages import TEXT, TITLE

ONE, TWO = "1" * 32, "2" * 32


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    """Settings of an empty inbox."""
    (tmp_path / "inbox").mkdir()
    return Settings(_env_file=None, inbox=tmp_path / "inbox", state_dir=tmp_path / "state", settle_seconds=0.0)


def why(house: Settings, file: Path) -> str:
    return " ".join(say_why_unknown(find_file(file, house), house, None))


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("page.html", "none of SADA_INCLUDE"),
        (".page.txt", "left alone, by SADA_EXCLUDE"),
        (".git/page.txt", "its folder .git is left alone"),
        ("page.txt.part", "left alone, by SADA_EXCLUDE"),
        ("page.txt", "no watcher runs"),
        ("empty.txt", "it will be rejected"),
    ],
)
def test_a_file_that_was_not_sent_is_told_why(house: Settings, name: str, said: str) -> None:
    """Ignored names, ignored folders, files that will be rejected, and a watcher that is not there."""
    file = house.inbox / name
    file.parent.mkdir(exist_ok=True)
    file.write_text("" if name == "empty.txt" else TEXT)
    assert said in why(house, file)


def test_a_file_still_being_written_is_told_so(house: Settings) -> None:
    """What was written just now waits until it stands still."""
    (house.inbox / "page.txt").write_text(TEXT)
    assert "still being written" in why(house.model_copy(update={"settle_seconds": 60.0}), house.inbox / "page.txt")


def test_a_file_elsewhere_and_none_at_all(house: Settings, tmp_path: Path) -> None:
    """A file beside the inbox is not watched, one that is nowhere was never sent."""
    (tmp_path / "beside.txt").write_text(TEXT)
    assert "does not lie in the inbox" in why(house, tmp_path / "beside.txt")
    assert "no such file" in why(house, house.inbox / "gone.txt")


def test_a_file_is_found_by_the_name_that_the_inbox_gives_it(house: Settings) -> None:
    """A path relative to the inbox is enough; the registry's row says when it was sent, and what has changed since."""
    file = house.inbox / "may" / "page.txt"
    file.parent.mkdir()
    file.write_text(TEXT)
    (raw,) = read_articles([file], house)
    assert isinstance(raw, RawArticle)
    seen = look(house.inbox, "may/page.txt")
    assert seen is not None
    with closing(Registry(house.state_dir / "registry.sqlite", house.inbox)) as registry:
        registry.save([Row("may/page.txt", seen, seen.mtime_ns, raw.article_id, None, gone=False, sent_at=1.0)])
    found = find_file(Path("may/page.txt"), house)
    assert found.row is not None
    assert (found.row.article_id, found.holds, found.changed) == (raw.article_id, raw.article_id, False)
    assert found.sent_at == datetime.fromtimestamp(1, UTC)
    file.write_text(f"{TEXT}\nوأضاف أن العمل مستمر.")
    assert find_file(file, house).changed


def footprint(topic: str, ahead: int, *, taken_back: bool = False) -> Footprint:
    at = datetime(2025, 1, 1, tzinfo=UTC)
    return Footprint(topic=topic, partition=0, offset=7, at=at, article_id=ONE, taken_back=taken_back, ahead=ahead)


def evidence(*prints: Footprint, **more: Any) -> _Evidence:
    return _Evidence(ONE, root_id=ONE, trail=Trail(footprints=prints), **more)


@pytest.mark.parametrize(
    ("found", "verdict", "said"),
    [
        (evidence(), Verdict.UNKNOWN, "no file"),
        (evidence(footprint("articles.raw", 3)), Verdict.ON_ITS_WAY, "the workers come to it after 3"),
        (
            evidence(footprint("articles.raw", 0), footprint("articles.enriched", 2)),
            Verdict.ON_ITS_WAY,
            "the sink comes to it after 2",
        ),
        (evidence(footprint("articles.raw", 0)), Verdict.MISSING, "neither in the index nor rejected"),
        (evidence(footprint("articles.raw", 0, taken_back=True)), Verdict.TAKEN_BACK, "edited or removed"),
        (evidence(replaced_by=TWO), Verdict.TAKEN_BACK, TWO),
        (evidence(forgotten=True), Verdict.FORGOTTEN, "--undo"),
        (
            evidence(rejects=[{"stage": "clean", "reason": "no_text", "message": "nothing left"}]),
            Verdict.REJECTED,
            "clean: no_text: nothing left",
        ),
        (evidence(footprint("articles.raw", 0), documents=[{}]), Verdict.SEARCHABLE, "1 document(s)"),
    ],
)
def test_the_verdict_follows_from_what_was_found(found: _Evidence, verdict: Verdict, said: str) -> None:
    """Each state of an article has its verdict and its reason."""
    assert _verdict(found)[0] is verdict
    assert said in _verdict(found)[1]


def test_steps_are_told_in_their_order(house: Settings) -> None:
    """By time, those without one last."""
    late, early = (footprint("articles.enriched", 0), footprint("articles.raw", 0))
    early = early.model_copy(update={"at": datetime(2024, 1, 1, tzinfo=UTC)})
    told = _judged(evidence(late, early), house, None)
    assert [step.where for step in told.steps] == ["articles.raw 0:7", "articles.enriched 0:7"]
    assert told.verdict is Verdict.MISSING


def traced(line: Line, target: str) -> tuple[int, dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "sada", "trace", "--json", target],
        env={**os.environ, **environment(line.settings)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.mark.servers
@pytest.mark.timeout(400)
def test_an_article_is_traced_through_the_line(line: Line) -> None:
    """On servers: by file and by id, with a time at each step; rejected; on its way without a sink; not sent."""
    line.drop("page.txt", TEXT.encode())
    line.drop("empty.txt", b"")
    line.wait_for(articles=1, headlines=1)
    line.eventually(lambda: line.counts()["rejected"] >= 1, "the reject is indexed")
    code, found = traced(line, "page.txt")
    assert (code, found["verdict"]) == (0, "searchable")
    timed = [step["where"].split()[0] for step in found["steps"] if step["at"]]
    assert sorted(timed) == ["articles.enriched", "articles.raw", "file", "registry", "watcher"]
    assert timed.index("file") < timed.index("watcher") < timed.index("articles.raw") < timed.index("articles.enriched")
    assert found["documents"][0]["title"] == TITLE
    assert found["headlines"][0]["article_count"] == 1
    by_id = traced(line, found["article_id"])[1]
    assert (by_id["verdict"], by_id["documents"]) == ("searchable", found["documents"])
    headline = traced(line, found["headlines"][0]["headline_id"])[1]
    assert (headline["verdict"], headline["why"]) == ("searchable", "a headline, in 1 article(s)")
    code, refused = traced(line, str(line.settings.inbox / "empty.txt"))
    assert (code, refused["verdict"], refused["rejects"][0]["reason"]) == (1, "rejected", "empty")
    assert traced(line, refused["rejects"][0]["reject_id"])[1]["verdict"] == "rejected"
    line.kill("sink")
    line.drop("second.txt", TEXT.replace("الجسر", "الميناء").encode())
    deadline = time.monotonic() + 60
    while not traced(line, "second.txt")[1]["why"].startswith("on articles.enriched"):
        assert time.monotonic() < deadline
    assert traced(line, "second.txt")[0] == 0
    assert traced(line, "0" * 32)[1]["verdict"] == "not known"
