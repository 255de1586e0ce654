"""`sada explain` and `sada eval` as a person calls them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sada import cli

SAMPLES = Path(__file__).parents[2] / "samples"
PAGE = SAMPLES / "03-aggregator-timestamps.txt"


def test_explain_names_label_and_rule_of_each_stretch(capsys: pytest.CaptureFixture[str]) -> None:
    """Each printed stretch of the page stands on a line with what it was taken for; long ones are not broken."""
    assert cli.main(["explain", str(PAGE)]) == 0
    out = capsys.readouterr().out
    assert any(line.split()[:1] == ["title"] for line in out.splitlines())
    paragraph = next(line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("وأشار الناصر"))
    assert len(paragraph) > 120
    assert paragraph in out


def test_explain_json_and_html(capsys: pytest.CaptureFixture[str]) -> None:
    """The same as JSON, and as a right-to-left page for the browser."""
    assert cli.main(["explain", "--json", str(PAGE)]) == 0
    assert {"site", "facts", "spans"} <= set(json.loads(capsys.readouterr().out))
    assert cli.main(["explain", "--html", str(PAGE)]) == 0
    assert 'dir="rtl"' in capsys.readouterr().out


def test_explain_of_what_is_no_page_says_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that cannot be read is one line with its reason, and exit code 1."""
    (tmp_path / "empty.txt").write_text("")
    assert cli.main(["explain", str(tmp_path / "empty.txt")]) == cli.FAILED
    err = capsys.readouterr().err
    assert err.startswith("sada: empty: ")
    assert len(err.splitlines()) == 1


def test_eval_split_scores_a_reading_against_itself(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pages scored against their own reading are perfect; the readings are written where asked."""
    gold, read = tmp_path / "gold", tmp_path / "read"
    gold.mkdir()
    assert cli.main(["process", str(SAMPLES)]) == 0
    for line in capsys.readouterr().out.splitlines():
        page = json.loads(line)
        (gold / f"{Path(page['file']).stem}.json").write_text(line, "utf-8")
    assert cli.main(["eval", "split", str(gold), str(SAMPLES), "--predictions", str(read), "--json"]) == 0
    scores = json.loads(capsys.readouterr().out)
    assert scores["means"]["body_f1"] == 1.0
    assert scores["means"]["headlines_f1"] == 1.0
    assert {path.name for path in read.iterdir()} == {path.name for path in gold.iterdir()}
    assert cli.main(["eval", "split", str(gold), str(SAMPLES)]) == 0
    assert "1.000" in capsys.readouterr().out


def test_eval_without_pages_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty folder is one line, not a table of nothing."""
    assert cli.main(["eval", "split", str(tmp_path)]) == cli.FAILED
    assert "no annotated page" in capsys.readouterr().err


def test_same_says_the_verdict(capsys: pytest.CaptureFixture[str]) -> None:
    """Two spellings of one headline are the same, two headlines are not; JSON says it with the score."""
    assert cli.main(["same", "بوتين يزور الصين غداً", "بوتين يزور الصين غدا"]) == 0
    assert capsys.readouterr().out.startswith("same ")
    assert cli.main(["same", "--json", "بوتين يزور الصين", "أسعار الذهب تتراجع"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert verdict["same"] is False
    assert set(verdict) == {"same", "score", "why"}


def test_eval_headlines_scores_pairs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Pairs whose truth is known are scored, and the verdicts written where asked."""
    pairs, said = tmp_path / "pairs.jsonl", tmp_path / "said.jsonl"
    rows = [
        {"id": "1", "a": "بوتين يزور الصين غداً", "b": "بوتين يزور الصين غدا", "same": True},
        {"id": "2", "a": "بوتين يزور الصين", "b": "أسعار الذهب تتراجع", "same": False},
    ]
    pairs.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    assert cli.main(["eval", "headlines", str(pairs), "--predictions", str(said), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["scores"]["accuracy"] == 1.0
    assert [json.loads(line)["same"] for line in said.read_text("utf-8").splitlines()] == [True, False]
    assert cli.main(["eval", "headlines", str(pairs)]) == 0
    assert "accuracy 1.000" in capsys.readouterr().out


def test_a_damaged_file_of_pairs_names_the_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line that is no pair is named with file and number, in one line."""
    (tmp_path / "pairs.jsonl").write_text("{}\n")
    assert cli.main(["eval", "headlines", str(tmp_path / "pairs.jsonl")]) == cli.FAILED
    err = capsys.readouterr().err
    assert "pairs.jsonl:1" in err
    assert len(err.splitlines()) == 1
