"""The parts of a page enter; the index at which its story begins leaves."""

from __future__ import annotations

from typing import Final

from .page import Page, is_paragraph
from .sites import Kind

_NAV_ROW: Final = 4
"""Navigation lines that make a row: what stands above such a row is the page's description, not its article."""
_BOX_ROOM: Final = 30
"""Lines of the longest box that may stand between title and story."""


def body_start(page: Page) -> int:
    """Find the first paragraph that no row of navigation follows, or the box that stands before it."""
    start = page.next_prose[0]
    row = last = 0
    for at, part in enumerate(page.parts):
        if part.kind in {Kind.NAVIGATION, Kind.SIGNATURE, Kind.FOOTER}:
            row += 1
            if row >= _NAV_ROW:
                last = at + 1
        elif part.size > 3 or part.kind is not None:
            row = 0
        if at > start + 2 and last <= start and is_paragraph(part):
            break
    if last > start and page.next_prose[min(last, len(page.parts))] < len(page.parts):
        start = page.next_prose[last]
    return _without_box(page, start)


def _without_box(page: Page, start: int) -> int:
    """Step back to a related-marker that stands between the title and the first paragraph: its box is read as such."""
    for at in range(start - 1, max(-1, start - _BOX_ROOM), -1):
        part = page.parts[at]
        if part.kind is Kind.RELATED:
            return at if any(other.kind is None and other.size >= 3 for other in page.parts[:at]) else start
    return start
