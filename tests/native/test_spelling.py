"""Words folded by the compiled loop, and those that may open names: what Python alone says of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.ner.gazetteer import Gazetteer, load_gazetteer
from streams.text.ner.matches import NameFinder
from streams.text.ner.tokens import FOLDER, fold_in_python, fold_word
from tests.house.commands import ROOT

native: Any = compiled("spelling")
pytestmark = pytest.mark.skipif(native is None, reason="nothing is compiled here")

LETTERS = "ابولكفهيةىآأئؤ٢ـَ\u200eZİΣςé–’\0\ufffe\uffff😀\ud800"


def test_each_character_becomes_the_same() -> None:
    """All of Unicode, each alone and between two letters."""
    for code in range(0x110000):
        text = f"ب{chr(code)}ت"
        assert fold_word(text) == fold_in_python(text)


@settings(max_examples=2000, deadline=None)
@given(st.text(LETTERS, max_size=70))
def test_any_word_is_folded_alike(word: str) -> None:
    """Letters of every width, those whose form depends on others, words of any length."""
    assert fold_word(word) == fold_in_python(word)


@cache
def finder() -> tuple[NameFinder, Gazetteer]:
    gazetteer = load_gazetteer()
    return NameFinder(gazetteer), gazetteer


def check(words: list[str]) -> int:
    names, gazetteer = finder()
    opening = [at for at, word in enumerate(words) if gazetteer.openings(word)]
    told = names._openers.places(words)
    assert set(told) >= set(opening)
    assert len(set(told) - set(opening)) <= len(words) // 20  # words that are listed as no names
    return len(opening)


def test_the_words_that_open_names_are_found() -> None:
    """Of all first words of names and of all words of samples, with clitics and without, none is missed."""
    firsts = finder()[1].first_words
    assert (
        check([text for word in firsts for text in (word, "و" + word, "ل" + word, "وب" + word, "كب" + word)]) > 20_000
    )
    for path in (ROOT / "samples").glob("*.txt"):
        words = path.read_text("utf-8").split()
        check([text for word in words for text in (word, "لل" + word.removeprefix("ال"))])


@settings(max_examples=1000, deadline=None)
@given(st.lists(st.text(LETTERS, max_size=9), max_size=5))
def test_no_letters_open_a_name_unseen(words: list[str]) -> None:
    """Whatever stands in a word: what opens a name for Python may open one here."""
    names, gazetteer = finder()
    assert {at for at, word in enumerate(words) if gazetteer.openings(word)} <= set(names._openers.places(words))


def test_what_does_not_fit_is_refused() -> None:
    """A table that is too short, a clitic of three letters: an error, not a crash."""
    with pytest.raises(ValueError, match="65,536"):
        native.Folder(np.zeros(3, dtype=np.uint16), fold_in_python)
    with pytest.raises(ValueError, match="clitics"):
        native.Openers(FOLDER, ["من"], ["وبا"])
    assert native.Openers(FOLDER, ["ب" * 70, "من"], []).places(["من", "في", "ب" * 70]) == [0, 2]
