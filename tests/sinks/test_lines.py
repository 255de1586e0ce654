"""The second sink: every message a line of its partition's file, once, wherever it was killed."""

from __future__ import annotations

import json
from collections import namedtuple
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import structlog
from kafka import TopicPartition  # noqa: TID251 - the broker is played here
from structlog.testing import capture_logs

from schemas.topics import ENRICHED, REJECTED, UNIQUE
from sinks.actions import Arrival
from sinks.documents import article_document, headline_document
from sinks.line_file import LineFile
from sinks.line_writer import LineWriter
from sinks.lines import FILES, line_of
from tests.sinks.messages import arrival, article, embedded, headline, ident, reject, tombstone

Record = namedtuple("Record", "offset key value")


class _Topics:
    """A broker's partitions as lists; `first` is the offset of the oldest message that is still there."""

    def __init__(self, messages: Mapping[TopicPartition, Sequence[Arrival]], first: int = 0) -> None:
        self.messages = {
            place: [one._replace(offset=at) for at, one in enumerate(of)] for place, of in messages.items()
        }
        self.first = first
        self.at: dict[TopicPartition, int] = {}

    def topics(self) -> set[str]:
        return {place.topic for place in self.messages}

    def partitions_for_topic(self, topic: str) -> set[int]:
        return {place.partition for place in self.messages if place.topic == topic}

    def assign(self, places: Sequence[TopicPartition]) -> None:
        self.at = dict.fromkeys(places, 0)

    def seek(self, place: TopicPartition, offset: int) -> None:
        self.at[place] = offset

    def position(self, place: TopicPartition) -> int:
        return self.at[place]

    def beginning_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(places, self.first)

    def end_offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, int]:
        return {place: len(self.messages[place]) for place in places}

    def poll(self, timeout_ms: int) -> dict[TopicPartition, list[Record]]:
        """Give two messages of each partition at a time."""
        given = {}
        for place, at in self.at.items():
            if some := self.messages[place][at : at + 2]:
                given[place] = [Record(one.offset, one.key, one.value) for one in some]
                self.at[place] += len(some)
        return given

    def close(self, **_: object) -> None:
        """Nothing is open."""


def written(folder: Path, topics: _Topics) -> int:
    with closing(LineWriter(topics, folder)) as writer:
        return writer.work(lambda: False, once=True)


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture
def topics() -> _Topics:
    pages = [arrival(article(name)) for name in "abc"]
    edited = [arrival(article("a", body="نص آخر\u2028بعد التحرير.")), tombstone(ENRICHED.name, ident("b"))]
    return _Topics(
        {
            TopicPartition(ENRICHED.name, 0): [*pages, *edited],
            TopicPartition(ENRICHED.name, 1): [arrival(embedded("e", "d"))],
            TopicPartition(UNIQUE.name, 0): [arrival(headline("خبر", ["a", "c"]))],
            TopicPartition(REJECTED.name, 0): [arrival(reject("r"))],
        }
    )


def test_each_message_is_a_line_of_its_partition(tmp_path: Path, topics: _Topics) -> None:
    """Offsets without a gap, documents as the index has them, null for what was taken back."""
    assert written(tmp_path, topics) == 8
    told = lines(tmp_path / "articles-000.jsonl")
    assert [one["offset"] for one in told] == [0, 1, 2, 3, 4]
    last = {one["id"]: one["document"] for one in told}
    assert last[ident("b")] is None
    assert last[ident("a")]["body"] == "نص آخر\u2028بعد التحرير."
    assert last[ident("c")] == json.loads(json.dumps(plain(article_document(article("c")))))
    assert [one["id"] for one in lines(tmp_path / "articles-001.jsonl")] == [ident("e")]
    (news,) = lines(tmp_path / "headlines-000.jsonl")
    assert news["document"] == plain(headline_document(headline("خبر", ["a", "c"])))
    assert [one["id"] for one in lines(tmp_path / "rejected-000.jsonl")] == [ident("r")]


def plain(document: Mapping[str, object]) -> Any:
    import orjson

    return orjson.loads(orjson.dumps(document))


def test_wherever_it_is_killed_it_ends_in_the_same_file(tmp_path: Path, topics: _Topics) -> None:
    """Broken off behind any byte, the file is in the end what it is without a crash: no line twice, none left out."""
    written(tmp_path, topics)
    path = tmp_path / "articles-000.jsonl"
    whole = path.read_bytes()
    for kept in range(0, len(whole), 37):
        path.write_bytes(whole[:kept])
        written(tmp_path, topics)
        assert path.read_bytes() == whole
    assert written(tmp_path, topics) == 0


def test_a_headline_without_sightings_is_gone() -> None:
    """What nobody carries any more has no document."""
    gone = headline("خبر", ["a"]).model_copy(update={"sightings": ()})
    assert json.loads(line_of(arrival(gone)))["document"] is None


def test_what_cannot_be_decoded_keeps_its_place() -> None:
    """A line says why, so that offsets have no gap and nobody reads it again."""
    told = json.loads(line_of(Arrival(ENRICHED.name, 0, 4, b"k", b'{"schema_version": 99}')))
    assert told == {"offset": 4, "id": "k", "error": "unsupported_version"}


def test_every_file_is_of_a_topic_that_a_sink_reads() -> None:
    """Each has its reader: a message without a value is a line for all of them."""
    for topic in FILES:
        assert json.loads(line_of(Arrival(topic, 0, 0, b"k", None))) == {"offset": 0, "id": "k", "document": None}


@pytest.mark.parametrize("text", ['{"id": 1}\n', '{"id": 1}', '{"offset":7}\n{"id"', "[7]\n"])
def test_a_file_of_others_is_left_alone(tmp_path: Path, text: str) -> None:
    """Whose last line is none of ours, whole or broken off, is refused by name and stays as it is."""
    path = tmp_path / "articles-000.jsonl"
    path.write_text(text)
    with pytest.raises(ValueError, match="articles-000"):
        LineFile(path)
    assert path.read_text() == text


def test_a_topic_made_anew_is_refused(tmp_path: Path, topics: _Topics) -> None:
    """A file that ends behind its topic tells of another one."""
    written(tmp_path, topics)
    with pytest.raises(ValueError, match="made anew"):
        written(tmp_path, _Topics({place: of[:1] for place, of in topics.messages.items()}))


def test_long_lines_are_found_from_the_end(tmp_path: Path) -> None:
    """The last line is found however long it is, and an empty file begins at the beginning."""
    file = LineFile(tmp_path / "x.jsonl")
    assert file.next_offset is None
    file.append([line_of(Arrival(ENRICHED.name, 0, 6, b"k" * 200_000, None))], 7)
    file.close()
    with closing(LineFile(tmp_path / "x.jsonl")) as again:
        assert again.next_offset == 7


def test_what_kafka_deleted_is_told(tmp_path: Path, topics: _Topics, monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages that are gone before they were written are warned of, and it goes on behind them."""
    path = tmp_path / "articles-000.jsonl"
    with closing(LineFile(path)) as file:
        file.append([line_of(topics.messages[TopicPartition(ENRICHED.name, 0)][0])], 1)
    topics.first = 3
    for place in topics.messages:
        topics.messages[place] += [arrival(reject("x"))._replace(offset=len(topics.messages[place]))] * 3
    with capture_logs() as told:
        monkeypatch.setattr("sinks.line_writer.log", structlog.get_logger())
        written(tmp_path, topics)
    assert [one["offset"] for one in lines(path)][:2] == [0, 3]
    assert [(one["event"], one["messages"]) for one in told] == [("deleted_unread", 2)]


def test_the_page_reads_them_as_it_says(tmp_path: Path, topics: _Topics) -> None:
    """The program of docs/lines.md gives each article's last word, and leaves out what was taken back."""
    written(tmp_path, topics)
    page = (Path(__file__).parents[2] / "docs" / "lines.md").read_text(encoding="utf-8")
    program = page.split("```python\n")[1].split("```")[0].replace("/data/lines", str(tmp_path))
    found: dict[str, Any] = {}
    exec(program, found)
    assert set(found["articles"]) == {ident("a"), ident("c"), ident("e")}
    assert found["articles"][ident("a")]["body"] == "نص آخر\u2028بعد التحرير."
