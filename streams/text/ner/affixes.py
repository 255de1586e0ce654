"""Folded words enter; the numbers of the known beginnings and ends of each leave, found for all words at once."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .features import AFFIX_LETTERS

_NONE: Final = -1
_ODD: Final = re.compile("[\0\U00010000-\U0010ffff]")
"""Letters that do not fit 16 bits, and the one that fills short words up: no affix holds them."""
_MASKS: Final = np.array([(1 << 16 * letters) - 1 for letters in range(1, AFFIX_LETTERS + 1)], dtype=np.uint64)
_COUNTS: Final = np.arange(1, AFFIX_LETTERS + 1)


class Affixes:
    """Numbers of affixes by their letters, 16 bits each in one number of 64; `ends` are read from the last letter on.

    As strings in a dict they take ten times the memory, and each look-up waits for it.

    >>> Affixes({"و": 0, "وال": 1}, ends=False).numbers(["والد", "وا", "من"]).tolist()
    [[0, -1, 1, -1], [0, -1, -1, -1], [-1, -1, -1, -1]]
    """

    def __init__(self, numbers: Mapping[str, int], *, ends: bool) -> None:
        self._ends = ends
        keys = self._keys(list(numbers))
        order = np.argsort(keys)
        # The last key is no affix's: a look-up beyond all others ends there.
        self._sorted = np.append(keys[order], np.iinfo(np.uint64).max)
        self._numbers = np.append(np.fromiter(numbers.values(), dtype=np.intp, count=len(numbers))[order], _NONE)

    @property
    def tables(self) -> tuple[NDArray[np.uint64], NDArray[np.intp]]:
        """Give the letters, sorted, and the number of each, as compiled loops read them."""
        return self._sorted, self._numbers

    def numbers(self, words: Sequence[str]) -> NDArray[np.intp]:
        """Give for each word the numbers of its affixes of one letter, two and so on, -1 where there is none."""
        wanted = self._keys(words)[:, None] & _MASKS
        at = np.searchsorted(self._sorted, wanted)
        lengths = np.fromiter(map(len, words), dtype=np.intp, count=len(words))
        known = (self._sorted[at] == wanted) & (lengths[:, None] > _COUNTS)
        return np.where(known, self._numbers[at], _NONE)

    def _keys(self, words: Sequence[str]) -> NDArray[np.uint64]:
        size = AFFIX_LETTERS
        cut = [word[: -size - 1 : -1] for word in words] if self._ends else [word[:size] for word in words]
        letters = "".join([affix.ljust(size, "\0") for affix in cut])
        encoded = letters.encode("utf-16-le", "surrogatepass")
        if len(encoded) > 2 * len(letters) or "\0" in "".join(cut):
            letters = "".join([_ODD.sub("\uffff", affix).ljust(size, "\0") for affix in cut])
            encoded = letters.encode("utf-16-le", "surrogatepass")
        return np.frombuffer(encoded, dtype="<u8")
