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
_RANKERS: Final = _ARTICLES | {"رقم"}
_WHOLES: Final = {"مليونا": "مليون", "الفا": "الف", "مليارا": "مليار"}
"""Behind a number these are units, and else two of them: `15 مليونا`, `مليونا زائر`."""
_TWO: Final = frozenset({"اثنين", "اثنان", "اثنتين", "اثنتان"})
_OF_TWO: Final = ("ين", "ان")
_DUAL: Final = re.compile(r"(?:ال|و|ب|ل|لل|وال|بال)?([^يتو]\w{2,})ت(?:ين|ان)")
"""A dual of the feminine in no list: `حافلتين`."""
_NO_DUAL: Final = re.compile(
    r"(?:ستان|ساتين|بهتان|فلتان|كبتان|[ئي]تين|هاتين|هاتان|[كق]لتان|لاتين|رجنتين|روتين|كوتين|فالنتين|نستانتين|ريستين|مارتين|وستين|ياتين)$"
)
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
    values = _mapped("number_words.tsv")
    out: list[str] = []
    for token in tokens:
        plain = token[1:] if token[0] in PREFIXES and token[1:] in values else token
        if out and token.isdigit() and out[-1] in _RANKERS:
            out[-1] = f"{token}."
        elif token in _WHOLES:
            out += [token] if out and out[-1].isdigit() else ["2", _WHOLES[token]]
        elif (rank := _rank(token)) is not None:
            out.append(rank)
        elif dual := _single_of(token):
            out += [token] if out and out[-1].isdigit() else ["2", dual]
        elif plain in _TWO and out and (out[-2:-1] == ["2"] or out[-1].endswith(_OF_TWO)):
            out[-1:] = out[-1:] if out[-2:-1] == ["2"] else ["2", out[-1]]
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
    if token in _RANKERS or token in _HALF or token in _WHOLES or _rank(token) is not None:
        return True
    bare = token[1:] if token[0] in PREFIXES else token
    values = _mapped("number_words.tsv")
    return token in values or bare in values or _single_of(token) is not None


@lru_cache(maxsize=16_384)
def _single_of(token: str) -> str | None:
    """Give the singular of a dual, with or without a clitic before it."""
    duals = _mapped("duals.tsv")
    if single := duals.get(token) or (duals.get(token[1:]) if token[0] in PREFIXES else None):
        return fold(single)
    dual = _DUAL.fullmatch(token)
    return f"{dual[1]}ه" if dual and not _NO_DUAL.search(token) else None


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
