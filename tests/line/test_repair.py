"""Rejects worked with and articles forgotten, on real servers, by the commands that a person types."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bench.corpus import page
from producers.reading import read_articles
from sada.passing import Passing
from schemas import RawArticle, Reason, Rejected, Settings, StageName, encode
from schemas.identity import digest
from schemas.letter import Letter
from schemas.topics import ENRICHED, RAW, REJECTED
from tests.line.harness import Line, environment

pytestmark = pytest.mark.servers


@pytest.fixture
def line(settings: Any, fresh_topics: None) -> Iterator[Line]:
    line = Line(settings(rescan_seconds=1.0, max_file_bytes=200_000))
    try:
        line.start()
        alias = f"{line.settings.index_prefix}-rejected"
        line.eventually(lambda: bool(line.client.indices.exists(index=alias)), "the sink has made its indices")
        yield line
    finally:
        line.stop()


def sada(settings: Settings, *arguments: str, code: int = 0) -> str:
    """Run a command; its output, after looking at its exit code."""
    outcome = subprocess.run(
        [sys.executable, "-m", "sada", *arguments],
        env={**os.environ, **environment(settings)},
        cwd=settings.state_dir,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    said = outcome.stdout + outcome.stderr
    assert outcome.returncode == code, said
    assert "Traceback" not in said
    return outcome.stdout


def carriers(line: Line) -> set[str]:
    """Return the articles that headline documents name."""
    return {one for document in line.documents()["headlines"].values() for one in document["articles"]}


def raw_message(path: Path, settings: Settings) -> RawArticle:
    """Return what the watcher sends of a file."""
    (raw,) = read_articles([path], settings)
    assert isinstance(raw, RawArticle)
    return raw


def passed(settings: Settings, *letters: Letter) -> None:
    """Send messages into the line and wait until it has worked them off, and what they led to."""
    with Passing(settings) as passing:
        before = passing.ends([ENRICHED.name])
        assert passing.wait(passing.send(letters), 60)
        after = passing.ends([ENRICHED.name])
        assert passing.wait({at: end for at, end in after.items() if end > before[at]}, 60)


def test_forgotten_article_stays_gone(line: Line) -> None:
    """Forgotten, dropped again, its old message replayed, all roles started anew: no trace; until that is lifted."""
    settings = line.settings
    line.drop("secret.txt", page(1).text.encode())
    line.drop("other.txt", page(2).text.encode())
    line.settled()
    file = settings.inbox / "secret.txt"
    raw = raw_message(file, settings)
    before = line.documents()["articles"]
    mine = {one for one, found in before.items() if found["root_id"] == raw.article_id}
    assert raw.article_id in mine
    assert mine & carriers(line)

    said = json.loads(sada(settings, "forget", str(file), "--yes", "--json"))
    assert [one["article_id"] for one in said["forgotten"]] == [raw.article_id]
    assert said["gone"] is True

    def is_gone() -> bool:
        left = line.documents()["articles"].keys()
        return left == before.keys() - mine and not mine & carriers(line)

    line.eventually(is_gone, "the article and its sightings are gone")
    line.drop("again/copy.txt", page(1).text.encode())
    passed(settings, Letter(RAW.name, raw.article_id.encode(), encode(raw)))
    line.eventually(is_gone, "the replayed article is gone again")
    assert set(line.stop_roles().values()) == {0}
    line.start()
    passed(settings, Letter(RAW.name, raw.article_id.encode(), encode(raw)))
    line.settled(still=2)
    line.eventually(is_gone, "the article stays gone after a restart")

    assert json.loads(sada(settings, "forget", "--undo", raw.article_id, "--json"))["lifted"] == [raw.article_id]
    line.eventually(lambda: line.documents()["articles"].keys() == before.keys(), "the article is back")

    for name in ("other.txt", "secret.txt", "again/copy.txt"):
        (settings.inbox / name).unlink()

    def is_tidy() -> bool:
        sada(settings, "forget", "--deleted", "--yes")  # the watcher may notice one after the other
        return not line.documents()["articles"]

    line.eventually(is_tidy, "what was deleted is gone")


def rejects(line: Line) -> dict[str, dict[str, Any]]:
    """Return the rejects as the command lists them."""
    line.counts()  # refreshes
    return {one["reject_id"]: one for one in json.loads(sada(line.settings, "rejected", "list", "--json"))}


def test_rejects_are_replayed_and_purged(line: Line) -> None:
    """A good message gets through and its reject goes; junk and an unreadable file count one attempt more."""
    settings = line.settings
    line.drop("good.txt", page(3).text.encode())
    raw = raw_message(settings.inbox / "good.txt", settings)
    (settings.inbox / "good.txt").unlink()
    mended = Rejected(
        reject_id=digest("mended"),
        stage=StageName.SPLIT,
        reason=Reason.STAGE_FAILED,
        message="ValueError: \x1b[2J",
        article_id=raw.article_id,
        topic=RAW.name,
        key=raw.article_id,
        payload=encode(raw),
        rejected_at=datetime.now(UTC),
    )
    line.drop("large.txt", b"x" * 300_000)
    passed(
        settings,
        Letter(RAW.name, b"junk", b"{}"),
        Letter(REJECTED.name, mended.reject_id.encode(), encode(mended)),
    )
    line.eventually(lambda: line.counts()["rejected"] == 3, "three rejects are indexed")
    assert "\x1b" not in sada(settings, "rejected", "show", mended.reject_id)
    counted = json.loads(sada(settings, "rejected", "list", "--by", "reason", "--json"))
    assert counted == {"stage_failed": 1, "wrong_schema": 1, "oversize": 1}

    said = json.loads(sada(settings, "rejected", "replay", "--yes", "--json", code=1))
    assert [said[name] for name in ("total", "accepted", "again", "handed", "waiting")] == [3, 1, 1, 1, 0]
    assert len(said["refused"]) == 1
    assert not said["impossible"]
    line.eventually(lambda: line.counts()["rejected"] == 2, "the accepted one is gone")
    assert raw.article_id in line.documents()["articles"]
    line.eventually(lambda: {one["attempt"] for one in rejects(line).values()} == {2}, "attempts are counted")

    assert "purged 1" in sada(settings, "rejected", "purge", "--path", "lar*", "--yes")
    line.eventually(lambda: [one["reason"] for one in rejects(line).values()] == ["wrong_schema"], "one is left")
    purged = json.loads(sada(settings, "rejected", "purge", "--yes", "--json"))
    assert len(purged["purged"]) == 1
    assert purged["gone"] is True
    line.eventually(lambda: line.counts()["rejected"] == 0, "none is left")
    assert "nothing to do" in sada(settings, "rejected", "replay")
