"""Forms of words by the compiled loop: those that Python alone finds, of listed words and of letters by chance."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.same_forms import forms_in_python, forms_of, stem_in_python, stem_of
from streams.text.same_names import single_forms
from tests.streams.test_match import KEYED

pytestmark = pytest.mark.skipif(compiled("forms") is None, reason="nothing is compiled here")

WORDS = sorted({word for _, a, b in KEYED for key in (a, b) for word in key.split()})
LETTERS = "اويءئؤتنسبلفكهطمرعق\nd5_ـ😀\ud800"


def test_words_of_headlines_have_the_same_forms() -> None:
    """Each word of the pairs that are at hand, alone, with a clitic, with an ending, beside other spellings."""
    assert len(WORDS) > 1000
    for word in WORDS:
        for text in (word, "و" + word, "لل" + word, "است" + word, word + "تها", word + "ون"):
            for more in (frozenset[str](), single_forms("loc:US")):
                assert forms_of(text, more) == forms_in_python(text, more)
            assert stem_of(text) == stem_in_python(text)


@settings(max_examples=3000, deadline=None)
@given(st.text(LETTERS, min_size=1, max_size=9), st.frozensets(st.text(LETTERS, min_size=1, max_size=5), max_size=2))
def test_any_letters_have_the_same_forms(text: str, more: frozenset[str]) -> None:
    """Letters that may be a clitic, an ending, weak or doubled, in any order; characters of every width."""
    assert stem_of(text) == stem_in_python(text)
    assert forms_of(text, more) == forms_in_python(text, more)


@pytest.mark.parametrize("length", [63, 64, 65, 100_000])
def test_words_of_any_length_have_forms(length: int) -> None:
    """What is longer than the loop has room for is read in Python."""
    text = ("تسب" * length)[:length]
    assert stem_of(text) == stem_in_python(text)
    assert forms_of(text, frozenset()) == forms_in_python(text, frozenset())
    assert forms_of("سبب", frozenset({text})) == forms_in_python("سبب", frozenset({text}))
