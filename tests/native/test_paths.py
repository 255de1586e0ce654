"""The best labels by the compiled loop: those that Python alone finds, of sentences made by chance."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from streams.native import compiled
from streams.text.ner.viterbi import WALL, Ends, Transitions, best_labels, labels_in_python

native: Any = compiled("paths")
pytestmark = pytest.mark.skipif(native is None, reason="nothing is compiled here")


def sentences(chance: np.random.Generator, labels: int) -> tuple[np.ndarray, Ends]:
    """Leads of labels in sentences of 1 to 40 words with two empty places around each."""
    lengths = chance.integers(1, 40, chance.integers(1, 30))
    places = int(lengths.sum() + 2 * len(lengths) + 2)
    lead = np.full((labels - 1, places), -WALL, dtype=np.float32)
    opens, closes = np.zeros(places, dtype=np.bool_), np.zeros(places, dtype=np.bool_)
    at = 2
    for length in lengths.tolist():
        lead[:, at : at + length] = chance.normal(-2.5, 2, (labels - 1, length))
        opens[at] = closes[at + length - 1] = True
        at += length + 2
    return lead, Ends(opens, closes)


@pytest.mark.parametrize("labels", [2, 9, 32])
def test_sentences_are_labelled_alike(labels: int) -> None:
    """Names are a tenth of the words to most of them; a place between sentences has no name."""
    chance = np.random.default_rng(3)
    named = total = 0
    for _ in range(60):
        follow = chance.normal(0, 1.5, (labels, labels)).astype(np.float32)
        path = Transitions(follow, chance.normal(0, 1, labels).astype(np.float32))
        lead, ends = sentences(chance, labels)
        found = best_labels(lead, ends, path)
        assert np.array_equal(found, labels_in_python(lead, ends, path))
        named, total = named + int((found > 0).sum()), total + len(found)
    assert 0.02 < named / total < 0.95


def test_what_does_not_fit_is_refused() -> None:
    """One label, 33 of them, leads of other places than are told: an error, not a crash."""
    ones = [np.ones((size, size), dtype=np.float32) for size in (1, 33)]
    for follow in ones:
        bounds = tuple(follow[0, 1:] for _ in range(3))
        with pytest.raises(ValueError, match="labels"):
            native.Paths(follow, follow[0], bounds, 0.0)
    paths = Transitions(np.ones((3, 3), dtype=np.float32), np.ones(3, dtype=np.float32)).compiled
    lead, flags = np.ones((2, 5), dtype=np.float32), np.zeros(4, dtype=np.uint8)
    with pytest.raises(ValueError, match="lead"):
        paths.label(lead, flags, flags, np.empty(5, dtype=np.intp))
