"""Running text enters; the dates in it leave, each with its clock and zone, whichever comes first."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from streams.text.lexicon import any_of, rows

from .clock import ClockMatch, match_clock
from .grammar import match_day, numbers_in
from .printed import PrintedDate, Reading
from .zones import BLANK, NO_LETTER, match_zone, zone_before

_FORBIDDEN_BEFORE: Final = re.compile(
    r"[\dA-Za-z/\\=_#$€£%@+&][\u200e\u200f]?$|\d[/.:-]$|(?:رقم|قانون|المادة|الآية|إصدار|نسخة|الإصدار)\s*[:(]?\s*$"
)
"""What shows that the number is part of an address, a telephone, a price, a paragraph or a longer number."""
_RANGE_BEFORE: Final = re.compile(r"(?:^|[^\d:])\d{1,2}\s?[-–—]\s?$|\bمن\s\d{1,2}(?:\s[^\W\d]+)?\s(?:إلى|الى|حتى)\s$")
_RANGE: Final = re.compile(r"\s*(?:[-–—]|إلى|الى|حتى|وحتى|to)\s*")
_SAME_DAY: Final = re.compile(r"[\s()\[\]/|،,.:–—-]*(?:الموافق|المصادف|موافق|الموافق لـ?|وفق)?[\s()\[\]/|،,.:–—-]*")
_NEAR_NUMBER: Final = re.compile(r"[^\W\d]{0,12}[ .]{0,2}[^\W\d]{0,8}[ .]{0,2}(?=\d)")
_LOOK_BACK: Final = 24
_LINE: Final = 100
"""Characters of the longest line that is remembered."""
_NUMBERS: Final = re.compile(rf"\d(?:\d{{3}}|{BLANK}?[/.\\-]{BLANK}?\d{{1,2}}{BLANK}?[/.\\-])")
"""A year in full, or two numbers with signs behind them: no date is printed without one of these."""


@cache
def _between() -> re.Pattern[str]:
    """Compile what may stand between a day and its clock: signs, weekday, `الساعة`, `آخر تحديث`."""
    words = any_of(["الساعة", "على الساعة", "عند", "في", "في تمام", "تمام", "يوم", "آخر تحديث", "التاريخ", "بتاريخ"])
    days = any_of(name for name, _ in rows("weekdays.tsv"))
    return re.compile(rf"(?:{BLANK}|[,،\-–—|:;؛/•·@()]|T(?=\d\d:)|(?:{words}|(?i:at|on|{days})){NO_LETTER}){{0,12}}+")


@cache
def _weekday_before() -> re.Pattern[str]:
    days = any_of(name for name, _ in rows("weekdays.tsv"))
    return re.compile(rf"(?<![\u0621-\u064aA-Za-z])(?:يوم{BLANK}+)?(?P<day>(?i:{days})){NO_LETTER}[\s,،.:/–-]{{0,4}}$")


def find_dates(text: str, base: datetime | None = None) -> list[PrintedDate]:
    """Find the dates printed in running `text`, in order; none later than a day after `base`.

    A range of days is no date, nor is a Hijri day beside its Gregorian one, a score, a version or a telephone.
    Costs about 10 microseconds a line, and grows with the length of the text only.

    >>> [found.iso for found in find_dates("انتهاء الهدنة 20 أبريل 2025 - 11:04 مساءً زيارة مرتقبة")]
    ['2025-04-20T23:04']
    """
    return [reading.printed() for reading in readings(text, base)]


def readings(text: str, base: datetime | None, *, short_years: bool = False) -> list[Reading]:
    """Read every date in `text`; years of two digits only with `short_years` or beside a clock with its zone."""
    if _NUMBERS.search(text) is None:
        return []
    day = datetime(base.year, base.month, base.day) if base else None  # no more of it counts
    return list((known_line if len(text) <= _LINE else _readings)(text, day, short_years))


def _readings(text: str, base: datetime | None, short_years: bool) -> list[Reading]:
    found: list[Reading] = []
    end = 0
    for position in numbers_in(text):
        if position < end:
            continue
        reading = _day_then_clock(text, position, base, short_years) or _clock_then_day(text, position, base)
        if reading and not _FORBIDDEN_BEFORE.search(text, max(0, position - _LOOK_BACK), position):
            found.append(_with_weekday(text, reading, end))
            end = reading.end
    return _without_ranges(text, _without_doubles(text, found)) if found else found


known_line = lru_cache(maxsize=4096)(_readings)
"""A page's date is looked at by several steps, and is that of many pages."""


def _day_then_clock(text: str, position: int, base: datetime | None, short_years: bool) -> Reading | None:
    day = match_day(text, position, base)
    if day is None or _RANGE_BEFORE.search(text, max(0, day.start - _LOOK_BACK), day.start):
        return None
    clock = _clock_after(text, day.end)
    zone, end = (clock.zone, clock.end) if clock else match_zone(text, day.end)
    if day.short_year and not (short_years or (clock and zone)):
        return None
    return Reading(day.day, day.hijri, clock, zone, day.start, end)


def _clock_after(text: str, position: int) -> ClockMatch | None:
    """Read the clock behind a day, its zone after it or before it (`KSA 12:30`), unless the number opens a date."""
    between = _between().match(text, position)
    if between is None:
        return None
    zone, start = match_zone(text, between.end())
    start += zone is not None and text[start : start + 1] == " "
    clock = match_clock(text, start)
    if clock is None or match_day(text, start, None):
        return None
    return clock._replace(zone=clock.zone or zone)


def _clock_then_day(text: str, position: int, base: datetime | None) -> Reading | None:
    clock = match_clock(text, position)
    between = _between().match(text, clock.end) if clock else None
    if clock is None or between is None:
        return None
    place = _first_number(text, between.end())
    day = match_day(text, place, base) if place is not None else None
    if day is None or not (day.start <= between.end() <= place):  # type: ignore[operator]
        return None
    if day.short_year and not clock.zone:
        return None
    zone, end = (clock.zone, day.end) if clock.zone else match_zone(text, day.end)
    return Reading(day.day, day.hijri, clock, zone or zone_before(text, position), position, end)


def _first_number(text: str, position: int) -> int | None:
    """Find the number that opens a date at `position`: there, or after an English or Arabic month's name."""
    match = _NEAR_NUMBER.match(text, position)
    return match.end() if match else None


def _with_weekday(text: str, reading: Reading, floor: int) -> Reading:
    match = _weekday_before().search(text, max(floor, reading.start - _LOOK_BACK), reading.start)
    return replace(reading, start=match.start()) if match else reading


def _without_doubles(text: str, found: list[Reading]) -> list[Reading]:
    """Join a Hijri day and the Gregorian one beside it into one reading: the Gregorian day, the clock of either."""
    joined: list[Reading] = []
    for reading in found:
        last = joined[-1] if joined else None
        if last and last.hijri != reading.hijri and _SAME_DAY.fullmatch(text, last.end, reading.start):
            civil = last if reading.hijri else reading
            clock = last.clock or reading.clock
            zone = last.zone or reading.zone
            joined[-1] = Reading(civil.day, False, clock, zone, last.start, reading.end)
        else:
            joined.append(reading)
    return joined


def _without_ranges(text: str, found: list[Reading]) -> list[Reading]:
    ends = [bool(not a.clock and not b.clock and _RANGE.fullmatch(text, a.end, b.start)) for a, b in pairwise(found)]
    return [
        reading
        for reading, opens, closes in zip(found, [*ends, False], [False, *ends], strict=True)
        if not (opens or closes)
    ]
