"""Scores of labels for words enter; the best label of each word leaves, exactly, all at once."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.native import compiled

_native: Final[Any] = compiled("paths")

Scores = NDArray[np.float32]
Labels = NDArray[np.intp]
Flags = NDArray[np.bool_]


class Transitions:
    """Scores of a label after another (`follow[before, after]`) and at a sentence's start; label 0 is "no name".

    Also bounds what a path through other labels can gain over label 0 alone by its labels' neighbours: `entered` for
    the label behind label 0 and `opened` how much more for one that a sentence opens with, `inside` for one behind any
    other label, each by label, and `left` for the label before a 0 (at a sentence's end it is nothing).
    """

    def __init__(self, follow: Scores, start: Scores) -> None:
        self.follow = follow
        self.start = start
        gain = follow - follow[0, 0]
        self.entered = gain[0, 1:, None]
        self.opened = (start - start[0])[1:, None] - self.entered
        self.inside = gain[1:, 1:].max(axis=0)[:, None]
        self.left = float(gain[1:, 0].max())
        self.both_ways = np.stack([follow, follow.T], axis=1)[:, :, :, None]
        self.before = np.stack([follow[0], start], axis=1)
        self.behind = np.stack([follow[:, 0], np.zeros_like(start)], axis=1)
        bounds = tuple(np.ascontiguousarray(one[:, 0]) for one in (self.entered, self.opened, self.inside))
        self.compiled: Any = _native and _native.Paths(np.ascontiguousarray(follow), start, bounds, self.left)


class Ends(NamedTuple):
    """Which words are the first and which the last of their sentences."""

    opens: Flags
    closes: Flags


WALL: Final = 1e5
"""More than any name can gain: what no path gets past."""
_ROUNDING: Final = 1e-3


def best_labels(lead: Scores, ends: Ends, path: Transitions) -> Labels:
    """Give the best label of each place, exactly; `lead` is how far each label but 0 is ahead of label 0 there."""
    if path.compiled is None:
        return labels_in_python(lead, ends, path)
    labels = np.empty(lead.shape[1], dtype=np.intp)
    opens, closes = (flags.view(np.uint8) for flags in ends)
    path.compiled.label(np.ascontiguousarray(lead, dtype=np.float32), opens, closes, labels)
    return labels


def labels_in_python(lead: Scores, ends: Ends, path: Transitions) -> Labels:
    """Do what `best_labels` does where nothing is compiled."""
    labels = np.zeros(lead.shape[1], dtype=np.intp)
    doubtful = unsettled(lead, ends, path)
    if len(doubtful):
        ends = Ends(ends.opens[doubtful], ends.closes[doubtful])
        labels[doubtful] = decode(scored(lead, doubtful), doubtful, ends, path)
    return labels


def scored(lead: Scores, places: Labels) -> Scores:
    """Score every label at `places` (labels by places), label 0 with 0."""
    scores = np.zeros((len(lead) + 1, len(places)), dtype=np.float32)
    scores[1:] = lead[:, places]
    return scores


def unsettled(lead: Scores, ends: Ends, path: Transitions) -> Labels:
    """List the places that lie in some stretch whose best labels may beat label 0 throughout.

    `lead` bounds from above what each other label's score is ahead of label 0's (labels but 0, by places); between
    sentences there is at least one place where it is `-WALL`. The best stretch through a place is the best one that
    ends there and the best way on from there.
    """
    first = lead + path.entered
    first[:, ends.opens] += path.opened
    leave = np.full(lead.shape[1], path.left)
    leave[ends.closes] = 0
    total = np.cumsum((lead + path.inside).max(axis=0), dtype=np.float64)
    ended = np.maximum.accumulate(first.max(axis=0) - total)
    onward = np.maximum.accumulate((total + leave)[::-1])[::-1]
    return np.flatnonzero(ended + onward >= -_ROUNDING)


def decode(scores: Scores, places: Labels, ends: Ends, path: Transitions) -> Labels:
    """Find the best label of each word in question (`scores` is labels by words; all others have label 0).

    `places` says where the words stand: those one apart are neighbours; sentences are more than one apart. The runs
    of neighbours are followed all together, from their first and from their last words at once: the best path through
    a word and a label is the best one up to it and the best one back to it.
    """
    firsts, lasts, lengths = _runs(places)
    steps = np.arange(lengths[0])[:, None]
    going = steps < lengths
    ahead, back = (firsts + steps)[going], (lasts - steps)[going]
    said = np.stack([scores[:, ahead], scores[:, back]], axis=1)
    reached = _follow(said, going.sum(axis=1).tolist(), _begun(firsts, lasts, ends, path), path)
    summed = np.empty_like(scores)
    summed[:, back] = reached[:, 1]
    summed[:, ahead] += reached[:, 0]
    summed -= scores
    return np.asarray(summed.argmax(axis=0), dtype=np.intp)


def _runs(places: Labels) -> tuple[Labels, Labels, Labels]:
    """Give the first and last word of each run of neighbours, and its length, the longest first."""
    breaks = np.flatnonzero(places[1:] - places[:-1] != 1)
    firsts = np.concatenate(([0], breaks + 1))
    lasts = np.concatenate((breaks, [len(places) - 1]))
    lengths = lasts - firsts + 1
    order = lengths.argsort(kind="stable")[::-1]
    return firsts[order], lasts[order], lengths[order]


def _begun(firsts: Labels, lasts: Labels, ends: Ends, path: Transitions) -> Scores:
    """Score each label (by direction and run) by what stands before a run's first word and behind its last one."""
    return np.stack(
        [path.before[:, ends.opens[firsts].view(np.int8)], path.behind[:, ends.closes[lasts].view(np.int8)]], axis=1
    )


def _follow(said: Scores, counts: list[int], begun: Scores, path: Transitions) -> Scores:
    """Sum up the best paths to each label of each word, by direction.

    The columns of `said` are the runs' first words, then their second ones, and so on, `counts` of each.
    """
    reached = np.empty_like(said)
    at = counts[0]
    best = np.add(begun, said[:, :, :at], out=reached[:, :, :at])
    for count in counts[1:]:
        best = np.maximum.reduce(best[:, :, None, :count] + path.both_ways, axis=0).swapaxes(0, 1)
        best = np.add(best, said[:, :, at : at + count], out=reached[:, :, at : at + count])
        at += count
    return reached
