"""Sentences with other names in them: labels keep step with words, clitics stay, the rest is untouched."""

from __future__ import annotations

import random

import numpy as np

from streams.text.ner.features import Vocabulary
from streams.text.ner.namewords import NameWords
from training.augment import Namer, renamed
from training.data import LABELS, Sentence, spans

VOCABULARY = Vocabulary(
    {"وصل": 0, "الي": 1, "دمشق": 2, "الرياض": 3},
    {"الرياض": ("places1",), "دمشق": ("places1",), "بوتين": ("family1",)},
    np.zeros((4, 1), dtype=np.int16),
)
NAMED = [("given", ("سمير",)), ("family", ("الحلاق",)), ("places", ("الرياض",)), ("clubs", ("نادي", "الفجر"))]


def _sentence(words: str, tags: str) -> Sentence:
    return Sentence(words.split(), [LABELS.index(tag) for tag in tags.split()])


def test_renamed_sentences_keep_their_words_around_names() -> None:
    """Every name stays a name of its kind; words that are no name stay as they were; a plain sentence is left out."""
    sentence = _sentence("وصل سامي ناصر إلى دمشق مساء", "O B-PER I-PER O B-LOC O")
    plain = _sentence("وصل مساء", "O O")
    for seed in range(20):
        (other,) = renamed([sentence, plain], NAMED, VOCABULARY, seed)
        assert len(other.words) == len(other.labels)
        assert [kind for *_, kind in sorted(spans(other.labels))] == ["PER", "LOC"]
        outside = [word for word, label in zip(other.words, other.labels, strict=True) if label == 0]
        assert outside == ["وصل", "إلى", "مساء"]


def test_the_same_seed_draws_the_same_names() -> None:
    """Training again gives the same sentences."""
    sentences = [_sentence("وصل سامي إلى دمشق", "O B-PER O B-LOC")] * 9
    assert list(renamed(sentences, NAMED, VOCABULARY, 3)) == list(renamed(sentences, NAMED, VOCABULARY, 3))


def test_clitics_come_off_one_name_and_go_onto_another() -> None:
    """وبوتين has و; the article melts into a preposition before it."""
    namer = Namer([], [("places", ("الرياض",))], NameWords(VOCABULARY))
    assert namer.parted("وبوتين") == ("و", "بوتين")
    assert namer.parted("للرياض") == ("ل", "الرياض")
    assert namer.draw("LOC", "ول", random.Random(0)) == ["وللرياض"]
    assert namer.draw("LOC", "ب", random.Random(0)) == ["بالرياض"]
