"""A place in a text enters; the time zone printed there leaves, as an offset from UTC on the day in question."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import Final
from zoneinfo import ZoneInfo

from streams.text.letters import fold
from streams.text.lexicon import any_of, rows

BLANK: Final = "[ \t\u00a0\u2000-\u200f\u202a-\u202f\u2066-\u2069\ufeff]"
"""Blanks inside a line, the invisible ones too."""
NO_LETTER: Final = r"(?![\u0621-\u064aA-Za-z])"
_ABBREVIATION: Final = re.compile(rf"(?<![A-Za-z])([A-Za-z]{{3,4}}){BLANK}+$")
_LOOK_BACK: Final = 8


@cache
def _offsets() -> dict[str, str]:
    return {fold(name): zone for name, zone in rows("zones.tsv")}


@cache
def _pattern() -> re.Pattern[str]:
    names = [name for name, _ in rows("zones.tsv")]
    places = any_of(name for name in names if not name.isascii())
    letters = any_of(name for name in names if name.isascii())
    return re.compile(
        rf"{BLANK}*[(\[]?{BLANK}*(?:"
        rf"ب?(?:ال)?توقيت{BLANK}+(?P<place>{places}|ال?محلي){NO_LETTER}"
        rf"|(?P<letters>(?i:{letters})){NO_LETTER}(?:{BLANK}*(?P<offset>[+-]\d{{1,2}}(?::?\d\d)?)(?!\d))?"
        rf"|(?P<only>[+-]\d\d:?\d\d)(?!\d)"
        rf"|(?<=[(\[])(?P<inside>{places})(?={BLANK}*[)\]])"
        rf"|(?P<zulu>Z){NO_LETTER}"
        rf"|(?P<short>ت\.?{BLANK}?غ){NO_LETTER}"
        rf"){BLANK}*[)\]]?"
    )


@cache
def zone_letters() -> frozenset[str]:
    """Give the abbreviations of zones, folded: `gmt`, `ksa`, …."""
    return frozenset(fold(name) for name, _ in rows("zones.tsv") if name.isascii())


def match_zone(text: str, position: int) -> tuple[str | None, int]:
    """Read a time zone at `position`: its name or offset and where it ends; `(None, position)` if none is there."""
    match = _pattern().match(text, position)
    if match is None:
        return None, position
    if offset := match["offset"] or match["only"]:
        return _written(offset), match.end()
    if match["zulu"] or match["short"]:
        return "+00:00", match.end()
    return _offsets().get(fold(match["place"] or match["letters"] or match["inside"])), match.end()


def zone_before(text: str, position: int) -> str | None:
    """Read a zone's abbreviation that ends where a clock begins: `GMT 9:30:00`."""
    match = _ABBREVIATION.search(text, max(0, position - _LOOK_BACK), position)
    return _offsets().get(fold(match[1])) if match else None


def _written(offset: str) -> str | None:
    digits = offset[1:].replace(":", "")
    hours, minutes = (int(digits), 0) if len(digits) <= 2 else (int(digits[:-2]), int(digits[-2:]))
    if hours > 14 or minutes > 59:
        return None
    return f"{offset[0]}{hours:02d}:{minutes:02d}"


def offset_on(zone: str | None, day: date, at: time) -> str | None:
    """Give the UTC offset of `zone` at that local time: `+03:00` in summer may be `+02:00` in winter.

    Raises:
        ZoneInfoNotFoundError: the zone list names a zone that the time zone database lacks.
    """
    if zone is None or zone[0] in "+-":
        return zone
    offset = datetime.combine(day, at, ZoneInfo(zone)).utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
