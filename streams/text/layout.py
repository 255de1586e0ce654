"""A page's text enters; its parts leave, each labelled with what it is and by which rule."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from schemas.spans import Label

from .asides import read_marked
from .closing_lists import leads_to_headline, opens_list
from .crumbs import part_crumbs
from .cutter import cut_parts
from .dump import unroll
from .head import read_head
from .late_tags import find_late_tags
from .markers import MarkerFinder
from .newswords import continues
from .page import Page, is_boilerplate, is_paragraph, open_page
from .scan import Scan, scan
from .short_lines import read_list_below, read_short_lines
from .sites import Kind
from .start import body_start
from .tell import goes_on
from .unwrap import join_wrapped

_AFTER_FOOT: Final = {Kind.RELATED, Kind.SOURCE, Kind.KEYWORDS}
"""Kinds of marker that still count below the comments: a date or a name there is a reader's."""
_LINK: Final = Kind.LINK_TEXT
_BODY: Final = Label.BODY
_PLAIN: Final = {Label.TITLE, Label.KICKER, Label.CAPTION, Label.NAVIGATION, Label.DATELINE, Label.JUNK}
_LEAST_FLASH: Final = 3
"""Words of the shortest line that says something."""


def read_layout(text: str, finder: MarkerFinder, base: datetime | None, seen: Scan | None = None) -> Page:
    """Read the page: head, then body with the boxes in it, embedded articles, foot. Every part gets its label.

    `seen` is the scan of `text` by the finder's rules, where there is one already.
    """
    seen = seen or scan(text, finder.rules)
    parts = unroll(text, join_wrapped(text, cut_parts(text, seen, finder)), finder, base)
    parts = part_crumbs(text, parts, finder)
    page = open_page(text, parts, base)
    at = body_start(page)
    read_head(page, at)
    while at < len(page.parts):
        at = _step(page, at)
    labels = [part.label for part in page.parts]
    if _BODY not in labels:
        _rescue(page)
    find_late_tags(page, labels)
    return page


def _step(page: Page, at: int) -> int:
    """Label the part at `at`, and what hangs on it; return the index of the next to be read."""
    part = page.parts[at]
    if part.label is not None:
        return at + 1
    if part.kind is _LINK and page.next_prose[at] >= len(page.parts) and leads_to_headline(page, at):
        part.say(Label.LINK_TEXT, part.rule, page.article)
        page.parts[at + 1].say(Label.RELATED_HEADLINE, "feature.next-article", page.article)
        return at + 2
    if part.kind is not None and not (page.ended and part.kind not in _AFTER_FOOT):
        return read_marked(page, at)
    if page.ended and opens_list(page, at):
        return read_list_below(page, at)
    if page.ended or (part.boiler and is_boilerplate(part) and not _mid_story(page, at)):
        part.say(Label.JUNK, "foot.after" if page.ended else "feature.site-talk", page.article)
    elif part.prose or goes_on(page.at(at - 1)):
        page.say(part, _BODY, "feature.paragraph")
    else:
        return read_short_lines(page, at)
    return at + 1


def _mid_story(page: Page, at: int) -> bool:
    """Tell whether a paragraph with one phrase of the site's own stands in mid-story: the next one goes on from it."""
    part, following = page.parts[at], page.at(at + 1)
    if part.boiler != 1 or not part.prose or following is None:
        return False
    return is_paragraph(following) and continues(following.words)


def _rescue(page: Page) -> None:
    """Read a page without a paragraph, a news flash: its lines are the body, below the title if there are several."""
    lines = [part for part in page.parts if part.kind is None and part.label in _PLAIN and part.size >= _LEAST_FLASH]
    title = next((part for part in lines if part.label is Label.TITLE), None)
    for part in lines:
        if part is not title or len(lines) == 1:
            part.say(Label.BODY, "feature.flash")
