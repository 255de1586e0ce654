"""A printed word enters; the ways to read it as proclitics plus a name leave."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

_CONJUNCTIONS: Final = ("", "و", "ف")
_PREPOSITIONS: Final = ("", "ب", "ل", "ك")
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
    for conjunction in _CONJUNCTIONS:
        if not folded.startswith(conjunction):
            continue
        for preposition in _PREPOSITIONS:
            clitic = conjunction + preposition
            if not clitic or not folded.startswith(clitic):
                continue
            rest = folded[len(clitic) :]
            if len(rest) >= SHORTEST_NAME:
                yield len(clitic), rest
                if preposition == "ل" and rest[0] == "ل":
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
