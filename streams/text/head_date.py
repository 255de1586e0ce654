"""Short lines of a page's head enter; they leave marked as date lines if names and counters stand beside a date."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from .dates import PrintedDate, find_dates
from .dates.clock import match_clock
from .dates.zones import offset_on
from .newswords import is_reporting
from .page import Page
from .parts import Part
from .sites import Kind

_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"\w+")
_BESIDE_DATE: Final = 4
"""Words that may stand beside the date of a head line: a name, a place, an agency."""
_BESIDE_LABELLED: Final = 12
_LONGEST: Final = 250
"""Characters of the longest line that is read."""
_FIELD: Final = 5
"""Words of the longest field of a row: a name, a section, a newspaper."""
_CLOCK_LABEL: Final = re.compile(r"\s*(?:الساع[ةه]|(?:ال)?وقت|التوقيت)\s*:?\s*(?=\d)")
_DATE_WORDS: Final = 24
_LONGEST_CLOCK: Final = 40
_LABEL: Final = re.compile("تحديث|تعديل|توقيت|النشر|نشر|العدد")
"""Words that show the line to be about when it was printed; with one of them more may stand beside the date."""
_BETWEEN: Final = re.compile(r"\s*[|•·/؛»«()\[\]]+\s*|\s+[-–—,]+\s+|\s*[،]\s+|\s{2,}|\t")
_COUNT: Final = (
    r"(?:عدد )?(?:القراءات|القراء|القراءه|المشاهدات|المشاهده|الزيارات|الزوار|التعليقات|مشاهدات|مشاهده|قراءات|قراءه"
    r"|زياره|زيارات|تعليقات|تعليق|دقائق|دقيقه|مشاركه|مشاركات)"
)
_COUNTER: Final = re.compile(
    rf"{_COUNT}\s*+:?\s*+[(]?\s*+[\d,.]++\s*+[)]?|(?<![\d,.])[\d,.]++\s*+{_COUNT}"
    r"|(?:views?|hits?)\s*+:?\s*+\d++|(?<!\d)\d++\s*+views?"
)
"""How often a page was read, beside its date."""


def find_head_dates(page: Page, first: int, body: int) -> None:
    """Mark short lines with a date in them, if the head has no date line, or only a bare day whose time is missing."""
    marked = [part for part in page.parts[first:body] if part.kind is Kind.PUBLISHED]
    days = {page.dates[part.start].iso for part in marked if part.start in page.dates}
    if len(days) > 1 or any("T" in day for day in days) or (marked and not days and _hold_date(page, marked)):
        return
    day = next(iter(days), None)
    for at in range(first, body):
        part = page.parts[at]
        if part.kind is None and part.size <= _DATE_WORDS and not part.prose:
            before = page.at(at - 1)
            if not (day and before is not None and before.kind is Kind.PUBLISHED and _find_clock(page, part, before)):
                find_date_within(page, part, day)


def _hold_date(page: Page, marked: list[Part]) -> bool:
    """Tell whether a date stands behind one of the labels `marked`, on its line, though more stands there."""
    lines = (page.text[part.start : part.start + _LONGEST].split("\n", 1)[0] for part in marked)
    return any(find_dates(line, page.base) for line in lines if _DIGIT.search(line))


def find_date_within(page: Page, part: Part, day: str | None = None) -> None:
    """Mark `part`, a short line of the head, as a date line if little but a date stands in it.

    With `day`, which the head prints elsewhere, only a time of that day counts.
    """
    raw = page.raw(part)
    if len(raw) > _LONGEST or _DIGIT.search(raw) is None:
        return
    for found in find_dates(raw, page.base)[:1]:
        if day is not None and not found.iso.startswith(f"{day}T"):
            return
        sides = [
            _COUNTER.sub(" ", one) for one in (_folded(part, raw, 0, found.start), _folded(part, raw, found.end, None))
        ]
        if _is_beside(sides, labelled=_LABEL.search(raw) is not None):
            part.kind, part.rule = Kind.PUBLISHED, "date.within"
            page.dates[part.start] = found


def _find_clock(page: Page, part: Part, above: Part) -> bool:
    """Mark `part` as a date line if it is a time of day under its label, and `above` a bare day; tell whether it is."""
    date, raw = page.dates.get(above.start), page.raw(part)
    label = _CLOCK_LABEL.match(raw)
    clock = match_clock(raw, label.end()) if label and date and len(raw) <= _LONGEST_CLOCK else None
    if clock is None or date is None or raw[clock.end :].strip(" .،"):
        return False
    part.kind, part.rule = Kind.PUBLISHED, "date.clock"
    zone = offset_on(clock.zone, datetime.fromisoformat(date.iso).date(), clock.at) or date.zone
    page.dates[part.start] = PrintedDate(f"{date.iso}T{clock.iso()}", zone, 0, clock.end)
    return True


def _folded(part: Part, raw: str, start: int, end: int | None) -> str:
    return (part.fold if len(part.fold) == len(raw) else raw)[start:end]


def _is_beside(sides: list[str], *, labelled: bool) -> bool:
    """Tell whether what stands before and behind a date are names and labels and no sentence."""
    words = [_WORD.findall(side) for side in sides]
    if sum(map(len, words)) <= (_BESIDE_LABELLED if labelled else _BESIDE_DATE):
        return True
    fields = [field for side in sides for field in _BETWEEN.split(side) if _WORD.search(field)]
    apart = all(not side.strip() or _touches(side, front=not at) for at, side in enumerate(sides))
    return apart and all(len(field.split()) <= _FIELD and not is_reporting(field.split()[0]) for field in fields)


def _touches(side: str, *, front: bool) -> bool:
    """Tell whether a sign parts `side`, the words in front of a date or behind it, from the date."""
    sign = list(_BETWEEN.finditer(f"{side} " if front else f" {side}"))
    return bool(sign) and (sign[-1].end() >= len(side) if front else sign[0].start() <= 1)
