"""Explaining a page: every cut with its label and rule, on a terminal, as HTML and as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sada.explain import COLOURS, explain_html, explain_json, explain_terminal, read_page
from schemas import CleanArticle, Rejected
from schemas.spans import Label

TEXT = """\
ترميم مسجد أثري في <القصبة>
كتب: سمير علي
بدأت مديرية الثقافة ترميم مسجد كتشاوة الأثري في القصبة السفلى بالجزائر العاصمة.
اقرأ أيضا: افتتاح قصر الباي أمام الزوار
"""


@pytest.fixture
def page(tmp_path: Path) -> CleanArticle:
    path = tmp_path / "page.txt"
    path.write_text(TEXT, encoding="utf-8")
    page = read_page(path)
    assert isinstance(page, CleanArticle)
    return page


def test_the_terminal_shows_label_rule_and_text(page: CleanArticle) -> None:
    """Each stretch stands behind its label and rule, in its colour."""
    drawn = explain_terminal(page)
    lines = drawn.plain.splitlines()
    assert any("related_headline" in line and "generic.related" in line and "قصر الباي" in line for line in lines)
    assert any(COLOURS[Label.RELATED_HEADLINE] == span.style for span in drawn.spans)
    assert set(COLOURS) == set(Label)


def test_html_reads_from_right_to_left_and_is_escaped(page: CleanArticle) -> None:
    """The page is right-to-left, and a page's own signs are no markup."""
    document = explain_html(page)
    assert 'dir="rtl"' in document
    assert "&lt;القصبة&gt;" in document
    assert "<القصبة>" not in document
    assert 'class="author"' in document


def test_json_has_facts_and_spans(page: CleanArticle) -> None:
    """Spans say where they stand, what they are and why; spaces are left out."""
    document = json.loads(explain_json(page))
    assert document["facts"]["authors"] == ["سمير علي"]
    assert all(TEXT[span["start"] : span["end"]] == span["text"] for span in document["spans"])
    assert "space" not in {span["label"] for span in document["spans"]}


def test_an_unreadable_file_is_a_reject(tmp_path: Path) -> None:
    """What cannot be read is told as the line would tell it."""
    (tmp_path / "empty.txt").write_bytes(b"")
    assert isinstance(read_page(tmp_path / "empty.txt"), Rejected)


def test_a_page_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Escape sequences of a page are shown as broken characters, not obeyed."""
    (tmp_path / "page.txt").write_text(TEXT.replace("كتشاوة", "\x1b]0;كتشاوة\x07"), encoding="utf-8")
    page = read_page(tmp_path / "page.txt")
    assert isinstance(page, CleanArticle)
    assert not {"\x1b", "\x07"} & set(explain_terminal(page).plain)
