"""A word enters; what may be clitic or given name in it leaves."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .clitics import readings
from .features import Vocabulary, normal


class NameWords:
    """Tells clitics and given names in words that no list of names holds, by what the model has seen."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self.clitic = lru_cache(maxsize=8_192)(self._clitic)
        self.is_usual = lru_cache(maxsize=4_096)(self._is_usual)

    def _clitic(self, word: str) -> int:
        """Count the letters of `word` that are clitics: none where the whole word is a usual one."""
        folded = normal(word)
        rows, hints = self._vocabulary.rows, self._vocabulary.hints
        if folded in hints:
            return 0
        whole = rows.get(folded, len(rows))
        best, best_row = 0, whole
        for clitic, rest in readings(folded):
            row = 0 if rest in hints else rows.get(rest, len(rows))
            if clitic and row < best_row and row * _RARER < whole:
                best, best_row = clitic, row
        return best

    def is_given_name(self, word: str) -> bool:
        """Say whether `word` is on the list of given names that the model was trained with."""
        return not _GIVEN.isdisjoint(self._vocabulary.hints.get(normal(word), ()))

    def _is_usual(self, word: str) -> bool:
        """Say whether `word` is one of the most frequent of the corpus, or too short to tell."""
        folded = normal(word)
        return len(folded) < _SHORT or self._vocabulary.rows.get(folded, _USUAL) < _USUAL


_USUAL: Final = 5_000
_SHORT: Final = 4
_GIVEN: Final = frozenset({"given1", "PERB"})
_RARER = 3
"""How much further down the frequency list the whole word must stand than what is left without the clitic."""
