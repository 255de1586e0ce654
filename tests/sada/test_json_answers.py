"""What commands that do something say of it with `--json`: one document, whatever came of it; questions apart."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from producers.registry import Registry
from sada import reindex, reprocess, search
from sada.cli import FAILED, INTERRUPTED, main
from sada.commands import renew, repair
from sada.demo import demo_json
from sada.replay import Replayed
from sada.search import Found, Repeated
from sada.state import Phase, Process, Run
from schemas import Settings

ONE, TWO = "1" * 32, "2" * 32


class Cluster:
    """An index with these rejects and articles."""

    def __init__(self, rejects: Sequence[str] = (), titles: dict[str, str] | None = None) -> None:
        self.rejects, self.titles = rejects, titles or {}

    def ask(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Find all rejects, or those of an article: none."""
        found = [] if "article_id" in str(body["query"]) else self.rejects
        hits = [{"_source": {"reject_id": one, "stage": "split"}, "sort": [one]} for one in found]
        return 200, {"hits": {"total": {"value": len(found)}, "hits": hits}}

    def fetch(self, index: str, ids: Sequence[str], fields: Sequence[str]) -> dict[str, dict[str, str]]:
        """Return the titles."""
        return {one: {"title": self.titles[one]} for one in ids if one in self.titles}


class Line:
    """A line that takes all letters, and passes them unless `stuck`."""

    def __init__(self, *, stuck: bool) -> None:
        self.stuck = stuck
        self.taken: list[Any] = []

    def send(self, letters: Iterator[Any]) -> dict[Any, int]:
        """Take them."""
        self.taken += letters
        return {}

    def ends(self, topics: Sequence[str]) -> dict[Any, int]:
        """Tell of no topic."""
        return {}

    def wait(self, places: object, seconds: float) -> bool:
        """Tell whether it moves."""
        return not self.stuck


Lend = Callable[..., Settings]


@pytest.fixture
def lend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lend:
    """Let the commands reach a cluster and a line that are no servers."""

    def made(cluster: Cluster | None = None, *, stuck: bool = False) -> Settings:
        settings = Settings(_env_file=None, state_dir=tmp_path, inbox=tmp_path / "inbox")

        @contextmanager
        def index(state_dir: Path | None) -> Iterator[tuple[Settings, Cluster]]:
            yield settings, cluster or Cluster()

        @contextmanager
        def line(settings: Settings) -> Iterator[Line]:
            yield Line(stuck=stuck)

        for module in (repair, renew):
            monkeypatch.setattr(module, "reach_index", index)
            monkeypatch.setattr(module, "reach_line", line)
        return settings

    return made


def said(capsys: pytest.CaptureFixture[str]) -> tuple[Any, list[str]]:
    """Return the one document on standard output, and the lines on standard error."""
    captured = capsys.readouterr()
    return json.loads(captured.out), captured.err.splitlines()


def test_purged_rejects_are_named(lend: Lend, capsys: pytest.CaptureFixture[str]) -> None:
    """Their ids, and that they are gone."""
    lend(Cluster([ONE, TWO]))
    assert main(["rejected", "purge", "--yes", "--json"]) == 0
    assert said(capsys)[0] == {"purged": [ONE, TWO], "gone": True}


def test_a_purge_that_the_sink_has_not_heard_of_fails(lend: Lend, capsys: pytest.CaptureFixture[str]) -> None:
    """What was asked for is not so yet: the document says so, and one line what to do."""
    lend(Cluster([ONE]), stuck=True)
    assert main(["rejected", "purge", "--yes", "--json"]) == FAILED
    document, errors = said(capsys)
    assert document == {"purged": [ONE], "gone": False}
    assert errors[-1] == "sada: the sink has not taken them away in 30 s; it will once it runs: sada up"


def test_a_replay_names_what_did_not_get_through(lend: Lend, capsys: pytest.CaptureFixture[str]) -> None:
    """Why, by id; exit code 1 says that there is such."""
    lend(Cluster([ONE]))
    assert main(["rejected", "replay", "--yes", "--json"]) == FAILED
    document, _ = said(capsys)
    assert document["total"] == 1
    assert document["accepted"] == 0
    assert "topic" in document["impossible"][ONE]


@pytest.mark.parametrize(
    ("arguments", "document"),
    [
        (["rejected", "purge"], {"purged": [], "gone": True}),
        (["rejected", "replay"], {"total": 0, **vars(Replayed())}),
        (["forget", "--deleted"], {"taken_back": []}),
    ],
)
def test_nothing_to_do_is_a_document_too(
    arguments: list[str], document: object, lend: Lend, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the same fields, and nothing in them; people are told in words."""
    settings = lend()
    settings.inbox.mkdir()
    Registry(settings.state_dir / "registry.sqlite", settings.inbox).close()
    assert main([*arguments, "--json"]) == 0
    assert said(capsys) == (document, [])
    assert main(arguments) == 0
    assert capsys.readouterr().out == "nothing to do\n"


@pytest.mark.parametrize(("stuck", "code"), [(False, 0), (True, FAILED)])
def test_forgotten_articles_are_named(stuck: bool, code: int, lend: Lend, capsys: pytest.CaptureFixture[str]) -> None:
    """Ids and titles, and whether the sink has taken them away."""
    lend(Cluster(titles={ONE: "خبر عاجل"}), stuck=stuck)
    assert main(["forget", ONE, TWO, "--yes", "--json"]) == code
    document, errors = said(capsys)
    named = [{"article_id": ONE, "title": "خبر عاجل"}, {"article_id": TWO, "title": None}]
    assert document == {"forgotten": named, "gone": not stuck}
    assert f"{ONE}  خبر عاجل" in errors
    assert errors[-1].startswith("sada: ") == stuck


def test_lifted_articles_are_named_once(lend: Lend, capsys: pytest.CaptureFixture[str]) -> None:
    """However often they were given; without a watcher here none is sent again."""
    lend()
    assert main(["forget", "--undo", ONE, ONE, "--json"]) == 0
    assert said(capsys)[0] == {"lifted": [ONE], "sent_again": 0}
    lend(stuck=True)
    assert main(["forget", "--undo", ONE, "--json"]) == FAILED
    assert said(capsys)[0] == {"lifted": [ONE], "sent_again": None}


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", INTERRUPTED)])
def test_the_question_stays_out_of_the_answer(
    answer: str, code: int, lend: Lend, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a terminal people are asked there, also when the document goes into a pipe."""
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr("sys.stdin", terminal)
    lend(Cluster([ONE]))
    assert main(["rejected", "purge", "--json"]) == code
    captured = capsys.readouterr()
    assert "delete 1 reject(s)" in captured.err
    assert captured.out.startswith("{") if code == 0 else captured.out == ""


def test_reindexed_and_dropped_versions_are_named(
    lend: Lend, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each index with its versions; old ones by name, or none."""
    lend()
    renewed = reindex.Renewed("sada-articles", "sada-articles-v2", "sada-articles-v1", 7, 0.5)
    monkeypatch.setattr(reindex, "reindex", lambda *_: [renewed])
    assert main(["reindex", "articles", "--json"]) == 0
    assert said(capsys)[0] == {"indices": [vars(renewed)]}
    dropped: list[str] = []
    monkeypatch.setattr(reindex, "old_versions", lambda *_: ["sada-articles-v1"])
    monkeypatch.setattr(reindex, "drop", lambda _, names: dropped.extend(names))
    assert main(["reindex", "--drop-old", "--yes", "--json"]) == 0
    assert said(capsys)[0] == {"deleted": dropped} == {"deleted": ["sada-articles-v1"]}
    monkeypatch.setattr(reindex, "old_versions", lambda *_: [])
    assert main(["reindex", "--drop-old", "--json"]) == 0
    assert said(capsys)[0] == {"deleted": []}


def test_reprocessing_is_counted(
    lend: Lend, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """All counts, also of what other rules have read; these have a line for people besides."""
    lend()
    monkeypatch.setattr(reprocess, "reprocess", lambda *_: reprocess.Done(sent=9, rejected=1, left=2))
    assert main(["reprocess", "--yes", "--json"]) == 0
    document, errors = said(capsys)
    assert document == {"sent": 9, "rejected": 1, "restored": 0, "lost": 0, "overtaken": 0, "left": 2}
    assert errors[0].startswith("2 article(s)")


def test_failures_are_one_line_and_no_document(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without servers, each of them: nothing on standard output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SADA_KAFKA", "127.0.0.1:1")
    monkeypatch.setenv("SADA_ELASTICSEARCH", "http://127.0.0.1:1")
    (tmp_path / "samples").mkdir()
    for arguments in (["rejected", "purge"], ["forget", ONE], ["demo"]):
        assert main([*arguments, "--json"]) == FAILED
        captured = capsys.readouterr()
        assert captured.out == ""
        assert len(captured.err.splitlines()) == 1


def test_the_demo_says_what_it_copied_and_found(tmp_path: Path) -> None:
    """Pages by name, articles by the fields that tell of them, the repeated headlines, where to go on."""
    settings = Settings(_env_file=None, inbox=tmp_path)
    run = Run(
        phase=Phase.READY,
        supervisor=Process(name="supervisor", pid=1, born=0.0),
        inbox=tmp_path,
        workers=1,
        topology="fused",
        desk="http://127.0.0.1:8474",
        elasticsearch="http://127.0.0.1:9200",
    )
    article = {"article_id": ONE, "title": "خبر", "body": "متن", "persons": ["حسن"]}
    headline = Repeated(TWO, "خبر", 3, ("موقع",), "2025-04-20T00:00:00Z", "2025-04-20T00:00:00Z")
    document = json.loads(demo_json(settings, run, [tmp_path / "a.txt"], [article], [headline]))
    assert document["copied"] == ["a.txt"]
    assert document["articles"] == [{"article_id": ONE, "title": "خبر", "persons": ["حسن"]}]
    assert document["headlines"][0]["article_count"] == 3
    assert document["desk"] == run.desk


def test_a_search_that_finds_nothing_is_answered(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is an answer: exit code 0, an empty array, or two words for people."""
    monkeypatch.setattr(search, "search", lambda *_, **__: Found((), 0, 0, ()))
    assert main(["search", "--json", "موسكو"]) == 0
    assert said(capsys)[0] == []
    assert main(["search", "موسكو"]) == 0
    assert capsys.readouterr().out == "nothing found\n"
