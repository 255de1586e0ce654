"""A trained model and the prepared corpus enter; sentences that the model tagged with confidence leave."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from streams.text.ner.model import Model
from streams.text.ner.network import Network

from .data import Sentence

EVERY = 23
"""One sentence of so many is taken, so that the whole corpus is touched."""
SHORTEST, LONGEST = 8, 60
SUREST = 0.5
"""Least share of a word's score (softmax) that its label must have in every word of a sentence that is kept."""


def tagged(model: Model, guideline: str, prepared: Path, count: int, first: int) -> list[Sentence]:
    """Tag `count` sentences of the corpus, every 23rd from number `first` on, and keep those without doubt."""
    network = Network(model, guideline)
    kept = []
    for words in _sample(prepared, count, first):
        starts = np.zeros(1, dtype=np.intp)
        scores = network.scores(words, starts)
        labels = network.labels(words, [0])
        if _least_share(scores, labels) > SUREST:
            kept.append(Sentence(words, labels.tolist()))
    return kept


def _sample(prepared: Path, count: int, first: int) -> Iterator[list[str]]:
    taken = 0
    with prepared.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number % EVERY == first:
                words = line.split()
                if SHORTEST <= len(words) <= LONGEST and taken < count:
                    taken += 1
                    yield words


def _least_share(scores: NDArray[np.float32], labels: NDArray[np.intp]) -> float:
    shares = np.exp(2 * (scores - scores.max(axis=1, keepdims=True)))
    shares /= shares.sum(axis=1, keepdims=True)
    return float(shares[np.arange(len(labels)), labels].min())
