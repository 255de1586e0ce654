"""Indices built anew on real servers while others write, change and delete: searches see no gap, nothing is lost."""

from __future__ import annotations

import itertools
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from sada.checkup.finding import Verdict
from sada.checkup.index import HALTED, examine_elasticsearch
from sada.closed import left_closed
from sada.copying import Copier, Patience, Site
from sada.errors import UserError
from sada.reindex import current, drop, named, old_versions, reindex
from schemas import Settings
from schemas.identity import digest
from schemas.indices import ARTICLES, INDICES, NAMES
from sinks.actions import delete, write
from sinks.bulk import Sender
from sinks.client import Cluster, connect
from sinks.patience import pause
from sinks.templates import ensure

pytestmark = [pytest.mark.servers, pytest.mark.timeout(200)]

LASTING = 300
"""Documents that nobody deletes: each search must find all of them."""


@pytest.fixture
def cluster(settings: Callable[..., Settings]) -> Iterator[tuple[Cluster, Settings]]:
    made = settings()
    with closing(Cluster(connect(made))) as found:
        ensure(found, made)
        yield found, made


class Writer:
    """Writes as the sink does, through the alias, waiting while it may not; knows what must stand."""

    def __init__(self, settings: Settings, seed: int) -> None:
        self.cluster = Cluster(connect(settings))
        self.alias = ARTICLES.alias(settings.index_prefix)
        self.sender = Sender(self.cluster, 500, 5_000_000, self._wait)
        self.must: dict[str, dict[str, object]] = {}
        self.rng = random.Random(seed)
        self.waits = 0
        self._number = itertools.count()

    def _wait(self, attempt: int, _why: str) -> None:
        self.waits += 1
        time.sleep(pause(attempt) / 10)

    def add(self, number: int, site: str) -> None:
        """Write new documents."""
        ids = [digest("reindex", site, str(next(self._number))) for _ in range(number)]
        self._put({one: {"article_id": one, "site": site, "path_count": 1} for one in ids})

    def churn(self) -> None:
        """Write new ones, write old ones again, delete some."""
        self.add(self.rng.randint(1, 40), "passing")
        passing = [one for one, document in self.must.items() if document["site"] == "passing"]
        gone = self.rng.sample(passing, min(len(passing), self.rng.randint(0, 30)))
        assert not self.sender.send([delete(self.alias, one) for one in gone])
        for one in gone:
            del self.must[one]
        again = self.rng.sample(sorted(self.must), min(len(self.must), 40))
        self._put({one: self.must[one] | {"path_count": self.rng.randint(2, 10**6)} for one in again})

    def _put(self, documents: dict[str, dict[str, object]]) -> None:
        assert not self.sender.send([write(self.alias, one, document) for one, document in documents.items()])
        self.must |= documents


@contextmanager
def busy(work: Callable[[], None]) -> Iterator[list[int]]:
    """Do `work` over and over on a thread of its own; how often is counted, and its failure is raised at the end."""
    stop, turns, failures = threading.Event(), [0], list[BaseException]()

    def go() -> None:
        try:
            while not stop.wait(0.02):
                work()
                turns[0] += 1
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    thread = threading.Thread(target=go)
    thread.start()
    try:
        yield turns
    finally:
        stop.set()
        thread.join(60)
    if failures:
        raise failures[0]


def stands(cluster: Cluster, settings: Settings) -> dict[str, dict[str, Any]]:
    """Return every article that a search through the alias finds."""
    alias = ARTICLES.alias(settings.index_prefix)
    cluster.refresh([alias])
    body: dict[str, Any] = {"size": 5000, "sort": ["article_id"]}
    found: dict[str, dict[str, Any]] = {}
    while True:
        _, answer = cluster.ask("POST", f"/{alias}/_search", body)
        hits = answer["hits"]["hits"]
        found |= {hit["_id"]: hit["_source"] for hit in hits}
        if len(hits) < 5000:
            return found
        body["search_after"] = hits[-1]["sort"]


def lasting(cluster: Cluster, settings: Settings) -> int:
    """Count what is never deleted, as one search through the alias finds it, with no refresh asked for."""
    body = {"query": {"term": {"site": "lasting"}}, "track_total_hits": True, "size": 0}
    status, answer = cluster.ask("POST", f"/{ARTICLES.alias(settings.index_prefix)}/_search", body)
    assert status == 200, answer
    return int(answer["hits"]["total"]["value"])


def versions(cluster: Cluster, settings: Settings) -> dict[str, set[str]]:
    """Return the versions of the articles' index with the aliases of each."""
    _, found = cluster.ask("GET", f"/{ARTICLES.alias(settings.index_prefix)}-v*/_alias")
    return {name.rpartition("-")[2]: set(of["aliases"]) for name, of in found.items()}


@pytest.mark.parametrize("shards", [1, 3])
def test_nothing_is_missing_or_stale_while_others_write(cluster: tuple[Cluster, Settings], shards: int) -> None:
    """Written, changed and deleted all along, twice built anew: no search misses one, and the end is the last word."""
    found, settings = cluster
    alias = ARTICLES.alias(settings.index_prefix)
    writer = Writer(settings, shards)
    writer.add(LASTING, "lasting")
    writer.add(4_000, "passing")
    found.refresh([alias])
    looker = Cluster(connect(settings))

    def look() -> None:
        assert lasting(looker, settings) == LASTING

    with busy(look) as looks, busy(writer.churn) as turns:
        for _ in range(2):
            before = turns[0]
            (done,) = reindex(found, settings.model_copy(update={"shards": shards}), [ARTICLES], 3, lambda _: None)
            assert turns[0] > before
            while turns[0] < before + 5:
                time.sleep(0.05)
    assert looks[0] > 20
    assert done.new == f"{alias}-v3"
    assert stands(found, settings) == writer.must
    assert versions(found, settings) == {"v1": set(), "v2": set(), "v3": {alias}}
    assert old_versions(found, settings, [ARTICLES]) == [f"{alias}-v1", f"{alias}-v2"]
    drop(found, old_versions(found, settings, [ARTICLES]))
    assert versions(found, settings) == {"v3": {alias}}
    assert stands(found, settings) == writer.must
    writer.cluster.close()
    looker.close()


def test_a_copy_that_broke_off_goes_on(cluster: tuple[Cluster, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """Ended anywhere, writers can write on; the next call copies what is left, and what was deleted meanwhile goes."""
    found, settings = cluster
    writer = Writer(settings, 7)
    writer.add(LASTING, "lasting")
    writer.add(6_000, "passing")
    true_page, pages = Copier._page, itertools.count()

    def page(self: Any, *arguments: Any) -> Any:
        if next(pages) == 4:
            raise KeyboardInterrupt
        return true_page(self, *arguments)

    monkeypatch.setattr("sada.copying.SAVE_SECONDS", 0.0)
    monkeypatch.setattr(Copier, "_page", page)
    with pytest.raises(KeyboardInterrupt):
        reindex(found, settings, [ARTICLES], 1, lambda _: None)
    assert versions(found, settings) == {"v1": {ARTICLES.alias(settings.index_prefix)}, "v2": set()}
    for _ in range(5):
        writer.churn()
    said: list[str] = []
    (done,) = reindex(found, settings, [ARTICLES], 1, said.append)
    assert done.new.endswith("-v2")
    first = int(said[0].split()[1].replace(",", ""))
    assert said[-1].startswith(ARTICLES.alias(settings.index_prefix))
    assert first <= 2000
    assert max(int(line.split()[1].replace(",", "")) for line in said[:-1]) < 6_000, "it began anew"
    assert stands(found, settings) == writer.must
    writer.churn()
    assert stands(found, settings) == writer.must
    writer.cluster.close()


def test_a_failure_lets_writers_go_on(cluster: tuple[Cluster, Settings], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it fails while writers wait, they write on in the old index, and the alias stays where it was."""
    found, settings = cluster
    writer = Writer(settings, 8)
    writer.add(10, "lasting")
    monkeypatch.setattr(Copier, "counts", lambda _: (10, 9))
    with pytest.raises(UserError, match="has 9 documents"):
        reindex(found, settings, [ARTICLES], 2, lambda _: None)
    writer.churn()
    assert stands(found, settings) == writer.must
    assert versions(found, settings)["v1"] == {ARTICLES.alias(settings.index_prefix)}
    writer.cluster.close()


def test_documents_that_do_not_fit_change_nothing(cluster: tuple[Cluster, Settings]) -> None:
    """A document that the new mapping refuses is named, and searches go on in the old index."""
    found, settings = cluster
    alias = NAMES.alias(settings.index_prefix)
    found.ask("PUT", f"/{alias}/_mapping", {"properties": {"odd": {"type": "keyword"}}})
    sender = Sender(found, 10, 1000, lambda *_: None)
    assert not sender.send([write(alias, "h-1", {"member": "1", "odd": "x"})])
    with pytest.raises(UserError, match=r"1 document.* do not fit .*h-1"):
        reindex(found, settings, [NAMES], 1, lambda _: None)
    assert set(found.fetch(alias, ["h-1"], ["member"])) == {"h-1"}


def test_all_indices_are_renewed_and_empty_ones_too(cluster: tuple[Cluster, Settings]) -> None:
    """Without names all are built anew; an unknown name is refused with those there are."""
    found, settings = cluster
    done = reindex(found, settings, named([]), 1, lambda _: None)
    assert [one.new for one in done] == [f"{index.alias(settings.index_prefix)}-v2" for index in INDICES]
    with pytest.raises(UserError, match="no index 'pages'"):
        named(["pages"])


KILLED = """
import os, signal, sys
from pathlib import Path
from sada import reindex
from schemas import Settings
from schemas.indices import ARTICLES
from sinks.client import Cluster, connect

reindex.exchange = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
settings = Settings.model_validate_json(sys.argv[1])
reindex.reindex(Cluster(connect(settings)), settings, [ARTICLES], 2, lambda _: None)
"""


def test_what_a_killed_reindex_left_closed_is_found_and_opened(
    cluster: tuple[Cluster, Settings], monkeypatch: pytest.MonkeyPatch
) -> None:
    """SIGKILL in the exchange: doctor names the block and the way out, and the next call opens the index at once."""
    found, settings = cluster
    writer = Writer(settings, 9)
    writer.add(10, "lasting")
    program = [sys.executable, "-c", KILLED, settings.model_dump_json()]
    killed = subprocess.run(program, capture_output=True, text=True, check=False, timeout=100)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    old = current(Site(found, Patience()), ARTICLES.alias(settings.index_prefix))
    assert left_closed(found, settings) == [old]
    finding = next(one for one in examine_elasticsearch(settings, expected=True) if one.where == old)
    assert (finding.verdict, finding.remedy) == (Verdict.FAIL, HALTED)

    seen: list[list[str]] = []
    copying = Copier.round

    def looking(copier: Copier, say: Callable[[int], None], *, save: bool = True) -> int:
        seen.append(left_closed(found, settings))
        return copying(copier, say, save=save)

    monkeypatch.setattr(Copier, "round", looking)
    said: list[str] = []
    reindex(found, settings, [ARTICLES], 2, said.append)
    assert seen[0] == [], "writers had to wait while it copied"
    assert "writers go on" in said[0]
    assert left_closed(found, settings) == []
    writer.churn()
    assert stands(found, settings) == writer.must
    writer.cluster.close()
