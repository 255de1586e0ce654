"""The catalogue of what the desk says: whole in both languages, all of it used, nothing missing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from desk.texts import LANGUAGES, Texts, load_texts
from schemas import Reason
from schemas.spans import Label

DESK = Path(__file__).parents[2] / "desk"
PLURALS = ("zero", "one", "two", "few", "many", "other")
GROUPS_BY_SLUG = ("kind", "label", "reason")
"""Groups whose keys code makes of a slug."""


def sources() -> str:
    files = [*DESK.glob("templates/*.html"), *DESK.glob("*.py"), *DESK.glob("pages/*.py")]
    return "\n".join(file.read_text(encoding="utf-8") for file in files)


def test_every_text_is_said_in_both_languages() -> None:
    """No text is empty but the plural forms that a language has not; both name the same values."""
    for key, texts in load_texts().items():
        group, _, name = key.partition(".")
        plural = name in PLURALS and f"{group}.other" in load_texts()
        assert plural or all(texts), key
        if not plural:
            assert re.findall(r"\{\w+\}", texts[0]) == re.findall(r"\{\w+\}", texts[1]), key


def test_every_key_that_is_asked_for_is_there() -> None:
    """Templates and pages ask for no key that the catalogue lacks."""
    asked = set(re.findall(r'(?:\bt|texts)\("(\w+\.\w+)"[,)]', sources()))
    assert len(asked) > 100
    assert asked <= set(load_texts())


def test_no_text_is_left_over() -> None:
    """Every text is asked for by its key, by its group's name and a slug, or as a plural."""
    text, unused = sources(), []
    for key in load_texts():
        group, _, name = key.partition(".")
        by_slug = group in GROUPS_BY_SLUG or (name in PLURALS and f'"{group}"' in text)
        by_name = f'"{name}"' in text or re.search(rf'"{group}\.{name.rpartition("_")[0]}_?" ~', text)
        if key not in text and not by_slug and not by_name and f'"{group}." ~' not in text:
            unused.append(key)
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_and_reason_has_a_name(language: str) -> None:
    """What the stages call things is said in the reader's language."""
    texts = Texts(language)
    assert all(texts.has(f"label.{label.value}") for label in Label)
    assert all(texts.has(f"reason.{reason.value}") for reason in Reason)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (0, "لا مقالات"),
        (1, "مقال واحد"),
        (2, "مقالان"),
        (5, "\u20685\u2069 مقالات"),
        (11, "\u206811\u2069 مقالًا"),
        (100, "\u2068100\u2069 مقال"),
        (12345, "\u206812,345\u2069 مقالًا"),
    ],
)
def test_numbers_follow_arabic_grammar(number: int, said: str) -> None:
    """One, two, a few, many and hundreds of articles each have their form."""
    assert Texts("ar").count("articles", number) == said
