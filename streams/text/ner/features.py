"""A word enters; what the model is told about it leaves: letters, affixes, shape, clusters, hints, its vector's row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .clitics import CLITICS, readings
from .tokens import fold_word

_DIGITS: Final = str.maketrans("123456789", "000000000")
AFFIX_LETTERS: Final = 4
LONG: Final = 9
_LENGTHS: Final = [f"n={length}" for length in range(LONG + 1)]
_CLUSTERS: Final = [f"k{kind}=" for kind in range(16)]


def normal(word: str) -> str:
    """Reduce a word to its folded letters, every digit to 0.

    >>> normal("إلى"), normal("2024")
    ('الي', '0000')
    """
    folded = fold_word(word)
    return folded if folded.isalpha() else folded.translate(_DIGITS) or "_"


class Features(Mapping[str, int]):
    """Numbers names such as `w=word` in their order; kept by kind, since the beginning of each would cost its memory.

    `same` are strings to hold on to instead of equal ones.
    """

    def __init__(self, names: Iterable[str], same: Iterable[str] = ()) -> None:
        self.kinds: dict[str, dict[str, int]] = {}
        known = {text: text for text in same}
        for number, name in enumerate(names):
            kind, _, value = name.partition("=")
            self.kinds.setdefault(kind, {})[known.get(value, value)] = number

    def __getitem__(self, name: str) -> int:
        kind, _, value = name.partition("=")
        return self.kinds[kind][value]

    def __iter__(self) -> Iterator[str]:
        return (f"{kind}={value}" for kind, values in self.kinds.items() for value in values)

    def __len__(self) -> int:
        return sum(map(len, self.kinds.values()))


@dataclass(frozen=True)
class Vocabulary:
    """What is known of words: `rows` by falling frequency, `hints` from name lists, `clusters` of each row.

    The clusters stay in their array: as lists of numbers they take twenty times the memory.
    """

    rows: Mapping[str, int]
    hints: Mapping[str, Sequence[str]]
    clusters: NDArray[np.int16]

    def stem(self, folded: str) -> str | None:
        """Find the most frequent word that `folded` becomes without a clitic."""
        best: str | None = None
        best_row = len(self.rows)
        if folded[0] not in CLITICS:
            return None
        for clitic, rest in readings(folded):
            row = self.rows.get(rest, best_row) if clitic else best_row
            if row < best_row:
                best, best_row = rest, row
        return best

    def row(self, folded: str, stem: str | None) -> tuple[int, bool]:
        """Say which row stands for a word (-1: none) and whether it is the word's own, not its stem's."""
        own = self.rows.get(folded, -1)
        if own >= 0:
            return own, True
        return (self.rows.get(stem, -1) if stem else -1), False

    def describe(self, word: str) -> tuple[list[str], int, bool]:
        """Name what is true of `word`, and give its `row`."""
        folded = normal(word)
        stem = self.stem(folded)
        row, own = self.row(folded, stem)
        length = len(folded)
        found = ["w=" + folded, _LENGTHS[length if length < LONG else LONG]]
        for count in range(1, AFFIX_LETTERS + 1 if length > AFFIX_LETTERS else length):
            found.append("p=" + folded[:count])
            found.append("s=" + folded[-count:])
        found += shape(word, folded)
        if stem:
            found += ("t=" + stem, "c=" + folded[: length - len(stem)])
        found += map(str.__add__, _CLUSTERS, map(str, self.clusters[row].tolist())) if row >= 0 else ("k=?",)
        hints = self.hints.get(folded)
        if hints is not None:
            found += ["h=" + hint for hint in hints]
        elif stem:
            found += ["g=" + hint for hint in self.hints.get(stem, ())]
        return found, row, own


def shape(word: str, folded: str) -> list[str]:
    """Name what the letters of `word` look like: a number, a mark, Latin letters, the Arabic article."""
    first = folded[0]
    if not first.isalpha():
        return ["x=0" if first == "0" else "x=mark"]
    if first < "\u0600":
        return ["x=Latin" if word[0].isupper() else "x=latin"]
    return ["x=al"] if folded.startswith("ال") else []
