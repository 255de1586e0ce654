"""A line enters; the date leaves if the line is nothing but a date with its labels."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Final

from streams.text.letters import fold
from streams.text.lexicon import rows

from .clock import match_clock
from .find import readings
from .grammar import numbers_in
from .printed import PrintedDate, Reading
from .relative import may_be_relative, read_relative
from .yearless import read_yearless
from .zones import zone_letters

_WORD: Final = re.compile(r"[^\W\d][\w\u064b-\u0652]*[\s:،,|–-]*")
_LONGEST: Final = 160
"""Characters of the longest date line; what is longer is a paragraph."""
_ISSUE: Final = re.compile(r"العدد\s*:?\s*[(]?\d+[)]?")
"""The number of a paper's issue, which stands beside its date."""
_SECTION: Final = re.compile(r"[(\[]\s*[^\W\d]+(?:\s[^\W\d]+)?\s*[)\]]\s*$")
"""A section's name in brackets after the date, as in `2012-06-19 (رياضة)`."""


@cache
def _roles() -> dict[str, str]:
    weekdays = {fold(name): "plain" for name, _ in rows("weekdays.tsv")}
    zones = dict.fromkeys(zone_letters(), "plain")
    return weekdays | zones | {fold(word): role for word, role in rows("date_words.tsv")}


@cache
def _weekdays() -> dict[str, int]:
    return {fold(name): int(day) for name, day in rows("weekdays.tsv")}


def read_date(text: str, base: datetime | None = None) -> PrintedDate | None:
    """Read `text` if it is a date line as a whole: labels, weekday, day, clock and zone, and no other words.

    `base` is when the page was captured: relative dates (`منذ 3 ساعات`) and days without a year need it, and a date
    more than a day later than it is none. Of «published» and «updated» the published one counts, else the first.

    >>> read_date("تاريخ النشر: الأحد 14 نيسان/أبريل 2024 - 18:33 بتوقيت أبوظبي")
    PrintedDate(iso='2024-04-14T18:33', zone='+04:00', start=13, end=60)
    >>> read_date("مقتل 14 شخصاً في 14 أبريل 2024") is None
    True
    """
    if not text or len(text) > _LONGEST:
        return None
    found = readings(text, base, short_years=True)
    if not found:
        return _without_year(text, base) or _relative(text, base)
    labels = _labels(text, found)
    if labels is None:
        return None
    return min(zip(found, labels, strict=True), key=_rank)[0].printed()


_RANKS: Final = {"published": 0, "plain": 1, "updated": 2}


def _rank(found: tuple[Reading, str]) -> tuple[bool, int, int]:
    """Order readings: the Gregorian before the Hijri, the published before the unlabelled, the first before others."""
    reading, role = found
    return reading.hijri, _RANKS[role], reading.start


def _labels(text: str, found: list[Reading]) -> list[str] | None:
    """Give the role that the words before each date say; None if some word is no label."""
    roles: list[str] = []
    end = 0
    for reading in found:
        role = _role(text[end : reading.start])
        if role is None:
            return None
        roles.append(role)
        end = reading.end
    last = _role(_SECTION.sub("", text[end:]))
    if last is None:
        return None
    if len(roles) == 1 and roles == ["plain"]:
        roles = [last]
    return roles


def _role(words: str) -> str | None:
    """Read what a label says: published, updated or plain; None if a word of it is no label."""
    if not words:
        return "plain"
    known = [_roles().get(word) for word in fold(_without_clock(_ISSUE.sub(" ", words))).split()]
    if None in known:
        return None
    return "published" if "published" in known else "updated" if "updated" in known else "plain"


def _without_clock(words: str) -> str:
    """Take out a second clock (`آخر تحديث 14:00` after the date's own)."""
    for position in numbers_in(words):
        if clock := match_clock(words, position):
            return words[:position] + " " + words[clock.end :]
    return words


def _without_year(text: str, base: datetime | None) -> PrintedDate | None:
    """Read `الأحد 14 أبريل - 12:00`: the latest such day that is not in the future of `base`."""
    if base is None:
        return None
    reading, weekday = read_yearless(text, base), None
    if reading is None or _role(text[: reading.start]) is None or _role(text[reading.end :]) is None:
        return None
    for word in fold(text).split():
        weekday = _weekdays().get(word, weekday)
    if weekday is not None and reading.day.weekday() != weekday:
        return None
    return reading.printed()


def _relative(text: str, base: datetime | None) -> PrintedDate | None:
    if base is None or not may_be_relative(text):
        return None
    for start in _after_labels(text):
        if iso := read_relative(text[start:], base):
            return PrintedDate(iso, None, start, len(text))
    return None


def _after_labels(text: str) -> Iterator[int]:
    """Give the places where what is no label may begin: the start, and after each word that is one."""
    yield 0
    for word in _WORD.finditer(text):
        if fold(word.group()) not in _roles():
            break
        yield word.end()
