"""Words cut by the compiled pass: those that Python alone cuts, of samples and of characters by chance."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.native import compiled
from streams.text.ner import tokens
from streams.text.ner.tokens import words
from tests.house.commands import ROOT

pytestmark = pytest.mark.skipif(compiled("tokens") is None, reason="nothing is compiled here")

LETTERS = "ابةىـَ’'\u200c\u0670 \n\t\r\u00a0\u2028.,،:؟!…/٫٬12٣½²_-«»aZé😀\ud800\0"


def check(text: str) -> None:
    told = words(text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tokens, "_cutter", None)
        assert words(text) == told
    assert all(text.startswith(word, at) for word, at in zip(told.texts, told.offsets, strict=True))


def test_samples_are_cut_alike() -> None:
    """Whole pages, and pages with a tenth of their characters exchanged."""
    chance = random.Random(4)
    for path in sorted((ROOT / "samples").glob("*.txt")):
        text = path.read_text("utf-8")
        check(text)
        for _ in range(20):
            check("".join(chance.choice(LETTERS) if chance.random() < 0.1 else letter for letter in text))


@settings(max_examples=5000, deadline=None)
@given(st.text(LETTERS, max_size=30))
def test_any_characters_are_cut_alike(text: str) -> None:
    """Letters that end words, marks within them, digits and what parts them, spaces of all kinds."""
    check(text)


@settings(max_examples=500, deadline=None)
@given(st.text(max_size=40))
def test_any_text_is_cut_alike(text: str) -> None:
    """Characters of any script."""
    check(text)


def test_every_character_is_of_one_kind_in_both() -> None:
    """Each of Unicode's characters between two letters, and alone."""
    for first in range(0, 0x110000, 4096):
        check("\n".join(f"ب{chr(code)}ت {chr(code)}" for code in range(first, first + 4096)))
