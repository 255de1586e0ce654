"""Scores of labels for words enter; the best label of each word leaves, exactly, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Labels = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Transitions:
    """Scores of a label after another (`follow[before, after]`) and at a sentence's start; label 0 is "no name".

    Also bounds what a path through other labels can gain over label 0 alone by its labels' neighbours: `opened` for
    the label that a sentence opens with, `entered` for one behind label 0, `inside` for one behind any other label,
    each by label, and `left` for the label before a 0 (at a sentence's end it is nothing).
    """

    def __init__(self, follow: Scores, start: Scores) -> None:
        self.follow = follow
        self.start = start
        gain = follow - follow[0, 0]
        self.opened = (start - start[0])[1:, None]
        self.entered = gain[0, 1:, None]
        self.inside = gain[1:, 1:].max(axis=0)[:, None]
        self.left = float(gain[1:, 0].max())


class Ends(NamedTuple):
    """Which words are the first and which the last of their sentences."""

    opens: Flags
    closes: Flags


WALL: Final = 1e5
"""More than any name can gain: what no path gets past."""
_ROUNDING: Final = 1e-3


def unsettled(lead: Scores, ends: Ends, path: Transitions) -> Labels:
    """List the places that lie in some stretch whose best labels may beat label 0 throughout.

    `lead` bounds from above what each other label's score is ahead of label 0's (labels but 0, by places); between
    sentences there is at least one place where it is `-WALL`. The best stretch through a place is the best one that
    ends there and the best way on from there.
    """
    first = (lead + np.where(ends.opens, path.opened, path.entered)).max(axis=0)
    total = np.cumsum((lead + path.inside).max(axis=0), dtype=np.float64)
    ended = np.maximum.accumulate(first - total)
    onward = np.maximum.accumulate((total + np.where(ends.closes, 0.0, path.left))[::-1])[::-1]
    return np.flatnonzero(ended + onward >= -_ROUNDING)


def decode(scores: Scores, places: Labels, ends: Ends, path: Transitions) -> Labels:
    """Find the best label of each word in question (`scores` is labels by words; all others have label 0).

    `places` says where the words stand: those one apart are neighbours; sentences are more than one apart. The runs
    of neighbours are followed all together, the longest first, so that they fall away.
    """
    runs = sorted(_runs(places.tolist()), key=len, reverse=True)
    rounds = [[run[step] for run in runs[:count]] for step, count in enumerate(_alive(runs))]
    firsts, lasts = rounds[0], [run[-1] for run in runs]
    order = [word for words in rounds for word in words]
    opening = np.where(ends.opens[firsts], path.start[:, None], path.follow[0][:, None])
    closing = np.where(ends.closes[lasts], np.float32(0), path.follow[:, :1])
    best, came = _forward(scores[:, order], list(map(len, rounds)), opening, path.follow)
    labels = np.empty(len(order), dtype=np.intp)
    labels[order] = _backward((best + closing).argmax(axis=0).tolist(), came, list(map(len, rounds)), runs)
    return labels


def _runs(places: list[int]) -> Iterator[range]:
    """Cut the numbers of words where these do not stand side by side."""
    first = 0
    for number in range(1, len(places)):
        if places[number] - places[number - 1] > 1:
            yield range(first, number)
            first = number
    yield range(first, len(places))


def _alive(runs: Sequence[range]) -> Iterator[int]:
    """Count the runs, longest first, that have a first word, a second word, and so on."""
    count = len(runs)
    for step in range(len(runs[0])):
        while len(runs[count - 1]) <= step:
            count -= 1
        yield count


def _forward(scores: Scores, counts: list[int], opening: Scores, follow: Scores) -> tuple[Scores, list[list[int]]]:
    """Give each run's best sums at its last word by label, and for each later word and label the one before it.

    The columns of `scores` are the runs' first words, then their second ones, and so on, `counts` of each.
    """
    at = counts[0]
    best = scores[:, :at] + opening
    steps = follow[:, :, None]
    passed = np.empty((len(follow), scores.shape[1] - at), dtype=np.float32)
    for count in counts[1:]:
        before = best[:, :count]
        passed[:, at - counts[0] : at - counts[0] + count] = before
        np.add(np.maximum.reduce(before[:, None] + steps, axis=0), scores[:, at : at + count], out=before)
        at += count
    return best, (passed[:, None] + steps).argmax(axis=0).tolist()


def _backward(found: list[int], came: list[list[int]], counts: list[int], runs: Sequence[range]) -> list[int]:
    """Follow each run's best path from its last label back; labels leave in the order of the columns."""
    offsets = list(accumulate(counts, initial=0))
    labels = [0] * offsets[-1]
    for run, label in enumerate(found):
        for step in range(len(runs[run]) - 1, 0, -1):
            at = offsets[step] + run
            labels[at] = label
            label = came[label][at - counts[0]]  # noqa: PLW2901 the path is followed
        labels[run] = label
    return labels
