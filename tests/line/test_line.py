"""The whole line on real servers: what is dropped is found, once, whatever dies meanwhile."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch  # noqa: TID251  # the test asks the index itself

from bench.corpus import page, write_pages
from schemas import Settings
from tests.line.harness import Line, expected_documents

pytestmark = pytest.mark.servers
SAMPLES = Path(__file__).parents[2] / "samples"

LineFactory = Callable[..., Line]


@pytest.fixture
def start_line(settings: Callable[..., Settings], fresh_topics: None) -> Iterator[LineFactory]:
    lines: list[Line] = []

    def start(**changes: object) -> Line:
        line = Line(settings(**changes))
        lines.append(line)
        line.start()
        return line

    yield start
    for line in lines:
        line.stop()


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_samples_arrive_as_the_pure_pipeline_makes_them(start_line: LineFactory, topology: str) -> None:
    """Every sample's articles and headlines are in the index, field for field as the in-memory pipeline makes them."""
    line = start_line(topology=topology)
    for sample in SAMPLES.glob("*.txt"):
        line.drop(sample.name, sample.read_bytes())
    expected = expected_documents(line.settings)
    line.wait_for(articles=len(expected["articles"]), headlines=len(expected["headlines"]))
    line.settled()  # clusters may still be merging
    assert line.documents() == expected


def test_dropping_again_under_another_name_changes_no_count(start_line: LineFactory) -> None:
    """A copy under another name adds its path to the article; nothing else."""
    line = start_line()
    text = page(1).text.encode()
    line.drop("first.txt", text)
    line.settled()
    before = line.counts()
    line.drop("copies/second.txt", text.replace(b"\n", b"\r\n"))
    line.eventually(lambda: line.paths() == {"first.txt", "copies/second.txt"}, "both paths are known")
    line.settled()
    assert line.counts() == before


def test_an_edited_file_replaces_its_earlier_version(start_line: LineFactory) -> None:
    """After an edit the index holds what the pure pipeline makes of the new text, and no trace of the old one."""
    line = start_line()
    line.drop("story.txt", page(2).text.encode())
    line.drop("other.txt", page(3).text.encode())
    line.settled()
    line.drop("story.txt", page(4).text.encode())
    line.eventually(lambda: line.documents() == expected_documents(line.settings), "only the new version is left")
    line.settled()
    assert line.documents() == expected_documents(line.settings)


def test_stopping_and_starting_again_changes_nothing(start_line: LineFactory) -> None:
    """A stopped line that starts again re-indexes nothing and finds what was dropped meanwhile."""
    line = start_line()
    write_pages(line.settings.inbox, 20)
    line.settled()
    assert line.stop_roles() == {"watch": 0, "work": 0, "sink": 0}
    write_pages(line.settings.inbox, 5, start=20)
    line.start()
    line.eventually(lambda: line.documents() == expected_documents(line.settings), "all 25 pages are there")


@pytest.mark.parametrize(
    ("topology", "victim", "count"),
    [
        ("fused", "work", 700),
        ("staged", "sink", 500),
        pytest.param("staged", "sink", 5000, marks=pytest.mark.slow),
        pytest.param("fused", "work", 5000, marks=pytest.mark.slow),
        pytest.param("staged", "work", 1500, marks=pytest.mark.slow),
        pytest.param("fused", "sink", 1500, marks=pytest.mark.slow),
    ],
)
def test_files_at_once_survive_a_kill(start_line: LineFactory, topology: str, victim: str, count: int) -> None:
    """Files copied in at once all arrive, none twice, though one role is killed half-way: equal, field for field."""
    line = start_line(topology=topology)
    write_pages(line.settings.inbox, count)
    line.eventually(lambda: line.counts()["articles"] >= count // 3, "the line is half-way", seconds=200)
    line.kill(victim)
    line.restart(victim)
    expected = expected_documents(line.settings)
    line.wait_for(articles=len(expected["articles"]), headlines=len(expected["headlines"]), seconds=300)
    line.settled(seconds=120)
    assert line.documents() == expected


def test_a_dropped_file_is_searchable_at_once(start_line: LineFactory, elasticsearch_url: str) -> None:
    """A dropped file is found by a search long before the next scan of the inbox: the median of 20."""
    line = start_line()
    line.drop("warm-up.txt", page(999).text.encode())
    line.settled()
    client = Elasticsearch(elasticsearch_url)
    seconds = []
    for index in range(20):
        started = time.monotonic()
        line.drop(f"{index}.txt", page(index).text.encode())
        line.eventually(lambda path=f"{index}.txt": line.found(client, path), "the file is found", every=0.02)
        seconds.append(time.monotonic() - started)
    assert statistics.median(seconds) < 10, seconds
