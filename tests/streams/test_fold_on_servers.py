"""Folding against the real thing: what Elasticsearch's own Arabic filters make of the same words."""

import json
import urllib.request

import pytest

from streams.text.fold import fold

pytestmark = pytest.mark.servers

LETTERS = [chr(code) for code in (*range(0x621, 0x63B), *range(0x641, 0x64B))]
MARKS = [chr(code) for code in (0x640, *range(0x64B, 0x653))]
WORDS = [
    "الأُمَّـــة",
    "العَرَبِيّة",
    "مُستشفى",
    "رؤساء",
    "شاطئ",
    "إسرائيل",
    "القرآن",
    "٢٠٢٥",
    "۱۴۰۳",
    "هيئةٌ",
    "على",
    "علي",
    "أمريكا",
]


def analysed(url, text):
    """Return the words that Lucene's arabic_normalization and decimal_digit make of `text`."""
    body = {"tokenizer": "standard", "filter": ["decimal_digit", "arabic_normalization"], "text": text}
    request = urllib.request.Request(
        f"{url}/_analyze", json.dumps(body).encode(), {"Content-Type": "application/json"}, method="POST"
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return [token["token"] for token in json.load(answer)["tokens"]]


def test_folding_is_lucenes_on_words(elasticsearch_url):
    """Whole words come out letter by letter as the index has them, so that a fold can be looked up there."""
    assert fold(" ".join(WORDS)).split() == analysed(elasticsearch_url, " ".join(WORDS))


def test_folding_is_lucenes_on_every_letter_and_mark(elasticsearch_url):
    """Each letter of the alphabet, and each vowel mark upon it, folds as in Lucene."""
    text = " ".join(f"ب{letter}{mark}ب" for letter in LETTERS for mark in ("", *MARKS))
    assert fold(text).split() == analysed(elasticsearch_url, text)
