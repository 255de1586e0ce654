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

    >>> printed_length("وَبوتين", 1), printed_length("وبوتين", 1), printed_length("بوتين", 0)
    (2, 1, 0)
    """
    if _MARKS.isdisjoint(word[: letters + 1]):
        return letters
    taken = position = 0
    while position < len(word) and (taken < letters or word[position] in _MARKS):
        taken += word[position] not in _MARKS
        position += 1
    return position


_MARKS: Final = frozenset("\u0640\u0670" + "".join(map(chr, range(0x64B, 0x660))))
