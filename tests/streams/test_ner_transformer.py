"""The transformers backend, with a tiny model made on the spot (needs the extra `transformers`)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from schemas import EntityKind
from streams.text.ner.transformer import Transformer, TransformerError, load_transformer, read_labels

LABELS = ["O", "B-PERS", "I-PERS", "B-LOC", "I-LOC"]
VOCABULARY = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "قال", "بوتين", "##وف", "لافر", "موسكو", "في", "."]


def test_labels_are_read_as_conlleval_reads_them() -> None:
    """An I that continues nothing opens a name; kinds that are not ours end one."""
    spans = read_labels(["I-LOC", "I-LOC", "B-LOC", "B-MISC", "I-PER"])
    assert [(span.first, span.end) for span in spans] == [(0, 2), (2, 3), (4, 5)]
    assert spans[2].kind is EntityKind.PERSON


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing package is told by the name of the extra."""
    monkeypatch.setitem(__import__("sys").modules, "transformers", None)
    with pytest.raises(TransformerError, match=r"sada\[transformers\]"):
        load_transformer("anything")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save a one-layer model with random weights and a tokenizer of a dozen words, as a user would hold one."""
    transformers: Any = pytest.importorskip("transformers", reason="the extra `transformers` is not installed")
    torch: Any = pytest.importorskip("torch", reason="the extra `transformers` is not installed")
    path = tmp_path_factory.mktemp("tiny")
    (path / "vocab.txt").write_text("\n".join(VOCABULARY), encoding="utf-8")
    transformers.BertTokenizerFast(str(path / "vocab.txt"), strip_accents=False).save_pretrained(path)
    torch.manual_seed(0)
    config = transformers.BertConfig(
        vocab_size=len(VOCABULARY), hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=32, num_labels=len(LABELS), id2label=dict(enumerate(LABELS)),
    )  # fmt: skip
    transformers.BertForTokenClassification(config).save_pretrained(path)
    return path


def _teach(backend: Transformer, word: str, label: int) -> None:
    """Make the tiny model say `label` for `word` and O for all others, through its last layer's input."""
    torch: Any = pytest.importorskip("torch")
    model: Any = backend._model
    ids = VOCABULARY.index(word)

    def forward(input_ids: Any, **_: Any) -> Any:
        logits = torch.zeros(*input_ids.shape, len(LABELS))
        logits[..., 0] = 1
        logits[..., label] += 5 * (input_ids == ids)
        return type("Output", (), {"logits": logits})()

    model.forward = forward


def test_a_saved_model_loads_and_tags_words(folder: Path) -> None:
    """The real loading code reads the folder; spans stay within the words of each sentence."""
    backend = load_transformer(folder)
    texts = ["قال", "لافروف", "في", "موسكو", ".", "بوتين"]
    spans = backend.spans(texts, [0, 5])
    assert all(0 <= span.first < span.end <= len(texts) for span in spans)
    assert backend.spans(texts, [0, 5]) == spans


def test_the_first_piece_of_a_word_decides(folder: Path) -> None:
    """A word cut into pieces has one label, and offsets count words over all sentences."""
    backend = load_transformer(folder)
    _teach(backend, "لافر", LABELS.index("B-PERS"))
    spans = backend.spans(["قال", "في", "موسكو", "لافروف", "."], [0, 3])
    assert [(span.first, span.end, span.kind.value) for span in spans] == [(3, 4, "PER")]


def test_words_beyond_the_models_reach_are_no_names(folder: Path) -> None:
    """A sentence longer than the model reads is tagged as far as it reads."""
    backend = load_transformer(folder)
    _teach(backend, "بوتين", LABELS.index("B-PERS"))
    spans = backend.spans(["بوتين"] * 100, [0])
    assert spans
    assert max(span.end for span in spans) <= 32


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    """The error names the folder."""
    pytest.importorskip("transformers", reason="the extra `transformers` is not installed")
    with pytest.raises(TransformerError, match="cannot be loaded"):
        load_transformer(tmp_path)
