"""A printed word enters; the ways to read it as proclitics plus a name leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

CLITICS: Final = {
    "و": ("و", "وب", "ول", "وك"),
    "ف": ("ف", "فب", "فل", "فك"),
    "ب": ("ب",),
    "ل": ("ل",),
    "ك": ("ك",),
}
"""Clitics by their first letter: a conjunction, a preposition, or one behind the other."""
SHORTEST_NAME: Final = 3
"""Letters that must stay after a clitic: of a shorter rest nothing can be known (`ول`, `بن`)."""


def readings(folded: str) -> Iterator[tuple[int, str]]:
    """Yield (letters that are clitics, the name in its full form): the unsplit word first, then what splits allow.

    `folded` is a word as `fold_word` leaves it. The preposition ل swallows an article's alef: it is given back.

    >>> list(readings("وبوتين"))
    [(0, 'وبوتين'), (1, 'بوتين'), (2, 'وتين')]
    >>> list(readings("للرياض"))
    [(0, 'للرياض'), (1, 'لرياض'), (1, 'الرياض')]
    """
    yield 0, folded
    for clitic in CLITICS.get(folded[:1], ()):
        rest = folded[len(clitic) :]
        if len(rest) >= SHORTEST_NAME and folded.startswith(clitic):
            yield len(clitic), rest
            if clitic[-1] == "ل" and rest[0] == "ل":
                yield len(clitic), "ا" + rest


def printed_length(word: str, letters: int) -> int:
    """Count the characters of `word` that its first `letters` letters take, with their marks.

    >>> printed_length("وَبوتين", 1)
    2
    """
    taken = position = 0
    while position < len(word) and (taken < letters or _is_mark(word[position])):
        taken += not _is_mark(word[position])
        position += 1
    return position


def _is_mark(char: str) -> bool:
    return "\u064b" <= char <= "\u065f" or char in "\u0640\u0670"
