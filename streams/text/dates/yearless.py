"""A line with a day and month but no year enters; the latest such day that its page can mean leaves."""

from __future__ import annotations

import re
from datetime import date, datetime
from functools import cache
from typing import Final

from .clock import match_clock
from .grammar import JOINT, OF, month_pattern, named_month
from .printed import Reading, gregorian, is_future
from .zones import BLANK

_BETWEEN: Final = re.compile(rf"(?:{BLANK}|[,،|:؛–—-]|الساعة|في)*+")


@cache
def _pattern() -> re.Pattern[str]:
    return re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th)?{JOINT}{OF}(?P<month>{month_pattern()})(?!{JOINT}\d{{4}}(?!\d))"
    )


def read_yearless(text: str, base: datetime) -> Reading | None:
    """Read `14 أبريل - 12:00` as a day of the twelve months up to `base`; Hijri days need their year."""
    match = _pattern().search(text)
    month = named_month(match["month"]) if match else None
    if match is None or month is None or month[1]:
        return None
    day = _latest(month[0], int(match["day"]), base)
    if day is None:
        return None
    between = _BETWEEN.match(text, match.end())
    clock = match_clock(text, between.end()) if between else None
    return Reading(day, False, clock, clock and clock.zone, match.start(), clock.end if clock else match.end())


def _latest(month: int, day: int, base: datetime) -> date | None:
    years = (base.year + 1, base.year, base.year - 1)
    days = (gregorian(year, month, day) for year in years)
    return next((found for found in days if found and not is_future(found, base)), None)
