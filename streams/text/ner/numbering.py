"""Words enter; the numbers of the model's features that are true of each leave: no feature's name is put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.native import compiled

from .affixes import Affixes
from .clitics import CLITICS, readings
from .features import LONG, Features, Vocabulary, normal, shape
from .wordrows import WordRows

_NONE: Final = -1
_native: Final[Any] = compiled("describing")


class Described(NamedTuple):
    """What is true of words: the `numbers` of each begin at `begins`; its vector's row (-1: none), whether its own."""

    numbers: NDArray[np.intp]
    begins: NDArray[np.intp]
    rows: NDArray[np.intp]
    own: NDArray[np.bool_]


class Numbering:
    """Says of words in numbers what `Vocabulary.describe` says in names; a test compares the two."""

    def __init__(self, vocabulary: Vocabulary, features: Features) -> None:
        self._vocabulary = vocabulary
        self._rows = vocabulary.rows if isinstance(vocabulary.rows, WordRows) else WordRows(list(vocabulary.rows))
        kinds = features.kinds
        self._words, self._stems, self._clitics = (kinds.get(kind, {}) for kind in "wtc")
        self._prefixes = Affixes(kinds.get("p", {}), ends=False)
        self._suffixes = Affixes(kinds.get("s", {}), ends=True)
        self._lengths = np.array([features.get(f"n={length}", _NONE) for length in range(LONG + 1)])
        self._shapes = {f"x={value}": number for value, number in kinds.get("x", {}).items()}
        self._unclustered = features.get("k=?", _NONE)
        self._hints, self._stem_hints = kinds.get("h", {}), kinds.get("g", {})
        self._clusters = _cluster_numbers(vocabulary.clusters, kinds)
        self._describer: Any = _native and self._compiled(kinds.get("x", {}))

    def describe(self, words: Sequence[str]) -> Described:
        """Number what is true of each of `words`, all at once; what the model has no number for is left out."""
        if self._describer is None:
            return self.describe_in_python(words)
        count = len(words)
        numbers = np.empty(count * self._describer.most, dtype=np.intp)
        begins, rows = np.empty(count, dtype=np.intp), np.empty(count, dtype=np.intp)
        own = np.empty(count, dtype=np.bool_)
        folded = list(map(normal, words))
        used = self._describer.describe(list(words), folded, numbers, begins, rows, own.view(np.int8))
        return Described(numbers[:used], begins, rows, own)

    def _compiled(self, shapes: dict[str, int]) -> object:
        hints = self._vocabulary.hints
        kinds = {hint: tuple(self._hints.get(one, _NONE) for one in hint) for hint in set(hints.values())}
        stem_kinds = {hint: tuple(self._stem_hints.get(one, _NONE) for one in hint) for hint in kinds}
        return _native.Describer(
            _native.Affixes(*self._prefixes.tables),
            _native.Affixes(*self._suffixes.tables),
            self._rows.tables,
            (self._vocabulary.clusters, self._clusters),
            self._lengths,
            self._unclustered,
            CLITICS,
            (self._words, self._stems, self._clitics, shapes),
            (hints, kinds, stem_kinds),
        )

    def describe_in_python(self, words: Sequence[str]) -> Described:
        """Do what `describe` does where nothing is compiled."""
        folded = list(map(normal, words))
        stems, rows, own = self._stood_for(folded)
        lengths = np.fromiter(map(len, folded), dtype=np.intp, count=len(folded))
        found = np.concatenate(
            [
                self._prefixes.numbers(folded),
                self._suffixes.numbers(folded),
                self._clustered(rows),
                self._lengths[np.minimum(lengths, LONG)][:, None],
                _columns([self._told(*told) for told in zip(words, folded, stems, strict=True)]),
            ],
            axis=1,
        )
        known = found >= 0
        counts = known.sum(axis=1)
        return Described(found[known], np.cumsum(counts) - counts, rows, own)

    def _told(self, word: str, folded: str, stem: str) -> list[int]:
        """Number the word itself, its stem and clitic, what its letters look like, what lists of names say of it."""
        told = [self._words.get(folded, _NONE)]
        if not "\u0628" <= folded[0] <= "\u064a":  # letters that are Arabic and do not open the article
            told += [self._shapes.get(name, _NONE) for name in shape(word, folded)]
        hints = self._vocabulary.hints.get(folded)
        if hints is not None:
            told += [self._hints.get(hint, _NONE) for hint in hints]
        if stem:
            told += self._stems.get(stem, _NONE), self._clitics.get(folded[: len(folded) - len(stem)], _NONE)
            if hints is None:
                told += [self._stem_hints.get(hint, _NONE) for hint in self._vocabulary.hints.get(stem, ())]
        return told

    def _stood_for(self, folded: Sequence[str]) -> tuple[list[str], NDArray[np.intp], NDArray[np.bool_]]:
        """Give each word's stem ("": none), the row that stands for it (-1: none), and whether that is its own."""
        split = [(at, rest) for at, word in enumerate(folded) if word[0] in CLITICS for rest in _rests(word)]
        found = self._rows.numbers([*folded, *(rest for _, rest in split)])
        rows = found[: len(folded)]
        own = rows >= 0
        stems = [""] * len(folded)
        best: dict[int, int] = {}
        for (at, rest), row in zip(split, found[len(folded) :].tolist(), strict=True):
            if 0 <= row < best.get(at, row + 1):
                best[at], stems[at] = row, rest
        for at, row in best.items():
            if not own[at]:
                rows[at] = row
        return stems, rows, own

    def _clustered(self, rows: NDArray[np.intp]) -> NDArray[np.intp]:
        """Number the clusters of each row."""
        clusters = self._clusters[np.arange(len(self._clusters)), self._vocabulary.clusters[rows]]
        clusters[rows < 0] = [self._unclustered, *[_NONE] * (len(self._clusters) - 1)]
        return clusters


def _rests(folded: str) -> list[str]:
    """List what may be left of a word without a clitic."""
    return [rest for clitic, rest in readings(folded) if clitic]


def _columns(told: Sequence[list[int]]) -> NDArray[np.intp]:
    """Put lists of numbers one below the other, short ones filled up with -1."""
    width = max(map(len, told), default=0)
    filled = [numbers + [_NONE] * (width - len(numbers)) for numbers in told]
    return np.array(filled, dtype=np.intp).reshape(len(told), width)


def _cluster_numbers(clusters: NDArray[np.int16], kinds: Mapping[str, Mapping[str, int]]) -> NDArray[np.intp]:
    """Number the feature of each cluster, by kind of clusters."""
    table = np.full((clusters.shape[1], int(clusters.max()) + 1), _NONE, dtype=np.intp)
    for kind, numbers in enumerate(table):
        for cluster, number in kinds.get(f"k{kind}", {}).items():
            if int(cluster) < len(numbers):
                numbers[int(cluster)] = number
    return table
