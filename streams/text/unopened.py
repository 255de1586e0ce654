"""Lines behind the story enter; an embedded article without a marker is found by its title, date and first words."""

from __future__ import annotations

from typing import Final

from schemas.spans import Label

from .newswords import continues
from .page import Page, overlap
from .parts import Part, bullet, content
from .related import EMBEDS, embed, embedding_score, title_line
from .tell import is_dateline, is_headline

_CLOSING: Final = {Label.SOURCE, Label.KEYWORDS, Label.SHARE, Label.LINK_TEXT, Label.JUNK, Label.NAVIGATION}
_MARKER_WORDS: Final = 5
"""Words of the longest line that may be a marker which no rule knows."""
_HEAD: Final = 40
"""Lines of a page among which its own date stands."""
_TOLD: Final = {Label.BODY, Label.RELATED_BODY}
_BEFORE: Final = {*_TOLD, Label.SOURCE, Label.KEYWORDS, Label.SHARE, Label.LINK_TEXT, Label.JUNK}
"""Labels of what may stand right before an embedded article that nothing but its title and date opens."""
_FULL_STOPS: Final = frozenset([".", "؟", "!"])
_PLACE: Final = 2
"""Words of a place or a name, which is no dateline yet."""
_ABOUT: Final = "نبذه"
"""Word with which what a company tells of itself begins, behind its own news."""
_LABELLED, _LEAST_TITLE, _SAID_BELOW = 2, 4, 0.3
"""Lines of a label and a title, words of the shortest title, and the share of them that the first paragraph says."""


def read_unmarked(page: Page, start: int, stop: int) -> bool:
    """Read short lines between the closing facts and a paragraph as an embedded article, if they are its head."""
    before = page.at(start - 1)
    if page.article or not page.done or before is None or before.label not in _CLOSING:
        return _read_signed(page, start, stop)
    lines = [at for at in range(start, stop) if page.parts[at].size >= 2]
    if not lines or embedding_score(page, lines, stop) < EMBEDS + 1:
        return False
    title = title_line(page, lines)
    if page.parts[title].words[0] == _ABOUT:
        page.ended = True
        page.parts[title].say(Label.JUNK, "feature.about")
        return True
    for at in range(start, title):
        if page.parts[at].size <= _MARKER_WORDS or at not in lines:
            page.parts[at].say(Label.RELATED_MARKER, "feature.unknown-marker")
    embed(page, "feature.unmarked-list", lines, stop)
    return True


def read_dated(page: Page, start: int, stop: int) -> bool:
    """Read the line before the date at `stop` as the title of an embedded article, if the paragraph below says it."""
    opening, title = page.at(stop + 1), page.parts[stop - 1]
    if opening is None or not page.plain_prose(stop + 1) or page.parts[stop].start not in page.dates:
        return False
    if not _may_open(page, start, stop) or not _is_said(title, opening):
        return False
    for part in page.parts[start : stop - 1]:
        part.say(Label.RELATED_MARKER, "feature.unknown-marker")
    embed(page, "feature.dated-title", [stop - 1], stop + 1)
    return True


def _read_signed(page: Page, start: int, stop: int) -> bool:
    """Read a line and the dateline under it as the head of an embedded article, if the paragraph below says it."""
    if stop - start < _LABELLED or not _is_signature(page.parts[stop - 1]) or not _may_open(page, start, stop - 1):
        return False
    title, opening = page.parts[stop - 2], page.parts[stop]
    if not _is_said(title, opening):
        return False
    for part in page.parts[start : stop - 2]:
        part.say(Label.RELATED_MARKER, "feature.unknown-marker")
    embed(page, "feature.signed-title", [stop - 2, stop - 1], stop)
    return True


def _is_signature(part: Part) -> bool:
    """Tell whether a line is a place and who writes from there, more than two words between signs."""
    return part.size > _PLACE and part.stop != ":" and bullet(part) == 0 and is_dateline(part)


def _is_said(title: Part, opening: Part) -> bool:
    """Tell whether a line is a headline whose words the paragraph `opening`, a story's first, says again."""
    if not is_headline(title) or title.size < _LEAST_TITLE or continues(opening.words):
        return False
    return overlap(title, set(content(opening))) >= _SAID_BELOW


def _may_open(page: Page, start: int, stop: int) -> bool:
    """Tell whether the page's own story has a date, and ends before `start`; a label at most may stand over a title."""
    before = page.at(start - 1)
    if before is None or before.label not in _BEFORE or (before.label in _TOLD and before.stop not in _FULL_STOPS):
        return False
    if stop - start > _LABELLED or (stop - start == _LABELLED and page.parts[start].size > _MARKER_WORDS):
        return False
    return any(part.label is Label.PUBLISHED for part in page.parts[: min(start, _HEAD)])
