"""Every chart, list and query that Kibana would run for us, run on a real Elasticsearch over the samples."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import pytest

from producers.reading import read_articles
from schemas import RawArticle, Rejected, Settings
from schemas.indices import ARTICLES, HEADLINES, REJECTED
from sinks import templates
from sinks.actions import write
from sinks.client import Cluster, connect
from sinks.documents import article_document, headline_document, reject_document
from streams.pipeline import process
from tests.deploy.kibana import ROOT, Kql, aggregations, index_of, layer_of, load_objects, questions

pytestmark = pytest.mark.servers

OBJECTS = load_objects()
CHARTS = [one for one in OBJECTS if one["type"] == "lens"]
SEARCHES = [one for one in OBJECTS if one["type"] == "search"]


@pytest.fixture(scope="module")
def index(elasticsearch_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Any]]:
    """An index of the samples and of two files that are no pages; asked by alias with a body."""
    folder = tmp_path_factory.mktemp("kibana")
    settings = Settings(_env_file=None, elasticsearch=elasticsearch_url, index_prefix="tkibana", inbox=folder)
    with closing(Cluster(connect(settings))) as cluster:
        templates.ensure(cluster, settings)
        answers = cluster.bulk(list(actions(settings)))
        assert [answer for answer in answers if answer.error] == []
        cluster.refresh([one.alias(settings.index_prefix) for one in (ARTICLES, HEADLINES, REJECTED)])

        def ask(alias: str, body: dict[str, Any]) -> Any:
            status, answer = cluster.ask("POST", f"/{alias.replace('sada', settings.index_prefix)}/_search", body)
            assert status == 200, answer
            return answer

        yield ask
        for one in (ARTICLES, HEADLINES, REJECTED):
            cluster.ask("DELETE", f"/{one.alias(settings.index_prefix)}-v1")


def actions(settings: Settings) -> Iterator[Any]:
    """What the sink would write."""
    empty, binary = settings.inbox / "empty.txt", settings.inbox / "binary.txt"
    empty.write_bytes(b"")
    binary.write_bytes(bytes(range(256)) * 4)
    found = list(read_articles([*sorted((ROOT / "samples").glob("*.txt")), empty, binary], settings))
    output = process(one for one in found if isinstance(one, RawArticle))
    names = {f"{kind[0]}-{member}": cluster for (kind, member), cluster in output.names.items()}
    prefix = settings.index_prefix
    for article in output.articles:
        yield write(ARTICLES.alias(prefix), article.article_id, article_document(article, names))
    for headline in output.headlines:
        yield write(HEADLINES.alias(prefix), headline.headline_id, headline_document(headline))
    for reject in (one for one in found if isinstance(one, Rejected)):
        yield write(REJECTED.alias(prefix), reject.reject_id, reject_document(reject))


@pytest.mark.parametrize("chart", CHARTS, ids=[one["id"] for one in CHARTS])
def test_a_chart_has_an_answer(index: Callable[..., Any], chart: dict[str, Any]) -> None:
    """The chart's aggregations run, and over the samples each shows something."""
    layer = layer_of(chart)
    answer = index(index_of(chart), {"size": 0, "track_total_hits": True, "aggs": aggregations(layer)})
    assert answer["hits"]["total"]["value"] > 0
    first = layer["columnOrder"][0]
    if layer["columns"][first]["isBucketed"]:
        assert answer["aggregations"][first]["buckets"]
    elif layer["columns"][first]["operationType"] != "count":
        assert answer["aggregations"][first]["value"]


@pytest.mark.parametrize("search", SEARCHES, ids=[one["id"] for one in SEARCHES])
def test_a_saved_search_runs(index: Callable[..., Any], search: dict[str, Any]) -> None:
    """Its query, its sort and its columns are taken by the index."""
    source = json.loads(search["attributes"]["kibanaSavedObjectMeta"]["searchSourceJSON"])
    body = {
        "query": Kql(source["query"]["query"]).query,
        "sort": [{field: order} for field, order in search["attributes"]["sort"]],
        "fields": search["attributes"]["columns"],
    }
    hits = index(index_of(search), body)["hits"]["hits"]
    assert hits or search["id"] == "sada-search-edited"


@pytest.mark.parametrize("question", questions(), ids=[title for title, _, _ in questions()])
def test_a_question_of_the_page_finds_something(index: Callable[..., Any], question: tuple[str, str, str]) -> None:
    """Each of the ten queries finds documents among the samples."""
    _, alias, query = question
    assert index(alias, {"query": Kql(query).query})["hits"]["total"]["value"] > 0


def test_the_controls_list_what_there_is(index: Callable[..., Any]) -> None:
    """The lists above the dashboard have entries."""
    (board,) = [one for one in OBJECTS if one["type"] == "dashboard"]
    for control in json.loads(board["attributes"]["controlGroupInput"]["panelsJSON"]).values():
        field = control["explicitInput"]["fieldName"]
        answer = index("sada-articles", {"size": 0, "aggs": {"list": {"terms": {"field": field}}}})
        assert answer["aggregations"]["list"]["buckets"], field
