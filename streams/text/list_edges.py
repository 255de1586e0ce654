"""The lines of one list enter; they leave without what most of them begin or end with: a date, a clock, a count."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Final

from .dates import find_dates
from .dump import governs
from .parts import Part, has_digit, look, part_within
from .sites import Kind

_LEAST: Final = 3
"""Words that must be left of a headline."""
_LONGEST: Final = 300
"""Characters of the longest line that is looked at."""
_CLOCK: Final = re.compile(
    r"(?:[>›»•*▪◄-]\s*)?\d{1,2}[:.]\d{2}(?:\s?(?:ص|م|صباحا|صباحاً|مساء|مساءً|AM|PM)(?!\w))?\s*[-–|:]?\s+(?=[^\d\s])"
)
_CLOCK_TAIL: Final = re.compile(r"(?:\s*[|–—-]\s*|\s*)(?<!\d)\d{1,2}:\d{2}(?:\s?(?:ص|م|صباحا|صباحاً|مساء|مساءً|AM|PM))?$")
"""A clock time at a headline's end, glued to its last word or behind it."""
_COUNT: Final = re.compile(r"\s*[(\[]\s*(?:[^\W\d]+\s*)?\d{1,6}\s*(?:[^\W\d]+\s*)?[)\]]$")
_CERTAIN: Final = re.compile(
    r"\sمنذ \d+ [^\W\d]+$|(?<!\d)(?:\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d|(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2})\W*$"
)
"""A date of nothing but figures at a line's end: no headline ends so."""
_AGO: Final = re.compile(r"\s*[-–|•(]?\s(?:منذ|قبل)\s(?:\d+\s)?[^\W\d]{3,9}(?:\sو?\d+\s[^\W\d]+)?\)?$")
_AGO_TAIL: Final = re.compile(r"(?:منذ|قبل)\s(?:\d+\s)?[^\W\d]{3,9}(?:\sو?\d+\s[^\W\d]+)?\)?$")
"""The words of `_AGO`, which alone are found faster."""
_AGO_GLUED: Final = re.compile(
    r"(?<=[^\W\d_])(?:منذ|قبل) (?:\d+ )?(?:لحظات|دقيق|دقائق|ساع|يوم|[أا]يام|[أا]سبوع|[أا]سابيع|شهر|[أا]شهر|سن)\w{0,4}$"
    r"|(?<=[^\w\s])(?:منذ|قبل) \d+ [^\W\d]+$"
)
"""How long ago, glued to a headline's last word."""
_GLUED: Final = re.compile(
    r"(?:يناير|فبراير|مارس|[أاإ]بريل|مايو|يونيو|يوليو|[أا]غسطس|سبتمبر|[أا]كتوبر|نوفمبر|ديسمبر)\s\d{1,2},?\s(?:19|20)\d\d$"
)
"""A date that is glued to a headline's last word."""
_NAME: Final = re.compile(r"\s+[–—-]\s+[^\W\d][^–—:،.؟\d-]{2,30}$")
_NAME_WORDS: Final = 3
_SITE: Final = re.compile(r"\s+[|]\s+[^\W\d][^|\d]{1,30}$")
"""The name of the site behind a bar, where a portal lists the headlines of many."""
_LINK: Final = re.compile(r"\s+(?:المزيد|التفاصيل|اقر[أا] المزيد|[إا]قر[أا] المزيد|قراءة المزيد|فيديو|صور|شاهد)$")
_LINKS: Final = ("المزيد", "التفاصيل", "فيديو", "صور", "شاهد")
_LINK_ENDS: Final = tuple(f"{link}\n" for link in _LINKS)
_DASH: Final = re.compile(r"\s[–—-]\s")
_SHOWS_DATE: Final = re.compile(r"\d(?:\d{3}|.?[/.\\-])")
_Find = Callable[[str, "datetime | None"], int]
_EDGE: Final = " \u00a0|–—-:،,[]()"


def cut_edges(text: str, parts: list[Part], base: datetime | None) -> list[Part]:
    """Cut dates, clock times and counts off the lines of a list, where lines that stand together have them."""
    lines = _lines(parts)
    folds = _folds(lines)
    for find, shows, kind, first in _EDGES if folds else ():
        if not shows(folds):
            continue
        cuts = _cuts(text, lines, find, base)
        if cuts:
            parts = [piece for part in parts for piece in _cut(text, part, cuts.get(id(part), 0), kind, first=first)]
            lines = _lines(parts)
            folds = _folds(lines)
    return parts


def _folds(lines: list[tuple[Part, bool]]) -> str:
    """Put the lines that may have an edge under each other, so that one look tells whether any shows one."""
    return "".join([f"{part.fold}\n" for part, edged in lines if edged])


def _lines(parts: list[Part]) -> list[tuple[Part, bool]]:
    """Choose the lines that may be headlines, and tell of each whether there may be something to cut off, if of any.

    There is not if no line beside it has an edge either, nor itself a full date.
    """
    lines = [part for part in parts if part.kind is None and part.size > _LEAST and part.end - part.start <= _LONGEST]
    edges = [False, *map(_has_edge, lines), False]
    if True not in edges:
        return []
    return [
        (part, edged and (before or behind or _is_certain(part.fold)))
        for part, before, edged, behind in zip(lines, edges, edges[1:], edges[2:], strict=False)
    ]


def _cuts(text: str, lines: list[tuple[Part, bool]], find: _Find, base: datetime | None) -> dict[int, int]:
    """Find where lines are cut: those beside a line that can be cut too, or with a full date at their end."""
    cuts: dict[int, int] = {}
    last: Part | None = None
    before = 0
    for part, edged in lines:
        cut = find(text[part.start : part.end], base) if edged else 0
        if cut and (last is not None or _is_certain(part.fold)):
            cuts[id(part)] = cut
            if last is not None:
                cuts.setdefault(id(last), before)
        last, before = (part, cut) if cut else (None, 0)
    return cuts


def _has_edge(part: Part) -> bool:
    """Tell whether there may be something to cut off a line."""
    fold = part.fold
    if has_digit(part) or "|" in fold or "منذ" in fold or "قبل" in fold or fold.endswith(_LINKS):
        return True
    return ("-" in fold or "–" in fold or "—" in fold) and _DASH.search(fold) is not None


def _is_certain(fold: str) -> bool:
    """Tell whether a full date ends the line."""
    if "منذ" in fold and _AGO_GLUED.search(fold) is not None:
        return True
    if "/" in fold or "." in fold or "-" in fold or "منذ" in fold:  # most lines have none of these
        return _CERTAIN.search(fold) is not None
    return False


def _cut(text: str, part: Part, cut: int, kind: Kind, *, first: bool) -> list[Part]:
    if not cut:
        return [part]
    pieces = [part_within(text, part, 0, cut), part_within(text, part, cut, part.end - part.start)]
    for piece in pieces:
        look(piece)
        piece.boiler = part.boiler
    edge = pieces[0] if first else pieces[1]
    edge.kind, edge.rule, edge.joint = kind, "list.edge", "end"
    return pieces


def _date_behind(raw: str, base: datetime | None) -> int:
    ago = None
    if "منذ" in raw or "قبل" in raw:
        if (glued := _AGO_GLUED.search(raw)) is not None and len(raw[: glued.start()].split()) >= _LEAST:
            return glued.start()
        ago = _AGO.search(raw) if _AGO_TAIL.search(raw) is not None else None
    if match := ago or (_GLUED.search(raw) if raw[-1:].isdigit() else None):
        return match.start() if len(raw[: match.start()].split()) >= _LEAST else 0
    dates = find_dates(raw, base)
    if not dates or raw[dates[-1].end :].strip(_EDGE):
        return 0
    before = raw[: dates[-1].start].rstrip(_EDGE)
    return len(before) if len(before.split()) >= _LEAST and not governs(before) else 0


def _clock_behind(raw: str, base: datetime | None) -> int:
    match = _CLOCK_TAIL.search(raw)
    if match is None or raw[match.start() - 1].isdigit():  # the clock of a date
        return 0
    return match.start() if len(raw[: match.start()].split()) >= _LEAST else 0


def _date_before(raw: str, base: datetime | None) -> int:
    date = next(iter(find_dates(raw, base)), None)
    if date is None or raw[: date.start].strip(_EDGE):
        return 0
    rest = raw[date.end :].lstrip(_EDGE)
    return len(raw) - len(rest) if len(rest.split()) >= _LEAST else 0


def _site_behind(raw: str, base: datetime | None) -> int:
    match = _SITE.search(raw) if "|" in raw else None
    return match.start() if match and len(raw[: match.start()].split()) >= _LEAST else 0


def _name_behind(raw: str, base: datetime | None) -> int:
    match = _NAME.search(raw) if "-" in raw or "–" in raw or "—" in raw else None
    if match is None or len(match.group().split()) > _NAME_WORDS + 1:
        return 0
    return match.start() if len(raw[: match.start()].split()) > _LEAST else 0


def _link_behind(raw: str, base: datetime | None) -> int:
    match = _LINK.search(raw) if raw.endswith(_LINKS) else None
    return match.start() if match and len(raw[: match.start()].split()) >= _LEAST else 0


def _clock_before(raw: str, base: datetime | None) -> int:
    match = _CLOCK.match(raw)
    return match.end() if match and len(raw[match.end() :].split()) >= _LEAST else 0


def _count_behind(raw: str, base: datetime | None) -> int:
    match = _COUNT.search(raw) if raw[-1:] in {")", "]"} else None
    return match.start() if match and len(raw[: match.start()].split()) >= _LEAST else 0


def _shows_date(folds: str) -> bool:
    return "منذ" in folds or "قبل" in folds or _SHOWS_DATE.search(folds) is not None


def _shows_link(folds: str) -> bool:
    return any(map(folds.__contains__, _LINK_ENDS))


_EDGES: Final[tuple[tuple[_Find, Callable[[str], object], Kind, bool], ...]] = (
    (_clock_before, re.compile(r"\d[:.]\d").search, Kind.PUBLISHED, True),
    (_date_before, _SHOWS_DATE.search, Kind.PUBLISHED, True),
    (_date_behind, _shows_date, Kind.PUBLISHED, False),
    (_clock_behind, re.compile(r"\d:\d\d[^\d\n]{0,6}\n").search, Kind.PUBLISHED, False),
    (_count_behind, lambda folds: ")" in folds or "]" in folds, Kind.SHARE, False),
    (_site_behind, lambda folds: "|" in folds, Kind.SHARE, False),
    (_name_behind, lambda folds: "-" in folds or "–" in folds or "—" in folds, Kind.SHARE, False),
    (_link_behind, _shows_link, Kind.LINK_TEXT, False),
)
"""What finds each edge, what stands in lines one of which has it, what it is, and whether it comes first."""
