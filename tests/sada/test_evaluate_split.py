"""Evaluating clean and split: what is counted, and that both forms of gold are read."""

from __future__ import annotations

import io
import json
from pathlib import Path

import orjson
import pytest
from rich.console import Console

from sada.evaluate_split import eval_split_json, eval_split_table, evaluate_split, is_perfect, write_readings
from sada.gold_page import read_gold_page
from sada.split_scores import Counts, score_page, summarise

GOLD = {
    "title": "عنوان", "title_alternatives": ["عنوان آخر"], "published": "2025-01-02", "source": "واس",
    "keywords": ["مصر"],
    "body": "قال الوزير إن العمل مستمر في كل المواقع", "related_headlines": [{"text": "خبر أول هنا", "date": None}],
    "related_articles": [{"title": "ثان", "dateline": None, "source": None, "body": "نص المقال الثاني كاملا هنا"}],
}  # fmt: skip
PAGE = """\
#keywords مصر | النيل
title ارتفاع منسوب النيل هذا العام
published=2025-08-03 3 أغسطس 2025
body أعلنت وزارة الري أن منسوب النيل ارتفع مترا كاملا منذ مطلع الشهر.
related_marker+ اقرأ أيضا:
related_headline  صيانة القناطر تبدأ في الخريف
keywords+ كلمات دلالية:
keywords  مصر، النيل
"""


def read(**changes: object) -> dict[str, object]:
    return {**GOLD, **changes}


def test_a_perfect_reading_scores_one() -> None:
    """What equals the gold has no fault."""
    score = score_page("x", GOLD, GOLD)
    assert is_perfect(score)
    assert summarise([score])["body_f1"] == 1.0


def test_each_fault_shows_in_its_own_score() -> None:
    """Wrong title, date, source, keywords, headlines and a missed article are told apart."""
    heads = [{"text": "خبر آخر", "date": None}]
    wrong = read(title="غيره", published=None, source="بترا", keywords=[], related_headlines=heads, related_articles=[])
    score = score_page("x", GOLD, wrong)
    assert (score.title, score.published, score.source) == (False, False, False)
    assert (score.keywords, score.headlines, score.embedded_missed) == (0.0, Counts(0, 1, 1), 1)
    assert summarise([score])["embedded_f1"] == 0.0


def test_another_accepted_title_is_right() -> None:
    """A page may have two readings of its title."""
    assert score_page("x", GOLD, read(title="عنوان آخر")).title


def test_a_leak_is_text_of_others_in_the_body() -> None:
    """Headlines and embedded articles found in the body count as leaked, and lower the body's score."""
    leaking = score_page("x", GOLD, read(body=f"{GOLD['body']} نص المقال الثاني كاملا هنا"))
    assert leaking.leak == pytest.approx(0.5)
    assert leaking.body < 1


def test_a_value_for_nothing_printed_is_wrong() -> None:
    """Null is an answer: a made-up date is a fault."""
    assert not score_page("x", read(published=None), read(published="2025-01-01")).published


def test_pages_are_read_from_annotations(tmp_path: Path) -> None:
    """A `.page` file is gold and raw text in one."""
    (tmp_path / "one.page").write_text(PAGE, encoding="utf-8")
    evaluation = evaluate_split(tmp_path, tmp_path)
    assert [is_perfect(score) for score in evaluation.pages] == [True]
    assert evaluation.readings["one"]["keywords"] == ("مصر", "النيل")


def test_pages_are_read_from_json_and_text(tmp_path: Path) -> None:
    """A gold JSON file finds its raw text by name; the readings are written in the shape of `process`."""
    (tmp_path / "one.page").write_text(PAGE, encoding="utf-8")
    page = read_gold_page(tmp_path / "one.page")
    gold, raw = tmp_path / "gold", tmp_path / "raw"
    gold.mkdir()
    raw.mkdir()
    (gold / "one.json").write_bytes(orjson.dumps(page.expected()))
    (raw / "one.txt").write_text(page.raw, encoding="utf-8")
    evaluation = evaluate_split(gold, raw)
    assert is_perfect(evaluation.pages[0])
    write_readings(evaluation, tmp_path / "out")
    written = json.loads((tmp_path / "out" / "one.json").read_text(encoding="utf-8"))
    assert {"file", "article_id", "title", "published", "source", "keywords", "body", "entities"} <= set(written)


def test_scores_are_shown_as_table_and_json(tmp_path: Path) -> None:
    """The table has the means and the faulty pages; JSON has every page."""
    (tmp_path / "one.page").write_text(PAGE.replace("title ", "kicker ", 1), encoding="utf-8")
    evaluation = evaluate_split(tmp_path, tmp_path)
    console = Console(width=160, record=True, file=io.StringIO())
    console.print(eval_split_table(evaluation))
    assert "one" in console.export_text()
    assert json.loads(eval_split_json(evaluation))["pages"][0]["page"] == "one"


def test_missing_pages_are_named(tmp_path: Path) -> None:
    """An empty folder, or gold without its raw text, is an error that says so."""
    with pytest.raises(FileNotFoundError, match="no annotated page"):
        evaluate_split(tmp_path, tmp_path)
    (tmp_path / "one.json").write_text("{}", encoding="utf-8")
    with pytest.raises(FileNotFoundError, match=r"one\.txt"):
        evaluate_split(tmp_path, tmp_path)


def test_a_line_without_a_label_is_refused(tmp_path: Path) -> None:
    """An annotated page names the line that is no annotation."""
    (tmp_path / "bad.page").write_text("سطر بلا تسمية\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"bad\.page"):
        read_gold_page(tmp_path / "bad.page")
