"""A place in a text enters; the time of day printed there leaves."""

from __future__ import annotations

import re
from datetime import time
from typing import Final, NamedTuple

from .zones import BLANK, NO_LETTER, match_zone

_VOWEL: Final = "[\u064b-\u0652]*"
_PERIOD: Final = re.compile(
    rf"{BLANK}*[(\[]?(?:"
    rf"(?P<pm>بعد{BLANK}+الظهر|(?:ال)?مـ*سـ*ا[ءا]?{_VOWEL}ا?{_VOWEL}|(?:ال)?عصر{_VOWEL}ا?{_VOWEL}|[pP]\.?[mM]{NO_LETTER}|مـ*{NO_LETTER})"
    rf"|(?P<am>قبل{BLANK}+الظهر|(?:ال)?صـ*بـ*اح{_VOWEL}ا?{_VOWEL}|(?:ال)?فجر{_VOWEL}ا?{_VOWEL}|[aA]\.?[mM]{NO_LETTER}|صـ*{NO_LETTER})"
    rf"|(?P<noon>(?:ال)?ظهر{_VOWEL}ا?{_VOWEL})"
    rf"|(?P<night>(?:ال)?ليل{_VOWEL}ا?{_VOWEL})"
    rf")[)\]]?"
)
_DIGITS: Final = re.compile(
    rf"(?P<hour>\d{{1,2}}){BLANK}?(?P<mark>[:٫.]){BLANK}?(?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:\.\d{{1,9}})?)?(?![\d:])"
    r"|(?P<packed>\d{4})(?![\d:./-])|(?P<whole>\d{1,2})(?![\d:./])"
)


class ClockMatch(NamedTuple):
    """A time of day, the zone printed after it (name or offset), and where both end."""

    at: time
    seconds: bool
    zone: str | None
    end: int

    def iso(self) -> str:
        """Write the time as ISO 8601 does: seconds only where they are printed."""
        return self.at.isoformat("seconds" if self.seconds else "minutes")


def match_clock(text: str, position: int) -> ClockMatch | None:
    """Read a time of day at `position`: `11:04 مساءً`, `18:33 بتوقيت أبوظبي`, `1100 (GMT+04:00)`, `5 م`.

    A bare number counts only with a part of the day, four digits together only with a zone, a dot only with either.

    >>> match_clock("09:14 م", 0).at
    datetime.time(21, 14)
    """
    match = _DIGITS.match(text, position)
    if match is None:
        return None
    period = _PERIOD.match(text, match.end())
    zone, end = match_zone(text, period.end() if period else match.end())
    sure = match["mark"] in {":", "٫"}
    if not (sure or zone or (period and not match["packed"])):
        return None
    hour, minute = _numbers(match)
    at = _time(hour, minute, int(match["second"] or 0), period.lastgroup if period else None)
    return None if at is None else ClockMatch(at, match["second"] is not None, zone, end)


def _numbers(match: re.Match[str]) -> tuple[int, int]:
    if packed := match["packed"]:
        return int(packed[:2]), int(packed[2:])
    return int(match["hour"] or match["whole"]), int(match["minute"] or 0)


def _time(hour: int, minute: int, second: int, period: str | None) -> time | None:
    if period and hour <= 12:
        hour = hour % 12 + (12 if _is_later_half(hour % 12, period) else 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    return time(hour, minute, second)


def _is_later_half(hour: int, period: str) -> bool:
    """Tell whether an hour of the twelve (12 is 0) is after midday: `2 ليلا` is not, `9 ليلا` is, `11 ظهرا` is not."""
    if period == "noon":
        return hour < 6
    if period == "night":
        return hour >= 6
    return period == "pm"
