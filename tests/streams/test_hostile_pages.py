"""Hostile pages: none is too strange to be read, every character of each ends in one span."""

from __future__ import annotations

import pytest

from bench.mutate import KINDS, mutated
from bench.reading import own_pages, raw, read

EACH = 20


@pytest.mark.parametrize("kind", range(len(KINDS)), ids=[kind.__name__ for kind in KINDS])
def test_mutated_pages_are_read_whole(kind: int) -> None:
    """No mutation of the project's own pages ends in an exception or loses a character (bench/fuzz_split.py: more)."""
    pool = own_pages()
    for number in range(kind, EACH * len(KINDS), len(KINDS)):
        _, text = mutated(number, 1, pool)
        page = read(raw(text))
        if page is not None:
            assert "".join(text[span.start : span.end] for span in page.spans) == text


def test_a_mutation_is_the_same_each_time() -> None:
    """A number and a seed name an input, so that what the fuzzer reports can be looked at."""
    pool = own_pages()
    assert mutated(7, 1, pool) == mutated(7, 1, pool) != mutated(7, 2, pool)


def test_a_box_of_dates_above_no_story_is_read() -> None:
    """A box between two dates, with no paragraph under it, has no title below it."""
    page = read(raw("خبر قصير عن أمر\n14 أبريل 2024\nاقرأ أيضا\nخبر آخر قصير جدا\n15 أبريل 2024\n"))
    assert page is not None
    assert page.facts.published == "2024-04-14"


def test_a_listed_line_that_is_a_date_behind_a_dash_is_read() -> None:
    """Nothing stands before the date, so nothing is cut off."""
    page = read(
        raw("قال الوزير إن العمل مستمر حتى نهاية العام.\nاقرأ أيضا\n-الجمعة 9 ماي 2025 - 11:30\nخبر آخر قصير جدا\n")
    )
    assert page is not None
    assert [span.label.value for span in page.spans if "2025" in page.raw.text[span.start : span.end]] == [
        "related_date"
    ]
