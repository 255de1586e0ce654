"""Many words found by the compiled automaton: those that the library finds, in its order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.glue import glue_words
from streams.text.many_words import finder, finder_in_python
from tests.house.commands import ROOT

native: Any = compiled("automaton")
pytestmark = pytest.mark.skipif(native is None, reason="nothing is compiled here")

LETTERS = "ابلa😀\ud800\uffff"


def check(words: list[str], text: str) -> int:
    told = list(finder(words)(text))
    assert told == list(finder_in_python(words)(text))
    assert all(text.endswith(words[number], 0, last + 1) for last, number in told)
    return len(told)


def test_the_words_of_samples_are_found_alike() -> None:
    """What glues sentences together, in all samples."""
    words = list(glue_words())
    assert sum(check(words, path.read_text("utf-8")) for path in (ROOT / "samples").glob("*.txt")) > 20


@settings(max_examples=3000, deadline=None)
@given(st.sets(st.text(LETTERS, min_size=1, max_size=4), max_size=8), st.text(LETTERS, max_size=30))
def test_any_words_are_found_alike(words: set[str], text: str) -> None:
    """Words within words, words that end alike, letters of every width."""
    check(sorted(words), text)


def test_what_is_no_set_of_words_is_refused() -> None:
    """Nothing, twice the same, more letters than there are classes: an error, and no crash; the library takes over."""
    many = [chr(256 + at) for at in range(256)]
    for words, error in (([""], ValueError), (["من", "من"], ValueError), (many, OverflowError)):
        with pytest.raises(error):
            native.Automaton(words)
    assert native.Automaton([]).find("من") == []
    assert check(many, many[7]) == 1
