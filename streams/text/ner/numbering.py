"""A word enters; the numbers of the model's features that are true of it leave: no feature's name is put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .clitics import CLITICS
from .features import AFFIX_LETTERS, LONG, Features, Vocabulary, normal, shape

_NONE: Final = -1


class Numbering:
    """Says of words in numbers what `Vocabulary.describe` says in names; a test compares the two."""

    def __init__(self, vocabulary: Vocabulary, features: Features) -> None:
        self._vocabulary = vocabulary
        kinds = features.kinds
        self._words, self._stems, self._clitics = (kinds.get(kind, {}) for kind in "wtc")
        self._prefixes = _chains(kinds.get("p", {}), lambda affix, count: affix[:count])
        self._suffixes = _chains(kinds.get("s", {}), lambda affix, count: affix[-count:])
        self._lengths = [features.get(f"n={length}", _NONE) for length in range(LONG + 1)]
        self._shapes = {f"x={value}": number for value, number in kinds.get("x", {}).items()}
        self._unclustered = features.get("k=?", _NONE)
        self._hints, self._stem_hints = kinds.get("h", {}), kinds.get("g", {})
        self._clusters = _cluster_numbers(vocabulary.clusters, kinds)

    def describe(self, word: str) -> tuple[list[int], int, bool]:
        """Number what is true of `word`, and give its vector's row (-1: none) and whether that is the word's own."""
        folded = normal(word)
        stem = self._vocabulary.stem(folded) if folded[0] in CLITICS else None
        row, own = self._vocabulary.row(folded, stem)
        length = len(folded)
        found = [self._lengths[length if length < LONG else LONG], *self._affixes(folded, length)]
        if folded in self._words:
            found.append(self._words[folded])
        found += [self._shapes.get(name, _NONE) for name in shape(word, folded)]
        if stem:
            found += self._stems.get(stem, _NONE), self._clitics.get(folded[: length - len(stem)], _NONE)
        if row >= 0:
            found += map(list.__getitem__, self._clusters, self._vocabulary.clusters[row].tolist())
        else:
            found.append(self._unclustered)
        found += self._hinted(folded, stem)
        return [number for number in found if number >= 0] if _NONE in found else found, row, own

    def _affixes(self, folded: str, length: int) -> tuple[int, ...]:
        """Number the beginnings and ends of a word: those of its longest known one bring the shorter ones along."""
        prefix, suffix = self._prefixes.get, self._suffixes.get
        if length > AFFIX_LETTERS:
            return (
                prefix(folded[:4]) or prefix(folded[:3]) or prefix(folded[:2]) or prefix(folded[:1], ())
            ) + (
                suffix(folded[-4:]) or suffix(folded[-3:]) or suffix(folded[-2:]) or suffix(folded[-1:], ())
            )  # fmt: skip
        counts = range(length - 1, 0, -1)
        begins = (chain for count in counts if (chain := prefix(folded[:count])))
        ends = (chain for count in counts if (chain := suffix(folded[-count:])))
        return next(begins, ()) + next(ends, ())

    def _hinted(self, folded: str, stem: str | None) -> list[int]:
        hints = self._vocabulary.hints.get(folded)
        if hints is not None:
            return [self._hints.get(hint, _NONE) for hint in hints]
        stem_hints = self._vocabulary.hints.get(stem, ()) if stem else ()
        return [self._stem_hints.get(hint, _NONE) for hint in stem_hints]


def _chains(numbers: Mapping[str, int], part: Callable[[str, int], str]) -> dict[str, tuple[int, ...]]:
    """List for each known affix its number and those of the shorter known ones in it."""
    return {
        affix: tuple(
            numbers[shorter]
            for count in range(1, len(affix) + 1)
            if (shorter := part(affix, count)) in numbers
        )
        for affix in numbers
    }  # fmt: skip


def _cluster_numbers(clusters: NDArray[np.int16], kinds: Mapping[str, Mapping[str, int]]) -> list[list[int]]:
    """List for each kind of clusters the number of each cluster's feature."""
    counts = [most + 1 for most in clusters.max(axis=0).tolist()]
    return [
        [kinds.get(f"k{kind}", {}).get(str(cluster), _NONE) for cluster in range(count)]
        for kind, count in enumerate(counts)
    ]
