"""The words of a document enter; the names that a title word announces leave (`وزير الدفاع الروسي أندريه بيلوسوف`)."""

from __future__ import annotations

from collections.abc import Sequence

from .clitics import readings
from .tokens import fold_word

_ADJECTIVES = 4
"""Words that may stand between a title and the name: an office, nationality adjectives, further titles."""


class Titles:
    """Knows title words and says whether the words before a place end with one."""

    def __init__(self, titles: Sequence[str]) -> None:
        self._titles = frozenset(map(fold_word, titles))

    def is_title(self, word: str) -> bool:
        """Say whether `word`, with or without a clitic, is a title."""
        return any(stem in self._titles for _, stem in readings(fold_word(word)))

    def announces(self, texts: Sequence[str], position: int) -> bool:
        """Say whether a title stands before the word at `position`, only adjectives or an office between."""
        at = position - 1
        for _ in range(_ADJECTIVES):
            if at < 0 or not texts[at][0].isalpha():
                return False
            if self.is_title(texts[at]):
                return True
            if not _may_stand_between(fold_word(texts[at])):
                return False
            at -= 1
        return False


def _may_stand_between(folded: str) -> bool:
    return folded.startswith(("ال", "لل")) or folded in {"باسم", "العام"}
