"""The words of a document enter; the names that the trained model finds among them leave."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from schemas import EntityKind

from .backends import WordSpan
from .model import Floats, Model
from .viterbi import WALL, Ends, Labels, Transitions, best_labels, scored
from .wordtable import OUTSIDE, STEPS, Steps, WordTable, lead

NEWS: Final = "news"
BLOCK_WORDS: Final = 4096
"""Words reckoned with at once, whole sentences: what bounds the memory that a very long text takes."""


class Sheet(NamedTuple):
    """Words on `places`, with empty places around each sentence; the sentences begin at `opens` and end at `closes`.

    `lead` is how far each label but 0 is ahead of label 0 (labels by places), before a word's neighbours' labels count.
    """

    places: Labels
    opens: Labels
    closes: Labels
    lead: Floats


class Network:
    """Our own tagger: sums of what each word tells its neighbours, one hidden layer, then the best path."""

    def __init__(self, model: Model, guideline: str = NEWS) -> None:
        self._model = model
        number = list(model.guidelines).index(guideline)
        self._table = WordTable(model, number)
        self._path = Transitions(model.follow[number], model.start[number])
        self._out = _out(model, number)
        self._marks = [_mark(name) for name in model.labels]
        self._rooms: dict[str, Steps] = {}
        self._floor: Steps = np.empty((0, 0), dtype=np.int16)

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """List the names among `texts`, whose sentences begin at `starts`."""
        return _to_spans(self.labels(texts, starts), self._marks, starts)

    def labels(self, texts: Sequence[str], starts: Sequence[int]) -> Labels:
        """Give each word the number of its label."""
        labels = np.zeros(len(texts), dtype=np.intp)
        for first, last, begins in _blocks(starts, len(texts)):
            self._label(self._sheet(texts[first:last], np.array(begins, dtype=np.intp)), labels[first:last])
        return labels

    def scores(self, texts: Sequence[str], starts: NDArray[np.intp]) -> Floats:
        """Score every label for every word (words by labels), label 0 with 0, before its neighbours' labels count."""
        sheet = self._sheet(texts, starts)
        return scored(sheet.lead, sheet.places).T

    def _label(self, sheet: Sheet, labels: Labels) -> None:
        """Write the label of each word."""
        labels[:] = best_labels(sheet.lead, _ends(sheet), self._path)[sheet.places]

    def _sheet(self, texts: Sequence[str], starts: Labels) -> Sheet:
        """Reckon what every word and its neighbours say of every label."""
        rows, places, opens, closes = _spaced(self._table.rows(texts), starts, self._model.reach)
        summed = self._summed(rows)
        np.maximum(summed, self._least(len(rows)), out=summed)
        ahead = self._out @ summed.astype(np.float32).T
        ahead[:, np.flatnonzero(rows == OUTSIDE)] = -WALL
        return Sheet(places, opens, closes, ahead)

    def _summed(self, rows: NDArray[np.intp]) -> Steps:
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

    def _least(self, rows: int) -> Steps:
        """Give what is least for each column: 0 for a hidden unit, nothing for a score; whole rows add up faster."""
        if len(self._floor) < rows:
            self._floor = np.full((2 * rows, self._table.parts.shape[2]), np.iinfo(np.int16).min, dtype=np.int16)
            self._floor[:, : self._table.hidden] = 0
        return self._floor[:rows]

    def _room(self, name: str, rows: int, columns: int) -> Steps:
        """Give scratch memory: fresh pages for every article would cost more than the arithmetic."""
        room = self._rooms.get(name)
        if room is None or room.size < rows * columns:
            room = self._rooms[name] = np.empty(2 * rows * columns, dtype=np.int16)
        return room[: rows * columns].reshape(rows, columns)


def _out(model: Model, guideline: int) -> Floats:
    """Join what the hidden units of all networks say of the labels, and the linear model that says it itself."""
    leads = [lead(layer.out[guideline]) for layer in model.layers]
    return np.ascontiguousarray(np.concatenate([*leads, np.eye(len(model.labels) - 1, dtype=np.float32)]).T / STEPS)


def _blocks(starts: Sequence[int], count: int) -> Iterator[tuple[int, int, Sequence[int]]]:
    """Gather sentences to blocks: first word, end, and where sentences begin in it."""
    if 0 < count <= BLOCK_WORDS:
        yield 0, count, starts
        return
    first = 0
    begins: list[int] = []
    for begin, end in pairwise([*starts, count]):
        if begins and end - first > BLOCK_WORDS:
            yield first, begin, begins
            first, begins = begin, []
        begins.append(begin - first)
    if begins:
        yield first, count, begins


def _spaced(rows: Labels, starts: Labels, reach: int) -> tuple[Labels, Labels, Labels, Labels]:
    """Put `reach` empty rows before, between and behind the sentences; say where words, first and last ones are."""
    count = np.zeros(len(rows), dtype=np.intp)
    count[starts] = reach
    places = np.arange(len(rows)) + np.cumsum(count)
    spaced = np.full(int(places[-1]) + 1 + reach, OUTSIDE, dtype=np.intp)
    spaced[places] = rows
    return spaced, places, places[starts], places[np.append(starts[1:], len(rows)) - 1]


def _ends(sheet: Sheet) -> Ends:
    """Mark the first and the last word of each sentence."""
    opens = np.zeros(sheet.lead.shape[1], dtype=np.bool_)
    closes = opens.copy()
    opens[sheet.opens] = True
    closes[sheet.closes] = True
    return Ends(opens, closes)


def _mark(name: str) -> tuple[bool, EntityKind | None]:
    """Read a label's name: whether it goes on with a name, and the kind of name; kinds that are not ours are none."""
    mark, _, kind = name.partition("-")
    return mark == "I", EntityKind(kind) if kind in _KINDS else None


_KINDS: Final = frozenset(EntityKind)


def _to_spans(labels: Labels, marks: Sequence[tuple[bool, EntityKind | None]], starts: Sequence[int]) -> list[WordSpan]:
    """Read the names off the labels; an I that continues nothing opens a name, as conlleval reads it."""
    found: list[WordSpan] = []
    positions = np.flatnonzero(labels)
    begins: set[int] | None = None
    first = end = -1
    before: EntityKind | None = None
    for position, label in zip(positions.tolist(), labels[positions].tolist(), strict=True):
        inside, kind = marks[label]
        if inside and position == end and kind is before:
            begins = set(starts) if begins is None else begins
            if position not in begins:
                end += 1
                continue
        if before is not None:
            found.append(WordSpan(first, end, before))
        first, end, before = position, position + 1, kind
    if before is not None:
        found.append(WordSpan(first, end, before))
    return found
