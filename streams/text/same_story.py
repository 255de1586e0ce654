"""Two sketches of articles enter; how sure it is that one is a copy of the other leaves."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from .story import KEPT, Sketch, read_sketch

STORY_THRESHOLD: Final = 0.5
_CLASH: Final = 0.3
"""Highest score where each body has numbers that the other lacks: news of another day, or more of it."""
_FEWEST: Final = 5
"""Shared hashes below which two bodies share a phrase, not a text."""
_EDGE: Final = 24
"""Content words that may stand alone at an end: the site's own first line, a signature."""
_RUN: Final = 22
"""Content words in a row that one body alone has: from here on a paragraph of news, not an edited line."""
_SEEN: Final = 3
"""Hashes alone that such a run shows, so that a stretch of which no hash was kept is not taken for one."""
_NEWS: Final = 0.4
"""Highest score where a body has such a paragraph anywhere but at the end that the other cut."""


class _Course(NamedTuple):
    """How one body runs along the other: hashes before, between and behind the shared ones, and the longest run alone.

    `before` and `behind` are content words, `between` hashes.
    """

    before: int
    between: int
    behind: int
    run: int
    early: int
    late: int


@lru_cache(maxsize=128)
def _hashes(sketch: bytes) -> frozenset[int]:
    return frozenset(read_sketch(sketch).hashes.tolist())


def same_story(a: bytes, b: bytes) -> float:
    """Score from 0 to 1 how near two bodies are to being copies, from their sketches alone; symmetric.

    From `STORY_THRESHOLD` on they are one story: the same text, edited lightly, with a line before it, or cut off.
    Another day's numbers, or a paragraph that only one has, make another story.
    """
    if len(_hashes(a) & _hashes(b)) < _FEWEST:  # most pairs that meet share a phrase only
        return 0.0
    one, two = read_sketch(a), read_sketch(b)
    least = min(_reach(one), _reach(two))
    left, right = one.hashes <= least, two.hashes <= least
    in_left = np.isin(one.hashes[left], two.hashes[right], assume_unique=True)
    in_right = np.isin(two.hashes[right], one.hashes[left], assume_unique=True)
    shared = int(in_left.sum())
    if shared < _FEWEST:
        return 0.0
    first = _course(one, one.places[left], in_left)
    second = _course(two, two.places[right], in_right)
    alone = max(_alone(first, second), _alone(second, first))
    score = shared / (shared + alone)
    if max(_longest(first), _longest(second)) > _RUN:
        score = min(score, _NEWS)
    if _clash(one, two):
        score = min(score, _CLASH)
    return round(score, 4)


def _reach(one: Sketch) -> int:
    """Give the greatest hash up to which a sketch is complete."""
    return int(one.hashes[-1]) if one.shingles > KEPT else 0xFFFFFFFF


def _course(one: Sketch, places: NDArray[np.uint8], shared: NDArray[np.bool_]) -> _Course:
    at = np.sort(places[shared].astype(np.int32)) * one.step
    alone = places[~shared].astype(np.int32) * one.step
    start, end = int(at[0]), int(at[-1])
    inside = (alone > start) & (alone < end)
    crowded = np.bincount(np.searchsorted(at, alone[inside]), minlength=len(at))[1:] >= _SEEN
    return _Course(
        before=start,
        between=int(inside.sum()),
        behind=max(0, one.words - 3 - end),
        run=int((np.diff(at) * crowded).max(initial=0)),
        early=int((alone <= start).sum()),
        late=int((alone >= end).sum()),
    )


def _alone(course: _Course, other: _Course) -> int:
    """Count the hashes that only one body has, its end apart where the other is cut off, and its own first line."""
    early = course.early if course.before > _EDGE else 0
    late = course.late if course.behind > _EDGE and other.behind > _EDGE else 0
    return course.between + early + late


def _longest(course: _Course) -> int:
    return max(course.run, course.before)


def _clash(one: Sketch, two: Sketch) -> bool:
    """Tell whether each body has numbers that the other lacks."""
    left, right = set(one.numbers.tolist()), set(two.numbers.tolist())
    return bool(left - right) and bool(right - left)
