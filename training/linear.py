"""Tagged sentences enter; a linear CRF's weights leave: for each feature the scores of labels at each offset."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pycrfsuite
from numpy.typing import NDArray

from streams.text.ner.features import Vocabulary

from .data import GUIDELINES, LABELS, Sentence

REACH = 2
_NEAR = ("w=", "t=", "c=", "k", "x=", "h=", "g=", "s=", "p=")


class Linear(NamedTuple):
    """`weights[feature]` are `offsets + guidelines` rows of label scores; transitions as the runtime uses them."""

    features: list[str]
    weights: NDArray[np.float32]
    follow: NDArray[np.float32]
    start: NDArray[np.float32]
    bias: NDArray[np.float32]


class Describer:
    """Features of words by name, computed once for each distinct word."""

    def __init__(self, vocabulary: Vocabulary, without: Sequence[str] = ()) -> None:
        self._vocabulary = vocabulary
        self._without = tuple(without)
        self._known: dict[str, dict[int, list[str]]] = {}

    def own(self, word: str) -> list[str]:
        """Name the features of a word at its own place."""
        return self._at(word)[0]

    def sentence(self, words: Sequence[str], guideline: int) -> Iterator[list[str]]:
        """Name the features of each word of a sentence: its own, by guideline, and its neighbours'."""
        at = [self._at(word) for word in words]
        for position in range(len(words)):
            found = ["bias", f"{guideline}&bias"]
            for offset in range(-REACH, REACH + 1):
                if 0 <= position + offset < len(words):
                    found += at[position + offset][offset]
            found += [f"{guideline}&{name}" for name in at[position][0]]
            yield found

    def _at(self, word: str) -> dict[int, list[str]]:
        found = self._known.get(word)
        if found is None:
            names = [n for n in self._vocabulary.describe(word)[0] if not n.startswith(self._without or "\0")]
            near = [
                name
                for name in names
                if name.startswith(_NEAR) and (name[1] != "=" or name[0] not in "ps" or len(name) == 5)
            ]
            found = {offset: [f"{offset}:{name}" for name in near] for offset in range(-REACH, REACH + 1) if offset}
            found[0] = names
            self._known[word] = found
        return found


def train_linear(corpora: Sequence[tuple[int, Sequence[Sentence]]], describer: Describer, file: Path) -> Linear:
    """Train on (guideline, sentences) with L-BFGS and elastic-net regularisation."""
    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.select("lbfgs")
    trainer.set_params({"c1": 0.08, "c2": 0.04, "max_iterations": 100, "feature.possible_transitions": True})
    for guideline, sentences in corpora:
        for sentence in sentences:
            trainer.append(
                list(describer.sentence(sentence.words, guideline)), [LABELS[number] for number in sentence.labels]
            )
    trainer.train(str(file))
    return _read(file)


def _read(file: Path) -> Linear:
    tagger = pycrfsuite.Tagger()
    tagger.open(str(file))
    info = tagger.info()
    count = len(LABELS)
    rows: dict[str, NDArray[np.float32]] = {}
    for (attribute, label), weight in info.state_features.items():
        name, row = _place(attribute)
        table = rows.setdefault(name, np.zeros((2 * REACH + 1 + len(GUIDELINES), count), dtype=np.float32))
        table[row, LABELS.index(label)] = weight
    follow = np.zeros((count, count), dtype=np.float32)
    for (before, after), weight in info.transitions.items():
        follow[LABELS.index(before), LABELS.index(after)] = weight
    bias = rows.pop("bias")
    names = sorted(rows)
    by_guideline = bias[REACH] + bias[2 * REACH + 1 :]
    return Linear(names, np.stack([rows[name] for name in names]), follow, np.zeros(count, np.float32), by_guideline)


def _place(attribute: str) -> tuple[str, int]:
    """Read off an attribute its feature's name and the row of its weights."""
    head, mark, rest = attribute.partition("&")
    if mark and head.isdigit() and len(head) == 1:
        return rest, 2 * REACH + 1 + int(head)
    head, mark, rest = attribute.partition(":")
    if mark and head.lstrip("-").isdigit() and head in {"-2", "-1", "1", "2"}:
        return rest, REACH + int(head)
    return attribute, REACH
