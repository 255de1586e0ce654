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
        self._seconds = [_side_by_side(layer.second) for layer in model.layers]
        self._rooms: dict[str, Floats] = {}

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
        summed = self._summed(rows)
        scores = summed[places, -len(self._model.labels) :]
        outside = np.ones(len(rows), dtype=np.bool_)
        outside[places] = False
        column = 0
        for number, layer in enumerate(self._model.layers):
            width, size = layer.first.shape[2], layer.second.shape[2]
            hidden = self._room(f"hidden{number}", len(rows), width)
            np.add(summed[:, column : column + width], layer.first_bias, out=hidden)
            np.maximum(hidden, 0, out=hidden)
            hidden[outside] = 0
            column += width
            wide = np.matmul(hidden, self._seconds[number], out=self._room("wide", len(rows), 3 * size))
            second = wide[:, size : 2 * size]
            second[1:] += wide[:-1, :size]
            second[:-1] += wide[1:, 2 * size :]
            second += layer.second_bias
            np.maximum(second, 0, out=second)
            out = layer.out[self._number]
            scored = np.matmul(hidden, out[:width], out=self._room("scored", len(rows), len(out[0])))
            scored += second @ out[width:]
            scores += scored[places]
            scores += layer.bias[self._number]
        return scores

    def _summed(self, rows: NDArray[np.intp]) -> Floats:
        """Add up for each place what the words around it say: the word at offset o speaks through `parts[o, row]`."""
        parts, reach = self._table.parts, self._model.reach
        width = parts.shape[2]
        summed = self._room("summed", len(rows), width)
        parts[reach].take(rows, axis=0, out=summed, mode="clip")
        for offset in range(1, reach + 1):
            said = self._room("said", len(rows) - offset, width)
            parts[reach - offset].take(rows[:-offset], axis=0, out=said, mode="clip")
            summed[offset:] += said
            parts[reach + offset].take(rows[offset:], axis=0, out=said, mode="clip")
            summed[:-offset] += said
        return summed

    def _room(self, name: str, rows: int, columns: int) -> Floats:
        """Give scratch memory: fresh pages for every article would cost more than the arithmetic."""
        room = self._rooms.get(name)
        if room is None or room.size < rows * columns:
            room = self._rooms[name] = np.empty(2 * rows * columns, dtype=np.float32)
        return room[: rows * columns].reshape(rows, columns)


def to_spans(labels: Labels, names: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
    """Read the names off the labels; an I that continues nothing opens a name, as conlleval reads it."""
    begins = set(starts)
    marks = [tuple(name.split("-")) for name in names]
    found: list[WordSpan] = []
    first = end = -1
    kind = ""
    positions = np.flatnonzero(labels)
    for position, label in zip(positions.tolist(), labels[positions].tolist(), strict=True):
        mark, new_kind = marks[label]
        if mark == "I" and position == end and new_kind == kind and position not in begins:
            end += 1
            continue
        if kind in _KINDS:
            found.append(WordSpan(first, end, EntityKind(kind)))
        first, end, kind = position, position + 1, new_kind
    if kind in _KINDS:
        found.append(WordSpan(first, end, EntityKind(kind)))
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


def _side_by_side(second: Floats) -> Floats:
    """Lay the three matrices of a second layer beside each other, so that one product serves all three places."""
    return np.ascontiguousarray(second.transpose(1, 0, 2).reshape(second.shape[1], -1))
