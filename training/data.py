"""Files of tokens and BIO tags enter; sentences leave, and the corpora with the guideline each was tagged by."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

LABELS = ["O", "B-PER", "I-PER", "B-LOC", "I-LOC", "B-ORG", "I-ORG", "B-MISC", "I-MISC"]
GUIDELINES = ["news", "encyclopedia", "records"]


class Sentence(NamedTuple):
    """Words with the numbers of their labels (LABELS)."""

    words: list[str]
    labels: list[int]


class Corpus(NamedTuple):
    """Sentences tagged by one guideline; `dev` is cut from the training data, never a test set."""

    guideline: int
    train: list[Sentence]
    dev: list[Sentence]


def read_conll(path: Path) -> list[Sentence]:
    """Read token TAB tag lines; a blank line ends a sentence."""
    return [Sentence([w for w, _ in rows], [_number(tag) for _, tag in rows]) for rows in _blocks(path)]


def _number(tag: str) -> int:
    return LABELS.index(tag.replace("PERS", "PER"))


def _blocks(path: Path) -> Iterator[list[tuple[str, str]]]:
    rows: list[tuple[str, str]] = []
    for line in [*path.read_text(encoding="utf-8-sig").splitlines(), ""]:
        if line.strip():
            fields = line.split("\t")
            rows.append((fields[0], fields[-1].strip()))
        elif rows:
            yield rows
            rows = []


FOLDS = 5
LAST = FOLDS - 1


def read_corpora(folder: Path, fold: int = LAST) -> list[Corpus]:
    """Read the three corpora; ANERcorp's development part is its fifth number `fold` (its sentences stand in order)."""
    news = read_conll(folder / "anercorp_camel_train.conll")
    begin, end = len(news) * fold // FOLDS, len(news) * (fold + 1) // FOLDS
    others = {name: read_conll(folder / f"{name}.conll") for name in _OTHERS}
    return [
        Corpus(0, [*news[:begin], *news[end:]], news[begin:end]),
        Corpus(1, others["aqmar_liu2019_train"], others["aqmar_liu2019_dev"]),
        Corpus(2, others["wojood_sample_flat_train"], others["wojood_sample_flat_val"]),
    ]


_OTHERS = ("aqmar_liu2019_train", "aqmar_liu2019_dev", "wojood_sample_flat_train", "wojood_sample_flat_val")


def spans(labels: Sequence[int]) -> set[tuple[int, int, str]]:
    """Read the names off labels, as conlleval does; MISC is no name of ours."""
    found: list[list[int | str]] = []
    before = "O"
    for position, number in enumerate(labels):
        tag = LABELS[number]
        if tag != "O":
            if tag[0] == "I" and before[2:] == tag[2:]:
                found[-1][1] = position + 1
            else:
                found.append([position, position + 1, tag[2:]])
        before = tag
    return {(int(a), int(b), str(kind)) for a, b, kind in found if kind != "MISC"}


class Score(NamedTuple):
    """Precision, recall and their harmonic mean of exact spans with their kind."""

    precision: float
    recall: float
    f1: float


def score(gold: Iterable[Sequence[int]], found: Iterable[Sequence[int]]) -> dict[str, Score]:
    """Score labels by kind of name, and all together (`all`)."""
    counts: dict[str, list[int]] = {}
    for right, guess in zip(gold, found, strict=True):
        wanted, got = spans(right), spans(guess)
        for span in wanted | got:
            for key in (span[2], "all"):
                hits = counts.setdefault(key, [0, 0, 0])
                hits[0 if span in wanted and span in got else 1 if span in got else 2] += 1
    return {key: _score(*hits) for key, hits in sorted(counts.items())}


def _score(hit: int, extra: int, missed: int) -> Score:
    precision, recall = hit / max(hit + extra, 1), hit / max(hit + missed, 1)
    return Score(precision, recall, 2 * precision * recall / max(precision + recall, 1e-9))
