"""A page's text enters; its pieces leave: lines, and what wide gaps keep apart on one line, with a folded copy."""

from __future__ import annotations

import re
from bisect import bisect_right
from codecs import utf_16_le_decode, utf_16_le_encode
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

DROPPED: Final = re.compile("[\u0610-\u061a\u0640\u064b-\u065f\u0670\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]+")
"""Marks that do not tell words apart: harakat, tatweel, bidi and zero-width controls."""

BLANK: Final = " \t\u00a0\u2007\u202f\u3000" + "".join(
    chr(c) for c in (*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF)
)
_BLANKS: Final = " \u00a0"
"""The blanks of an even text, as printed."""
_WIDE: Final = re.compile(r"[^\S\n](?:[^\S\n]{2,}|(?<=\t)[^\S\n]*|\t[^\S\n]*)")
"""Three blanks or more, or a tabulator with those around it."""
_DOUBLE: Final = re.compile(r"[^\S\n]{2,}")
_SELDOM: Final = 4
"""Two blanks for each three, where two part the pieces."""
_LEAST_PIECES, _SHORT = 8, 12
"""Pieces that two blanks part on a page of one line, at least, and blanks of one that is longer than most of them."""
_ONE_FORM: Final = (
    *((letter, "ا") for letter in "أإآٱ"),
    ("ى", "ي"),
    ("ی", "ي"),
    ("ة", "ه"),
    ("ک", "ك"),
    ("\u00a0", " "),
)


class Piece(NamedTuple):
    """`text[start:end]`, whose folded copy is `folded[fold_start:fold_end]`.

    `gap` counts the line ends before it: 0 on the same line as the piece before, 1 on the next, more after blanks.
    """

    start: int
    end: int
    fold_start: int
    fold_end: int
    gap: int


_new: Final = tuple.__new__
"""Makes a piece in a third of its constructor's time."""


def fold_layout(text: str) -> str:
    """Fold the letters of `text` that print alike and drop its marks; line ends and punctuation stay.

    >>> fold_layout("إقرأ أيضًا: المُزيد")
    'اقرا ايضا: المزيد'
    """
    return fold_page(text)[0]


def fold_page(text: str) -> tuple[str, bool]:
    """Fold `text`, and tell whether it is even for certain: no white space in it but blanks and line feeds."""
    even = "\r" not in text
    if not even:  # so that no mark that is dropped joins two line ends to one
        text = text.replace("\r\n", " \n").replace("\r", "\n")
    if len(text) > _PAGE and _DROP not in text:
        units = _page_table().take(np.frombuffer(utf_16_le_encode(text, "surrogatepass")[0], "<u2"))
        folded = utf_16_le_decode(units.astype("<u2").data, "surrogatepass", True)[0]
        return folded.replace(_DROP, "") if _DROP in folded else folded, even and int(units.max()) < _GAP
    for letter, form in _ONE_FORM:
        text = text.replace(letter, form)
    return DROPPED.sub("", text), False


_GAP: Final = 0x10000
"""Marks white space that is neither a blank nor a line feed: more than any UTF-16 unit."""
_EVEN: Final = " \u00a0\n"
_PAGE: Final = 600
"""Characters from which on a text is folded as a page: all its characters at once."""
_DROP: Final = "\uffff"
"""Stands for a mark that is dropped; no text holds it, for Unicode keeps it from being a character."""


@cache
def _page_table() -> npt.NDArray[np.uint32]:
    """Tabulate what each UTF-16 unit becomes, `_GAP` more where it is a gap; the halves of rarer characters stay."""
    table = np.arange(0x10000, dtype="<u4")
    for letter, form in _ONE_FORM:
        table[ord(letter)] = ord(form)
    for code in range(0x10000):
        if DROPPED.match(chr(code)):
            table[code] = ord(_DROP)
        if chr(code).isspace() and chr(code) not in _EVEN:
            table[code] += _GAP
    return table


def cut_pieces(text: str, folded: str, *, even: bool = False) -> list[Piece]:
    """Cut `text` (and `folded`, its `fold_layout`, maybe known to be `even`) into pieces without the blanks around."""
    if even and len(text) == len(folded) and "   " not in text and not ("  " in text and _is_spaced(text)):
        return _even_pieces(text)
    pieces: list[Piece] = []
    at = fold_at = gap = 0
    lines = text.splitlines(keepends=True)
    fold_lines = lines if len(text) == len(folded) else folded.splitlines(keepends=True)  # only their sizes count
    wide = "\t" in text or "   " in text
    gaps = _WIDE
    if "  " in text and len(text) > _PAGE and _is_spaced(text):
        wide, gaps = True, _DOUBLE
    for line, fold_line in zip_longest(lines, fold_lines, fillvalue=""):  # a last line of marks alone folds to none
        gap += 1
        words = line.strip(_STRIP)
        if words and not (wide and _has_gap(line, words, gaps)):
            size, fold_start = len(words), fold_at
            start = at if line[0] == words[0] else at + line.find(words[0])
            if line is fold_line or len(line) == len(fold_line):  # no mark was dropped
                fold_start, fold_size = fold_at + start - at, size
            elif fold_words := fold_line.strip(_STRIP):
                fold_start, fold_size = fold_at + fold_line.find(fold_words[0]), len(fold_words)
            else:
                fold_size = 0
            if fold_size:
                pieces.append(_new(Piece, (start, start + size, fold_start, fold_start + fold_size, gap)))
                gap = 0
        elif words:
            for start, end, fold_start, fold_end in _within(line, fold_line, gaps):
                pieces.append(Piece(at + start, at + end, fold_at + fold_start, fold_at + fold_end, gap))
                gap = 0
        at += len(line)
        fold_at += len(fold_line)
    return pieces


def _even_pieces(text: str) -> list[Piece]:
    """Cut an even text, of which no mark was dropped and in which no gap parts pieces, at its lines."""
    pieces: list[Piece] = []
    at = gap = 0
    for line in text.split("\n"):
        gap += 1
        if words := line.strip(_BLANKS):
            start = at if line[0] == words[0] else at + line.find(words[0])
            end = start + len(words)
            pieces.append(_new(Piece, (start, end, start, end, gap)))
            gap = 0
        at += len(line) + 1
    return pieces


def raw_offset(text: str, piece: Piece, fold_offset: int) -> int:
    """Find where in `text` the character at `fold_offset` of the folded copy of `piece` stands."""
    inner = fold_offset - piece.fold_start
    if piece.end - piece.start == piece.fold_end - piece.fold_start:
        return piece.start + inner
    places, totals = _drops(text, piece.start, piece.end)
    before = bisect_right(places, inner)
    return piece.start + inner + (totals[before - 1] if before else 0)


@lru_cache(maxsize=1)
def _drops(text: str, start: int, end: int) -> tuple[list[int], list[int]]:
    """List where in the folded copy of `text[start:end]` marks were dropped, and how many up to there."""
    places: list[int] = []
    totals: list[int] = []
    total = 0
    for match in DROPPED.finditer(text, start, end):
        places.append(match.start() - start - total)
        total += match.end() - match.start()
        totals.append(total)
    return places, totals


def _is_spaced(text: str) -> bool:
    """Tell whether two blanks part the pieces of a page that is one line: many do, and many pieces are short."""
    if "\n" in text.strip() or "\t" in text or text.count("   ") * _SELDOM > text.count("  "):
        return False
    sizes = [one.count(" ") for one in text.split("  ") if one.strip()]
    return len(sizes) > _LEAST_PIECES and sum(size < _SHORT for size in sizes) * 2 > len(sizes)


def _has_gap(line: str, words: str, gaps: re.Pattern[str]) -> bool:
    """Tell whether a gap may part the `words` of a line."""
    if "  " not in line and "\t" not in line:
        return False
    return gaps.search(words) is not None or words[0].isspace() or words[-1].isspace()


def _within(line: str, fold_line: str, gaps: re.Pattern[str]) -> list[tuple[int, int, int, int]]:
    spans = _wide_parts(line, gaps)
    fold_spans = _wide_parts(fold_line, gaps) if len(line) != len(fold_line) else spans
    if len(spans) != len(fold_spans):  # a control stood between two blanks: the line stays whole
        return _whole(line, fold_line)
    return [(*span, *fold_span) for span, fold_span in zip(spans, fold_spans, strict=True)]


def _whole(line: str, fold_line: str) -> list[tuple[int, int, int, int]]:
    start, end = _trim(line, 0, len(line))
    if len(line) == len(fold_line):  # no mark was dropped
        return [(start, end, start, end)] if start < end else []
    fold_start, fold_end = _trim(fold_line, 0, len(fold_line))
    return [(start, end, fold_start, fold_end)] if start < end and fold_start < fold_end else []


def _wide_parts(line: str, gaps: re.Pattern[str]) -> list[tuple[int, int]]:
    at = 0
    parts: list[tuple[int, int]] = []
    for gap in gaps.finditer(line):
        parts.append(_trim(line, at, gap.start()))
        at = gap.end()
    parts.append(_trim(line, at, len(line)))
    return [part for part in parts if part[0] < part[1]]


def _trim(line: str, start: int, end: int) -> tuple[int, int]:
    part = line[start:end]
    left = part.lstrip(_STRIP)
    start = end - len(left)
    return start, start + len(left.rstrip(_STRIP))


_STRIP: Final = BLANK + "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
