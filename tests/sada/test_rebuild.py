"""Indices built anew from the topics of a running line: what they say, and what they say no more, while files come."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import closing
from typing import Any

import pytest
from kafka import KafkaAdminClient, TopicPartition  # noqa: TID251 - topics lose their beginnings by hand

from bench.corpus import page
from sada.closed import left_closed
from sada.passing import Passing
from sada.rebuild import next_prefix, rebuild
from schemas import Settings
from schemas.indices import ARTICLES, INDICES
from schemas.topics import ENRICHED, NAMED, UNIQUE
from sinks.client import Cluster, connect
from tests.line.harness import Line, expected_documents

pytestmark = [pytest.mark.servers, pytest.mark.timeout(280)]


def forget_messages(settings: Settings) -> None:
    """Delete what the topics to the sink hold, as retention does in time."""
    with closing(KafkaAdminClient(bootstrap_servers=settings.kafka)) as admin, Passing(settings) as passing:
        ends = passing.ends([topic.name for topic in (ENRICHED, NAMED, UNIQUE)])
        admin.delete_records({TopicPartition(place.topic, place.partition): end for place, end in ends.items()})


def test_the_index_is_what_the_topics_say(line: Line) -> None:
    """Old articles are copied, those told of are made anew, edited ones leave no trace, and files come meanwhile."""
    settings = line.settings
    alias = ARTICLES.alias(settings.index_prefix)
    for number in (1, 2, 3):
        line.drop(f"{number}.txt", page(number).text.encode())
    line.settled()
    forget_messages(settings)
    for number in (4, 5, 6):
        line.drop(f"{number}.txt", page(number).text.encode())
    line.settled()
    line.drop("2.txt", page(7).text.encode())
    line.drop("5.txt", page(8).text.encode())
    line.eventually(lambda: line.documents() == expected_documents(settings), "edits are indexed", 90)
    before = line.documents()
    told = next(one for one, found in before["articles"].items() if found["paths"] == ["4.txt"])
    line.client.index(index=alias, id=told, document={"article_id": told, "body": "تالف"}, refresh=True)

    stop, misses = threading.Event(), list[int]()

    def look() -> None:
        with closing(Cluster(connect(settings))) as looker:
            while not stop.wait(0.05):
                _, found = looker.ask("POST", f"/{alias}/_search", {"query": {"term": {"paths": "1.txt"}}, "size": 0})
                misses.append(int(found["hits"]["total"]["value"] == 0))

    thread = threading.Thread(target=look)
    thread.start()
    line.drop("9.txt", page(9).text.encode())
    try:
        with closing(Cluster(connect(settings))) as cluster, Passing(settings) as passing:
            done = rebuild(passing, cluster, settings, lambda _: None)
    finally:
        stop.set()
        thread.join(30)
    line.drop("10.txt", page(10).text.encode())
    assert len(misses) > 5
    assert not sum(misses)
    assert [one.new for one in done] == [f"{index.alias(settings.index_prefix)}-v2" for index in INDICES]
    line.eventually(lambda: line.documents() == expected_documents(settings), "the index is what it must be", 90)
    assert line.documents()["articles"][told] == before["articles"][told]
    names: dict[str, Any] = dict(line.client.indices.get_alias(index=f"{alias}-v*"))
    assert {name: set(found["aliases"]) for name, found in names.items()} == {
        f"{alias}-v1": set(),
        f"{alias}-v2": {alias},
    }


KILLED = """
import os, signal, sys
from sada import rebuild
from sada.passing import Passing
from schemas import Settings
from sinks.client import Cluster, connect

before, exchange = sys.argv[2] == "before", rebuild.exchange

def die(*given):
    if not before:
        exchange(*given)
    os.kill(os.getpid(), signal.SIGKILL)

rebuild.exchange = die
settings = Settings.model_validate_json(sys.argv[1])
rebuild.rebuild(Passing(settings), Cluster(connect(settings)), settings, lambda _: None)
"""


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_killed_rebuild_leaves_a_line_that_the_next_one_mends(line: Line, moment: str) -> None:
    """SIGKILL just before or after the exchange: searches go on, the next call opens and clears what was left."""
    settings = line.settings
    alias = ARTICLES.alias(settings.index_prefix)
    for number in (1, 2):
        line.drop(f"{number}.txt", page(number).text.encode())
    line.eventually(lambda: line.documents() == expected_documents(settings), "two files are indexed", 90)
    program = [sys.executable, "-c", KILLED, settings.model_dump_json(), moment]
    killed = subprocess.run(program, capture_output=True, text=True, check=False, timeout=100)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert line.documents() == expected_documents(settings)
    with closing(Cluster(connect(settings))) as cluster, Passing(settings) as passing:
        said: list[str] = []
        assert len(left_closed(cluster, settings)) == (len(INDICES) if moment == "before" else 0)
        done = rebuild(passing, cluster, settings, said.append)
        assert left_closed(cluster, settings) == []
    assert sum("writers go on" in one for one in said) == (len(INDICES) if moment == "before" else 0)
    line.drop("3.txt", page(3).text.encode())
    line.eventually(lambda: line.documents() == expected_documents(settings), "all files are indexed", 90)
    used = line.client.indices.get_alias(name=alias)
    assert set(used) == {next(one.new for one in done if one.alias == alias)}
    assert not line.client.indices.exists_alias(name=ARTICLES.alias(next_prefix(settings)))
