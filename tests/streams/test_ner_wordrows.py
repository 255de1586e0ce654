"""The mapping from words to their numbers: it says what a dict says."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from streams.text.ner.wordrows import WordRows

WORDS = st.lists(st.text("ابتثجح-", min_size=1, max_size=6), unique=True, max_size=60)


@given(WORDS, st.lists(st.text("ابتثجح-", max_size=6), max_size=20))
def test_it_says_what_a_dict_says(words: list[str], asked: list[str]) -> None:
    """Every word has its place, every other one none."""
    rows, said = WordRows(words), {word: row for row, word in enumerate(words)}
    assert dict(rows) == said
    assert list(rows) == words
    assert [rows.get(word, -7) for word in asked] == [said.get(word, -7) for word in asked]
    assert [word in rows for word in asked] == [word in said for word in asked]
