"""Mojibake: repaired where certain, left alone otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producers.charset import decode
from producers.mojibake import repair

PAGE = "أكدت الهيئة أن الأعمال ستنتهي قبل الشتاء\nوقالت إن «المشروع» يخدم 40 قرية – منها ثلاث جبلية"


def misread(text: str, codec: str) -> str:
    """Read UTF-8 bytes as `codec`; bytes it leaves undefined stand for themselves."""
    return "".join(bytes([byte]).decode(codec, "ignore") or chr(byte) for byte in text.encode())


@pytest.mark.parametrize(
    ("codec", "name"), [("cp1252", "windows-1252"), ("latin-1", "iso-8859-1"), ("cp1256", "windows-1256")]
)
def test_whole_pages_are_repaired_and_recorded(codec: str, name: str) -> None:
    """A page misread as a whole comes back, and the encoding says what happened."""
    assert decode(misread(PAGE, codec).encode()) == (PAGE, f"utf-8 (mojibake of {name})")


def test_only_the_broken_line_is_touched() -> None:
    """In a page that is half right, the right lines stay as they are."""
    first, second = PAGE.split("\n")
    assert repair(f"{first}\n{misread(second, 'cp1252')}") == (PAGE, "windows-1252")


@pytest.mark.parametrize(
    "text",
    [
        PAGE,
        "ظل الطقس حارا في طنطا وطبرق وظفار",
        "ط ظ",
        "SØREN ÆRØ og Ùber",
        "Ø§Ù„خبر",
        misread("خبر", "cp1252")[:-1],
        "",
    ],
)
def test_uncertain_text_is_left_alone(text: str) -> None:
    """Right Arabic, foreign letters, half-repaired and cut sequences are no certain mojibake."""
    assert repair(text) == (text, None)


@given(st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهويءئؤةى ،.0123456789\n"))
def test_right_arabic_is_never_changed(text: str) -> None:
    """No string of Arabic letters, spaces and digits is taken for mojibake."""
    assert repair(text) == (text, None)
