"""Scores of labels for the words of many sentences enter; the best label of each word leaves, exactly, all at once."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Scores = NDArray[np.float32]
Labels = NDArray[np.intp]


class Transitions(NamedTuple):
    """Scores of a label after another (`follow[before, after]`) and at a sentence's start; label 0 is "no name"."""

    follow: Scores
    start: Scores

    def margins(self) -> Scores:
        """Bound for each label what its neighbours can make of it against label 0.

        Where label 0 leads by more than this, no path through another label can win, whatever stands beside it.
        """
        before = np.concatenate([self.follow, self.start[None]])
        gain_before = (before - before[:, :1]).max(axis=0)
        gain_after = np.maximum((self.follow - self.follow[:1]).max(axis=1), 0.0)
        return np.asarray(gain_before + gain_after, dtype=np.float32)


def decode(scores: Scores, starts: NDArray[np.intp], transitions: Transitions) -> Labels:
    """Find the best labels of sentences that begin at `starts` (`scores` is words by labels).

    Most words are surely no name: these are settled by their margin, which splits the sentences into short runs,
    and the runs of the whole document are decoded together.
    """
    count = len(scores)
    labels = np.zeros(count, dtype=np.intp)
    lead = scores[:, :1] - scores[:, 1:]
    unsettled = np.flatnonzero((lead <= transitions.margins()[1:]).any(axis=1))
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
