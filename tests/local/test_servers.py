"""The real servers: they start, keep data over a restart, analyse Arabic as stock ones do, and leave no process."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import psutil
import pytest

from sada.local.servers import QUICK, Server, forget_elasticsearch, start_both, start_elasticsearch, start_kafka
from schemas import Settings

pytestmark = pytest.mark.servers

PLAIN = Settings(_env_file=None)
TOPIC = "kept"


def ask(url: str, path: str, body: dict[str, Any] | None = None, method: str | None = None) -> dict[str, Any]:
    """Ask Elasticsearch over plain HTTP, as any client may."""
    data = None if body is None else json.dumps(body).encode()
    request = Request(url + path, data, {"Content-Type": "application/json"}, method=method)
    with urlopen(request, timeout=30) as answer:
        found: dict[str, Any] = json.load(answer)
        return found


def tokens(url: str, text: str, **analysis: Any) -> list[str]:
    """Analyse `text` and return its terms."""
    answer = ask(url, "/_analyze", {"text": text, **analysis})
    return [token["token"] for token in answer["tokens"]]


def create_topic(address: str) -> None:
    """Create the test's topic."""
    from kafka.admin import KafkaAdminClient, NewTopic  # noqa: TID251 - the broker is what is tested

    admin = KafkaAdminClient(bootstrap_servers=address)
    admin.create_topics([NewTopic(TOPIC, 2, 1)])
    admin.close()


def produce(address: str, value: bytes) -> None:
    """Send one message and wait for its acknowledgement."""
    from kafka import KafkaProducer  # noqa: TID251 - the broker is what is tested

    producer = KafkaProducer(bootstrap_servers=address, max_request_size=PLAIN.max_message_bytes)
    try:
        producer.send(TOPIC, value).get(30)
    finally:
        producer.close()


def consume(address: str, group: str) -> list[bytes]:
    """Read the topic from its beginning as a new consumer group."""
    from kafka import KafkaConsumer  # noqa: TID251 - the broker is what is tested

    consumer = KafkaConsumer(
        TOPIC, bootstrap_servers=address, group_id=group, auto_offset_reset="earliest", consumer_timeout_ms=4000
    )
    values = [message.value for message in consumer]
    consumer.close()
    return values


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    """A home folder whose data is deleted afterwards."""
    yield tmp_path / "home"
    forget_elasticsearch(tmp_path / "home")


def ended(pids: list[int]) -> bool:
    """Wait until none of the processes runs any more."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        alive = [pid for pid in pids if psutil.pid_exists(pid) and psutil.Process(pid).status() != "zombie"]
        if not alive:
            return True
        time.sleep(0.1)
    return False


def test_data_outlives_a_crash_and_a_restart(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both restart offline on the same ports with the same data; after the end no process is left."""
    kafka, node = start_both(home, PLAIN, 0, 0, options=QUICK)
    create_topic(kafka.address)
    produce(kafka.address, b"x" * 3_000_000)
    ask(node.address, "/kept/_doc/1?refresh=true", {"title": "خبر"}, "PUT")
    first = every_process([kafka, node])
    for server in (kafka, node):
        os.kill(server.pid, signal.SIGKILL)
    assert ended(first)
    kafka.stop()
    node.stop()

    monkeypatch.setattr("requests.sessions.Session.request", refuse)
    again, node_again = start_both(home, PLAIN, port_of(kafka), port_of(node))
    monkeypatch.undo()
    assert (again.address, node_again.address) == (kafka.address, node.address)
    produce(again.address, b"second")
    assert sorted(map(len, consume(again.address, "reader"))) == [6, 3_000_000]
    assert ask(node.address, "/kept/_doc/1")["_source"] == {"title": "خبر"}

    second = every_process([again, node_again])
    assert len(second) >= 4  # two guards, two servers
    again.stop()
    node_again.stop()
    assert ended(second)
    assert not again.alive()


def refuse(*where: object, **how: object) -> Any:
    """Stand in for the downloader's network: an offline start does not ask for it."""
    raise AssertionError(f"asked the network for {where}")


def port_of(server: Server) -> int:
    """Read the port from a server's address."""
    return int(server.address.rsplit(":", 1)[1])


def every_process(servers: list[Server]) -> list[int]:
    """List the guards of `servers` and all that they have started; the session's own servers are left out."""
    pids: list[int] = []
    for guard in psutil.Process().children():
        family = [guard.pid, *(child.pid for child in guard.children(recursive=True))]
        if any(server.pid in family for server in servers):
            pids += family
    assert {server.pid for server in servers} <= set(pids)
    return pids


def test_own_properties_win(home: Path) -> None:
    """Properties given to a start are the broker's and the node's."""
    kafka = start_kafka(home, PLAIN, 0, properties={"message.max.bytes": "1000"}, options=QUICK)
    try:
        create_topic(kafka.address)
        with pytest.raises(Exception, match=r"(?i)large"):
            produce(kafka.address, b"x" * 3000)
    finally:
        kafka.stop()
    node = start_elasticsearch(home, PLAIN, 0, properties={"cluster.name": "another"}, options=QUICK)
    try:
        assert ask(node.address, "/")["cluster_name"] == "another"
    finally:
        node.stop()


def test_greets_like_a_stock_node(elasticsearch_url: str) -> None:
    """`GET /` names version and tagline, and the official client takes the node for Elasticsearch."""
    from elasticsearch import Elasticsearch  # noqa: TID251 - the node is what is tested

    greeting = ask(elasticsearch_url, "/")
    assert greeting["version"]["number"] == "9.5.3"
    assert greeting["tagline"] == "You Know, for Search"
    with Elasticsearch(elasticsearch_url) as client:
        assert client.info()["cluster_uuid"] == greeting["cluster_uuid"]


def test_arabic_analyzer_is_lucenes(elasticsearch_url: str) -> None:
    """Forms of one word meet: with the article, with a preposition, with other digits."""
    assert tokens(elasticsearch_url, "الكتاب كتاب", analyzer="arabic") == ["كتاب", "كتاب"]
    assert tokens(elasticsearch_url, "في ٢٠٢٥", analyzer="arabic") == ["2025"]


@pytest.mark.parametrize(
    ("parts", "text", "expected"),
    [
        ({"filter": ["arabic_normalization"]}, "أحمد إلى مدرسة", ["احمد", "الي", "مدرسه"]),
        ({"filter": ["arabic_normalization", "arabic_stem"]}, "والمدرسة", ["مدرس"]),
        ({"filter": ["decimal_digit", "lowercase"]}, "NATO ١٢", ["nato", "12"]),
        ({"filter": [{"type": "stop", "stopwords": "_arabic_"}]}, "قال في بغداد", ["قال", "بغداد"]),
        ({"filter": [{"type": "edge_ngram", "min_gram": 2, "max_gram": 3}]}, "خبر", ["خب", "خبر"]),
        ({"filter": [{"type": "shingle", "output_unigrams": False}]}, "بنك مركزي جديد", ["بنك مركزي", "مركزي جديد"]),
        ({"filter": ["keyword_repeat", "arabic_stem", "remove_duplicates"]}, "الكتاب خبر", ["الكتاب", "كتاب", "خبر"]),
        ({"filter": ["unique"]}, "خبر خبر عاجل", ["خبر", "عاجل"]),
        ({"filter": [{"type": "pattern_replace", "pattern": "^و", "replacement": ""}]}, "وقال", ["قال"]),
        ({"filter": ["asciifolding", "uppercase"]}, "Café", ["CAFE"]),
        ({"filter": [{"type": "length", "min": 3}]}, "عن خبر", ["خبر"]),
        ({"filter": [{"type": "word_delimiter_graph"}]}, "F16", ["F", "16"]),
        ({"char_filter": [{"type": "mapping", "mappings": ["ی => ي", "\\u06A9 => ك"]}]}, "یک", ["يك"]),
        ({"char_filter": [{"type": "pattern_replace", "pattern": "ـ+", "replacement": ""}]}, "خبـــر", ["خبر"]),
        ({"char_filter": ["html_strip"]}, "<b>خبر</b>", ["خبر"]),
        ({"tokenizer": "keyword", "filter": ["trim"]}, " خبر عاجل ", ["خبر عاجل"]),
        ({"tokenizer": {"type": "edge_ngram", "min_gram": 1, "max_gram": 2}}, "خبر", ["خ", "خب"]),
        ({"tokenizer": {"type": "pattern", "pattern": "،\\s*"}}, "غزة، بغداد", ["غزة", "بغداد"]),
        ({"tokenizer": "uax_url_email"}, "to a.b@example.com", ["to", "a.b@example.com"]),
        ({"filter": [{"type": "pattern_capture", "patterns": ["(\\d+)"]}]}, "F16", ["F16", "16"]),
    ],
)
def test_stock_names(elasticsearch_url: str, parts: dict[str, Any], text: str, expected: list[str]) -> None:
    """Each analysis part answers to its stock name and parameters."""
    assert tokens(elasticsearch_url, text, **{"tokenizer": "standard", **parts}) == expected


def test_an_index_template_uses_them(settings: Callable[..., Settings]) -> None:
    """Custom analyzers, an `arabic` analyzer with own stop words and a keyword normalizer work in a mapping."""
    made = settings()
    index = f"/{made.index_prefix}-probe"
    analysis = {
        "char_filter": {"yeh": {"type": "mapping", "mappings": ["ی => ي"]}},
        "analyzer": {
            "exact": {"tokenizer": "standard", "char_filter": ["yeh"], "filter": ["arabic_normalization"]},
            "text": {"type": "arabic", "stopwords": ["خبر"], "stem_exclusion": ["الكتاب"]},
        },
        "normalizer": {"folded": {"type": "custom", "char_filter": ["yeh"], "filter": ["lowercase", "decimal_digit"]}},
    }
    properties = {
        "title": {"type": "text", "analyzer": "text", "fields": {"exact": {"type": "text", "analyzer": "exact"}}},
        "source": {"type": "keyword", "normalizer": "folded"},
    }
    ask(made.elasticsearch, index, {"settings": {"analysis": analysis}, "mappings": {"properties": properties}}, "PUT")
    ask(made.elasticsearch, f"{index}/_doc/1?refresh=true", {"title": "رئیس أوكرانيا", "source": "BBC ٢"}, "PUT")
    for query in ({"match": {"title.exact": "رئيس"}}, {"match": {"title": "اوكرانيا"}}, {"term": {"source": "bbc 2"}}):
        found = ask(made.elasticsearch, f"{index}/_search", {"query": query})
        assert found["hits"]["total"]["value"] == 1, query
    assert ask(made.elasticsearch, f"{index}/_analyze", {"analyzer": "text", "text": "خبر الكتاب"})["tokens"] != []


def test_settings_tell_tests_apart(settings: Callable[..., Settings]) -> None:
    """The settings factory points at the session's servers with names of its own each time."""
    first, second = settings(), settings(partitions=2)
    assert first.group != second.group
    assert first.index_prefix != second.index_prefix
    assert (first.partitions, second.partitions) == (4, 2)
    assert first.inbox.is_dir()
