"""A line such as `منذ 3 ساعات` enters with the time its page was captured; the date it means leaves."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import cache
from typing import Final

from streams.text.letters import fold
from streams.text.lexicon import rows

from .clock import match_clock

_NOISE: Final = frozenset(
    {"حوالي", "نحو", "اكثر", "اقل", "من", "تقريبا", "مضت", "a", "an", "واحد", "واحده", "about", "almost", "مضي", "فقط"}
)
_AGO: Final = frozenset({"منذ", "قبل", "ago"})
_DAYS: Final = {
    "اليوم": 0,
    "today": 0,
    "امس": 1,
    "البارحه": 1,
    "yesterday": 1,
    "اول امس": 2,
    "اول من امس": 2,
    "قبل امس": 2,
}
_NOW: Final = frozenset({"الان", "قبل قليل", "منذ قليل", "now", "just now"})
_TELLING: Final = (*_AGO, "اليوم", "today", "امس", "البارحه", "yesterday", "الان", "now")
_PARTS: Final = {"نصف": 0.5, "ربع": 0.25, "ثلث": 1 / 3}
_DAY: Final = 86_400
_LONGEST: Final = 60 * _DAY
"""Seconds back beyond which «منذ» is too vague for a date."""
_NUMBER: Final = re.compile(r"\d")


@cache
def _units() -> dict[str, tuple[int, int]]:
    return {word: (int(seconds), int(count)) for word, seconds, count in rows("time_units.tsv")}


@cache
def _values() -> dict[str, int]:
    return {word: int(value) for word, value in rows("number_words.tsv")}


def may_be_relative(text: str) -> bool:
    """Tell whether one of the words stands in `text` without which no line says when in relation to now."""
    folded = fold(text)
    return any(word in folded for word in _TELLING)


def read_relative(text: str, base: datetime) -> str | None:
    """Read a whole line that says when, counted back from `base`: ISO 8601 in the clock of `base`, or None.

    Days and weeks give a date, shorter spans a date-time; months and years are too vague to be a date.

    >>> read_relative("منذ 3 ساعات", datetime(2025, 4, 20, 23, 4))
    '2025-04-20T20:04'
    >>> read_relative("قبل يومين", datetime(2025, 4, 20, 23, 4))
    '2025-04-18'
    """
    if fold(text) in _NOW:
        return base.isoformat(timespec="minutes")[:16]
    return _days_ago(text, base) or _span_ago(fold(text).split(), base)


def _days_ago(text: str, base: datetime) -> str | None:
    number = _NUMBER.search(text)
    words = fold(_without_joint(text[: number.start()])) if number else fold(text)
    if words not in _DAYS:
        return None
    day = (base - timedelta(days=_DAYS[words])).date().isoformat()
    if number is None:
        return day
    clock = match_clock(text, number.start())
    return f"{day}T{clock.iso()}" if clock and clock.end >= len(text.rstrip(" .،")) else None


def _without_joint(words: str) -> str:
    return re.sub(r"(?:في|عند|at|على)?\s*(?:تمام\s+)?(?:الساعة)?[\s:،,|–-]*$", "", words)


def _span_ago(words: list[str], base: datetime) -> str | None:
    if not _AGO & {words[0], words[-1]} if words else True:
        return None
    rest = [word for word in words if word not in _AGO and word not in _NOISE]
    seconds = _seconds(rest)
    if seconds is None or seconds > _LONGEST:
        return None
    then = base - timedelta(seconds=seconds)
    return then.date().isoformat() if seconds >= _DAY else then.isoformat(timespec="minutes")[:16]


def _seconds(words: list[str]) -> float | None:
    """Add up `ساعه` | `3 ساعات` | `نصف ساعه` | `ساعتين و 5 دقائق`; None for anything else."""
    total: float = 0
    number: float | None = None
    for word in words:
        if word in _units():
            unit, alone = _units()[word]
            count = alone if number is None else number
            if count == 0:
                return None
            total, number = total + unit * count, None
        elif number is None and (word.isdigit() or word in _values() or word in _PARTS):
            number = int(word) if word.isdigit() else _PARTS.get(word) or _values()[word]
        elif word != "و":
            return None
    return total if words and number is None else None
