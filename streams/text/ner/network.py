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
from .second import SecondLayer
from .viterbi import WALL, Ends, Labels, Transitions, decode, unsettled
from .wordtable import OUTSIDE, WordTable

NEWS: Final = "news"
BLOCK_WORDS: Final = 4096
"""Words reckoned with at once, whole sentences: what bounds the memory that a very long text takes."""


class Sheet(NamedTuple):
    """Words on `places`, the sentences' first ones on `opens`, with empty places (`gaps`) around each sentence.

    `hidden` are the first layers' units by place. `direct` is what they and the linear model say of each label
    (labels by places); `lift` bounds what the second layers may add to a label's lead over label 0.
    """

    places: Labels
    opens: Labels
    gaps: Labels
    hidden: Sequence[Floats]
    direct: Floats
    lift: Floats


class Network:
    """Our own tagger: sums of what each word tells its neighbours, one hidden layer more, then the best path."""

    def __init__(self, model: Model, guideline: str = NEWS) -> None:
        self._model = model
        number = list(model.guidelines).index(guideline)
        self._table = WordTable(model, number)
        self._path = Transitions(model.follow[number], model.start[number])
        self._seconds = [SecondLayer(layer, number) for layer in model.layers]
        self._marks = [_mark(name) for name in model.labels]
        self._rooms: dict[str, Floats] = {}

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
        """Score every label for every word, before its neighbours' labels count."""
        sheet = self._sheet(texts, starts)
        return self._exact(sheet, sheet.places).T

    def _label(self, sheet: Sheet, labels: Labels) -> None:
        """Write the labels of words that may be names: first those in doubt before the second layer is asked."""
        lead = sheet.direct[1:] - sheet.direct[0]
        lead += sheet.lift
        lead[:, sheet.gaps] = -WALL
        ends = _ends(sheet)
        doubtful = unsettled(lead, ends, self._path)
        if not len(doubtful):
            return
        ends = Ends(ends.opens[doubtful], ends.closes[doubtful])
        found = decode(self._exact(sheet, doubtful), doubtful, ends, self._path)
        labels[np.searchsorted(sheet.places, doubtful)] = found

    def _exact(self, sheet: Sheet, places: Labels) -> Floats:
        """Score every label at `places` (labels by places)."""
        scores = sheet.direct[:, places]
        for second, hidden in zip(self._seconds, sheet.hidden, strict=True):
            scores += second.scores(hidden, places)
        return scores

    def _sheet(self, texts: Sequence[str], starts: Labels) -> Sheet:
        """Reckon all that costs little, for all words."""
        rows, places, gaps = _spaced(self._table.rows(texts), starts, self._model.reach)
        summed = self._summed(rows)
        direct = np.ascontiguousarray(summed[:, -len(self._model.labels) :].T)
        lift = np.zeros((len(direct) - 1, len(rows)), dtype=np.float32)
        hiddens = []
        column = 0
        for number, second in enumerate(self._seconds):
            units = self._model.layers[number].first.shape[2]
            hidden = self._room(f"hidden{number}", len(rows), units)
            np.maximum(summed[:, column : column + units], 0, out=hidden)
            hidden[gaps] = 0
            scored, lifted = second.first_look(hidden)
            direct += scored
            lift += lifted
            hiddens.append(hidden)
            column += units
        return Sheet(places, places[starts], gaps, hiddens, direct, lift)

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


def _spaced(rows: Labels, starts: Labels, reach: int) -> tuple[Labels, Labels, Labels]:
    """Put `reach` empty rows before, between and behind the sentences; also say where words and empty rows are."""
    count = np.zeros(len(rows), dtype=np.intp)
    count[starts] = reach
    places = np.arange(len(rows)) + np.cumsum(count)
    size = int(places[-1]) + 1 + reach
    spaced = np.full(size, OUTSIDE, dtype=np.intp)
    spaced[places] = rows
    gaps = np.append(places[starts], size)[:, None] - np.arange(reach, 0, -1)
    return spaced, places, gaps.ravel()


def _ends(sheet: Sheet) -> Ends:
    """Mark the first and the last word of each sentence."""
    opens = np.zeros(sheet.direct.shape[1], dtype=np.bool_)
    closes = opens.copy()
    opens[sheet.opens] = True
    closes[sheet.places[-1]] = True
    closes[sheet.places[np.searchsorted(sheet.places, sheet.opens[1:]) - 1]] = True
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
