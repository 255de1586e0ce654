"""A marker inside or behind the story enters; what it says beside the story is labelled: facts, credits, foot."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from schemas.spans import Label

from .head import OF_KIND
from .newswords import continues
from .page import Page
from .related import read_related
from .sites import Kind
from .tags import read_bare_tags, read_tags

_FACT_WORDS: Final = 8
"""Words of the longest source printed on the line under its label."""


def read_marked(page: Page, at: int) -> int:
    """Label the marker at `at` and what it governs; return the index of the first part that it does not."""
    kind = page.parts[at].kind
    assert kind is not None
    return _READERS.get(kind, _aside)(page, at)


def _source(page: Page, at: int) -> int:
    """Label a source label and its value, on the same line or the next."""
    marker = page.parts[at]
    page.say(marker, Label.SOURCE, marker.rule)
    page.done = page.done or page.article == 0
    value = page.at(at + 1)
    if value is None or value.kind not in {None, Kind.SIGNATURE, Kind.NAVIGATION}:
        return at + 1
    if value.gap > 0 and (marker.joint != "end" or value.size > _FACT_WORDS or value.prose):
        return at + 1
    page.say(value, Label.SOURCE, f"{marker.rule}.value")
    return at + 2


def _foot(page: Page, at: int) -> int:
    part = page.parts[at]
    part.say(Label.JUNK, part.rule, page.article)
    following = page.next_prose[at]
    goes = following < len(page.parts) and continues(page.parts[following].words)
    page.ended = page.ended or not goes
    return at + 1


def _signature(page: Page, at: int) -> int:
    """An agency's name alone on a line: the source at the end of a story, navigation elsewhere."""
    part = page.parts[at]
    before = page.at(at - 1)
    closes = before is not None and before.label in {Label.BODY, Label.RELATED_BODY}
    following = page.next_prose[at]
    if closes and (following >= len(page.parts) or not continues(page.parts[following].words)):
        page.say(part, Label.SOURCE, part.rule)
    else:
        page.say(part, Label.NAVIGATION, part.rule)
    return at + 1


def _name(page: Page, at: int) -> int:
    """A section's name: the first of the story's tags if such a run begins with it, else navigation."""
    tags = read_bare_tags(page, at)
    return tags if tags > at else _aside(page, at)


def _aside(page: Page, at: int) -> int:
    part = page.parts[at]
    assert part.kind is not None
    label = OF_KIND.get(part.kind, Label.JUNK)
    page.say(part, label, part.rule)
    page.done = page.done or (part.kind is Kind.LINK_TEXT and "مصدر" in part.fold and page.article == 0)
    value = page.at(at + 1)
    if part.joint in {"separator", "space"} and value is not None and value.kind is None and value.gap == 0:
        page.say(value, label, part.rule)
        return at + 2
    return at + 1


_READERS: Final[dict[Kind, Callable[[Page, int], int]]] = {
    Kind.RELATED: read_related,
    Kind.SOURCE: _source,
    Kind.KEYWORDS: read_tags,
    Kind.FOOTER: _foot,
    Kind.SIGNATURE: _signature,
    Kind.NAVIGATION: _name,
}
