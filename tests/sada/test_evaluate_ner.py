"""Scoring the tagger on a CoNLL file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sada.evaluate_ner import ConllError, evaluate_ner, format_scores, read_conll
from schemas import EntityKind
from streams.text.ner.backends import WordSpan

FILE = "قال\tO\nبوتين\tB-PERS\nفي\tO\nموسكو\tB-LOC\n\nزار\tO\nسامي\tI-PER\nالجندي\tI-PER\nكتاب\tB-MISC\n"


class Fixed:
    """A backend that always finds the same names."""

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """Find one right name and one that is too short."""
        return [WordSpan(1, 2, EntityKind.PERSON), WordSpan(5, 6, EntityKind.PERSON)]


@pytest.fixture
def conll(tmp_path: Path) -> Path:
    """Write the sample file."""
    path = tmp_path / "gold.conll"
    path.write_text(FILE, encoding="utf-8")
    return path


def test_scores_are_of_exact_spans(conll: Path) -> None:
    """An I without a B opens a name, MISC is ignored, PERS is PER."""
    scores = evaluate_ner(conll, backend=Fixed())
    assert (scores["PER"].precision, scores["PER"].recall, scores["PER"].support) == (0.5, 0.5, 2)
    assert (scores["LOC"].recall, scores["LOC"].support) == (0.0, 1)
    assert scores["micro"].f1 == pytest.approx(2 * 1 / (2 + 3))
    assert format_scores(scores).splitlines()[1].split() == ["PER", "0.500", "0.500", "0.500", "2"]


def test_predictions_keep_the_tokens_and_blank_lines(conll: Path, tmp_path: Path) -> None:
    """The written file has the same tokens in the same order, and sentences where they were."""
    out = tmp_path / "predicted.conll"
    evaluate_ner(conll, out, backend=Fixed())
    given, written = read_conll(conll), read_conll(out)
    assert (written.tokens, written.starts) == (given.tokens, given.starts)
    assert written.tags[:4] == ["O", "B-PER", "O", "O"]


def test_our_own_model_finds_the_usual_names(conll: Path) -> None:
    """With the shipped model and the news guideline the city is found."""
    assert evaluate_ner(conll, guideline="news")["LOC"].recall == 1.0


def test_bad_input_is_named(conll: Path) -> None:
    """A line without a tag gives its number; an unknown guideline gives the known ones."""
    with pytest.raises(ValueError, match="news"):
        evaluate_ner(conll, guideline="other")
    conll.write_text("كلمة\n", encoding="utf-8")
    with pytest.raises(ConllError, match="line 1"):
        read_conll(conll)
