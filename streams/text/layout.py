"""A page's text enters; its parts leave, each labelled with what it is and by which rule."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from schemas.spans import Label

from .dump import unroll
from .head import OF_KIND, read_head
from .markers import Matcher
from .newswords import continues, is_reporting
from .page import Page, is_boilerplate, is_paragraph, open_page
from .parts import bullet, cut_parts
from .pieces import fold_layout
from .related import read_related
from .sites import Kind
from .tell import goes_on, is_data_list, is_hashtags, is_headline, is_latin, is_link_headline, is_pipes

_NAV_ROW: Final = 4
"""Navigation lines that make a row: what stands above such a row is the page's description, not its article."""
_FACT_WORDS: Final = 8
_PLAIN: Final = {Label.TITLE, Label.KICKER, Label.CAPTION, Label.NAVIGATION, Label.DATELINE, Label.JUNK}
_LEAST_FLASH: Final = 3
"""Words of the shortest line that says something."""


def read_layout(text: str, matcher: Matcher, base: datetime | None) -> Page:
    """Read the page: head, then body with the boxes in it, embedded articles, foot. Every part gets its label."""
    parts = unroll(text, cut_parts(text, fold_layout(text), matcher), matcher, base)
    page = open_page(text, parts, base)
    body = _body_start(page)
    read_head(page, body)
    at = body
    while at < len(page.parts):
        at = _step(page, at)
    if not any(part.label is Label.BODY for part in page.parts):
        _rescue(page)
    return page


def _rescue(page: Page) -> None:
    """Read a page without a paragraph, a news flash: its lines are the body, below the title if there are several."""
    lines = [part for part in page.parts if part.kind is None and part.label in _PLAIN and part.size >= _LEAST_FLASH]
    title = next((part for part in lines if part.label is Label.TITLE), None)
    for part in lines:
        if part is not title or len(lines) == 1:
            part.say(Label.BODY, "feature.flash")


def _body_start(page: Page) -> int:
    """Find the first paragraph that no row of navigation follows."""
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
    for at in range(start - 1, max(-1, start - 30), -1):
        part = page.parts[at]
        if part.kind is Kind.RELATED:
            return at if any(other.kind is None and other.size >= 3 for other in page.parts[:at]) else start
    return start


def _step(page: Page, at: int) -> int:
    part = page.parts[at]
    if part.label is not None:
        return at + 1
    if part.kind is Kind.RELATED:
        return read_related(page, at)
    if part.kind in {Kind.SOURCE, Kind.KEYWORDS}:
        return _fact(page, at)
    if part.kind is Kind.FOOTER:
        return _foot(page, at)
    if part.kind is Kind.SIGNATURE:
        return _signature(page, at)
    if part.kind is not None:
        return _aside(page, at)
    if page.ended or (is_boilerplate(part) and not _mid_story(page, at)):
        part.say(Label.JUNK, "foot.after" if page.ended else "feature.site-talk", page.article)
        return at + 1
    if part.prose or goes_on(page.at(at - 1)):
        page.say(part, Label.BODY, "feature.paragraph")
        return at + 1
    return _short_lines(page, at)


def _mid_story(page: Page, at: int) -> bool:
    """Tell whether a paragraph with one phrase of the site's own stands in mid-story: the next one goes on from it."""
    part, following = page.parts[at], page.at(at + 1)
    return (
        part.boiler == 1
        and part.prose
        and following is not None
        and is_paragraph(following)
        and continues(following.words)
    )


def _fact(page: Page, at: int) -> int:
    """Label a source or keyword label and its value, on the same line or the next."""
    marker = page.parts[at]
    label = Label.SOURCE if marker.kind is Kind.SOURCE else Label.KEYWORDS
    page.say(marker, label, marker.rule)
    page.done = page.done or page.article == 0
    value = page.at(at + 1)
    if value is None or value.kind not in {None, Kind.SIGNATURE, Kind.NAVIGATION}:
        return at + 1
    if value.gap > 0 and (marker.joint != "end" or (label is Label.SOURCE and value.size > _FACT_WORDS) or value.prose):
        return at + 1
    page.say(value, label, marker.rule)
    if label is Label.KEYWORDS:
        return _more_keywords(page, at + 2)
    return at + 2


def _more_keywords(page: Page, at: int) -> int:
    """Take the short lines under a keyword label too: one tag a line, or tags apart by wide gaps."""
    while (part := page.at(at)) is not None and part.kind in {None, Kind.NAVIGATION, Kind.SIGNATURE}:
        if part.size > 4 or (part.gap > 1) or part.stop:
            break
        page.say(part, Label.KEYWORDS, "feature.tag-line")
        at += 1
    return at


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


def _aside(page: Page, at: int) -> int:
    part = page.parts[at]
    assert part.kind is not None
    label = OF_KIND.get(part.kind, Label.JUNK)
    page.say(part, label, part.rule)
    value = page.at(at + 1)
    if part.joint in {"separator", "space"} and value is not None and value.kind is None and value.gap == 0:
        page.say(value, label, part.rule)
        return at + 2
    return at + 1


def _short_lines(page: Page, at: int) -> int:
    """Decide on a run of lines that are no paragraphs: inside the story, or after its end."""
    stop = at
    while (part := page.at(stop)) is not None and part.kind is None and not part.prose and not is_boilerplate(part):
        stop += 1
    if page.plain_prose(stop) and not page.ended:
        _inside(page, at, stop)
    else:
        _after(page, at, stop)
    return stop


def _inside(page: Page, at: int, stop: int) -> None:
    beside = stop - at - 1
    listed = is_data_list(page.parts[at:stop])
    for index in range(at, stop):
        part = page.parts[index]
        if is_hashtags(part) or is_pipes(part):
            page.say(part, Label.NAVIGATION, "feature.link-row")
        elif not listed and not goes_on(page.at(index - 1)) and is_link_headline(page, index, beside):
            part.say(Label.RELATED_HEADLINE, "feature.unmarked-headline", page.article)
        else:
            page.say(part, Label.BODY, "feature.subhead")


def _after(page: Page, at: int, stop: int) -> None:
    """Lines behind the last paragraph: its end, if it goes on; else headlines without a marker, or rests of the page."""
    heads = [index for index in range(at, stop) if is_headline(page.parts[index]) and page.parts[index].size >= 5]
    for index in range(at, stop):
        part = page.parts[index]
        if is_hashtags(part):
            page.say(part, Label.KEYWORDS, "feature.hashtags")
        elif _ends_story(page, index, at):
            page.say(part, Label.BODY, "feature.last-lines")
        elif is_pipes(part) or is_latin(part):
            page.say(part, Label.NAVIGATION, "feature.link-row")
        elif index in heads and len(heads) >= 2:
            part.say(Label.RELATED_HEADLINE, "feature.unmarked-list", page.article)
        else:
            part.say(Label.JUNK, "feature.rest", page.article)


def _ends_story(page: Page, index: int, first: int) -> bool:
    part = page.parts[index]
    before = page.at(index - 1)
    if before is None or before.label not in {Label.BODY, Label.RELATED_BODY}:
        return False
    if goes_on(before) or (bullet(part) and (bullet(before) or before.stop == ":")):
        return True
    if part.stop == "." and part.size >= 3:
        return True
    return part.size >= 5 and (part.stop in {"؟", "!"} or continues(part.words) or is_reporting(part.words[0]))
