"""The words of a document enter; the names that the trained model finds among them leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from schemas import EntityKind

from .backends import WordSpan
from .model import Floats, Model
from .viterbi import Labels, Transitions, decode
from .wordtable import OUTSIDE, WordTable

NEWS: Final = "news"


class Network:
    """Our own tagger: sums of what each word tells its neighbours, one hidden layer more, then the best path."""

    def __init__(self, model: Model, guideline: str = NEWS) -> None:
        self._model = model
        self._number = list(model.guidelines).index(guideline)
        self._table = WordTable(model, self._number)
        self._path = Transitions(model.follow[self._number], model.start[self._number])

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """List the names among `texts`, whose sentences begin at `starts`."""
        return to_spans(self.labels(texts, starts), self._model.labels, starts)

    def labels(self, texts: Sequence[str], starts: Sequence[int]) -> Labels:
        """Give each word the number of its label."""
        begins = np.array(starts, dtype=np.intp)
        if not len(texts):
            return np.zeros(0, dtype=np.intp)
        return decode(self.scores(texts, begins), begins, self._path)

    def scores(self, texts: Sequence[str], starts: NDArray[np.intp]) -> Floats:
        """Score every label for every word, before its neighbours' labels count."""
        rows, places = _spaced(self._table.rows(texts), starts, self._model.reach)
        summed = _summed(self._table.parts, rows)
        scores = np.ascontiguousarray(summed[places, -len(self._model.labels) :])
        inside = np.zeros((len(rows), 1), dtype=np.float32)
        inside[places] = 1
        column = 0
        for layer in self._model.layers:
            width = layer.first.shape[2]
            hidden = np.maximum(summed[:, column : column + width] + layer.first_bias, 0) * inside
            column += width
            size = layer.second.shape[2]
            wide = hidden @ layer.second.transpose(1, 0, 2).reshape(width, 3 * size)
            second = wide[places, size : 2 * size] + wide[places - 1, :size] + wide[places + 1, 2 * size :]
            second = np.maximum(second + layer.second_bias, 0)
            out = layer.out[self._number]
            scores += hidden[places] @ out[:width] + second @ out[width:] + layer.bias[self._number]
        return scores


def to_spans(labels: Labels, names: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
    """Read the names off the labels; an I that continues nothing opens a name, as conlleval reads it."""
    begins = set(starts)
    found: list[WordSpan] = []
    for position in np.flatnonzero(labels).tolist():
        mark, _, kind = names[labels[position]].partition("-")
        if kind not in _KINDS:
            continue
        last = found[-1] if found else None
        joins = mark == "I" and position not in begins
        if last is not None and joins and last.end == position and last.kind == kind:
            found[-1] = last._replace(end=position + 1)
        else:
            found.append(WordSpan(position, position + 1, EntityKind(kind)))
    return found


_KINDS: Final = frozenset(EntityKind)


def _spaced(rows: NDArray[np.intp], starts: NDArray[np.intp], reach: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Put `reach` empty rows before, between and behind the sentences; also say where each word went."""
    count = np.zeros(len(rows), dtype=np.intp)
    count[starts] = reach
    places = np.arange(len(rows)) + np.cumsum(count)
    spaced = np.full(int(places[-1]) + 1 + reach, OUTSIDE, dtype=np.intp)
    spaced[places] = rows
    return spaced, places


def _summed(parts: Floats, rows: NDArray[np.intp]) -> Floats:
    """Add up for each place what the words around it say: the word at offset o speaks through `parts[row, o]`."""
    reach = parts.shape[1] // 2
    summed: Floats = parts[rows, reach]
    for offset in range(-reach, reach + 1):
        if offset < 0:
            summed[-offset:] += parts[rows[:offset], offset + reach]
        elif offset > 0:
            summed[:-offset] += parts[rows[offset:], offset + reach]
    return summed
