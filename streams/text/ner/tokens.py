"""Running text enters; words with their offsets leave, cut into sentences as the training corpora cut them."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

_WORD: Final = re.compile(
    r"\n"
    r"|[^\W\d_]+(?:[\u0640\u064b-\u065f\u0670\u200c-\u200f'’][^\W\d_]*)*"
    r"|\d+(?:[.,٫٬:/]\d+)*"
    r"|\.\.+"
    r"|[^\s]"
)
_SPELLING: Final = {
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    **dict.fromkeys(map(ord, "ىیېے"), "ي"),
    **dict.fromkeys(map(ord, "کڪگ"), "ك"),
    **dict.fromkeys(map(ord, "ةهھہۀۃ"), "ه"),
    ord("ؤ"): "و",
    ord("ئ"): "ي",
    ord("پ"): "ب",
    ord("چ"): "ج",
    ord("ژ"): "ز",
    ord("ڤ"): "ف",
    ord("’"): "'",
    ord("–"): "-",
    ord("—"): "-",
    **dict.fromkeys([*range(0x64B, 0x660), 0x670, 0x640, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF]),
    **{0x660 + digit: str(digit) for digit in range(10)},
    **{0x6F0 + digit: str(digit) for digit in range(10)},
}
SENTENCE_ENDS: Final = frozenset([".", "..", "...", "!", "?", "؟", "…", "\n"])
LONGEST_SENTENCE: Final = 120
"""Words after which a sentence is cut even without a stop (tables, lists)."""

Sentences = list[list[str]]


class Words(NamedTuple):
    """The words, marks and line ends of a text in order; `spans` are their offsets."""

    texts: list[str]
    spans: list[tuple[int, int]]


def fold_word(word: str) -> str:
    """Reduce a word to the letters that spellings share: no marks, one alef, one ya, ta marbuta as ha.

    >>> fold_word("إسطنبولُ"), fold_word("الاستراتیجی"), fold_word("غـــزة")
    ('اسطنبول', 'الاستراتيجي', 'غزه')
    """
    return word.translate(_SPELLING).lower()


def words(text: str) -> Words:
    r"""Cut `text` into words and marks, each with its offsets; a line end is a word of its own.

    >>> words("قال بوتين:\nنعم").texts
    ['قال', 'بوتين', ':', '\n', 'نعم']
    """
    spans = [match.span() for match in _WORD.finditer(text)]
    return Words([text[start:end] for start, end in spans], spans)


def sentence_starts(texts: list[str]) -> list[int]:
    """Say where sentences begin among `texts`: after a stop or a line end, and where one would be too long."""
    starts = [0]
    for position, text in enumerate(texts, 1):
        if text in SENTENCE_ENDS or position - starts[-1] >= LONGEST_SENTENCE:
            starts.append(position)
    if starts[-1] >= len(texts):
        starts.pop()
    return starts
