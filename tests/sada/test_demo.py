"""The demo's own steps: what it copies and what it waits for."""

from __future__ import annotations

from pathlib import Path

import pytest

from sada import cli
from sada.demo import copy_samples, expect, show_articles
from schemas import Settings

SAMPLES = Path(__file__).parents[2] / "samples"


def test_samples_are_copied_once(tmp_path: Path) -> None:
    """A second copy touches nothing; a page that was lost or changed comes back; nothing half-written stays."""
    pages = sorted(page.name for page in SAMPLES.glob("*.txt"))
    assert [page.name for page in copy_samples(SAMPLES, tmp_path)] == pages
    assert copy_samples(SAMPLES, tmp_path) == []
    (tmp_path / pages[0]).unlink()
    (tmp_path / pages[1]).write_text("غير ذلك")
    assert [page.name for page in copy_samples(SAMPLES, tmp_path)] == pages[:2]
    assert sorted(page.name for page in tmp_path.iterdir()) == pages


def test_what_is_waited_for_comes_from_the_pages() -> None:
    """Each sample gives at least one article, and some headline is carried by several of them."""
    expected = expect(SAMPLES, Settings(_env_file=None))
    assert len(expected.articles) > len(list(SAMPLES.glob("*.txt")))
    assert max(expected.headlines.values()) >= 3


def test_an_article_without_title_is_shown_by_its_first_words(capsys: pytest.CaptureFixture[str]) -> None:
    """The table has a row for an article that prints neither title nor date nor source, and counts long lists."""
    show_articles(
        [
            {
                "body": "أعلن البنك المركزي اليوم قرارا جديدا بشأن أسعار الفائدة",
                "related_headlines": [{"text": text} for text in ("أول", "ثان", "ثالث", "رابع")],
                "persons": ["حسن عبد الله"],
            }
        ]
    )
    row = capsys.readouterr().out.splitlines()[2]
    assert row == "أعلن البنك المركزي اليوم قرارا جديدا بشأ…\t\t\tأول ثان +2\tحسن عبد الله"


def test_without_a_line_the_demo_says_how_to_start_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """No line running is one line with the remedy."""
    assert cli.main(["demo", "--samples", str(SAMPLES), "--state-dir", str(tmp_path)]) == cli.FAILED
    assert capsys.readouterr().err == f"sada: no line runs in {tmp_path}; start it: sada up\n"
