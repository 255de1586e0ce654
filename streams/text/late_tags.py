"""A read page enters whose story has no tags; rests of the page that can only be its tags leave labelled so."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import Final

from schemas.spans import Label

from .newswords import continues
from .page import Page
from .parts import Part
from .sites import Kind
from .tags import FUNCTION_WORDS, LABELLED, LEAST_BARE, are_said, is_said_line, is_tag, parted, story_words

_RESTS: Final = {Label.JUNK, Label.NAVIGATION, Label.RELATED_HEADLINE, Label.RELATED_MARKER, Label.SHARE}
"""Labels that a row of tags gets which nothing announces."""
_KINDS: Final = {None, Kind.NAVIGATION}
_LONGEST_ROW: Final = 30
"""Words of the longest row of tags."""
_LABEL_WORDS: Final = 3
"""Words of the longest label that stands before tags on their line and that no rule knows."""
_SHORT: Final = 4
"""Words of the longest tag on a line of its own."""
_NAME: Final = 2
"""Words of the shorter tags, one of which must be among those that read as headlines."""
_MOST_LINES: Final = 400
"""Lines behind a story that are looked at; more is a page of links."""
_RULE: Final = "feature.late-tags"


def find_late_tags(page: Page, labels: list[Label | None]) -> None:
    """Label the first row of tags behind the story, if nothing has been read as its tags so far.

    Such are three and more short phrases, between signs or each on its line, and names run together on one line; the
    story must say them, and not announce them. `labels` are those of all parts.
    """
    if Label.KEYWORDS in labels or Label.BODY not in labels:
        return
    at = len(labels) - labels[::-1].index(Label.BODY)
    stop = min(len(labels), at + _MOST_LINES)
    if page.parts[at - 1].article or page.parts[at - 1].stop == ":":
        return
    behind, story = at, set[str]()
    while at < stop:
        end = _row_end(page, at, stop) if labels[at] in _RESTS else at
        if end > at and not _announced(page.parts[at - 1]):
            story = story or story_words(page, behind)
            if tags := _said_of(page.parts[at:end], story):
                for part in tags:
                    part.say(Label.KEYWORDS, LABELLED if ":" in part.fold else _RULE)
                    part.mark = part.fold.find(":") + 1 or None
                return
        at = max(at + 1, end)


def _announced(before: Part) -> bool:
    """Tell whether a line is a sentence of the story that asks for a list (`وتضم المجموعة:`)."""
    return before.stop == ":" and continues(before.words)


def _row_end(page: Page, at: int, stop: int) -> int:
    """Find the end of what by its form may be tags at `at`: one line of several, or short lines; `at` if it may not."""
    part = page.parts[at]
    if part.size > _LONGEST_ROW or not _is_rest(part):
        return at
    tags = _parted(part.fold)
    if len(tags) >= LEAST_BARE:
        return at + all(map(is_tag, tags))
    if part.boiler:
        return at
    if part.size > _SHORT:
        return at + (part.label is Label.JUNK)
    end = at
    while end < stop and _is_rest(page.parts[end]) and _may_be_line(page.parts[end]):
        end += 1
    return end


def _said_of(lines: list[Part], story: set[str]) -> list[Part]:
    """Choose, of what may be tags, those that are: the story says most of them, or several in a row."""
    if len(lines) == 1:
        tags = _parted(lines[0].fold)
        apart = len(tags) >= LEAST_BARE
        return lines if (are_said(tags, story) if apart else is_said_line(lines[0], story)) else []
    said = [are_said([part.fold], story) for part in lines]
    first = said.index(True) if True in said else 0
    lines, said = lines[first:], said[first:]
    if sum(said) * 3 < len(said) * 2 or any(part.label is Label.RELATED_HEADLINE for part in lines):
        runs = groupby(zip(lines, said, strict=True), itemgetter(1))
        rows = ([part for part, _ in run] for is_said, run in runs if is_said)
        lines = next((row for row in rows if len(row) >= LEAST_BARE), [])
    enough = len(lines) >= LEAST_BARE and min(part.size for part in lines) <= _NAME
    return lines if enough else []


def _parted(fold: str) -> list[str]:
    """Part a line at the signs between its tags, without the label before them."""
    label, colon, tags = fold.partition(":")
    return parted(tags if colon and len(label.split()) <= _LABEL_WORDS else fold)


def _may_be_line(part: Part) -> bool:
    return part.size <= _SHORT and not part.boiler and is_tag(part.fold) and FUNCTION_WORDS.isdisjoint(part.words)


def _is_rest(part: Part) -> bool:
    """Tell whether a part may be a tag or a row of them by its label: nothing that a phrase of a rule decided."""
    if part.stop or part.prose or part.article or part.label not in _RESTS:
        return False
    if part.label is Label.SHARE:
        return part.kind is Kind.SHARE and part.size == 1
    return part.kind in _KINDS
