"""The fast network: equal to a plain reference, deterministic, right sizes, damaged files refused."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from streams.text.ner import network as network_module
from streams.text.ner import wordtable
from streams.text.ner.load import load_model
from streams.text.ner.model import MODEL, Model, ModelError, read_model
from streams.text.ner.network import Network
from streams.text.ner.numbering import Numbering
from streams.text.ner.tokens import words
from streams.text.ner.viterbi import WALL, Ends, Transitions, decode, unsettled
from streams.text.ner.wordtable import _MOST, _MOST_OWN, Steps, WordTable

TEXT = """التقى وزير الخارجية الروسي سيرغي لافروف نظيره المصري في القاهرة أمس.
وأعلنت شركة النفط الوطنية أن الإنتاج بلغ 3.5 مليون برميل؛ وقال رئيسها سامر الحوراني إن الأرقام أولية.
نعم!
وصل الوفد من طوكيو إلى سيول، ثم عاد عبر دبي مع ممثلين عن البنك الدولي و«هيومن رايتس ووتش»."""


@pytest.fixture(scope="module")
def model() -> Model:
    """Load the shipped model once."""
    return load_model()


def _reference(model: Model, sentence: list[str], guideline: int) -> list[int]:
    """Tag one sentence word by word in float64, with nothing cached and a plain Viterbi."""
    described = []
    for word in sentence:
        names, row, own = model.vocabulary.describe(word)
        ids = [model.features[name] for name in names if name in model.features]
        vector = model.vectors[row] * model.vector_scale if row >= 0 else np.zeros(model.vectors.shape[1])
        described.append((ids, np.append(vector, [row < 0, own and row >= 0])))
    reach, count, labels = model.reach, len(sentence), len(model.labels)
    scores = np.zeros((count, labels))
    for at in range(count):
        for offset in range(-reach, reach + 1):
            if 0 <= at + offset < count:
                weights = model.linear[described[at + offset][0]].astype(float).sum(axis=0) * model.linear_scale
                table = weights.reshape(-1, labels)
                scores[at] += table[offset + reach]
                if offset == 0:
                    scores[at] += table[2 * reach + 1 + guideline]
    for layer in model.layers:
        bag = layer.bag.astype(float) * layer.bag_scale
        for at in range(count):
            total = layer.first_bias.astype(float)
            for offset in range(-reach, reach + 1):
                if 0 <= at + offset < count:
                    ids, dense = described[at + offset]
                    total = total + np.append(bag[ids].sum(axis=0), dense) @ layer.first[offset + reach]
            scores[at] += np.maximum(total, 0) @ layer.out[guideline] + layer.bias[guideline]
    return _viterbi(scores, model.follow[guideline], model.start[guideline])


def _viterbi(scores: np.ndarray, follow: np.ndarray, start: np.ndarray) -> list[int]:
    best = start + scores[0]
    came = []
    for score in scores[1:]:
        paths = best[:, None] + follow
        came.append(paths.argmax(axis=0))
        best = paths.max(axis=0) + score
    path = [int(best.argmax())]
    for back in reversed(came):
        path.append(int(back[path[-1]]))
    return path[::-1]


@pytest.mark.parametrize("guideline", [0, 1, 2])
def test_the_fast_network_equals_the_reference(model: Model, guideline: int) -> None:
    """All sentences at once with caches give each word the label that the plain reference gives."""
    read = words(TEXT)
    bounds = [*read.starts, len(read.texts)]
    expected = [
        label for begin, end in pairwise(bounds) for label in _reference(model, read.texts[begin:end], guideline)
    ]
    network = Network(model, model.guidelines[guideline])
    assert network.labels(read.texts, read.starts).tolist() == expected
    assert any(expected)


def test_decoding_equals_plain_viterbi() -> None:
    """Leaving out words that are surely no name changes no label, whatever the scores."""
    random = np.random.default_rng(7)
    for _ in range(60):
        count = int(random.integers(1, 90))
        scores = random.normal(0, 3, (count, 9)).astype(np.float32)
        scores[:, 0] += random.normal(6, 8, count).astype(np.float32)
        path = Transitions(*(random.normal(0, 2, size).astype(np.float32) for size in ((9, 9), 9)))
        starts = np.unique(np.append(random.integers(0, count, 4), 0))
        bounds = [*starts, count]
        plain = [
            label for begin, end in pairwise(bounds) for label in _viterbi(scores[begin:end], path.follow, path.start)
        ]
        assert _decoded(scores, starts, path) == plain


def _decoded(scores: np.ndarray, starts: np.ndarray, path: Transitions) -> list[int]:
    """Decode as the network does: one empty place before each sentence, and no word asked about that is settled."""
    count = len(scores)
    places = np.arange(count) + np.searchsorted(starts, np.arange(count), side="right")
    size = int(places[-1]) + 1
    ends = Ends(np.zeros(size, dtype=bool), np.zeros(size, dtype=bool))
    ends.opens[places[starts]] = True
    ends.closes[places[[*(starts[1:] - 1), count - 1]]] = True
    lead = np.full((scores.shape[1] - 1, size), -WALL, dtype=np.float32)
    lead[:, places] = (scores[:, 1:] - scores[:, :1]).T
    labels = np.zeros(size, dtype=np.intp)
    if len(doubtful := unsettled(lead, ends, path)):
        spread = np.zeros((scores.shape[1], size), dtype=np.float32)
        spread[:, places] = scores.T
        doubt = Ends(ends.opens[doubtful], ends.closes[doubtful])
        labels[doubtful] = decode(spread[:, doubtful], doubtful, doubt, path)
    return list(labels[places].tolist())


def test_words_are_numbered_as_they_are_described(model: Model) -> None:
    """The fast way to a word's features gives those of the plain one, each as often."""
    numbering = Numbering(model.vocabulary, model.features)
    odd = ["=", "\u0640", "٣٤", "Reuters", "للرياض", "ـوبوتين", "و\0ل", "\0", "😀الل", "ل😀"]
    every = [*words(TEXT).texts, *list(model.vocabulary.rows)[:3000], *odd]
    together = numbering.describe(every)
    found = np.split(together.numbers, together.begins[1:])
    for word, numbers, *vector in zip(every, found, together.rows.tolist(), together.own.tolist(), strict=True):
        names, row, own = model.vocabulary.describe(word)
        assert sorted(numbers.tolist()) == sorted(model.features[name] for name in names if name in model.features)
        assert vector == [row, own]


def test_a_long_text_is_tagged_in_blocks_of_sentences(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where a block ends changes no label; a sentence longer than a block stays whole."""
    read = words(TEXT)
    whole = Network(model).labels(read.texts, read.starts).tolist()
    for size in (1, 8, 25):
        monkeypatch.setattr(network_module, "BLOCK_WORDS", size)
        assert Network(model).labels(read.texts, read.starts).tolist() == whole


def test_scores_are_those_that_labels_are_chosen_by(model: Model) -> None:
    """The best path through the scores, which count label 0 as nothing, gives the labels."""
    read = words(TEXT)
    starts = np.array(read.starts)
    network = Network(model)
    path = Transitions(model.follow[0], model.start[0])
    scores = network.scores(read.texts, starts)
    assert scores.shape == (len(read.texts), len(model.labels))
    assert not scores[:, 0].any()
    assert _decoded(scores, starts, path) == network.labels(read.texts, read.starts).tolist()


def test_the_same_text_gives_the_same_labels_whatever_came_before(model: Model) -> None:
    """Neither the cache of words nor scratch memory leaks from one document into another."""
    read = words(TEXT)
    fresh = Network(model).labels(read.texts, read.starts).tolist()
    used = Network(model)
    for other in ("وصل الرئيس إلى باريس", "كلمة", TEXT * 3):
        text = words(other)
        used.labels(text.texts, text.starts)
    assert used.labels(read.texts, read.starts).tolist() == fresh


def test_a_full_table_forgets_and_says_the_same(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little a table holds, what it learns anew says what it said before."""
    read = words(TEXT)
    fresh = Network(model).labels(read.texts, read.starts).tolist()
    monkeypatch.setattr(wordtable, "KEPT_WORDS", 30)
    small = Network(model)
    for other in ("وصل الرئيس إلى باريس", TEXT, "كلمة", TEXT * 3, "سافر الوزير من عمان إلى القاهرة"):
        text = words(other)
        small.labels(text.texts, text.starts)
        assert small.labels(read.texts, read.starts).tolist() == fresh


def test_words_that_come_again_are_remembered(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full table gives up words that came once, and of these the oldest, before words that came again."""
    monkeypatch.setattr(wordtable, "KEPT_WORDS", 16)
    table = WordTable(model, 0)
    usual, once = ["من", "إلى", "في"], list(model.vocabulary.rows)[500:600]
    table.rows(usual)
    table.rows(usual)
    learnt: list[str] = []
    monkeypatch.setattr(table, "_learnt", _noting(learnt, table._learnt))
    for begin in range(0, 100, 5):
        table.rows(once[begin : begin + 5])
    assert set(learnt) == set(once)
    table.rows(usual + once[-5:])
    assert len(learnt) == len(once)
    table.rows(once[:5])
    assert learnt[len(once) :] == once[:5]


def _noting(learnt: list[str], learn: Callable[[Sequence[str]], Steps]) -> Callable[[Sequence[str]], Steps]:
    def noted(words: Sequence[str]) -> Steps:
        learnt.extend(words)
        return learn(words)

    return noted


def test_sums_of_parts_stay_within_their_bits(model: Model) -> None:
    """What five words can say together at most is a number of 16 bits, and real words are never cut off."""
    reach = np.array([_MOST_OWN if offset == model.reach else _MOST for offset in range(2 * model.reach + 1)])
    assert reach.sum() <= np.iinfo(np.int16).max
    table = WordTable(model, 0)
    table.rows(list(model.vocabulary.rows)[:5000])
    assert (np.abs(table.parts.astype(int)).max(axis=(1, 2)) < reach).all()


def test_an_empty_document_has_no_names(model: Model) -> None:
    """No words, no labels, no error."""
    assert Network(model).spans([], []) == []


def test_the_model_file_is_small() -> None:
    """What is shipped stays within 10 MB."""
    assert MODEL.stat().st_size <= 10_000_000


def test_a_damaged_model_is_refused(tmp_path: Path) -> None:
    """A file that is no model names itself in the error."""
    (tmp_path / "broken.npz").write_bytes(b"no model")
    with pytest.raises(ModelError, match=r"broken\.npz"):
        read_model(tmp_path / "broken.npz")
