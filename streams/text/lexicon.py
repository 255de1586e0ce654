"""The name of a word list enters; its rows leave, and patterns that find its words however they are spelled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

LEXICON: Final = Path(__file__).parent.parent / "lexicon"
"""The folder of all word lists."""

PEOPLE: Final = "people.tsv"
PLACES: Final = "places.tsv"
ORGANISATIONS: Final = "organisations.tsv"
CITIES: Final = "cities.tsv"
COUNTRIES: Final = "countries.tsv"
"""Lists of names: id, Arabic name, English name, other forms parted by `|` (`?` before a doubtful one), country."""

GAZETTEER: Final = (PEOPLE, PLACES, ORGANISATIONS)
"""Those that are kept by hand; the cities and countries are made."""

_SPELLINGS: Final = {
    **dict.fromkeys("اأإآ", "[اأإآٱ]"),
    **dict.fromkeys("ةه", "[ةهۀ]"),
    **dict.fromkeys("يى", "[يىی]"),
    "ك": "[كک]",
    " ": r"\s+",
}
_VOWELS: Final = "[\u064b-\u0652]*"
_LAM_ALEF: Final = re.compile(re.escape(f"ل{_VOWELS}[اأإآٱ]"))
_LIGATURES: Final = f"(?:ل{_VOWELS}[اأإآٱ]|[\ufef5-\ufefc])"
"""Lam and alef as two letters, or as the one sign that old pages print (`اﻷول`)."""


@cache
def rows(name: str) -> tuple[tuple[str, ...], ...]:
    """Read the word list `name` (tab-separated, UTF-8): its rows, without comments and blank lines.

    Raises:
        FileNotFoundError: there is no such list.
    """
    lines = (LEXICON / name).read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split("\t")) for line in lines if line and not line.startswith("#"))


def spelled(word: str) -> str:
    """Write a regular expression for `word` in all its spellings: any hamza, yeh and teh marbuta, with vowel marks.

    >>> bool(re.fullmatch(spelled("ابريل"), "أبرِيل"))
    True
    """
    return _LAM_ALEF.sub(_LIGATURES, "".join(_character(c) for c in word))


def _character(character: str) -> str:
    spelling = _SPELLINGS.get(character) or re.escape(character)
    return spelling + _VOWELS if "\u0621" <= character <= "\u064a" else spelling


def any_of(words: Iterable[str]) -> str:
    """Write a regular expression for any of `words`, the longest first."""
    return "|".join(spelled(word) for word in sorted(set(words), key=len, reverse=True))
