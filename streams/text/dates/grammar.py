"""A place in a text enters; the calendar day printed there leaves, in whichever order, language and calendar."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import cache
from typing import Final, NamedTuple

from streams.text.letters import fold
from streams.text.lexicon import any_of, rows

from .printed import from_hijri, full_year, gregorian, is_future, is_hijri_year
from .zones import BLANK, NO_LETTER

JOINT: Final = rf"(?:{BLANK}|[,،./–-]){{0,5}}+"
OF: Final = rf"(?:من{BLANK}+)?(?:ل?شهر{BLANK}+)?"
_ORDINAL: Final = r"(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:(?:من )?(?:عام|سنة|العام) )?"
_ERA: Final = rf"ه{NO_LETTER}|هـ+|هجري[ةا]?|AH\b|م{NO_LETTER}|ميلادي[ةا]?"
_END: Final = rf"(?!\d(?!\d?:\d\d)|[/.:-]\d(?!\d?:\d\d))(?:{BLANK}?(?P<era>{_ERA}))?"


_Numbers = tuple[int, tuple[int, bool | None] | None, int]
"""Year, month (with whether its name is Hijri; None for a number) and day."""


class DayMatch(NamedTuple):
    """A calendar day, whether its year had two digits only, and where it ends."""

    day: date
    hijri: bool
    short_year: bool
    start: int
    end: int


@cache
def _months() -> dict[str, tuple[int, bool]]:
    return {fold(name): (int(month), calendar == "hijri") for name, month, calendar in rows("months.tsv")}


@cache
def _weekdays() -> dict[str, int]:
    return {fold(name): int(day) for name, day in rows("weekdays.tsv")}


@cache
def month_pattern() -> str:
    """Write the expression for a month's name, doubled or not: `نيسان/أبريل`, `شباط (فبراير)`, `Sept.`."""
    one = rf"(?:{any_of(name for name, _, _ in rows('months.tsv'))}){NO_LETTER}\.?"
    return rf"(?i:{one})(?:{BLANK}*[/(|\\-]{BLANK}*(?i:{one}){BLANK}*\)?)?"


@cache
def _from_digit() -> re.Pattern[str]:
    month = month_pattern()
    weekdays = any_of(name for name, _ in rows("weekdays.tsv"))
    return re.compile(
        rf"(?:(?P<y1>\d{{4}}){BLANK}?(?P<s1>[/.-]){BLANK}?(?P<m1>\d{{1,2}}){BLANK}?(?P=s1){BLANK}?(?P<d1>\d{{1,2}})"
        rf"|(?P<d2>\d{{1,2}}){BLANK}?(?P<s2>[/.\\-]){BLANK}?(?P<m2>\d{{1,2}}){BLANK}?(?P=s2){BLANK}?(?P<y2>\d{{4}}|\d\d)"
        rf"|(?P<d3>\d{{1,2}}){_ORDINAL}{JOINT}{OF}(?P<m3>{month}){JOINT}{_YEAR}(?P<y3>\d{{4}})"
        rf"|(?P<y4>\d{{4}}){JOINT}(?P<m4>{month}){JOINT}(?P<d4>\d{{1,2}})"
        rf"|(?P<y5>\d{{4}}){JOINT}(?:(?i:{weekdays}){JOINT})?(?P<d5>\d{{1,2}}){JOINT}(?P<m5>{month})){_END}"
    )


@cache
def _after_month() -> tuple[re.Pattern[str], re.Pattern[str]]:
    before = re.compile(rf"(?<![\u0621-\u064aA-Za-z])(?P<month>{month_pattern()}){JOINT}$")
    return before, re.compile(rf"(?P<day>\d{{1,2}}){_ORDINAL}{JOINT}(?P<year>\d{{4}}){_END}")


_LONGEST_MONTH: Final = 32
_LONGEST_WEEKDAY: Final = 16
_WORD_BEFORE: Final = re.compile(r"([^\W\d_]+)[\s,،:–-]{1,4}$")
_MONTHS: Final = 12
_LONG_YEAR: Final = 4


def match_day(text: str, position: int, base: datetime | None) -> DayMatch | None:
    """Read the date whose first number stands at `position`, or None; no later than `base`, if that is known."""
    match = _from_digit().match(text, position)
    if match is None:
        return _month_first(text, position, base)
    if month := match["m3"] or match["m4"] or match["m5"]:
        year, day = match["y3"] or match["y4"] or match["y5"], match["d3"] or match["d4"] or match["d5"]
        numbers: _Numbers = int(year), named_month(month), int(day)
        return _checked(match, numbers, position, base)
    if match["y1"]:
        numbers = int(match["y1"]), (int(match["m1"]), None), int(match["d1"])
        return _checked(match, numbers, position, base)
    return _day_first(match, position, base)


def _month_first(text: str, position: int, base: datetime | None) -> DayMatch | None:
    before, after = _after_month()
    match = after.match(text, position)
    if match is None:
        return None
    offset = max(0, position - _LONGEST_MONTH)
    month = before.search(text[offset:position])
    if month is None:
        return None
    numbers = int(match["year"]), named_month(month["month"]), int(match["day"])
    return _checked(match, numbers, offset + month.start(), base)


def named_month(words: str) -> tuple[int, bool] | None:
    """Read a month's name; a doubled one must name one month twice."""
    parts = [part for part in re.split(r"[/(|)\\-]", words) if part.strip()]
    known = {_months().get(fold(part)) for part in parts}
    return known.pop() if len(known) == 1 else None


def _day_first(match: re.Match[str], position: int, base: datetime | None) -> DayMatch | None:
    """Read day/month/year, as Arabic pages print it; month/day only where the other order cannot be.

    With a slash the other order cannot be if it lies in the future, or if the weekday before it is of month/day
    only; with another sign if there is no such month.
    """
    day, month, year = int(match["d2"]), int(match["m2"]), full_year(match["y2"])
    read = _checked(match, (year, (month, None), day), position, base)
    if (
        read
        and day <= _MONTHS
        and match["s2"] == "/"
        and (weekday := _weekday_before(match.string, position)) is not None
    ):
        other = _checked(match, (year, (day, None), month), position, base)
        if other and read.day.weekday() != weekday == other.day.weekday():
            return other
    if read or (match["s2"] != "/" and month <= _MONTHS) or len(match["y2"]) < _LONG_YEAR or is_hijri_year(year):
        return read
    return _checked(match, (year, (day, None), month), position, base)


def _weekday_before(text: str, position: int) -> int | None:
    """Read the weekday whose name stands right before a date, as a number from Monday on."""
    match = _WORD_BEFORE.search(text, max(0, position - _LONGEST_WEEKDAY), position)
    return _weekdays().get(fold(match[1])) if match else None


def _checked(match: re.Match[str], numbers: _Numbers, start: int, base: datetime | None) -> DayMatch | None:
    year, named, day = numbers
    if named is None:
        return None
    month, hijri_name = named
    era = match["era"] or ""
    hijri = is_hijri_year(year)
    if hijri_name not in {None, hijri} or (era.startswith(("ه", "A")) and not hijri) or (era.startswith("م") and hijri):
        return None
    read = from_hijri(year, month, day) if hijri else gregorian(year, month, day)
    if read is None or is_future(read, base):
        return None
    return DayMatch(read, hijri, len(match.groupdict().get("y2") or "four") == 2, start, match.end())


def numbers_in(text: str) -> Iterator[int]:
    """Give the places of the numbers at which a date or clock may begin (one to four digits)."""
    for match in _NUMBER.finditer(text):
        if match.end() - match.start() <= 4:
            yield match.start()


_NUMBER: Final = re.compile("[0-9٠-٩۰-۹]+")
