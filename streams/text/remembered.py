"""A function of a word enters; a table of its values leaves, which forgets words that were not asked for lately."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

V = TypeVar("V")


class Remembered(dict[str, V]):
    """`table[word]` is `find(word)`; asking for a known word costs what a dictionary costs.

    Holds two generations of at most `most` words: a full one becomes the older one, whose words are taken over when
    they are asked for again.

    >>> lengths = Remembered(len, most=2)
    >>> [lengths[word] for word in ("من", "إلى", "من", "أمس", "من")], sorted(lengths)
    ([2, 3, 2, 3, 2], ['أمس', 'من'])
    """

    def __init__(self, find: Callable[[str], V], most: int) -> None:
        super().__init__()
        self._find = find
        self._most = most
        self._older: dict[str, V] = {}

    def __missing__(self, word: str) -> V:
        if len(self) >= self._most:
            self._older = dict(self)
            self.clear()
        found = self[word] = self._older[word] if word in self._older else self._find(word)
        return found
