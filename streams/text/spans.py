"""A read page enters; spans that cover its text without gap or overlap leave."""

from __future__ import annotations

from typing import Any, Final

from pydantic import TypeAdapter

from schemas.spans import Label, Span

from .page import Page
from .parts import Part, bullet
from .pieces import DROPPED
from .related import HEADLINE_LABEL

_SPANS: Final = TypeAdapter(tuple[Span, ...])
_MARKS: Final = 12
"""Controls that may stand around the mark of a listed line."""
_SOFT: Final = 2
"""Blanks on one line that do not end a paragraph."""
_OPENED: Final = {"←": "\0", "›": "‹", "»": "«", "”": "“", ")": "(", "]": "["}
_BODY: Final = {Label.BODY, Label.RELATED_BODY}
_LISTED: Final = {Label.RELATED_HEADLINE, Label.RELATED_TITLE, Label.TITLE}


def spans_of(page: Page) -> tuple[Span, ...]:
    """List the page's spans; what stands between its parts is `space`, list marks are spans of their own."""
    spans: list[dict[str, Any]] = []
    at = 0
    for part in page.parts:
        label = part.label
        assert label is not None
        if part.gap == 0 and spans and _goes_on(spans[-1], part, at):
            spans[-1]["end"] = at = part.end
            continue
        if part.start > at:
            spans.append(_span(at, part.start, Label.SPACE, "space", part.article))
        at = part.end
        mark, end = part.start, part.end
        if label in _LISTED:
            mark = _list_mark(page, part)
            end -= _is_left_open(page, part, mark)
        if mark > part.start:
            spans.append(_span(part.start, mark, Label.JUNK, "feature.list-mark", part.article))
        spans.append(_span(mark, end, label, part.rule, part.article))
        if end < part.end:
            spans.append(_span(end, part.end, Label.JUNK, "feature.stray-quote", part.article))
    if at < len(page.text):
        spans.append(_span(at, len(page.text), Label.SPACE, "space", 0))
    return _SPANS.validate_python(spans)


def _goes_on(last: dict[str, Any], part: Part, at: int) -> bool:
    if part.start - at > _SOFT or last["label"] is not part.label:
        return False
    return (part.label in _BODY and part.start > at) or last["rule"] == HEADLINE_LABEL


def _list_mark(page: Page, part: Part) -> int:
    """Find where the words of a listed headline begin, behind its bullet or number."""
    size = bullet(part) if part.mark is None else part.mark
    if not size or size >= len(part.fold):
        return part.start
    raw = page.text[part.start : part.end]
    if DROPPED.search(raw[: size + 1]) is None:
        return part.start + size
    kept = [at for at, sign in enumerate(raw[: size + _MARKS]) if DROPPED.match(sign) is None]
    return part.start + kept[size] if len(kept) > size else part.start


def _is_left_open(page: Page, part: Part, start: int) -> bool:
    """Tell whether a listed headline ends with a closing sign that nothing in it opens: a rest of a table."""
    if part.label is not Label.RELATED_HEADLINE or part.end - start < _SOFT:
        return False
    last = page.text[part.end - 1]
    if last == '"':
        return page.text.count('"', start, part.end) % 2 == 1
    return last in _OPENED and _OPENED[last] not in page.text[start : part.end]


def _span(start: int, end: int, label: Label, rule: str, article: int) -> dict[str, Any]:
    return {"start": start, "end": end, "label": label, "rule": rule, "article": article}
