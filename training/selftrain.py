"""A trained model and sentences with sure names enter; sentences that the model tagged, corrected by them, leave."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.text.ner.model import Model
from streams.text.ner.network import Network

from .data import GUIDELINES, LABELS, Sentence, spans
from .distant import Span, Told

SUREST = 0.5
"""Least share of a word's score (softmax) that its label must have in every word of a sentence without correction."""
EVERY: Final = {"PER": 1, "other": 4, "none": 29}
"""One sentence of so many is taken: of those with a sure person, with another sure name, with none."""
ENCYCLOPEDIA_EVERY: Final = 4
"""One sentence of so many is tagged by the encyclopedia's guideline, the others by that of news."""


class Taught(NamedTuple):
    """A sentence that the model taught itself, and by which guideline."""

    sentence: Sentence
    guideline: int


def taught(model: Model, sentences: Iterable[Told]) -> Iterator[Taught]:
    """Tag a sample of `sentences`; keep those without doubt and those that their sure names corrected."""
    networks = [Network(model, name) for name in GUIDELINES[:2]]
    for number, sentence in enumerate(_sample(sentences)):
        guideline = int(number % ENCYCLOPEDIA_EVERY == 0)
        network, words = networks[guideline], sentence.words
        scores = network.scores(words, np.zeros(1, dtype=np.intp))
        labels = network.labels(words, [0])
        mended = corrected(labels.tolist(), sentence.names)
        if mended != labels.tolist() or _least_share(scores, labels) > SUREST:
            yield Taught(Sentence(words, mended), guideline)


def corrected(labels: list[int], names: Iterable[Span]) -> list[int]:
    """Set sure `names` in place of what overlaps them; a longer name that holds one stays, as does MISC."""
    mended = list(labels)
    tagged = spans(labels)
    for first, end, kind in names:
        over = [span for span in tagged if span[0] < end and first < span[1]]
        held = any(a <= first and end <= b for a, b, _ in over)
        if held or any(LABELS[label].endswith("MISC") for label in mended[first:end]):
            continue
        for a, b, _ in over:
            mended[a:b] = [0] * (b - a)
        opening = LABELS.index(f"B-{kind}")
        mended[first:end] = [opening] + [opening + 1] * (end - first - 1)
    return mended


def _sample(sentences: Iterable[Told]) -> Iterator[Told]:
    seen = dict.fromkeys(EVERY, 0)
    for sentence in sentences:
        kinds = {kind for _, _, kind in sentence.names}
        group = "PER" if "PER" in kinds else "other" if kinds else "none"
        seen[group] += 1
        if seen[group] % EVERY[group] == 0:
            yield sentence


def _least_share(scores: NDArray[np.float32], labels: NDArray[np.intp]) -> float:
    shares = np.exp(2 * (scores - scores.max(axis=1, keepdims=True)))
    shares /= shares.sum(axis=1, keepdims=True)
    return float(shares[np.arange(len(labels)), labels].min())
