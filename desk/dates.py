"""Moments and numbers in, what a reader of Arabic or English expects out; digits are those that news sites print."""

from __future__ import annotations

from datetime import UTC, datetime

from babel.dates import format_date, format_time
from babel.numbers import format_decimal

ARABIC = "ar"


def show_number(number: float, language: str) -> str:
    """Group the digits of a number.

    >>> show_number(1234567, "en"), show_number(0.25, "en")
    ('1,234,567', '0.25')
    """
    return format_decimal(number, locale="en" if language == ARABIC else language)


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
