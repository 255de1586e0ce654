"""Folding by the compiled loop: what Python alone folds, for every character there is, alone and beside others."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.fold import headline_key, key_of_any
from streams.text.letters import fold, fold_in_python, fold_plain
from tests.streams.test_match import KEYED

pytestmark = pytest.mark.skipif(compiled("fold") is None, reason="nothing is compiled here")

EVERY = range(sys.maxunicode + 1)
NEAR = (*range(0x700), *range(0x2000, 0x2070))
"""Characters that the loop knows."""
BESIDE = "اوةA1 ,.:ـ\u064e\u0651\u0653\u0654\u0670\u0301"
"""Letters that others are composed with, and marks that stand upon them."""
MIXED = st.text([*map(chr, NEAR), *(BESIDE * 30), "\ud800", "😀", "ﻻ"], max_size=40)
WORDS = (
    "عاجل",
    "مقتل",
    "صحيفة",
    "فيديو",
    "الجزيرة نت",
    "12",
    "١٬٢٠٠",
    "1.5",
    ":",
    "|",
    "-",
    "…",
    "..",
    "&amp;",
    "10:30",
)
HEADLINES = st.lists(st.sampled_from((*WORDS, "في", "أكّد", "خاص", "بالفيديو", "A", "\u200f", "،")), max_size=8)


def test_every_character_is_folded_alike() -> None:
    """Each code point within a word, beneath vowel marks, and as the first and last of a headline."""
    for code in EVERY:
        one = chr(code)
        text = f"ب{one}ب {one}\u064eا"
        assert fold(text) == fold_in_python(text), hex(code)


def test_every_known_character_is_folded_alike_beside_others() -> None:
    """Each that the loop knows, before and behind what it may be composed with, and in headlines."""
    for one in map(chr, NEAR):
        for other in BESIDE:
            for text in (one + other, other + one, f"ا{one}{other}", f"{other}ب{one}", f"خبر {one}{other} آخر"):
                assert fold(text) == fold_in_python(text), ascii(text)
                assert headline_key(text) == key_of_any(text), ascii(text)


@settings(max_examples=3000, deadline=None)
@given(st.one_of(MIXED, st.text(max_size=60)))
def test_any_text_is_folded_alike(text: str) -> None:
    """Letters, marks in any order, controls, lone surrogates, characters of every width."""
    assert fold(text) == fold_in_python(text)
    assert headline_key(text) == key_of_any(text)


@settings(max_examples=3000, deadline=None)
@given(HEADLINES, st.sampled_from(["", " ", "\u00a0"]))
def test_any_headline_has_the_same_key(words: list[str], between: str) -> None:
    """Labels, sites, numbers, times and dots in any order, parted or glued."""
    text = between.join(words)
    assert headline_key(text) == key_of_any(text)


def test_headlines_at_hand_have_the_same_key() -> None:
    """Those of the pairs, as they stand and behind a label; most need no more than the loop."""
    keys = [key for _, a, b in KEYED for key in (a, b)]
    assert sum(fold_plain(key) is not None for key in keys) > len(keys) / 2
    for key in keys:
        for text in (key, f"عاجل {key}", f"فيديو: {key}", f"{key} - الجزيرة نت", f"خاص {key}"):
            assert headline_key(text) == key_of_any(text)


@pytest.mark.parametrize("length", [0, 1, 599, 600, 601, 1_000_000])
def test_text_of_any_length_is_folded(length: int) -> None:
    """What is longer than the loop has room for is folded in Python."""
    text = ("قالَ أحمد " * (length // 10 + 1))[:length]
    assert fold(text) == fold_in_python(text)
    assert headline_key(text) == key_of_any(text)
