"""What is skipped because it cannot be there is never there: the short ways give what the long ways would."""

from __future__ import annotations

import pytest

from streams.text.affixes import _labels, _may_begin_label
from streams.text.lexicon import rows
from streams.text.marker_words import marker_fronts, unknown_marker
from streams.text.tag_labels import TAG_FRONTS, TAG_SIGNS, unknown_tag_label

LABELS = [label for label, _ in rows("headline_labels.tsv")]


@pytest.mark.parametrize("joint", [": ", " | ", "! ", "… ", "]: "])
def test_no_label_is_passed_over_by_its_first_letters(joint: str) -> None:
    """Every label that the pattern finds in front of a headline has first letters that let the pattern look."""
    before, _ = _labels()
    fronts = ("", "#", "[")
    headlines = [f"{front}{label}{joint}افتتاح الجسر" for label in LABELS for front in fronts]
    found = [headline for headline in headlines if before.match(headline)]
    assert found
    assert all(_may_begin_label(headline[:3]) for headline in found)


def test_words_without_a_label_in_front_are_told_by_three_letters() -> None:
    """A headline that begins with no label's letters never costs the pattern; a shorter front always does."""
    assert not _may_begin_label("رئي")
    assert _may_begin_label("عُا")  # a vowel mark hides one of the letters


@pytest.mark.parametrize("line", ["مواضيع لها علاقه: افتتاح", "اخبار ذات صله", "المزيد من الاخبار", "قد يهمك ايضا"])
def test_unknown_markers_begin_with_known_letters(line: str) -> None:
    """Where `unknown_marker` finds something, its first three letters are among those that it may begin with."""
    hit = unknown_marker(line, 0, len(line))
    assert hit is None or line[:3] in marker_fronts()
    assert all(len(front) > 1 for front in marker_fronts())


@pytest.mark.parametrize("line", ["الكلمات الاساسيه: تونس", "#وسوم: تونس", "Tags: x", "وسوم", "keywords | x", "تاغات:"])
def test_labels_of_tags_begin_with_known_letters(line: str) -> None:
    """Where `unknown_tag_label` finds something, its front or its first sign is among those that it may begin with."""
    assert unknown_tag_label(line, 0, len(line)) is not None
    assert line[:3] in TAG_FRONTS or line[0] in TAG_SIGNS
