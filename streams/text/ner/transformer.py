"""A token-classification model of the Hugging Face kind, as a backend: words enter, the names it finds leave.

Needs the extra `transformers` (`pip install sada[transformers]`); nothing is downloaded unless a model's name is given
instead of a folder.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

from schemas import EntityKind

from .backends import WordSpan

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerBase

_KINDS: Final = {
    "PER": EntityKind.PERSON,
    "PERS": EntityKind.PERSON,
    "PERSON": EntityKind.PERSON,
    "LOC": EntityKind.PLACE,
    "LOCATION": EntityKind.PLACE,
    "GPE": EntityKind.PLACE,
    "ORG": EntityKind.ORGANISATION,
    "ORGANIZATION": EntityKind.ORGANISATION,
}
_BATCH: Final = 16
_LONGEST: Final = 512


class TransformerError(RuntimeError):
    """The extra is not installed, or the model cannot be used; the text says what to do."""


class Transformer:
    """Tags with the label that the model gives to the first piece of each word."""

    def __init__(self, model: PreTrainedModel, tokenizer: PreTrainedTokenizerBase) -> None:
        if not tokenizer.is_fast:
            raise TransformerError("the model's tokenizer is not a fast one, so pieces cannot be traced to words")
        self._model = model.eval()
        self._tokenizer = tokenizer
        self._labels = {int(number): str(label) for number, label in model.config.id2label.items()}

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """List the names among `texts`, whose sentences begin at `starts`."""
        bounds = list(pairwise([*starts, len(texts)]))
        found: list[WordSpan] = []
        for at in range(0, len(bounds), _BATCH):
            batch = bounds[at : at + _BATCH]
            labelled = self._labelled([list(texts[begin:end]) for begin, end in batch])
            for (begin, _), labels in zip(batch, labelled, strict=True):
                found += [WordSpan(begin + s.first, begin + s.end, s.kind) for s in read_labels(labels)]
        return found

    def _labelled(self, sentences: list[list[str]]) -> Iterator[list[str]]:
        """Give the label of each word; words beyond the model's reach are no names."""
        import torch

        pieces = self._tokenizer(
            sentences,
            is_split_into_words=True,
            return_tensors="pt",
            padding=True,
            truncation=True,
            max_length=min(_LONGEST, int(self._model.config.max_position_embeddings)),
        )
        with torch.inference_mode():
            numbers = self._model(**pieces).logits.argmax(dim=-1).tolist()
        for row, sentence in enumerate(sentences):
            labels = ["O"] * len(sentence)
            seen = -1
            for piece, word in enumerate(pieces.word_ids(row)):
                if word is not None and word != seen:
                    labels[word] = self._labels[numbers[row][piece]]
                    seen = word
            yield labels


def load_transformer(name: str | Path) -> Transformer:
    """Load a token-classification model from a folder (or, by its name, from the Hugging Face hub).

    Raises:
        TransformerError: the extra is not installed, or the model or its tokenizer cannot be loaded.
    """
    try:
        from transformers import AutoModelForTokenClassification, AutoTokenizer
    except ImportError as error:
        raise TransformerError("install the extra: pip install 'sada[transformers]'") from error
    try:
        model = AutoModelForTokenClassification.from_pretrained(str(name))
        tokenizer = AutoTokenizer.from_pretrained(str(name), use_fast=True)
    except (OSError, ValueError) as error:
        raise TransformerError(f"{name}: cannot be loaded: {error}") from error
    return Transformer(model, tokenizer)


def read_labels(labels: Sequence[str]) -> list[WordSpan]:
    """Read names off labels like `B-PERS`, `I-LOC`; kinds that are not ours are no names.

    >>> [(span.first, span.end, span.kind.value) for span in read_labels(["B-PERS", "I-PERS", "O", "I-LOC"])]
    [(0, 2, 'PER'), (3, 4, 'LOC')]
    """
    found: list[WordSpan] = []
    before: EntityKind | None = None
    for position, label in enumerate(labels):
        mark, _, name = label.partition("-")
        kind = _KINDS.get(name.upper())
        if kind is not None and mark == "I" and before is kind:
            found[-1] = found[-1]._replace(end=position + 1)
        elif kind is not None:
            found.append(WordSpan(position, position + 1, kind))
        before = kind
    return found
