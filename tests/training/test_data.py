"""Reading and scoring of the tagger's training data."""

from __future__ import annotations

from pathlib import Path

from training.data import LABELS, read_conll, score, spans


def _numbers(tags: str) -> list[int]:
    return [LABELS.index(tag) for tag in tags.split()]


def test_a_blank_line_ends_a_sentence_and_pers_is_per(tmp_path: Path) -> None:
    """Tokens and tags are read in order, the last sentence without a blank line behind it too."""
    (tmp_path / "a.conll").write_text("قال\tO\nسامي\tB-PERS\n\n\nهنا\tO\n", encoding="utf-8")
    first, second = read_conll(tmp_path / "a.conll")
    assert (first.words, first.labels) == (["قال", "سامي"], _numbers("O B-PER"))
    assert second.words == ["هنا"]


def test_spans_follow_conlleval() -> None:
    """An I that continues nothing opens a name; MISC is none of ours."""
    assert spans(_numbers("I-LOC I-LOC B-LOC O B-MISC I-PER")) == {(0, 2, "LOC"), (2, 3, "LOC"), (5, 6, "PER")}


def test_scores_count_exact_spans() -> None:
    """One right, one too short, one missed."""
    gold = [_numbers("B-PER I-PER O B-LOC"), _numbers("B-ORG O")]
    found = [_numbers("B-PER O O B-LOC"), _numbers("O O")]
    scores = score(gold, found)
    assert scores["LOC"].f1 == 1.0
    assert (scores["all"].precision, scores["all"].recall) == (1 / 2, 1 / 3)
