"""Dates as people type them in, ranges of days out: `2024`, `2024-04`, `2024-04-01..2024-05-01`, `١/٤/٢٠٢٤`."""

from __future__ import annotations

import calendar
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_YEAR_FIRST: Final = re.compile(r"(\d{4})(?:[-/.](\d{1,2})(?:[-/.](\d{1,2}))?)?")
_DAY_FIRST: Final = re.compile(r"(?:(\d{1,2})[-/])?(\d{1,2})[-/](\d{4})")
_PARTS: Final = re.compile(r"\.{2,3}")


@dataclass(frozen=True, slots=True)
class Days:
    """Days from `since` to `until`, both inclusive; null where that end is open."""

    since: date | None = None
    until: date | None = None

    def __str__(self) -> str:
        if self.since == self.until and self.since is not None:
            return self.since.isoformat()
        return f"{self.since or ''}..{self.until or ''}"

    @property
    def empty(self) -> bool:
        """Whether no day is in it."""
        return self.since is not None and self.until is not None and self.since > self.until

    def meet(self, other: Days) -> Days:
        """Return the days that are in both.

        >>> str(read_days("2024").meet(read_days("2023-12-30..2024-02")))
        '2024-01-01..2024-02-29'
        """
        starts = [day for day in (self.since, other.since) if day is not None]
        ends = [day for day in (self.until, other.until) if day is not None]
        return Days(max(starts, default=None), min(ends, default=None))


def read_days(text: str) -> Days | None:
    """Read a day, month, year or range; null if it is none, or open at both ends.

    >>> str(read_days("٢٠٢٤-٠٤")), str(read_days("2024-04-01..")), read_days("غدا")
    ('2024-04-01..2024-04-30', '2024-04-01..', None)
    """
    parts = _PARTS.split(_ascii_digits(text))
    if len(parts) == 1:
        return _one(parts[0])
    if len(parts) != 2:
        return None
    first, last = (_one(part) if part else Days() for part in parts)
    if first is None or last is None or not any(parts):
        return None
    return Days(first.since, last.until)


def read_side(text: str, side: str) -> Days | None:
    """Read the end of a range: `after` (that day, too), `before` (without that day), `until` (that day, too).

    >>> str(read_side("2024-04", "after")), str(read_side("2024-04", "before")), str(read_side("2024-04", "until"))
    ('2024-04-01..', '..2024-03-31', '..2024-04-30')
    """
    days = _one(_ascii_digits(text))
    if days is None or days.since is None:
        return None
    if side == "after":
        return Days(days.since, None)
    if side == "until":
        return Days(None, days.until)
    return None if days.since == date.min else Days(None, days.since - timedelta(days=1))


def _one(text: str) -> Days | None:
    year_first, day_first = _YEAR_FIRST.fullmatch(text), _DAY_FIRST.fullmatch(text)
    if year_first:
        return _span(*year_first.groups())
    return _span(*reversed(day_first.groups())) if day_first else None


def _span(year: str, month: str | None, day: str | None) -> Days | None:
    try:
        first = date(int(year), int(month or 1), int(day or 1))
    except ValueError:
        return None
    if day:
        return Days(first, first)
    last_month = first.month if month else 12
    return Days(first, date(first.year, last_month, calendar.monthrange(first.year, last_month)[1]))


def _ascii_digits(text: str) -> str:
    return "".join(str(unicodedata.decimal(letter, letter)) for letter in text)
