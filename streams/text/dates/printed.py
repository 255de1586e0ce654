"""Numbers as printed enter; checked calendar days leave, and dates written in ISO 8601."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from schemas.message import PrintedTime

from .clock import ClockMatch
from .zones import offset_on

EARLIEST_YEAR: Final = 1970
LATEST_YEAR: Final = 2100
"""A news page prints no other year as its date; what is later than its capture is refused where that is known."""
_AHEAD: Final = timedelta(days=1)
"""A page may be ahead of the clock that captured it by a time zone, not by more."""
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """A date in a text: `iso` is the local time as printed, `zone` its UTC offset where one is printed.

    `start` and `end` are its place in the text, in code points.
    """

    iso: PrintedTime
    zone: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Reading:
    """A calendar day read at `start`..`end`, from the Hijri calendar or not, with the clock and zone beside it."""

    day: date
    hijri: bool
    clock: ClockMatch | None
    zone: str | None
    start: int
    end: int

    def printed(self) -> PrintedDate:
        """Write the reading as callers see it."""
        at = self.clock.at if self.clock else _NOON
        iso = self.day.isoformat() + (f"T{self.clock.iso()}" if self.clock else "")
        return PrintedDate(iso, offset_on(self.zone, self.day, at), self.start, self.end)


def gregorian(year: int, month: int, day: int) -> date | None:
    """Build the day, or None for one that the calendar lacks or that no news page prints."""
    if not EARLIEST_YEAR <= year <= LATEST_YEAR:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None


def from_hijri(year: int, month: int, day: int) -> date | None:
    """Convert a day of the Umm al-Qura calendar, or None where it has no such day."""
    from hijridate import Hijri

    try:
        converted = Hijri(year, month, day).to_gregorian()
    except (ValueError, OverflowError):
        return None
    return gregorian(converted.year, converted.month, converted.day)


def is_future(day: date, base: datetime | None) -> bool:
    """Tell whether `day` is later than a page captured at `base` can print."""
    return base is not None and day > base.date() + _AHEAD


def is_hijri_year(year: int) -> bool:
    """Tell whether a year of four digits can only be of the Hijri calendar (1350 to 1500 is 1931 to 2077)."""
    return 1350 <= year <= 1500


def full_year(digits: str) -> int:
    """Complete a year printed with two digits, to 1970..2069.

    >>> full_year("09"), full_year("99"), full_year("2024")
    (2009, 1999, 2024)
    """
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year < 70 else 1900)
