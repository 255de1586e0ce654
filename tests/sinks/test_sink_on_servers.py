"""The sink between a real Kafka and a real Elasticsearch, with faults on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from elasticsearch import Elasticsearch  # noqa: TID251 - the test prepares and looks at the index
from pydantic import SecretStr

from schemas import HeadlineRole, Reason, Settings
from schemas.indices import ARTICLES, HEADLINES, REJECTED
from schemas.partition import partition_of
from schemas.topics import ENRICHED, UNIQUE
from schemas.topics import REJECTED as REJECTED_TOPIC
from sinks.actions import Arrival
from streams.topics import ensure_topics
from tests.sinks.line import (
    Sink,
    committed,
    committed_keys,
    documents,
    drop_indices,
    running,
    send,
    settled,
    sightings_told,
    wait_until,
)
from tests.sinks.messages import arrival, article, embedded, headline, ident, reject, tombstone
from tests.sinks.proxy import proxy

pytestmark = pytest.mark.servers


def test_everything_arrives_where_it_belongs(line: Settings, log: Path) -> None:
    """Articles, embedded ones, headlines and rejects are documents of their index, under their own ids."""
    page = article("a", embedded_ids=(ident("e"),))
    with running(line, log) as sink:
        send(line, map(arrival, [page, embedded("e", "a"), headline("خبر", ["a", "e"]), reject("r")]))
        settled(line, 4)
        assert set(documents(line, ARTICLES)) == {ident("a"), ident("e")}
        assert documents(line, HEADLINES)[ident("خبر")]["article_count"] == 2
        assert documents(line, REJECTED)[ident("r")]["reason"] == "binary"
        assert sink.stop() == 0


def test_same_messages_again_change_nothing(line: Settings, log: Path) -> None:
    """A replay of everything leaves the index as it was, to the letter."""
    story = [arrival(article(f"n{number}")) for number in range(50)] + [arrival(headline("خبر", ["n1", "n2"]))]
    with running(line, log):
        send(line, story)
        settled(line, 51)
        before = documents(line, ARTICLES), documents(line, HEADLINES)
        send(line, story)
        settled(line, 102)
        assert (documents(line, ARTICLES), documents(line, HEADLINES)) == before
        assert len(before[0]) == 50


def test_one_bad_document_does_not_hold_up_a_hundred(line: Settings, log: Path) -> None:
    """A document that the mapping refuses becomes a reject with its message; the others are indexed."""
    bad = arrival(article("bad", facts={"published": "2025-02-31"}))
    story = [arrival(article(f"n{number}")) for number in range(99)]
    with running(line, log):
        send(line, [*story[:50], bad, *story[50:]])
        settled(line, 101)
        assert len(documents(line, ARTICLES)) == 99
        (rejected,) = documents(line, REJECTED).values()
        assert (rejected["stage"], rejected["reason"]) == ("index", Reason.REFUSED_BY_INDEX)
        assert (rejected["article_id"], rejected["topic"]) == (ident("bad"), ENRICHED.name)


def test_poison_in_any_topic_becomes_a_reject(line: Settings, log: Path) -> None:
    """Bytes that are no message stop nothing, wherever they lie."""
    poison = [
        Arrival(ENRICHED.name, 0, 0, b"1", b""),
        Arrival(ENRICHED.name, 0, 0, b"2", b"\xff\xfe"),
        Arrival(UNIQUE.name, 0, 0, b"3", b'{"headline_id": "x"}'),
        Arrival(REJECTED_TOPIC.name, 0, 0, b"4", b"null"),
        Arrival(ENRICHED.name, 0, 0, b"no id", None),
        Arrival(ENRICHED.name, 0, 0, b"5", b"x" * 4_000_000),
    ]
    with running(line, log):
        send(line, [*poison, arrival(article("a"))])
        settled(line, 13)
        rejects = documents(line, REJECTED).values()
        assert sorted(one["reason"] for one in rejects) == ["not_a_message"] * 4 + ["wrong_schema"] * 2
        assert set(documents(line, ARTICLES)) == {ident("a")}


def test_tombstone_takes_back_the_article_and_its_headlines(line: Settings, log: Path) -> None:
    """The page, what it embeds and every sighting of theirs go; the retractions lie where the sightings do."""
    page = article("a", embedded_ids=(ident("e"),))
    with running(line, log):
        send(line, map(arrival, [page, embedded("e", "a", title="ملحق"), article("b"), headline("خبر", ["a"])]))
        settled(line, 4)
        send(line, [tombstone(ENRICHED.name, ident("a")), tombstone(UNIQUE.name, ident("خبر"))])
        settled(line, 6)
        assert set(documents(line, ARTICLES)) == {ident("b")}
        assert documents(line, HEADLINES) == {}
    told = [(place, one) for place, batch in sightings_told(line) for one in batch.sightings]
    assert {(one.article_id, one.role, one.headline_id) for _, one in told} == {
        (ident("a"), HeadlineRole.TITLE, ident("قمة الطاقة في الجزائر")),
        (ident("a"), HeadlineRole.RELATED, ident("افتتاح محطة رياح جديدة")),
        (ident("e"), HeadlineRole.TITLE, ident("ملحق")),
        (ident("e"), HeadlineRole.RELATED, ident("افتتاح محطة رياح جديدة")),
    }
    assert all(one.retracted and place == partition_of(one.headline_id.encode(), 4) for place, one in told)


def test_article_read_anew_loses_its_old_embedded_ones(line: Settings, log: Path) -> None:
    """Indexed again with another set of embedded articles, a page leaves no orphan."""
    with running(line, log):
        send(line, map(arrival, [article("a", embedded_ids=(ident("e"),)), embedded("e", "a")]))
        settled(line, 2)
        send(line, map(arrival, [article("a", embedded_ids=(ident("f"),)), embedded("f", "a")]))
        settled(line, 4)
        assert set(documents(line, ARTICLES)) == {ident("a"), ident("f")}


def test_faults_of_the_index_are_waited_out(line: Settings, log: Path) -> None:
    """429, 503, a cut connection and half-busy bulks cost time, no document; nothing is committed meanwhile."""
    with proxy(line.elasticsearch) as (url, faults):
        faults.plan = ["429", "503", "cut", "items", "items", "429"]
        with running(line.model_copy(update={"elasticsearch": url}), log):
            send(line, [arrival(article(f"n{number}")) for number in range(64)])
            wait_until(lambda: len(faults.done) > 2)
            assert committed(line) == 0
            settled(line, 64)
            assert {"429", "503", "cut"} <= set(faults.done)
            assert len(documents(line, ARTICLES)) == 64
            assert documents(line, REJECTED) == {}


def test_read_only_index_is_waited_out(line: Settings, log: Path) -> None:
    """An index blocked for writing is no reason to reject: once the block is gone all arrives."""
    with running(line, log), Elasticsearch(line.elasticsearch) as client:
        send(line, [arrival(article("a"))])
        settled(line, 1)
        name = ARTICLES.versioned(line.index_prefix)
        client.indices.put_settings(index=name, settings={"index.blocks.write": True})
        send(line, [arrival(article(f"n{number}")) for number in range(10)])
        time.sleep(1)
        assert committed(line) == 1
        client.indices.put_settings(index=name, settings={"index.blocks.write": False})
        settled(line, 11)
        assert len(documents(line, ARTICLES)) == 11
        assert documents(line, REJECTED) == {}


def test_index_that_someone_removed_is_set_up_again(line: Settings, log: Path) -> None:
    """The sink never lets an index come about without its mapping: it waits and makes it anew."""
    with running(line, log), Elasticsearch(line.elasticsearch) as client:
        send(line, [arrival(article("a"))])
        settled(line, 1)
        client.indices.delete(index=ARTICLES.versioned(line.index_prefix))
        send(line, [arrival(article("b"))])
        settled(line, 2)
        assert set(documents(line, ARTICLES)) == {ident("b")}
        mapping = client.indices.get_mapping(index=ARTICLES.alias(line.index_prefix))
        assert mapping[ARTICLES.versioned(line.index_prefix)]["mappings"]["dynamic"] == "strict"


def test_killed_half_way_the_sink_ends_in_the_same_index(line: Settings, log: Path) -> None:
    """SIGKILL among 2,000 documents, then a new sink: each is there once, as it was sent."""
    story = [arrival(article(f"n{number}", title=f"خبر {number}")) for number in range(2000)]
    small = line.model_copy(update={"bulk_documents": 20})
    send(line, story)
    first = Sink(small, log)
    wait_until(lambda: committed(line) >= 200)
    first.kill()
    assert committed(line) < 2000
    with running(small, log):
        settled(line, 2000)
    found = documents(line, ARTICLES)
    assert {(name, one["title"]) for name, one in found.items()} == {
        (ident(f"n{number}"), f"خبر {number}") for number in range(2000)
    }


def test_topics_that_come_after_the_sink_are_found(
    settings: Callable[..., Settings], fresh_topics: None, log: Path
) -> None:
    """A sink that was there before its topics says what it waits for, and reads them all soon after they come about."""
    made = settings(partitions=4)
    with running(made, log):
        wait_until(lambda: "has no topic articles.enriched" in log.read_text())
        ensure_topics(made)
        send(made, [arrival(article("a"))])
        settled(made, 1, limit=30)
        assert set(documents(made, ARTICLES)) == {ident("a")}
    drop_indices(made)


def test_two_sinks_share_the_work(line: Settings, log: Path) -> None:
    """A second sink that comes and goes in the middle loses and doubles nothing."""
    small = line.model_copy(update={"bulk_documents": 20})
    story = [arrival(article(f"n{number}")) for number in range(1500)]
    with running(small, log):
        send(line, story[:700])
        with running(small, log) as second:
            send(line, story[700:])
            wait_until(lambda: committed(line) >= 300)
            assert second.stop() == 0
        settled(line, 1500)
    assert len(documents(line, ARTICLES)) == 1500


def test_order_to_stop_finishes_and_commits(line: Settings, log: Path) -> None:
    """SIGTERM in the middle of work: exit 0 in good time, and what was committed is in the index."""
    send(line, [arrival(article(f"n{number}")) for number in range(1000)])
    with running(line.model_copy(update={"bulk_documents": 25}), log) as sink:
        wait_until(lambda: committed(line) >= 100)
        assert sink.stop() == 0
    assert 100 <= committed(line) < 1000
    assert committed_keys(line, ENRICHED.name) <= documents(line, ARTICLES).keys()


def test_order_to_stop_commits_nothing_of_a_bulk_that_is_half_done(line: Settings, log: Path) -> None:
    """Half of a bulk is in, the other half is refused for now: after SIGTERM and exit 0 all of it is read again."""
    send(line, [arrival(article(f"n{number}")) for number in range(100)])
    with proxy(line.elasticsearch) as (url, faults):
        faults.plan = ["pass", "items"] + ["503"] * 1000
        with running(line.model_copy(update={"elasticsearch": url, "bulk_documents": 40}), log) as sink:
            wait_until(lambda: faults.bulks > 3)
            started = time.monotonic()
            assert sink.stop(limit=10) == 0
            assert time.monotonic() - started < 10
    assert (committed(line), len(documents(line, ARTICLES))) == (40, 60)
    assert committed_keys(line, ENRICHED.name) <= documents(line, ARTICLES).keys()
    with running(line, log):
        settled(line, 100)
    assert len(documents(line, ARTICLES)) == 100


@pytest.mark.parametrize("fault", ["503", "hang"])
def test_order_to_stop_does_not_wait_for_ever(line: Settings, log: Path, fault: str) -> None:
    """With an index that refuses or never answers, SIGTERM still ends in under 10 s with exit 0, nothing committed."""
    with proxy(line.elasticsearch) as (url, faults):
        faults.plan = [fault] * 1000
        with running(line.model_copy(update={"elasticsearch": url}), log) as sink:
            send(line, [arrival(article("a"))])
            wait_until(lambda: faults.bulks > 0)
            started = time.monotonic()
            assert sink.stop(limit=10) == 0
            assert time.monotonic() - started < 10
            assert committed(line) == 0


def test_document_is_searchable_at_once_on_a_quiet_line(line: Settings, log: Path) -> None:
    """Each is found long before the interval of five minutes is over: the sink asks for it to be shown."""
    with running(line, log), Elasticsearch(line.elasticsearch) as client:
        send(line, [arrival(article("first"))])
        settled(line, 1)
        name = ARTICLES.versioned(line.index_prefix)
        client.indices.put_settings(index=name, settings={"index.refresh_interval": "300s"})
        seconds = []
        for number in range(7):
            time.sleep(0.3)
            send(line, [arrival(article(f"n{number}"))])
            sent = time.monotonic()
            query = {"term": {"article_id": ident(f"n{number}")}}
            wait_until(lambda: client.count(index=ARTICLES.alias(line.index_prefix), query=query)["count"] == 1)  # noqa: B023 - called at once
            seconds.append(time.monotonic() - sent)
        assert max(seconds) < 100, seconds


def test_wrong_credentials_end_it_with_one_line(line: Settings, log: Path) -> None:
    """An index that denies us at the start is a mistake in the settings: exit 1, one line, no password in it."""
    canary = "kanarienvogel"

    with proxy(line.elasticsearch) as (url, faults):
        faults.deny = True
        login = {"elasticsearch_username": "sada", "elasticsearch_password": SecretStr(canary)}
        with running(line.model_copy(update={"elasticsearch": url, **login}), log) as sink:
            assert sink.process.wait(20) == 1
    text = log.read_text()
    assert "cannot_start" in text
    assert canary not in text
