"""The parts of a page enter; the index at which its story begins leaves."""

from __future__ import annotations

import re
from typing import Final

from .head_date import find_date_within
from .newswords import continues, is_reporting
from .page import Page, is_paragraph, overlap
from .parts import LEAST_PROSE, Part, content
from .sites import Kind

_NAV_ROW: Final = 4
"""Navigation lines that make a row: what stands above such a row is the page's description, not its article."""
_OF_ROW: Final = {Kind.NAVIGATION, Kind.SIGNATURE, Kind.FOOTER}
_RELATED: Final = Kind.RELATED
_TITLE_WORDS: Final = 4
_SAID, _UNSAID = 0.3, 0.25
"""Shares of their words that the story says of its title, and not of other headlines."""
_BYLINE: Final = 4
_BESIDE_TITLE: Final = {Kind.PUBLISHED, Kind.AUTHOR, Kind.SHARE, Kind.DATELINE, Kind.SIGNATURE, Kind.SOURCE}
_LONGEST_TITLE: Final = 26
_HEAD: Final = 20
_DATE_LINE, _FIGURES = 24, 3
"""Words of the longest line of dates, and of them the least with figures."""
_DIGIT: Final = re.compile(r"\d")
_BOX_ROOM: Final = 30
"""Lines of the longest box that may stand between title and story."""


def body_start(page: Page) -> int:
    """Find the first paragraph that no row of navigation follows, or the box that stands before it."""
    start = _below_dates(page)
    row = last = 0
    for at, part in enumerate(page.parts):
        if part.kind in _OF_ROW:
            row += 1
            if row >= _NAV_ROW:
                last = at + 1
        elif part.size > 3 or part.kind is not None:
            row = 0
        if at > start + 2 and last <= start and is_paragraph(part):
            break
    start = _below_row(page, _below_ticker(page, start), last)
    return _without_box(page, _below_title(page, start))


def _below_dates(page: Page) -> int:
    """Find the first paragraph; a long line of dates and counters that only looks like one becomes the date line."""
    start = page.next_prose[0]
    while start < min(_HEAD, len(page.parts)):
        part = page.parts[start]
        if part.size > _DATE_LINE or part.stop == ".":
            break
        figures = sum(_DIGIT.search(word) is not None for word in part.words)
        if figures < _FIGURES or figures * 5 < part.size:
            break
        find_date_within(page, part)
        if part.kind is not Kind.PUBLISHED:
            break
        part.prose = False
        page.next_prose[: start + 1] = [page.next_prose[start + 1]] * (start + 1)
        start = page.next_prose[0]
    return start


def _below_row(page: Page, start: int, row: int) -> int:
    """Step over one paragraph above a row of navigation, if the row has the story below it."""
    if row <= start:
        return start
    first, end = page.next_prose[row], len(page.parts)
    alone = page.next_prose[start + 1] >= row
    return first if alone and first < end and page.next_prose[first + 1] < end else start


def _below_ticker(page: Page, start: int) -> int:
    """Step over headlines that run on above the title: the story below says the title's words, and none of theirs."""
    if start >= len(page.parts) or page.parts[start].size < LEAST_PROSE or page.parts[start].stop == ".":
        return start
    ticker, after = page.parts[start], page.next_prose[start + 1]
    if after >= len(page.parts) or any(_is_line(part) for part in page.parts[:start]):
        return start
    story = set(content(page.parts[after]))
    said = max((overlap(part, story) for part in page.parts[start + 1 : after] if _is_line(part)), default=0.0)
    return after if said >= _SAID and overlap(ticker, story) < _UNSAID else start


def _is_line(part: Part) -> bool:
    return part.kind is None and part.size >= _TITLE_WORDS


def _below_title(page: Page, start: int) -> int:
    """Step over a long title: the page's first line, a sentence by its syntax only, with a paragraph right below it."""
    if start >= len(page.parts) or any(part.kind is None and part.size >= _TITLE_WORDS for part in page.parts[:start]):
        return start
    part = page.parts[start]
    following = page.at(start + 1)
    if following is None or part.size > _LONGEST_TITLE or part.gap == 0 or part.stop in {"،", ","}:
        return start
    after = page.next_prose[start + 1]
    between = page.parts[start + 1 : after]
    if any(one.kind is Kind.PUBLISHED for one in between) and not continues(part.words):
        return _if_bare(page, start, after)
    if part.firm or is_reporting(part.words[0]) or continues(part.words):
        return start
    return after if after < len(page.parts) and all(one.kind is not None for one in between) else start


def _if_bare(page: Page, start: int, after: int) -> int:
    """Step over a sentence with nothing but a date and the like between it and the story: it is the title."""
    between = page.parts[start + 1 : after]
    bare = after < len(page.parts) and all(one.kind in _BESIDE_TITLE or one.size <= _BYLINE for one in between)
    return after if bare and not continues(page.parts[after].words) else start


def _without_box(page: Page, start: int) -> int:
    """Step back to a related-marker that stands between the title and the first paragraph: its box is read as such."""
    for at in range(start - 1, max(-1, start - _BOX_ROOM), -1):
        part = page.parts[at]
        if part.kind is _RELATED:
            titled = any(other.kind is None and other.size >= 3 for other in page.parts[:at])
            return at if titled and not _title_below(page, at, start) else start
    return start


def _title_below(page: Page, at: int, start: int) -> bool:
    """Tell whether the title stands below the marker at `at`: the date does, and none stands above."""
    above, below = page.parts[:at], page.parts[at + 1 : start]
    if not any(part.kind is Kind.PUBLISHED for part in below):
        return False
    if not any(part.kind is Kind.PUBLISHED for part in above):
        return True
    if start >= len(page.parts):
        return False
    story = set(content(page.parts[start]))
    said = [max((overlap(part, story) for part in side if _is_line(part)), default=0.0) for side in (above, below)]
    return said[1] >= _SAID and said[1] > said[0]
