"""Long runs of one sign enter the patterns that once were steep on them; all leave in time that grows with the run."""

from __future__ import annotations

import re
import time

import pytest

from streams.text import crumbs, head_date, runs, tags, tell

PATTERNS: dict[str, re.Pattern[str]] = {
    "a figure at a line's end": tell._FIGURE,
    "a date before a headline": runs._DATE_BEFORE,
    "a date behind a headline": runs._DATE_BEHIND,
    "signs between tags": tags._JOINED,
    "a counter": head_date._COUNTER,
    "a sign of breadcrumbs": crumbs._SIGN,
}
UNITS = ("1", " ", "1,", "1 ", "ا", ": ", " -", "- ", "(", "|", "عدد ", "a1")
SIZE = 2_000
LIMIT = 0.1
"""Seconds; the steep ones took 0.4 to 25, the linear ones take a hundredth of this."""


@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS)
def test_no_pattern_is_steep(pattern: re.Pattern[str]) -> None:
    """Runs that end in what the pattern does not expect cost no more than looking at them."""
    for unit in UNITS:
        for tail in ("!", "x", "؟ x"):
            text = (unit * SIZE)[:SIZE] + tail
            start = time.process_time()
            pattern.search(text)
            pattern.findall(text)
            assert time.process_time() - start < LIMIT, f"{unit!r} {tail!r}"


def test_signs_between_tags_are_found_as_before() -> None:
    """Tags are parted at commas with or without blanks, and at dashes between blanks."""
    assert tags._JOINED.split("تونس ،، قفصة  ،الصحة - ماء/نفط بين-بين") == [
        "تونس", "", "قفصة", "الصحة", "ماء", "نفط بين-بين",
    ]  # fmt: skip


def test_counters_are_found_as_before() -> None:
    """Counts stand before or behind what they count."""
    found = [head_date._COUNTER.sub("", line).strip() for line in ("عدد القراءات : (1,204)", "350 مشاهده", "views: 12")]
    assert found == ["", "", ""]


def test_figures_end_a_line_as_before() -> None:
    """A value behind a colon, a number, a share and a number with its unit are figures; a word is none."""
    lines = ("السعر: 12", "بلغت 4,5", "نسبة 30%", "مسافة 12 كلم", "مسافة 12كلم", "12 كلم شمالا", "خبر")
    assert [tell._FIGURE.search(line) is not None for line in lines] == [True] * 5 + [False] * 2
