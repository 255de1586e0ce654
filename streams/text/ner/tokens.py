"""Running text enters; words with their offsets leave, cut into sentences as the training corpora cut them."""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from functools import lru_cache
from typing import Final

_MARKS: Final = "\u0640\u064b-\u065f\u0670\u200c-\u200f'’"
_OTHERS: Final = r"|\d+(?:[.,٫٬:/]\d+)*|\.\.+|\S"
_WORD: Final = re.compile(rf"[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*{_OTHERS}")
_GLUED: Final = re.compile(rf"[ةى][{_MARKS}]*[^\W\d_]")
_WORD_UNGLUED: Final = re.compile(rf"(?:[^\W\d_ةى]+[{_MARKS}]*)+(?:[ةى][{_MARKS}]*)?{_OTHERS}")
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


class Words:
    """The words and marks of a text in order (`texts`); `starts` are the words that begin sentences."""

    def __init__(self, text: str, texts: list[str], starts: list[int], lines: list[tuple[int, int]]) -> None:
        self.texts = texts
        self.starts = starts
        self._text = text
        self._lines = lines
        self._offsets: dict[int, list[int]] = {}

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Give the offsets of words `first` up to `end`."""
        return self._offset(first), self._offset(end - 1) + len(self.texts[end - 1])

    def _offset(self, word: int) -> int:
        """Find a word in its line, which is looked through when a name is found in it."""
        line = bisect_right(self._lines, (word, _FAR)) - 1
        offsets = self._offsets.get(line)
        if offsets is None:
            offsets = self._offsets[line] = self._look_through(line)
        return offsets[word - self._lines[line][0]]

    def _look_through(self, line: int) -> list[int]:
        """List where the words of a line begin: between words stands nothing but space."""
        first, at = self._lines[line]
        end = self._lines[line + 1][0] if line + 1 < len(self._lines) else len(self.texts)
        find = self._text.index
        offsets = []
        for word in self.texts[first:end]:
            at = find(word, at)
            offsets.append(at)
            at += len(word)
        return offsets


_FAR: Final = sys.maxsize


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
    starts: list[int] = []
    lines: list[tuple[int, int]] = []
    offset = 0
    for line in text.split("\n"):
        found = _WORD_UNGLUED.findall(line) if _GLUED.search(line) else _cut(line)
        if found:
            lines.append((len(texts), offset))
            starts += _starts(found, len(texts))
            texts += found
        offset += len(line) + 1
    return Words(text, texts, starts, lines)


def _cut(line: str) -> list[str]:
    """Cut a line: most of what stands between two spaces is letters alone, or with one mark behind."""
    found: list[str] = []
    add = found.append
    for chunk in line.split(" "):
        if chunk.isalpha():
            add(chunk)
        elif chunk[-1:] in _BEHIND and chunk[:-1].isalpha():
            found += chunk[:-1], chunk[-1]
        else:
            found += _WORD.findall(chunk)
    return found


_BEHIND: Final = frozenset(".،:؛,؟!")


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
