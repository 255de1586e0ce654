"""A seed enters; any number of different headlines of bench/vocabulary.py leaves, and variants of them."""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from bench.vocabulary import Writer


def headlines(seed: int) -> Iterator[str]:
    """Give different headlines without end, equal for one seed."""
    writer = Writer(random.Random(seed), about=False)
    seen: set[int] = set()
    while True:
        text = writer.headline()
        if (mark := hash(text)) not in seen:
            seen.add(mark)
            yield text


OTHER = {
    "مقتل": "مصرع", "مصرع": "وفاة", "ترتفع": "تصعد", "تنخفض": "تتراجع", "قرب": "بالقرب من", "يدشن": "يفتتح",
    "في": "داخل", "يفتتح": "يدشن", "يؤكد": "يشدد على", "يكشف": "يعلن", "خطة": "مخطط", "بشأن": "حول",
}  # fmt: skip
"""Words that another page may say instead."""


def variant(text: str, chance: random.Random) -> str:
    """Give `text` as another page prints it: cut off, without its end, with more behind it, or a word replaced."""
    words = text.split()
    way = chance.random()
    if way < 0.4:
        return text[: max(24, int(len(text) * chance.uniform(0.6, 0.9)))] + "…"
    if way < 0.6 and len(words) > 5:
        return " ".join(words[:-1])
    if way < 0.8:
        return f"{text} {chance.choice(('بحسب مصادر رسمية', 'اليوم', 'في بيان رسمي', 'وفق وسائل إعلام محلية'))}"
    return " ".join(OTHER.get(word, word) for word in words) if OTHER.keys() & set(words) else f"رسميا {text}"


def repeat(text: str, chance: random.Random) -> str:
    """Give `text` in other spelling or wrapping: the same key."""
    way = chance.random()
    if way < 0.5:
        return text
    if way < 0.7:
        return f"عاجل | {text}"
    if way < 0.85:
        return f"{text} - الجزيرة نت"
    return text.translate(str.maketrans("أإآى", "اااي"))
