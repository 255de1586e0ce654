"""Scores of labels for the words of many sentences enter; the best label of each word leaves, exactly, all at once."""

from __future__ import annotations

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Labels = NDArray[np.intp]


class Transitions(NamedTuple):
    """Scores of a label after another (`follow[before, after]`) and at a sentence's start; label 0 is "no name"."""

    follow: Scores
    start: Scores

    def gains(self) -> tuple[NDArray[np.float64], float]:
        """Bound what a name can gain from its labels' neighbours: at most this for each label, and once at its end.

        Both count against a path through label 0 alone.
        """
        follow, start = self.follow.astype(np.float64), self.start.astype(np.float64)
        entered = np.maximum((follow - follow[0, 0]).max(axis=0), start - start[0])[1:]
        left = max(0.0, float((follow[1:, 0] - follow[0, 0]).max()))
        return entered, left


def decode(scores: Scores, starts: NDArray[np.intp], transitions: Transitions) -> Labels:
    """Find the best labels of sentences that begin at `starts` (`scores` is words by labels).

    Most words are surely no name: no stretch of words around them can gain by being one. That splits the sentences
    into short runs, and the runs of the whole document are decoded together.
    """
    count = len(scores)
    labels = np.zeros(count, dtype=np.intp)
    unsettled = _unsettled(scores, starts, transitions)
    if not len(unsettled):
        return labels
    begins = np.zeros(count + 1, dtype=np.bool_)
    begins[starts] = True
    begins[count] = True
    cut = np.flatnonzero((np.diff(unsettled) > 1) | begins[unsettled[1:]])
    first = unsettled[np.concatenate([[0], cut + 1])]
    last = unsettled[np.concatenate([cut, [len(unsettled) - 1]])]
    _runs(scores, (first, last), begins, transitions, labels)
    return labels


def _unsettled(scores: Scores, starts: NDArray[np.intp], transitions: Transitions) -> Labels:
    """List the words that lie in some stretch of their sentence whose best labels may beat label 0 throughout."""
    entered, left = transitions.gains()
    gain = (scores[:, 1:] + entered).max(axis=1) - scores[:, 0]
    shift = np.zeros(len(scores), dtype=np.intp)
    shift[starts] = 1
    places = np.arange(len(scores)) + np.cumsum(shift)
    walled = np.full(len(scores) + len(starts) + 1, -_WALL)
    walled[places] = gain
    best = _best_stretch(walled)[places] + _best_stretch(walled[::-1])[::-1][places] - gain
    return np.flatnonzero(best >= -left - _ROUNDING)


def _best_stretch(gain: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sum, for each place, the best stretch that ends there; it starts with a wall, which no stretch can pass."""
    total = np.cumsum(gain)
    best = np.zeros(len(gain))
    best[1:] = total[1:] - np.minimum.accumulate(total)[:-1]
    return best


_WALL: Final = 1e5
_ROUNDING: Final = 1e-3


def _runs(
    scores: Scores,
    runs: tuple[Labels, Labels],
    begins: NDArray[np.bool_],
    transitions: Transitions,
    labels: Labels,
) -> None:
    """Decode runs of words (first ones, last ones) and write their `labels`; longest first, so that they fall away."""
    first, last = runs
    order = np.argsort(first - last, kind="stable")
    first, last = first[order], last[order]
    lengths = last - first + 1
    steps = int(lengths[0])
    follow = transitions.follow
    opening = np.where(begins[first][:, None], transitions.start, follow[0])
    best = scores[first] + opening
    active = np.searchsorted(-lengths, -np.arange(steps), side="left")
    came = np.zeros((steps, len(first), scores.shape[1]), dtype=np.intp)
    for step in range(1, steps):
        alive = active[step]
        paths = best[:alive, :, None] + follow
        came[step, :alive] = paths.argmax(axis=1)
        best[:alive] = paths.max(axis=1) + scores[first[:alive] + step]
    best += np.where(begins[last + 1][:, None], np.float32(0), follow[:, 0])
    label = best.argmax(axis=1)
    rows = np.arange(len(first))
    for step in range(steps - 1, -1, -1):
        alive = active[step]
        labels[first[:alive] + step] = label[:alive]
        if step:
            label[:alive] = came[step, rows[:alive], label[:alive]]
