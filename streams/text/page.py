"""The parts of one page and what has been decided of them so far: the notebook of the layout reader."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas.spans import Label

from .dates import PrintedDate, find_dates, read_date
from .parts import Part, content, has_digit
from .runs import expand_runs
from .sites import Kind
from .turns import tell_stamps, tell_turns

_DATE_LIKE: Final = re.compile(r"\d(?:\d{3}|\s?[/.:-]\s?\d)")
_FEW_WORDS: Final = 5
_DATE_WORDS: Final = 16
_LABELLED_WORDS, _NEAR = 24, 12
"""Words of the longest line behind a date's label, and characters in which its date begins."""
_CLOCK_FIRST: Final = re.compile(r"^\s*GMT\s+(\d{1,2}:\d{2}(?::\d{2})?)\s+(\d{4})\s+\S+\s+(\d{1,2}\s+\S+)\s*$")
_DAY_FIRST: Final = r"\3 \2 \1 GMT"
"""Elaph's order, `GMT 9:30:00 2011 الإثنين 9 مايو`, and the one that is read."""
_INTERVIEW: Final = 3
"""Short questions that make a page an interview."""
_RELATIVE: Final = ("منذ", "قبل", "نشر", "امس", "اليوم")

_PUBLISHED: Final = Kind.PUBLISHED

OF_EMBEDDED: Final = {
    Label.TITLE: Label.RELATED_TITLE,
    Label.DATELINE: Label.RELATED_DATELINE,
    Label.PUBLISHED: Label.RELATED_PUBLISHED,
    Label.SOURCE: Label.RELATED_SOURCE,
    Label.BODY: Label.RELATED_BODY,
}
"""What the main article's labels are called in an embedded one."""


@dataclass(slots=True)
class Page:
    """`parts` in order; `article` is the one being read (0 the main one), `articles` how many were met.

    `done` says that the main article's closing facts (source, keywords) have passed, `ended` that the page's foot has;
    `asks` that questions stand between its paragraphs, as in an interview.
    """

    text: str
    parts: list[Part]
    base: datetime | None
    article: int = 0
    articles: int = 1
    done: bool = False
    ended: bool = False
    asks: bool = False
    dates: dict[int, PrintedDate] = field(default_factory=dict)
    next_prose: list[int] = field(default_factory=list)

    def say(self, part: Part, label: Label, rule: str) -> None:
        """Label `part` as belonging to the article being read."""
        part.rule, part.article = rule, self.article
        part.label = OF_EMBEDDED.get(label, label) if self.article else label

    def at(self, index: int) -> Part | None:
        """The part at `index`, or None past the end."""
        return self.parts[index] if 0 <= index < len(self.parts) else None

    def raw(self, part: Part) -> str:
        """The part as printed."""
        return self.text[part.start : part.end]

    def plain_prose(self, index: int) -> bool:
        """Tell whether the part at `index` is a paragraph of an article."""
        part = self.at(index)
        return part is not None and is_paragraph(part)


def is_paragraph(part: Part) -> bool:
    """Tell whether `part` is a paragraph, and not one of the site about itself."""
    return part.kind is None and part.prose and not (part.boiler and is_boilerplate(part))


def is_boilerplate(part: Part) -> bool:
    """Tell whether `part` speaks of the site and not of the news: the more words, the more phrases must say so."""
    return part.boiler > 0 and part.boiler * 30 >= part.size


def open_page(text: str, parts: list[Part], base: datetime | None) -> Page:
    """Begin a page: find its date lines and, for each part, where the next paragraph is."""
    parts = [part for part in expand_runs(text, parts, base) if part.size]  # what is marks alone is as a blank
    page = Page(text, parts, base)
    before: Part | None = None
    for part in parts:
        if part.kind is None:
            if part.size <= _DATE_WORDS and not part.prose:
                if _may_be_date(part):
                    find_date(page, part)
            elif before is not None and before.kind is _PUBLISHED and before.joint != "end":
                _find_labelled(page, part)
        before = part
    tell_turns(parts)
    tell_stamps(parts)
    page.asks = len([1 for part in parts if part.stop == "؟" and part.kind is None and not part.prose]) >= _INTERVIEW
    page.next_prose = _next_prose(parts)
    return page


def find_date(page: Page, part: Part) -> None:
    """Mark `part` as a date line if it is one."""
    raw = page.raw(part)
    found = read_date(raw, page.base)
    if found is None and "GMT" in raw:
        found = read_date(_CLOCK_FIRST.sub(_DAY_FIRST, raw), page.base)
    if found is not None:
        part.kind, part.rule = _PUBLISHED, "date.line"
        page.dates[part.start] = found


def _find_labelled(page: Page, part: Part) -> None:
    """Mark `part` as a date line if it begins with a date, behind the label of one on its line."""
    if part.gap or part.size > _LABELLED_WORDS:
        return
    found = next(iter(find_dates(page.raw(part), page.base)), None)
    if found is not None and found.start <= _NEAR:
        part.kind, part.rule, part.prose = _PUBLISHED, "date.labelled", False
        page.dates[part.start] = found


def _may_be_date(part: Part) -> bool:
    """Tell whether it is worth reading `part` as a date: a year, a clock or two numbers side by side stand in it."""
    if has_digit(part) and (part.size <= _FEW_WORDS or _DATE_LIKE.search(part.fold) is not None):
        return True
    return part.fold.startswith(_RELATIVE)


def _next_prose(parts: list[Part]) -> list[int]:
    following = [len(parts)] * (len(parts) + 1)
    first = len(parts)
    for index in range(len(parts) - 1, -1, -1):
        if (part := parts[index]).prose and is_paragraph(part):
            first = index
        following[index] = first
    return following


def overlap(part: Part, others: set[str]) -> float:
    """Give the share of the words of `part` that stand in `others` (stems), 0..1."""
    words = content(part) if others else []
    return sum(word in others for word in words) / len(words) if words else 0.0
