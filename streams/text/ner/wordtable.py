"""Words enter; the part that each plays in the model's sums leaves, computed once for each distinct word."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain, repeat
from typing import Final

import numpy as np
from numpy.typing import NDArray

from .model import Floats, Model
from .numbering import Numbering
from .viterbi import WALL

KEPT_WORDS: Final = 16_384
"""Distinct words of one generation (about 2 KB each); the generation before it is kept too."""
OUTSIDE: Final = 0
"""The row that stands for what lies beyond a sentence's ends."""


class WordTable:
    """For each word and each offset: what the word adds to the hidden units and label scores of its neighbours.

    `parts[offset, row]` holds the `hidden` units of all networks, then the linear scores, as leads over label 0; what
    each word gets whatever stands around it (biases) is among what it says to itself. Row 0 is silence: no name there.
    """

    def __init__(self, model: Model, guideline: int) -> None:
        self._model = model
        self._guideline = guideline
        self._numbering = Numbering(model.vocabulary, model.features)
        self._offsets = 2 * model.reach + 1
        self.hidden = sum(layer.first.shape[2] for layer in model.layers)
        self._rows: dict[str, int] = {}
        self._older: dict[str, int] = {}
        self.parts = self._empty(1024)
        self._older_parts = self._empty(1024)

    def rows(self, texts: Sequence[str]) -> NDArray[np.intp]:
        """Give the row of each word in `parts`, learning words that are new.

        When a generation is full a new one begins, in the memory of the one before the last; what it needs of the
        last one is copied, not learnt again.
        """
        if len(self._rows) + len(texts) > KEPT_WORDS and len(self._rows) > KEPT_WORDS // 2:
            self._older, self._rows = self._rows, {}
            self._older_parts, self.parts = self.parts, self._older_parts
        found = self._found(texts)
        if (unknown := np.flatnonzero(found < 0)).size:
            self._add(list(dict.fromkeys(texts[at] for at in unknown.tolist())))
            found = self._found(texts)
        return found

    def _found(self, texts: Sequence[str]) -> NDArray[np.intp]:
        return np.fromiter(map(self._rows.get, texts, repeat(-1)), dtype=np.intp, count=len(texts))

    def _add(self, words: Sequence[str]) -> None:
        older = [word for word in words if word in self._older]
        if older:
            self._put(older, self._older_parts[:, [self._older[word] for word in older]])
        fresh = [word for word in words if word not in self._older]
        if fresh:
            self._put(fresh, self._learnt(fresh))

    def _put(self, words: Sequence[str], parts: Floats) -> None:
        first = len(self._rows) + 1
        needed, held = first + len(words), self.parts.shape[1]
        if needed > held:
            grown = self._empty(max(needed, 2 * held if held < KEPT_WORDS // 4 else KEPT_WORDS))
            grown[:, :first] = self.parts[:, :first]
            self.parts = grown
        self.parts[:, first:needed] = parts
        self._rows.update((word, first + number) for number, word in enumerate(words))

    def _empty(self, rows: int) -> Floats:
        """Give silent rows: the system lends the memory of many when they are written."""
        empty = np.zeros((self._offsets, rows, self.hidden + len(self._model.labels) - 1), dtype=np.float32)
        empty[self._model.reach, OUTSIDE, self.hidden :] = -WALL
        return empty

    def _learnt(self, words: Sequence[str]) -> Floats:
        described = list(map(self._numbering.describe, words))
        ids = [numbers for numbers, _, _ in described]
        return self._parts(ids, self._dense([(row, own) for _, row, own in described]))

    def _dense(self, rows: Sequence[tuple[int, bool]]) -> Floats:
        """Look up word vectors, with two more numbers: no vector is known, it is the word's own (not its stem's)."""
        row = np.array([row for row, _ in rows])
        unknown = row < 0
        vectors = self._model.vectors[np.where(unknown, 0, row)].astype(np.float32) * self._model.vector_scale
        vectors[unknown] = 0
        own = np.array([own for _, own in rows])
        return np.concatenate([vectors, unknown[:, None], (own & ~unknown)[:, None]], axis=1, dtype=np.float32)

    def _parts(self, ids: Sequence[Sequence[int]], dense: Floats) -> Floats:
        flat = np.fromiter(chain.from_iterable(ids), dtype=np.intp)
        begins = np.cumsum([0, *map(len, ids)])[:-1]
        parts = []
        reach = self._model.reach
        linear = self._linear(flat, begins)
        for layer in self._model.layers:
            described = np.concatenate([_sums(layer.bag, flat, begins) * layer.bag_scale, dense], axis=1)
            first = described @ layer.first
            first[reach] += layer.first_bias
            linear[reach] += layer.bias[self._guideline]
            parts.append(first)
        return np.concatenate([*parts, lead(linear)], axis=2)

    def _linear(self, flat: NDArray[np.intp], begins: NDArray[np.intp]) -> Floats:
        """Sum the linear weights: those of each offset, then at the word's own place those of the guideline."""
        sums = _sums(self._model.linear, flat, begins) * self._model.linear_scale
        labels = len(self._model.labels)
        shaped = sums.reshape(len(begins), -1, labels)
        offsets = shaped[:, : self._offsets].transpose(1, 0, 2).copy()
        offsets[self._model.reach] += shaped[:, self._offsets + self._guideline]
        return np.asarray(offsets, dtype=np.float32)


def lead(scores: Floats) -> Floats:
    """Say how far each label but 0 is ahead of label 0; the last axis are the labels."""
    return scores[..., 1:] - scores[..., :1]


def _sums(table: NDArray[np.int8], flat: NDArray[np.intp], begins: NDArray[np.intp]) -> Floats:
    """Sum rows of `table` in groups that begin at `begins`; every word has at least one feature."""
    return np.asarray(np.add.reduceat(table[flat].astype(np.float32), begins, axis=0), dtype=np.float32)
