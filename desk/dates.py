"""Moments and numbers in, what a reader of Arabic or English expects out; digits are those that news sites print."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from babel.dates import format_date, format_time, format_timedelta
from babel.numbers import format_decimal

ARABIC = "ar"
MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


def show_number(number: float, language: str) -> str:
    """Group the digits of a number.

    >>> show_number(1234567, "en"), show_number(0.25, "en")
    ('1,234,567', '0.25')
    """
    return format_decimal(number, locale="en" if language == ARABIC else language)


def show_span(seconds: float, language: str) -> str:
    """Show how long something took: to a tenth of a second where it was less than a minute.

    >>> show_span(0.84, "en"), show_span(7300, "en"), show_span(51_730_789, "ar")
    ('0.8 s', '2 hours', '599 يومًا')
    """
    if seconds < MINUTE:
        return f"{show_number(round(seconds, 1), language)} {'ث' if language == ARABIC else 's'}"
    units: tuple[tuple[float, Literal["day", "hour", "minute"]], ...] = ((DAY, "day"), (HOUR, "hour"))
    unit: Literal["day", "hour", "minute"] = "minute"
    unit = next((name for length, name in units if seconds >= 2 * length), unit)
    return format_timedelta(timedelta(seconds=seconds), unit, threshold=seconds, locale=language)


def show_moment(text: str, language: str, *, short: bool = False) -> str:
    """Show a date or moment of the index; one with a zone in this machine's. What cannot be read is shown as it is.

    >>> show_moment("2025-04-20", "ar"), show_moment("2025-04-20T23:04", "en")
    ('20 أبريل 2025', '20 April 2025, 23:04')
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    moment = moment.astimezone() if moment.tzinfo is not None else moment
    day = format_date(moment, "d MMM y" if short else "d MMMM y", locale=language)
    if len(text) == len("2025-04-20"):
        return day
    return f"{day}{'،' if language == ARABIC else ','} {format_time(moment, 'HH:mm', locale=language)}"


def now() -> datetime:
    """Return the moment that it is."""
    return datetime.now(UTC)
