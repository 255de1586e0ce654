"""A CoNLL file of tokens and tags enters; the tagger's precision, recall and F1 leave, and its own tags if asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from streams.text.ner.backends import Backend, WordSpan
from streams.text.ner.guidelines import nearest_guideline
from streams.text.ner.load import load_model
from streams.text.ner.network import Network

KINDS = ("PER", "LOC", "ORG")
_ALIASES = {"PERS": "PER", "PERSON": "PER", "LOCATION": "LOC", "GPE": "LOC", "ORGANIZATION": "ORG"}

Name = tuple[int, int, str]


class ConllError(ValueError):
    """A line that is no token TAB tag; the text says which."""


class ConllFile(NamedTuple):
    """The tokens of a file in order, their tags, and where its sentences begin."""

    tokens: list[str]
    tags: list[str]
    starts: list[int]


class KindScore(NamedTuple):
    """Scores of one kind of name: exact span and kind count. `support` is how many the file holds."""

    precision: float
    recall: float
    f1: float
    support: int


def read_conll(path: Path) -> ConllFile:
    """Read token TAB tag lines; a blank line ends a sentence.

    Raises:
        ConllError: a line without a tag.
    """
    tokens: list[str] = []
    tags: list[str] = []
    starts: list[int] = []
    fresh = True
    for number, line in enumerate(path.read_text(encoding="utf-8-sig").splitlines(), 1):
        if not line.strip():
            fresh = True
            continue
        fields = line.split("\t") if "\t" in line else line.split()
        if len(fields) < 2:
            raise ConllError(f"{path.name}, line {number}: expected token TAB tag, found {line!r}")
        if fresh:
            starts.append(len(tokens))
            fresh = False
        tokens.append(fields[0])
        tags.append(fields[-1].strip())
    return ConllFile(tokens, tags, starts)


def evaluate_ner(
    path: Path, predictions: Path | None = None, guideline: str = "auto", backend: Backend | None = None
) -> dict[str, KindScore]:
    """Tag the tokens of a CoNLL file and score the result by kind and over all (`micro`).

    `guideline` is one of the model's (`news`, `encyclopedia`, `records`); `auto` takes that of the training corpus
    whose words the file's resemble. `backend` replaces our own model. With `predictions` a file of token TAB tag is
    written, in the same order with the same blank lines.

    Raises:
        ConllError: a line without a tag.
        ValueError: a guideline that the model does not know.
    """
    file = read_conll(path)
    spans = (backend or _own(file.tokens, guideline)).spans(file.tokens, file.starts)
    if predictions is not None:
        _write(predictions, file, spans)
    found = {(span.first, span.end, span.kind.value) for span in spans}
    return _scores(_names(file), found)


def _own(tokens: Sequence[str], guideline: str) -> Backend:
    model = load_model()
    chosen = nearest_guideline(model, tokens) if guideline == "auto" else guideline
    if chosen not in model.guidelines:
        raise ValueError(f"guideline {chosen!r}: the model knows {', '.join(model.guidelines)}")
    return Network(model, chosen)


def format_scores(scores: dict[str, KindScore]) -> str:
    """Lay out scores as a table, one kind a line."""
    lines = [f"{'':6}{'P':>7}{'R':>7}{'F1':>7}{'names':>7}"]
    lines += [f"{k:6}{s.precision:7.3f}{s.recall:7.3f}{s.f1:7.3f}{s.support:7}" for k, s in scores.items()]
    return "\n".join(lines)


def _names(file: ConllFile) -> set[Name]:
    """Read the names off a file's tags; an I that continues nothing opens a name, as conlleval reads it."""
    begins = set(file.starts)
    found: list[Name] = []
    before = "O"
    for position, tag in enumerate(file.tags):
        mark, _, kind = tag.partition("-")
        kind = _ALIASES.get(kind, kind)
        if mark == "I" and before == kind and position not in begins:
            found[-1] = (found[-1][0], position + 1, kind)
        elif kind:
            found.append((position, position + 1, kind))
        before = kind if kind else "O"
    return {name for name in found if name[2] in KINDS}


def _write(path: Path, file: ConllFile, spans: Iterable[WordSpan]) -> None:
    tags = ["O"] * len(file.tokens)
    for span in spans:
        tags[span.first] = f"B-{span.kind.value}"
        for position in range(span.first + 1, span.end):
            tags[position] = f"I-{span.kind.value}"
    bounds = [*file.starts, len(file.tokens)]
    sentences = (range(begin, end) for begin, end in pairwise(bounds))
    blocks = ("".join(f"{file.tokens[at]}\t{tags[at]}\n" for at in sentence) for sentence in sentences)
    path.write_text("\n".join(blocks), encoding="utf-8")


def _scores(gold: set[Name], found: set[Name]) -> dict[str, KindScore]:
    scores = {kind: _score(_of(gold, kind), _of(found, kind)) for kind in KINDS}
    return {**scores, "micro": _score(gold, found)}


def _of(names: set[Name], kind: str) -> set[Name]:
    return {name for name in names if name[2] == kind}


def _score(gold: set[Name], found: set[Name]) -> KindScore:
    right = len(gold & found)
    precision = right / len(found) if found else 0.0
    recall = right / len(gold) if gold else 0.0
    return KindScore(precision, recall, 2 * right / max(len(gold) + len(found), 1), len(gold))
