"""`sada process`: files in, one JSON object a line out, in the shape that the README promises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sada import cli
from sada.process import as_page, describe
from schemas import EnrichedArticle, RelatedHeadline
from schemas.articles import Facts

SAMPLES = Path(__file__).parents[2] / "samples"

KEYS = [
    "file",
    "article_id",
    "title",
    "published",
    "source",
    "keywords",
    "body",
    "related_headlines",
    "related_articles",
    "entities",
]


def run(*paths: object, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    assert cli.main(["process", *map(str, paths)]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def article(number: int, headlines: dict[str, str | None]) -> EnrichedArticle:
    related = tuple(
        RelatedHeadline(text=text, headline_id=f"{index:032x}", date=date)
        for index, (text, date) in enumerate(headlines.items())
    )
    return EnrichedArticle(
        article_id=f"{number:032x}",
        root_id=f"{1:032x}",
        parent_id=None if number == 1 else f"{1:032x}",
        paths=("a.txt",),
        path_count=1,
        encoding="utf-8",
        captured_at="2025-01-01T00:00:00Z",
        read_at="2025-01-01T00:00:00Z",
        site="generic",
        rules_version="1",
        facts=Facts(title=f"عنوان {number}", dateline="عمان (وكالات)"),
        body="نص",
        related_headlines=related,
    )


def test_each_sample_is_one_object_in_the_promised_shape(capsys: pytest.CaptureFixture[str]) -> None:
    """Every page of samples/ becomes one line with exactly the promised keys, entities cut from the body."""
    pages = run(SAMPLES, capsys=capsys)
    assert [Path(str(page["file"])).name for page in pages] == sorted(path.name for path in SAMPLES.glob("*.txt"))
    for page in pages:
        assert list(page) == KEYS
        body = str(page["body"])
        assert body
        assert all(set(one) == {"text", "date"} for one in page["related_headlines"])
        assert all(set(one) == {"title", "dateline", "body"} for one in page["related_articles"])
        for entity in page["entities"]:
            assert set(entity) == {"text", "kind", "start", "end", "entity_id"}
            assert body[entity["start"] : entity["end"]] == entity["text"]


@pytest.mark.parametrize("sample", ["02-aggregator-no-title.txt", "03-aggregator-timestamps.txt"])
def test_an_embedded_article_is_told_apart(sample: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A page that carries a second article gives it under related_articles, and not in its own body."""
    (page,) = run(SAMPLES / sample, capsys=capsys)
    (embedded,) = page["related_articles"]
    assert embedded["body"].split("\n")[0] not in str(page["body"])


def test_what_cannot_be_read_is_a_line_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unreadable file among good ones is told with stage, reason and message; the rest goes on, exit code 0."""
    (tmp_path / "1-empty.txt").write_text("")
    (tmp_path / "2-binary.txt").write_bytes(bytes(range(256)) * 20)
    (tmp_path / "3-good.txt").write_text((SAMPLES / "05-youm7-museum.txt").read_text("utf-8"), "utf-8")
    empty, binary, good = run(tmp_path, capsys=capsys)
    assert list(good) == KEYS
    for page, reason in ((empty, "empty"), (binary, "binary")):
        assert list(page) == ["file", "rejected"]
        assert list(page["rejected"]) == ["stage", "reason", "message"]
        assert (page["rejected"]["stage"], page["rejected"]["reason"]) == ("read", reason)


def test_output_is_plain_utf8_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Arabic stands as itself, and nothing but JSON lines is printed."""
    page = tmp_path / "صفحة.txt"
    page.write_text((SAMPLES / "07-rt-arctic.txt").read_text("utf-8"), "utf-8")
    assert cli.main(["process", str(page)]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert out.count("\n") == 1
    assert "\\u06" not in out


def test_headlines_of_the_page_are_told_once() -> None:
    """A headline inside an embedded article belongs to the page; printed twice it is told once, with its date."""
    main = article(1, {"أ": None, "ب": "2025-01-02"})
    embedded = article(2, {"أ": "2025-01-01", "ج": None})
    page = as_page("a.txt", (main, embedded))
    assert page["related_headlines"] == [
        {"text": "أ", "date": "2025-01-01"},
        {"text": "ب", "date": "2025-01-02"},
        {"text": "ج", "date": None},
    ]
    assert page["related_articles"] == [{"title": "عنوان 2", "dateline": "عمان (وكالات)", "body": "نص"}]


def test_a_reject_of_a_stage_names_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a stage rejects a page, its own name and reason are told."""
    from datetime import UTC, datetime

    from schemas import RawArticle, Reason, Rejected, StageName

    now = datetime(2025, 1, 1, tzinfo=UTC)
    raw = RawArticle(
        article_id="0" * 32, text="x", paths=("a.txt",), path_count=1, encoding="utf-8", captured_at=now, read_at=now
    )
    reject = Rejected(
        reject_id="1" * 32, stage=StageName.CLEAN, reason=Reason.NO_TEXT, message="nothing left", rejected_at=now
    )
    monkeypatch.setattr("sada.process.process_one", lambda _: reject)
    assert describe(raw) == {
        "file": "a.txt",
        "rejected": {"stage": "clean", "reason": "no_text", "message": "nothing left"},
    }
