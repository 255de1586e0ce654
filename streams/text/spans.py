"""A read page enters; spans that cover its text without gap or overlap leave."""

from __future__ import annotations

from typing import Final

from schemas.spans import Label, Span

from .page import Page
from .parts import Part, bullet
from .pieces import DROPPED
from .related import HEADLINE_LABEL

_new: Final = tuple.__new__
"""Makes a span of values known to be right, in half the time of its constructor."""
_SPACE, _HEADLINE, _JUNK = Label.SPACE, Label.RELATED_HEADLINE, Label.JUNK
_MARKS: Final = 12
"""Controls that may stand around the mark of a listed line."""
_SOFT: Final = 2
"""Blanks on one line that do not end a paragraph."""
_OPENED: Final = {"←": "\0", "›": "‹", "»": "«", "”": "“", ")": "(", "]": "["}
_BODY: Final = {Label.BODY, Label.RELATED_BODY}
_LISTED: Final = {Label.RELATED_HEADLINE, Label.RELATED_TITLE, Label.TITLE}


def spans_of(page: Page) -> tuple[Span, ...]:
    """List the page's spans; what stands between its parts is `space`, list marks are spans of their own."""
    spans: list[Span] = []
    at = 0
    for part in page.parts:
        start, end, label, article = part.start, part.end, part.label, part.article
        assert label is not None
        if part.gap == 0 and spans and _goes_on(spans[-1], part, at):
            spans[-1] = spans[-1]._replace(end=end)
            at = end
            continue
        if start > at:
            spans.append(_new(Span, (at, start, _SPACE, "space", article)))
        at = end
        if label in _LISTED:
            spans += _listed(page, part, label)
        else:
            spans.append(_new(Span, (start, end, label, part.rule, article)))
    if at < len(page.text):
        spans.append(_new(Span, (at, len(page.text), _SPACE, "space", 0)))
    return tuple(spans)


def _listed(page: Page, part: Part, label: Label) -> list[Span]:
    """Give the span of a headline, with what is no word of it before and behind."""
    start = _list_mark(page, part)
    end = part.end - _is_left_open(page, part, start)
    spans = [_new(Span, (start, end, label, part.rule, part.article))]
    if start > part.start:
        spans.insert(0, _new(Span, (part.start, start, _JUNK, "feature.list-mark", part.article)))
    if end < part.end:
        spans.append(Span(end, part.end, _JUNK, "feature.stray-quote", part.article))
    return spans


def _goes_on(last: Span, part: Part, at: int) -> bool:
    if part.start - at > _SOFT or last.label is not part.label:
        return False
    return (part.label in _BODY and part.start > at) or last.rule == HEADLINE_LABEL


def _list_mark(page: Page, part: Part) -> int:
    """Find where the words of a listed headline begin, behind its bullet or number."""
    size = bullet(part) if part.mark is None else part.mark
    if not size or size >= len(part.fold):
        return part.start
    if len(part.fold) == part.end - part.start:  # no mark was dropped
        return part.start + size
    raw = page.text[part.start : part.end]
    if DROPPED.search(raw[: size + 1]) is None:
        return part.start + size
    kept = [at for at, sign in enumerate(raw[: size + _MARKS]) if DROPPED.match(sign) is None]
    return part.start + kept[size] if len(kept) > size else part.start


def _is_left_open(page: Page, part: Part, start: int) -> bool:
    """Tell whether a listed headline ends with a closing sign that nothing in it opens, or with a hyphen."""
    if part.label is not _HEADLINE or part.end - start < _SOFT:
        return False
    last = page.text[part.end - 1]
    if last == "-" and page.text[part.end - 2].isalpha():  # the bullet of a list from right to left, turned around
        return True
    if last == '"':
        return page.text.count('"', start, part.end) % 2 == 1
    return last in _OPENED and _OPENED[last] not in page.text[start : part.end]
