"""Filters, replays and purges of rejects, against a line made of lists."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from sada.cli import main
from sada.errors import UserError
from sada.forget import article_of
from sada.passing import Places
from sada.rejects import Wanted, message_of, parse_since, payload_of
from sada.replay import purge, replay
from schemas import Reason, Rejected, Settings, StageName, decode, encode
from schemas.identity import article_id, digest
from schemas.letter import Letter
from schemas.topics import RAW, REJECTED
from sinks.documents import reject_document

NOON = datetime(2025, 4, 20, 12, 0, tzinfo=UTC)


def made(name: str, **changes: Any) -> Rejected:
    """Make a reject of a raw message."""
    values: dict[str, Any] = {
        "reject_id": digest(name),
        "stage": StageName.SPLIT,
        "reason": Reason.STAGE_FAILED,
        "message": "خطأ",
        "topic": RAW.name,
        "key": name,
        "payload": name.encode(),
        "rejected_at": NOON,
    }
    return Rejected(**(values | changes))


def document(reject: Rejected) -> dict[str, Any]:
    """Return a reject as the index answers."""
    found = reject_document(reject)
    return found | {"rejected_at": reject.rejected_at.isoformat()}


class Line:
    """A line that rejects again what `bad` names, and passes messages unless `stuck`."""

    def __init__(self, *bad: Rejected, stuck: bool = False) -> None:
        self.bad = {(one.key or "").encode(): one for one in bad}
        self.stuck = stuck
        self.letters: list[Letter] = []

    def send(self, letters: Iterable[Letter]) -> Places:
        """Keep `letters`."""
        self.letters += letters
        return {}

    def ends(self, topics: Iterable[str]) -> Places:
        """Say nothing of how far topics reach."""
        return {}

    def wait(self, places: Places, seconds: float) -> bool:
        """Tell whether the line moves."""
        return not self.stuck

    def said_since(self, places: Places) -> dict[bytes, bytes | None]:
        """Reject again what is bad."""
        keys = [letter.key for letter in self.letters if letter.topic == RAW.name]
        again = [self.bad[key] for key in keys if key in self.bad]
        return {one.reject_id.encode(): encode(one) for one in again}

    def sent(self, topic: str) -> dict[bytes | None, bytes | None]:
        """Return the last word on each key of `topic`."""
        return {letter.key: letter.value for letter in self.letters if letter.topic == topic}


def run(line: Line, tmp_path: Path, *rejects: Rejected) -> Any:
    settings = Settings(_env_file=None, state_dir=tmp_path)
    return replay(line, settings, map(document, rejects), len(rejects), 1.0, lambda _: None)  # type: ignore[arg-type]


def test_accepted_rejects_go_and_failed_ones_count_an_attempt(tmp_path: Path) -> None:
    """The payload goes to its topic under its key; what is rejected again says so, the other is taken away."""
    good, bad = made("good"), made("bad", attempt=3)
    line = Line(bad.model_copy(update={"attempt": 1}))
    done = run(line, tmp_path, good, bad)
    assert (done.accepted, done.again, done.failed) == (1, 1, 1)
    assert line.sent(RAW.name) == {b"good": b"good", b"bad": b"bad"}
    said = line.sent(REJECTED.name)
    assert said[good.reject_id.encode()] is None
    assert decode(Rejected, said[bad.reject_id.encode()] or b"").attempt == 4


def test_nothing_is_taken_away_that_the_line_has_not_passed(tmp_path: Path) -> None:
    """With the workers away the rejects stay, and the replay says how many wait."""
    line = Line(stuck=True)
    done = run(line, tmp_path, made("one"), made("two"))
    assert (done.waiting, done.accepted, done.failed) == (2, 0, 2)
    assert line.sent(REJECTED.name) == {}


@pytest.mark.parametrize(
    "changes",
    [
        {"payload": None},
        {"topic": "someone.elses"},
        {"stage": StageName.INDEX, "topic": None},
        {"stage": StageName.READ, "topic": None, "path": "a.txt"},
    ],
)
def test_what_cannot_be_replayed_says_why(tmp_path: Path, changes: dict[str, Any]) -> None:
    """No payload, a foreign topic, none at all, a file of another machine: nothing is sent."""
    line, reject = Line(), made("one", **changes)
    done = run(line, tmp_path, reject)
    assert list(done.impossible) == [reject.reject_id]
    assert line.letters == []


def test_purge_takes_each_away() -> None:
    """Each reject is named once with a null value."""
    line = Line()
    assert purge(line, [digest("a"), digest("b")], 2, 1.0, lambda _: None) == (2, True)  # type: ignore[arg-type]
    assert line.sent(REJECTED.name) == {digest("a").encode(): None, digest("b").encode(): None}


def test_a_document_is_the_message_again() -> None:
    """What the index holds makes the message that it came from, bytes and all."""
    reject = made("one", payload=b"\x00\xff", path="خبر.txt")
    assert message_of(document(reject)) == reject
    assert payload_of(document(reject)) == b"\x00\xff"
    assert base64.b64decode(document(reject)["payload"]) == b"\x00\xff"


def test_filters_become_a_query() -> None:
    """All that is given must hold; nothing given means all."""
    assert Wanted().query == {"match_all": {}}
    query = Wanted(ids=("a",), reason=Reason.EMPTY, stage=StageName.READ, since=NOON, path="x/*").query
    assert query["bool"]["filter"] == [
        {"term": {"reason": "empty"}},
        {"term": {"stage": "read"}},
        {"terms": {"reject_id": ["a"]}},
        {"range": {"rejected_at": {"gte": NOON.isoformat()}}},
        {"wildcard": {"path": {"value": "x/*"}}},
    ]


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2d", "2025-04-18T12:00:00+00:00"),
        ("2025-04-01", "2025-04-01T00:00:00+00:00"),
        ("2025-04-01T10:00+03:00", "2025-04-01T10:00:00+03:00"),
    ],
)
def test_since_is_a_span_or_a_moment(text: str, moment: str) -> None:
    """Days ago, a date in UTC, a moment with its zone."""
    assert parse_since(text, NOON).isoformat() == moment


def test_wrong_filters_are_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """A reason, a moment, an id that are none: exit code and one line that says what would do."""
    assert main(["rejected", "list", "--reason", "bad"]) == 2
    assert main(["rejected", "list", "--since", "yesterday"]) == 1
    assert main(["rejected", "show", "x"]) == 1
    assert main(["forget"]) == 2
    assert main(["forget", "--deleted", "x"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 5
    assert "refused_by_index" in lines[0]
    assert "30m" in lines[1]


def test_an_article_is_named_by_id_or_by_a_file(tmp_path: Path) -> None:
    """A file stands for the article that its text is; what is neither is told."""
    settings, file = Settings(_env_file=None), tmp_path / "a.txt"
    file.write_text("خبر عاجل")
    assert article_of(str(file), settings) == article_id("خبر عاجل")
    assert article_of("0" * 32, settings) == "0" * 32
    for wrong in (str(tmp_path), str(tmp_path / "none.txt")):
        with pytest.raises(UserError):
            article_of(wrong, settings)
