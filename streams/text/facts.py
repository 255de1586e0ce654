"""A read page enters; what it prints of its main article leaves: title, date, dateline, source, authors, keywords."""

from __future__ import annotations

import re
from typing import Final

from schemas.articles import Facts
from schemas.spans import Label

from .controls import without_controls
from .dates import PrintedDate, find_dates, read_date
from .keywords import cut_keywords
from .page import Page
from .parts import Part, content
from .sites import Kind
from .tags import LABELLED

_TITLE, _BODY, _PUBLISHED, _KEYWORDS = Label.TITLE, Label.BODY, Label.PUBLISHED, Label.KEYWORDS
_SOURCE, _DATELINE, _AUTHOR = Label.SOURCE, Label.DATELINE, Label.AUTHOR
_EDGES: Final = " \t\u00a0:|/*-–—،,؛;.\u200e\u200f"
_LONGEST_LINE: Final = 200
_NEAR: Final = 3
"""Date lines of the main article that are looked at, so that one at its foot counts for nothing."""
_BESIDE: Final = 2
"""Parts above a title among which its own date may stand."""
_NAME, _HEAD = 3, 40
"""Words of the longest tag that is looked for among the lines of the head, and how many of them."""
_CLOSING: Final = 80
"""Characters at a story's end among which the day and hour stand that it is signed with."""
_RELATIVE: Final = ("منذ ", "قبل ")
"""Words with which a line says how long ago a page was published."""
_UPDATED: Final = re.compile(r"\W*(?:اخر |تم ال|تاريخ ال)?(?:ال)?(?:تحديث|تعديل)|\W*(?:last )?updated", re.IGNORECASE)
_REPRINT: Final = re.compile(r"\W*نُ?شر(?:ت)? في\s+((?!يوم|\d)[^\d\n:]{3,40}?)\s+يوم\s+\D{0,12}\d")


def lift_facts(page: Page) -> Facts:
    """Read the main article's facts off the labelled parts."""
    mine: dict[Label, list[Part]] = {}
    for part in page.parts:
        if part.article == 0 and (label := part.label) is not None:
            if label in mine:
                mine[label].append(part)
            else:
                mine[label] = [part]
    date = _published(page, mine.get(_PUBLISHED, [])) or _closing_date(page, mine.get(_BODY, []))
    tags = [part for part in mine.get(_KEYWORDS, []) if part.kind is not Kind.KEYWORDS]
    story = [*mine.get(_TITLE, []), *mine.get(_BODY, [])]
    keywords = [_tags(page, part) for part in tags or _tags_below(page, story)]
    return Facts.trusted(
        title=_first_line(page, mine.get(_TITLE, [])),
        published=date.iso if date else None,
        published_zone=date.zone if date else None,
        dateline=_first_line(page, mine.get(_DATELINE, [])),
        source=source_of([(part.kind, page.raw(part)) for part in mine.get(_SOURCE, [])])
        or _publisher(page, mine.get(_PUBLISHED, [])),
        authors=_authors(page, mine.get(_AUTHOR, [])),
        keywords=(tidy(keywords[0]),)
        if len(tags) == 1 and _is_printed_whole(page, tags[0])
        else cut_keywords(keywords, " ".join([part.fold for part in story])),
    )


def tidy(text: str) -> str:
    r"""Put `text` on one line, without blanks at its ends and without controls.

    >>> tidy("  عنوان\n الخبر ")
    'عنوان الخبر'
    """
    if text.isprintable() and "  " not in text:  # as almost all: no control, and no blank but single spaces
        return text.strip(" ")
    return " ".join(without_controls(text).split())


def _first_line(page: Page, parts: list[Part]) -> str | None:
    """Give the first of `parts` with those that go on from it on its line."""
    if not parts:
        return None
    end = parts[0].end
    for part in parts[1:]:
        if part.gap > 0:
            break
        end = part.end
    return tidy(page.text[parts[0].start : end]) or None


def source_of(parts: list[tuple[Kind | None, str]]) -> str | None:
    """Choose the source: the value of a label, else an agency's signature."""
    for kind, text in parts:
        if kind is not Kind.SOURCE and (value := tidy(text).strip(_EDGES)):
            return value
    return None


def _publisher(page: Page, parts: list[Part]) -> str | None:
    """Read the newspaper off an aggregator's date line (`نشر في الشروق يوم 21 - 06 - 2012`)."""
    for part in parts[:_NEAR]:
        line = page.text[part.start : part.end]
        if part.kind is Kind.PUBLISHED and part.start not in page.dates:
            line = page.text[part.start : part.start + _LONGEST_LINE].split("\n", 1)[0]
        if match := _REPRINT.match(line):
            return tidy(match[1])
    return None


def _published(page: Page, parts: list[Part]) -> PrintedDate | None:
    """Choose the date: the first date line that tells of no update, else the first date within the lines around it."""
    dated = [at for at, part in enumerate(parts) if part.start in page.dates]
    printed = [at for at in dated[:_NEAR] if not parts[at].fold.startswith(_RELATIVE)]
    dated = printed or dated  # how long ago it was changes with every reading; the day does not
    told = _behind_title(page, parts, [at for at in dated[:_NEAR] if not _tells_update(page, parts, at)])
    if told:
        return _with_clock([page.dates[parts[at].start] for at in told])
    if dated:
        return page.dates[parts[dated[0]].start]
    for part in parts:
        raw = page.raw(part)[:_LONGEST_LINE]
        found = read_date(raw, page.base) or next(iter(find_dates(raw, page.base)), None)
        if found is not None:
            return found
    return None


def _closing_date(page: Page, story: list[Part]) -> PrintedDate | None:
    """Read the day and hour with which a story ends on its own line, behind wide blanks, as agencies sign it."""
    last = page.raw(story[-1])[-_CLOSING:] if story else ""
    before, wide, signed = last.rpartition("  ")
    if not wide or not before or ":" not in signed:
        return None
    found = read_date(signed, page.base)
    return found if found is not None and "T" in found.iso else None


def _behind_title(page: Page, parts: list[Part], dated: list[int]) -> list[int]:
    """Leave out the masthead's date, far above the title, where another one stands between title and story."""
    if len(dated) <= 1:
        return dated
    mine = [part for part in page.parts if part.article == 0]
    title = next((at for at, part in enumerate(mine) if part.label is _TITLE), None)
    story = next((part.start for part in mine if part.label is _BODY), 0)
    if title is None:
        return dated
    beside = {part.start for part in mine[max(0, title - _BESIDE) : title]}
    below = [at for at in dated if mine[title].start < parts[at].start < story]
    near = [at for at in dated if parts[at].start in beside]
    follows = {part.start for part in mine[title + 1 : title + 1 + _BESIDE]}
    return below if below and (not near or any(parts[at].start in follows for at in below)) else dated


def _is_printed_whole(page: Page, part: Part) -> bool:
    """Tell whether the one tag of two or three words is a line of the head too, as a writer's name is."""
    if not 1 < part.size <= _NAME or part.rule == LABELLED:
        return False
    return any(one.fold == part.fold and one is not part for one in page.parts[:_HEAD])


def _tags(page: Page, part: Part) -> str:
    """Give a line of tags, without the label that stands in it."""
    raw = page.raw(part)
    if part.rule == LABELLED and part.mark is not None:
        raw = raw[part.mark :] if len(raw) == len(part.fold) else part.fold[part.mark :]
    return without_controls(raw)


def _tags_below(page: Page, story: list[Part]) -> list[Part]:
    """Find tags behind an embedded article that are the page's: its own story says them all, the embedded one not."""
    tags = [part for part in page.parts if part.label is _KEYWORDS and part.article and part.kind is not Kind.KEYWORDS]
    if not tags:
        return []
    words = {word for part in tags for word in content(part)}
    own = {word for part in story for word in content(part)}
    label = {Label.RELATED_BODY, Label.RELATED_TITLE}
    other = {word for part in page.parts if part.article and part.label in label for word in content(part)}
    return tags if words <= own and not words <= other else []


def _tells_update(page: Page, parts: list[Part], at: int) -> bool:
    """Tell whether the date line at `at` says when the page was changed: its label stands before it."""
    return at > 0 and parts[at - 1].start not in page.dates and _UPDATED.match(parts[at - 1].fold) is not None


def _with_clock(dates: list[PrintedDate]) -> PrintedDate:
    """Give the first date; where it is a bare day (a masthead's), the one that prints the time of that day too."""
    day = dates[0].iso
    if "T" in day:
        return dates[0]
    return next((date for date in dates if date.iso.startswith(f"{day}T")), dates[0])


def _authors(page: Page, parts: list[Part]) -> tuple[str, ...]:
    names = []
    for part in parts:
        if part.kind is Kind.AUTHOR and part.joint != "end":
            continue
        name = tidy(page.raw(part)).strip(_EDGES)
        if name and name not in names and part.kind is not Kind.AUTHOR:
            names.append(name)
    return tuple(names)
