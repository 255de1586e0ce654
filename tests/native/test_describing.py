"""Words described by the compiled loop: the numbers that Python alone finds, and the same sums of them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.ner.model import read_model
from streams.text.ner.numbering import Described, Numbering
from streams.text.ner.wordtable import sums_in_python
from tests.streams.test_match import KEYED

native: Any = compiled("describing")
pytestmark = pytest.mark.skipif(native is None, reason="nothing is compiled here")

WORDS = sorted({word for _, a, b in KEYED for key in (a, b) for word in key.split()})
LETTERS = "ابولكفهيتنمرسة01٢aZé.-«ـَ\0😀\ud800"


@cache
def numbering() -> Numbering:
    model = read_model()
    return Numbering(model.vocabulary, model.features)


def told(found: Described) -> list[tuple[list[int], int, bool]]:
    groups = np.split(found.numbers, found.begins[1:])
    rows = zip(groups, found.rows.tolist(), found.own.tolist(), strict=True)
    return [(sorted(group.tolist()), row, own) for group, row, own in rows]


def check(words: list[str]) -> None:
    assert told(numbering().describe(words)) == told(numbering().describe_in_python(words))


def test_words_of_headlines_are_described_alike() -> None:
    """Each word as it is printed, with clitics, ends and the article."""
    check([text for word in WORDS for text in (word, "و" + word, "وال" + word, "لل" + word, word + "ها")])


@settings(max_examples=2000, deadline=None)
@given(st.lists(st.text(LETTERS, min_size=1, max_size=8), min_size=1, max_size=3))
def test_any_letters_are_described_alike(words: list[str]) -> None:
    """Marks, digits, Latin, letters of every width."""
    check(words)


def test_sums_are_those_of_numpy() -> None:
    """Groups of one row and of many; sums of whole numbers are exact, whatever their order."""
    chance = np.random.default_rng(5)
    table = chance.integers(-128, 128, (500, 48), dtype=np.int8)
    begins = np.array([0, 1, 5, 400])
    rows = chance.integers(0, 500, 700)
    out = np.empty((4, 48), dtype=np.float32)
    native.sums(table, rows, begins, out)
    assert np.array_equal(out, sums_in_python(table, rows, begins))


def test_what_does_not_fit_is_refused() -> None:
    """Rows that a table has not, groups beyond the rows, too little room: an error, and nothing is written there."""
    table, out = np.zeros((3, 4), dtype=np.int8), np.empty((1, 4), dtype=np.float32)
    for rows, begins in (([3], [0]), ([-1], [0]), ([0], [2]), ([0], [-1])):
        with pytest.raises(ValueError, match="row"):
            native.sums(table, np.array(rows), np.array(begins), out)
    with pytest.raises(ValueError, match="wide"):
        native.sums(table, np.array([0]), np.array([0, 1]), out)
    describer, few = numbering()._describer, np.empty(1, dtype=np.intp)
    with pytest.raises(ValueError, match="room"):
        describer.describe(["من"], ["من"], few, few, few, np.empty(1, dtype=np.int8))
