"""A line that follows a related-marker enters; it is cut into headlines, their dates, and the paragraph behind them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from .dates import find_dates, read_date
from .list_edges import cut_edges
from .newswords import continues, is_reporting
from .parts import LEAST_PROSE, Part, has_digit, look, part_within
from .runon import FEWEST, MOST, begins_story, cut_headlines
from .sites import Kind

_BULLETS: Final[tuple[tuple[Sequence[str], re.Pattern[str]], ...]] = (
    ("•●▪■◆|*", re.compile(r"[•●▪■◆]|(?<=\s)[|*](?=\s)")),
    ("/»›", re.compile(r"(?<=\s)[/»›](?=\s)")),
    ("–—-", re.compile(r"(?<=\s)[–—-](?=\s)")),
    (("",), re.compile(r"(?<=\S)[^\S\n]{2}(?=\S)")),
)
"""Signs between headlines on one line; one that also stands within headlines comes last."""
_DOUBLE: Final = re.compile(r"[^\S\n]{2,}")
_WORD: Final = re.compile(r"\S+")
_DIGIT: Final = re.compile(r"\d")
_TELLS_DAY: Final = ("منذ", "قبل", "أمس", "امس", "اليوم")
_DATE_BEHIND: Final = re.compile(r"(?<!\s)\s*+[(\[|–—-]\s*+([^()\[\]|–—]{5,40}?)\s*+(?:[)\]]\s*+)?$")
_DATE_BEFORE: Final = re.compile(r"[(\[]?\s*+([^()\[\]|–—«»\"]{5,36}?)\s*+(?:[)\]:]|(?<=\s)[|–—-])\s+(?=\S)")
_SIGNS_BEHIND, _SIGNS_BEFORE = "([|–—-", ")]|–—-:"
"""One of these stands before a date at a line's end, and behind one at its start; `_BESIDE` finds any of them."""
_BESIDE: Final = re.compile(r"[(\[|–—)\]:-]")
_RELATED: Final = Kind.RELATED
_IN_LIST: Final = {None, Kind.PUBLISHED, Kind.NAVIGATION, Kind.LINK_TEXT, Kind.CAPTION, Kind.SHARE}
"""Kinds of marker that do not end a list."""
_STOPS: Final = frozenset(".:،")
_RUN_ON: Final = 15
"""Words of a line that may be several headlines; a shorter one is taken for one."""
_ONE_DATED: Final = 3
"""Pieces of a line with one date in it, at most."""
_BELOW: Final = 8
"""Words of a line under a marker that may be several headlines, if signs stand between them."""
_LONGEST: Final = 3000
"""Characters of the longest line that is searched for dates."""


def expand_runs(text: str, parts: list[Part], base: datetime | None) -> list[Part]:
    """Replace each line that a related-marker opens by the headlines and dates it runs together."""
    expanded: list[Part] = []
    listed = False
    start = 0
    for at, part in enumerate(parts):
        kind = part.kind
        if not listed and kind is not _RELATED:
            expanded.append(part)
            continue
        goes = kind is _RELATED or (kind in _IN_LIST and not part.prose)
        if listed and (not goes or kind is _RELATED):
            expanded[start:] = cut_edges(text, expanded[start:], base)
        if kind is _RELATED:
            start = len(expanded)
        listed = goes
        before = expanded[-1] if expanded else None
        if kind is None and _opens_list(before) and (part.gap == 0 or _holds_list(parts, at)):
            last = at + 1 == len(parts) and part.stop != "."
            expanded += _split(text, part, base, below=part.gap > 0, last=last)
        elif listed and kind is None and part.size > FEWEST:
            expanded += _beside_date(text, part, base)
        else:
            expanded.append(part)
    if listed:
        expanded[start:] = cut_edges(text, expanded[start:], base)
    else:
        start = len(expanded)
    story = (at + 1 for at in range(start - 1, -1, -1) if _is_told(expanded[at]))
    behind = next(story, 0)
    expanded[behind:start] = cut_edges(text, expanded[behind:start], base)
    return expanded


def _is_told(part: Part) -> bool:
    """Tell whether a part is a paragraph of a story: prose that no long headline is."""
    return part.kind is None and part.prose and not part.boiler and (part.stop in _STOPS or part.size >= LEAST_PROSE)


def _holds_list(parts: list[Part], at: int) -> bool:
    """Tell whether the line under a marker is long enough for several headlines and no paragraph of the story."""
    part = parts[at]
    return part.size >= _BELOW and part.stop != "." and parts[at - 1].joint == "end" and not _is_story(part)


def _beside_date(text: str, part: Part, base: datetime | None) -> list[Part]:
    """Part a listed headline from the date in brackets or behind a dash at its end, or before a bar at its start."""
    if not (has_digit(part) or any(map(part.fold.__contains__, _TELLS_DAY))) or _BESIDE.search(part.fold) is None:
        return [part]
    raw = text[part.start : part.end]
    for pattern, signs, date in ((_DATE_BEHIND, _SIGNS_BEHIND, 1), (_DATE_BEFORE, _SIGNS_BEFORE, 0)):
        if not any(map(raw.__contains__, signs)):
            continue
        match = pattern.search(raw) if date else pattern.match(raw)
        if match is not None and _may_be_date(match[1]) and read_date(match[1], base) is not None:
            if read_date(raw.strip(" |"), base) is not None:
                return [part]  # a day and its clock
            cut = match.start() if date else match.end()
            pieces = [part_within(text, part, 0, cut), part_within(text, part, cut, len(raw))]
            for piece in pieces:
                look(piece)
            pieces[date].kind, pieces[date].rule, pieces[date].joint = Kind.PUBLISHED, "date.beside", "end"
            return pieces if pieces[1 - date].size >= FEWEST else [part]
    return [part]


def _may_be_date(raw: str) -> bool:
    return _DIGIT.search(raw) is not None or any(map(raw.__contains__, _TELLS_DAY))


def _opens_list(before: Part | None) -> bool:
    return before is not None and before.kind is _RELATED and before.joint != "glued"


def _split(text: str, part: Part, base: datetime | None, *, below: bool, last: bool = False) -> list[Part]:
    raw = text[part.start : part.end]
    dates = _date_cuts(part, raw, base)
    cuts = dates if not below or len(dates) > _ONE_DATED else []
    spaced = "  " in raw or not raw.isprintable()  # no printable sign but the blank is a space
    cuts = cuts or _bullet_cuts(raw, _BULLETS if spaced else _BULLETS[:-1])
    cuts = cuts or (_double_space_cuts(part, raw) if spaced else [])
    cuts = cuts or ([] if below else _run_on_cuts(part, raw, last=last))
    if not cuts:
        return _beside_date(text, part, base) if below else [part]
    pieces = [part_within(text, part, start, end) for start, end in cuts]
    for piece in pieces:
        look(piece)
    return pieces


def _date_cuts(part: Part, raw: str, base: datetime | None) -> list[tuple[int, int]]:
    """Cut before and after each date; none if the line holds no date with a headline before it."""
    if part.size < 4 or not has_digit(part):
        return []
    dates = find_dates(raw[:_LONGEST], base)
    cuts: list[tuple[int, int]] = []
    at = 0
    for date in dates:
        if not 3 <= len(raw[at : date.start].split()) <= 30:
            break
        cuts += [(at, date.start), (date.start, date.end)]
        at = date.end
    if cuts and at < len(raw):
        cuts.append((at, len(raw)))
    return cuts


def _bullet_cuts(raw: str, bullets: Sequence[tuple[Sequence[str], re.Pattern[str]]]) -> list[tuple[int, int]]:
    """Cut before each bullet or bar, if headlines stand between them."""
    for signs, sign in bullets:
        if not any(map(raw.__contains__, signs)) or sign.search(raw) is None:
            continue
        bounds = sorted({0, *(match.start() for match in sign.finditer(raw)), len(raw)})
        cuts = [(start, end) for start, end in pairwise(bounds) if raw[start:end].strip("•●▪■◆|*/»›–— -")]
        if len(cuts) > 1 and all(FEWEST < len(raw[start:end].split()) <= MOST + 1 for start, end in cuts):
            return cuts
    return []


def _double_space_cuts(part: Part, raw: str) -> list[tuple[int, int]]:
    """Cut at those double spaces at which a headline begins; the others are where a printed line was wrapped."""
    if len(_DOUBLE.findall(raw, 0, _LONGEST)) < 2 or (part.prose and _is_story(part)):
        return []
    spans = [match.span() for match in _WORD.finditer(raw, 0, _LONGEST)]
    apart = {at for at in range(1, len(spans)) if spans[at][0] - spans[at - 1][1] > 1}
    words = [raw[start:end] for start, end in spans]
    cuts = [(spans[start][0], spans[end - 1][1]) for start, end in cut_headlines(words, apart)]
    return [*cuts[:-1], (cuts[-1][0], len(raw))] if len(cuts) > 1 else []


def _is_story(part: Part) -> bool:
    return continues(part.words) or is_reporting(part.words[0])


def _run_on_cuts(part: Part, raw: str, *, last: bool) -> list[tuple[int, int]]:
    """Cut a long line of headlines with nothing between them, and the story that follows on the same line."""
    if part.size < _RUN_ON or _is_story(part):
        return []
    spans = [match.span() for match in _WORD.finditer(raw, 0, _LONGEST)]
    words = [raw[start:end] for start, end in spans]
    story = begins_story(words) if part.prose else None
    if part.prose and story is None and not last:
        return []
    stop = len(words) if story is None else story
    cuts = [(spans[start][0], spans[end - 1][1]) for start, end in cut_headlines(words[:stop])]
    if story is not None:
        cuts.append((spans[story][0], len(raw)))
    return cuts
