"""Running text enters; words with their offsets leave, cut into sentences as the training corpora cut them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import accumulate, compress, count, pairwise
from operator import add, not_
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from streams.native import compiled

_MARKS: Final = "".join(map(chr, (0x640, *range(0x64B, 0x660), 0x670, *range(0x200C, 0x2010)))) + "'’"
_OTHERS: Final = r"|\d+(?:[.,٫٬:/]\d+)*|\.\.+|\S"
_WORD: Final = re.compile(rf"[^\W\d_]+(?:[{_MARKS}]+[^\W\d_]*)*{_OTHERS}")
_GLUED: Final = re.compile(rf"[ةى][{_MARKS}]*[^\W\d_]")
_MAYBE_GLUED: Final = re.compile(r"[ةى](?![ \n.،:؛,؟!])")
"""Finds what `_GLUED` finds and more, in half the time."""
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
_native: Final[Any] = compiled("tokens")
_cutter: Final[Any] = _native and _native.Cutter(_MARKS, SENTENCE_ENDS)
LONGEST_SENTENCE: Final = 120
"""Words after which a sentence is cut even without a stop (tables, lists)."""


class Words(NamedTuple):
    """The words and marks of a text in order (`texts`), where each begins, and which of them begin sentences."""

    texts: list[str]
    offsets: list[int]
    starts: list[int]

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Give the offsets of words `first` up to `end`."""
        return self.offsets[first], self.offsets[end - 1] + len(self.texts[end - 1])


def fold_in_python(word: str) -> str:
    """Reduce a word to the letters that spellings share: no marks, one alef, one ya, ta marbuta as ha.

    >>> fold_in_python("إسطنبولُ"), fold_in_python("الاستراتیجی"), fold_in_python("غـــزة")
    ('اسطنبول', 'الاستراتيجي', 'غزه')
    """
    return word.translate(_SPELLING).lower()


def _forms() -> NDArray[np.uint16]:
    """Tabulate what each character becomes that fits 16 bits: `_DROPPED` if nothing, `_UNTOLD` if it is no such one."""
    folded = [chr(code).lower() for code in range(0x10000)]
    for code, form in _SPELLING.items():
        folded[code] = form or ""
    told = [ord(form) if len(form) == 1 and ord(form) < _UNTOLD else _UNTOLD if form else _DROPPED for form in folded]
    told[ord("Σ")] = _UNTOLD  # the only letter whose small form depends on what stands around it
    return np.array(told, dtype=np.uint16)


_DROPPED, _UNTOLD = 0xFFFF, 0xFFFE
_spelling: Final[Any] = compiled("spelling")
FOLDER: Final[Any] = _spelling and _spelling.Folder(_forms(), fold_in_python)
fold_word: Final[Callable[[str], str]] = FOLDER.fold if FOLDER else lru_cache(maxsize=8_192)(fold_in_python)
"""Reduces a word to the letters that spellings share (`fold_in_python`)."""


def words(text: str) -> Words:
    r"""Cut `text` into words and marks; a sentence ends at a stop, at a line's end, or when it grows too long.

    ة and ى end a word: behind them a scraper glued another one to it (`روسيةوأشار`).

    >>> words("قال: نعم. ذهب\nوعاد").texts
    ['قال', ':', 'نعم', '.', 'ذهب', 'وعاد']
    >>> words("قال: نعم. ذهب\nوعاد")[1:]
    ([0, 3, 5, 8, 10, 14], [0, 4, 5])
    """
    texts, offsets, starts = cut_in_python(text) if _cutter is None else _cutter.cut(text)
    return Words(texts, offsets, _shortened([0, *starts], len(texts)))


def cut_in_python(text: str) -> Words:
    """Cut where nothing is compiled: the sentences begin behind stops and line ends alone, the first is left out."""
    chunks = text.split(" ")
    begins = list(map(add, accumulate(map(len, chunks), initial=0), range(len(chunks))))
    glued = _glued(text, begins) if _MAYBE_GLUED.search(text) else ()
    odd: Iterable[int] = compress(count(), map(not_, map(str.isalpha, chunks)))
    read = Words([], [], [])
    texts, offsets, starts = read
    done = 0
    for number in sorted({*odd, *glued}) if glued else odd:
        texts += chunks[done:number]
        offsets += begins[done:number]
        done = number + 1
        begin = begins[number]
        for line, piece in enumerate(chunks[number].split("\n")):
            if line:
                starts.append(len(texts))
            if number in glued:
                _cut(piece, begin, _WORD_UNGLUED, read)
            elif piece.isalpha() or piece.isdecimal():
                texts.append(piece)
                offsets.append(begin)
            elif piece[-1:] in _BEHIND and piece[:-1].isalpha():
                texts += piece[:-1], piece[-1]
                offsets += begin, begin + len(piece) - 1
                if piece[-1] in SENTENCE_ENDS:
                    starts.append(len(texts))
            elif piece:
                _cut(piece, begin, _WORD, read)
            begin += len(piece) + 1
    texts += chunks[done:]
    offsets += begins[done:]
    return read


def _glued(text: str, begins: Sequence[int]) -> set[int]:
    """Number the pieces, which begin at `begins`, that hold two words glued together."""
    return {bisect_right(begins, match.start()) - 1 for match in _GLUED.finditer(text)}


def _cut(piece: str, begin: int, word: re.Pattern[str], read: Words) -> None:
    """Add to `read` what `word` finds in a piece of text without plain spaces and line ends."""
    at = 0
    for found in word.findall(piece):
        at = piece.index(found, at)
        read.texts.append(found)
        read.offsets.append(begin + at)
        at += len(found)
        if found in SENTENCE_ENDS:
            read.starts.append(len(read.texts))


_BEHIND: Final = frozenset(".،:؛,؟!")


def _shortened(starts: Sequence[int], end: int) -> list[int]:
    """Drop sentences without words, and cut those that are too long."""
    bounds = sorted({*starts, end})
    return [start for begin, end in pairwise(bounds) for start in range(begin, end, LONGEST_SENTENCE)]
