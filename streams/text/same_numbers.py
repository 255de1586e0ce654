"""The words of a headline enter; they leave with its numbers, duals and ordinals written as digits."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from .letters import fold
from .lexicon import rows
from .same_forms import PREFIXES

_DIGIT: Final = re.compile(r"\d")
_DECIMAL: Final = re.compile(r"(?<=\d)[.,٫](?=\d{1,2}(?!\d))")
_GROUP: Final = re.compile(r"(?<=\d)[.,،٬](?=\d{3}(?!\d))")
_MARKS: Final = ".,٫،٬"
"""One of these stands within a number that is parted."""
_GLUED: Final = re.compile(r"(?<=[\u0621-\u064a])(?=\d)|(?<=\d)(?=[\u0621-\u064a])")
_TOUCHES: Final = re.compile(r"\d(?:(?<=[\u0621-\u064a].)|(?=[\u0621-\u064a]))", re.DOTALL)
"""A digit beside a letter, which alone is found faster than the place between them."""
_ARTICLES: Final = frozenset({"ال", "لل", "وال", "بال"})
"""The article before digits makes an ordinal of them: `للمره ال 12`."""
_UNIT_RANKS: Final = frozenset(f"{digit}." for digit in range(1, 10))
"""Ordinals that make one with ten behind them: `الثانيه عشره` is `12.`."""
_HALF: Final = frozenset({"ونصف", "نصف"})


@cache
def _mapped(name: str) -> dict[str, str]:
    return {fold(row[0]): row[1] for row in rows(name)}


def with_whole_numbers(text: str) -> str:
    """Write `12,500` as 12500, `1.5` as 1d5, and part digits from letters."""
    if not _DIGIT.search(text):
        return text
    if any(map(text.__contains__, _MARKS)):
        text = _DECIMAL.sub("d", _GROUP.sub("", text))
    return _GLUED.sub(" ", text) if _TOUCHES.search(text) is not None else text


def with_digits(tokens: list[str]) -> list[str]:
    """Write numbers in words and duals as digits: `خمسه عشر` is `15`, `شخصين` is `2 شخص`, `ال 12` is `12.`."""
    if not any(map(_is_numeral, tokens)):
        return tokens
    values, duals = _mapped("number_words.tsv"), _mapped("duals.tsv")
    out: list[str] = []
    for token in tokens:
        plain = token[1:] if token[0] in PREFIXES and token[1:] in values else token
        if out and out[-1] in _ARTICLES and token.isdigit():
            out[-1] = f"{token}."
        elif (rank := _rank(token)) is not None:
            out.append(rank)
        elif dual := duals.get(token) or (duals.get(token[1:]) if token[0] in PREFIXES else None):
            out += ["2", fold(dual)]
        elif plain in values:
            _add_number(out, int(values[plain]), joined=token.startswith("و"))
        elif token in _HALF and (at := _last_number(out)) is not None:
            out[at] += "d5"
        else:
            out.append(token)
    return out


@lru_cache(maxsize=16_384)
def _is_numeral(token: str) -> bool:
    """Tell whether a word may be written as digits, with those around it."""
    if token in _ARTICLES or token in _HALF or _rank(token) is not None:
        return True
    bare = token[1:] if token[0] in PREFIXES else token
    values, duals = _mapped("number_words.tsv"), _mapped("duals.tsv")
    return token in values or bare in values or token in duals or bare in duals


@lru_cache(maxsize=16_384)
def _rank(token: str) -> str | None:
    """Write an ordinal as `1.`, with or without a clitic before it."""
    ordinals = _mapped("ordinals.tsv")
    value = ordinals.get(token) or (ordinals.get(token[1:]) if token[0] in PREFIXES else None)
    return f"{value}." if value else None


def _add_number(out: list[str], value: int, *, joined: bool) -> None:
    if value == 10 and out and out[-1] in _UNIT_RANKS:
        out[-1] = f"1{out[-1]}"
        return
    before = int(out[-1]) if out and out[-1].isdigit() and len(out[-1]) < 4 else None
    teen = before is not None and before < 10 and value == 10
    if before is not None and (teen or (joined and (before < 10 <= value or before >= 100 > value))):
        out[-1] = str(before + value)
    else:
        out.append(str(value))


def _last_number(out: list[str]) -> int | None:
    return next((at for at in range(len(out) - 1, max(-1, len(out) - 3), -1) if out[at].isdigit()), None)
