"""Words enter; the part that each plays in the model's sums leaves, computed once for each distinct word."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from streams.native import compiled

from .model import Floats, Model
from .numbering import Described, Numbering
from .rowindex import new_rows

_native: Final[Any] = compiled("describing")

KEPT_WORDS: Final = 28_672
"""Distinct words that are remembered (about 1 KB each)."""
_OFTEN: Final = 2
"""Later articles that have a word, above which more count nothing: words of two stay before words of none."""
STEPS: Final = 512
"""Steps to a unit in which parts are kept, as numbers of 16 bits: half the memory, and sums take half the time."""
_MOST_OWN: Final = 12_800
_MOST: Final = 4_990
"""Steps that what a word says to itself, and what it says to another, are cut off at: twice what any word reaches.

All sums of one's own and four others' parts stay within 16 bits.
"""
OUTSIDE: Final = 0
"""The row that stands for what lies beyond a sentence's ends."""


Steps = NDArray[np.int16]


class WordTable:
    """For each word and each offset: what the word adds to the hidden units and label scores of its neighbours.

    `parts[offset, row]` holds the `hidden` units of all networks, then the linear scores, as leads over label 0; what
    each word gets whatever stands around it (biases) is among what it says to itself. Row 0 is silence. In `STEPS`.
    """

    def __init__(self, model: Model, guideline: int) -> None:
        self._model = model
        self._guideline = guideline
        self._numbering = Numbering(model.vocabulary, model.features)
        self._offsets = 2 * model.reach + 1
        self.hidden = sum(layer.first.shape[2] for layer in model.layers)
        self._rows = new_rows()
        self._free: list[int] = []
        self._calls = 0
        self.parts = self._empty(1024)
        self._again = np.zeros(KEPT_WORDS + 1, dtype=np.int64)
        self._last = np.zeros(KEPT_WORDS + 1, dtype=np.int64)

    def rows(self, texts: Sequence[str]) -> NDArray[np.intp]:
        """Give the row of each word in `parts`, learning words that are new; a full table forgets a quarter first."""
        self._calls += 1
        found = self._found(texts)
        unknown = np.flatnonzero(found < 0)
        self._met(found)
        if not unknown.size:
            return found
        words = list(dict.fromkeys([texts[at] for at in unknown.tolist()]))
        if len(self._rows) + len(words) > KEPT_WORDS and len(self._rows):
            self._forget()
            found = self._found(texts)
            unknown = np.flatnonzero(found < 0)
            words = list(dict.fromkeys([texts[at] for at in unknown.tolist()]))
        self._put(words, self._learnt(words))
        found[unknown] = self._found([texts[at] for at in unknown.tolist()])
        return found

    def _found(self, texts: Sequence[str]) -> NDArray[np.intp]:
        found = np.empty(len(texts), dtype=np.intp)
        self._rows.find(texts if isinstance(texts, list) else list(texts), found)
        return found

    def _met(self, found: NDArray[np.intp]) -> None:
        """Note that known words (those at -1 are not) were met again: at row 0, silence, it counts nothing."""
        known = np.maximum(found, OUTSIDE)
        self._again[known] += 1
        self._last[known] = self._calls

    def _forget(self) -> None:
        """Forget the quarter of the words that came again least often, of these those that were met longest ago."""
        used = np.ones(1 + len(self._rows) + len(self._free), dtype=np.bool_)
        used[[OUTSIDE, *self._free]] = False
        rows = np.flatnonzero(used)
        worth = np.minimum(self._again[rows], _OFTEN) * (self._calls + 1) + self._last[rows]
        gone = len(rows) - len(rows) * 3 // 4
        forgotten = rows[np.argpartition(worth, gone - 1)[:gone]]
        self._rows.remove(forgotten)
        self._free = sorted([*self._free, *forgotten.tolist()], reverse=True)

    def _put(self, words: list[str], parts: Steps) -> None:
        rows = self._vacant(len(words))
        self.parts[:, rows] = parts
        self._again[rows], self._last[rows] = 0, self._calls
        self._rows.add(words, rows)

    def _vacant(self, count: int) -> NDArray[np.intp]:
        """Give rows for `count` new words: those of forgotten words first, then such as no word had."""
        first = 1 + len(self._rows) + len(self._free)
        rows = [self._free.pop() for _ in range(min(count, len(self._free)))]
        needed, held = first + count - len(rows), self.parts.shape[1]
        if needed > held:
            grown = self._empty(max(needed, 2 * held if held < KEPT_WORDS // 4 else KEPT_WORDS + 1))
            grown[:, :first] = self.parts[:, :first]
            self.parts = grown
        if needed > len(self._last):
            self._again, self._last = (np.resize(counts, needed) for counts in (self._again, self._last))
        return np.array([*rows, *range(first, needed)], dtype=np.intp)

    def _empty(self, rows: int) -> Steps:
        """Give silent rows: the system lends the memory of many when they are written."""
        return np.zeros((self._offsets, rows, self.hidden + len(self._model.labels) - 1), dtype=np.int16)

    def _learnt(self, words: Sequence[str]) -> Steps:
        described = self._numbering.describe(words)
        parts = self._parts(described)
        parts *= STEPS
        np.rint(parts, out=parts)
        most = np.full((self._offsets, 1, 1), _MOST, dtype=np.float32)
        most[self._model.reach] = _MOST_OWN
        return np.clip(parts, -most, most, out=parts).astype(np.int16)

    def _dense(self, row: NDArray[np.intp], own: NDArray[np.bool_]) -> Floats:
        """Look up word vectors, with two more numbers: no vector is known, it is the word's own (not its stem's)."""
        unknown = row < 0
        dense = np.empty((len(row), self._model.vectors.shape[1] + 2), dtype=np.float32)
        np.multiply(self._model.vectors[row], np.float32(self._model.vector_scale), out=dense[:, :-2])
        dense[unknown, :-2] = 0
        dense[:, -2], dense[:, -1] = unknown, own
        return dense

    def _parts(self, described: Described) -> Floats:
        flat, begins = described.numbers, described.begins
        dense = self._dense(described.rows, described.own)
        parts = []
        reach = self._model.reach
        linear = self._linear(flat, begins)
        for layer in self._model.layers:
            told = np.concatenate([_sums(layer.bag, flat, begins) * layer.bag_scale, dense], axis=1)
            first = told @ layer.first
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
    if _native is None:
        return sums_in_python(table, flat, begins)
    out = np.empty((len(begins), table.shape[1]), dtype=np.float32)
    _native.sums(table, flat, begins, out)
    return out


def sums_in_python(table: NDArray[np.int8], flat: NDArray[np.intp], begins: NDArray[np.intp]) -> Floats:
    """Do what `_sums` does where nothing is compiled."""
    return np.asarray(np.add.reduceat(table.take(flat, axis=0).astype(np.float32), begins, axis=0), dtype=np.float32)
