"""Running text enters; words with their offsets leave, cut into sentences as the training corpora cut them."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import accumulate
from typing import Final, NamedTuple

_MARKS: Final = "\u0640\u064b-\u065f\u0670\u200c-\u200f'’"
_OTHERS: Final = r"|\d+(?:[.,٫٬:/]\d+)*|\.\.+|\S)"
_WORD: Final = re.compile(rf"\s*(?:[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*{_OTHERS}")
_GLUED: Final = re.compile(rf"[ةى][{_MARKS}]*[^\W\d_]")
_WORD_UNGLUED: Final = re.compile(rf"\s*(?:(?:[^\W\d_ةى]+[{_MARKS}]*)+(?:[ةى][{_MARKS}]*)?{_OTHERS}")
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
SENTENCE_ENDS: Final = frozenset([".", "..", "...", "!", "?", "؟", "…"])
LONGEST_SENTENCE: Final = 120
"""Words after which a sentence is cut even without a stop (tables, lists)."""


class Words(NamedTuple):
    """The words and marks of a text in order; `ends` are their end offsets, `starts` where sentences begin."""

    texts: list[str]
    ends: list[int]
    starts: list[int]

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Give the offsets of words `first` up to `end`."""
        return self.ends[first] - len(self.texts[first]), self.ends[end - 1]


@lru_cache(maxsize=50_000)
def fold_word(word: str) -> str:
    """Reduce a word to the letters that spellings share: no marks, one alef, one ya, ta marbuta as ha.

    >>> fold_word("إسطنبولُ"), fold_word("الاستراتیجی"), fold_word("غـــزة")
    ('اسطنبول', 'الاستراتيجي', 'غزه')
    """
    return word.translate(_SPELLING).lower()


def words(text: str) -> Words:
    r"""Cut `text` into words and marks; a sentence ends at a stop, at a line's end, or when it grows too long.

    ة and ى end a word: behind them a scraper glued another one to it (`روسيةوأشار`).

    >>> words("قال: نعم. ذهب\nوعاد").texts
    ['قال', ':', 'نعم', '.', 'ذهب', 'وعاد']
    >>> words("قال: نعم. ذهب\nوعاد").starts
    [0, 4, 5]
    """
    texts: list[str] = []
    ends: list[int] = []
    starts: list[int] = []
    offset = 0
    for line in text.split("\n"):
        spaced = (_WORD_UNGLUED if _GLUED.search(line) else _WORD).findall(line)
        found = [word.lstrip() for word in spaced]
        line_ends = accumulate(map(len, spaced), initial=offset)
        next(line_ends)
        ends += line_ends
        starts += _starts(found, len(texts))
        texts += found
        offset += len(line) + 1
    return Words(texts, ends, starts)


def _starts(texts: list[str], first: int) -> list[int]:
    """Say where sentences begin in a line whose words count from `first`."""
    if len(texts) <= LONGEST_SENTENCE and SENTENCE_ENDS.isdisjoint(texts):
        return [first] if texts else []
    stops = SENTENCE_ENDS
    ends = [position for position, text in enumerate(texts, 1) if text in stops]
    starts: list[int] = []
    for begin, end in zip([0, *ends], [*ends, len(texts)], strict=True):
        starts += range(first + begin, first + end, LONGEST_SENTENCE)
    return starts
