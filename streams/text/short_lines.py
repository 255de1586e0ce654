"""A run of lines that are no paragraphs enters; sub-headings, unmarked headlines and rests of the page leave."""

from __future__ import annotations

from typing import Final

from schemas.spans import Label

from .closing_lists import find_list, list_end
from .newswords import continues, is_reporting
from .page import Page, is_boilerplate, overlap
from .parts import Part, bullet, content
from .related import list_marks, read_bare_teasers
from .sites import Kind
from .tags import read_bare_tags
from .teasers import is_cut_short
from .tell import (
    goes_on,
    is_address,
    is_data_list,
    is_hashtags,
    is_headline,
    is_latin,
    is_link_headline,
    is_pipes,
    is_poll,
)
from .unopened import read_dated, read_unmarked

_LINK_LABEL, _APART = 3, 0.25
"""Words of the longest label of one link, and the share of the link's words that the story around it says."""
_FEW: Final = 2
"""Words of a formula with which a story ends (`والله أعلم.`)."""
_MARKER_WORDS: Final = 5
"""Words of the longest line that may be a marker which no rule knows."""


def read_short_lines(page: Page, at: int) -> int:
    """Decide on a run of lines that are no paragraphs: inside the story, or after its end."""
    if (tags := read_bare_tags(page, at)) > at:
        return tags
    stop = at
    while (part := page.at(stop)) is not None and part.kind is None and not part.prose and not is_boilerplate(part):
        stop += 1
    end = page.at(stop)
    if stop > at and end is not None and end.kind is Kind.PUBLISHED and read_dated(page, at, stop):
        return stop + 1
    if page.plain_prose(stop) and not page.ended:
        if stop > at and is_cut_short(page.parts[stop]) and (behind := read_bare_teasers(page, at)) > at:
            return behind
        if read_unmarked(page, at, stop):
            return stop
        _inside(page, at, stop)
        return stop
    return _after(page, at, stop)


def _inside(page: Page, at: int, stop: int) -> None:
    beside = stop - at - 1
    first = page.parts[at]
    if beside == 1 and _labels_link(page, at):
        first.say(Label.RELATED_MARKER, "feature.unknown-marker", page.article)
        page.parts[at + 1].say(Label.RELATED_HEADLINE, "feature.labelled-link", page.article)
        return
    listed = is_data_list(page.parts[at:stop]) or first.stop == ":" or _bulleted(page.parts[at:stop])
    links = beside and not listed and any(is_link_headline(page, index, beside) for index in range(at + 1, stop))
    if links and first.size <= _MARKER_WORDS and first.stop != "؟" and not _of_story(page, first, stop):
        first.say(Label.RELATED_MARKER, "feature.unknown-marker", page.article)
        at += 1
    for index in range(at, stop):
        part = page.parts[index]
        listed = listed or goes_on(page.at(index - 1))
        if is_hashtags(part) or is_pipes(part) or is_address(part) or (beside and _counts_links(page, part)):
            page.say(part, Label.NAVIGATION, "feature.link-row")
        elif not listed and is_link_headline(page, index, beside):
            part.say(Label.RELATED_HEADLINE, "feature.unmarked-headline", page.article)
        else:
            page.say(part, Label.BODY, "feature.subhead")


def _counts_links(page: Page, part: Part) -> bool:
    """Tell whether a line beside others is what a page writes for machines to read out: `list 1 of 2`."""
    return part.fold[0].isascii() and is_latin(part) and part.size > 1 and page.raw(part).islower()


def _labels_link(page: Page, at: int) -> bool:
    """Tell whether a label with a colon and one headline under it stand at `at`, and the story goes on without them."""
    label, link, below = page.parts[at], page.parts[at + 1], page.parts[at + 2]
    if label.stop != ":" or label.size > _LINK_LABEL or not is_headline(link) or link.size <= _LINK_LABEL:
        return False
    story = {word for part in page.parts[max(0, at - 3) : at] if part.label is Label.BODY for word in content(part)}
    story.update(content(below))
    return continues(below.words) and overlap(link, story) <= _APART


def _bulleted(parts: list[Part]) -> bool:
    """Tell whether most of some lines begin with a list mark."""
    return len(parts) > 1 and sum(bullet(part) > 0 for part in parts) * 2 > len(parts)


def _of_story(page: Page, part: Part, stop: int) -> bool:
    """Tell whether a short line shares a word with the paragraphs around it, as a sub-heading does."""
    around = [one for one in (page.at(stop), page.at(stop - 1)) if one is not None]
    return overlap(part, {word for one in around for word in content(one)}) > 0


def _after(page: Page, at: int, stop: int) -> int:
    """Read the lines behind the last paragraph: its end if it goes on, else unmarked headlines or rests of the page.

    Returns the index behind what was read: dates and names between unmarked headlines are read with them.
    """
    listed = is_data_list(page.parts[at:stop]) and page.at(at - 1) is not None
    listed = listed and not any("://" in part.fold for part in page.parts[at:stop])
    rest = at
    for index in range(at, stop):
        part = page.parts[index]
        if is_hashtags(part):
            page.say(part, Label.KEYWORDS, "feature.hashtags")
        elif _ends_story(page, index, listed=listed):
            page.say(part, Label.BODY, "feature.last-lines")
        elif is_pipes(part) or is_latin(part):
            page.say(part, Label.NAVIGATION, "feature.link-row")
        else:
            part.say(Label.JUNK, "feature.rest", page.article)
            continue
        rest = index + 1
    return _closing_list(page, rest, stop)


def read_list_below(page: Page, at: int) -> int:
    """Read the list that the label at `at`, below the page's foot, opens; return the index behind what was read."""
    stop = at + 1
    while (part := page.at(stop)) is not None and part.kind is None and not part.prose:
        stop += 1
    for part in page.parts[at:stop]:
        part.say(Label.JUNK, "foot.after", page.article)
    return _closing_list(page, at, stop)


def _closing_list(page: Page, at: int, stop: int) -> int:
    """Label the headlines of an unmarked list from `at`; return the index behind it, or `stop`."""
    end = list_end(page, stop) if page.next_prose[stop] >= len(page.parts) and not page.ended else stop
    opener, heads = find_list(page, at, end)
    if not heads or heads[-1] < stop:
        end = stop
        opener, heads = find_list(page, at, stop)
    for index in range(stop, end):
        part = page.parts[index]
        dated = part.kind is Kind.PUBLISHED
        part.say(Label.RELATED_DATE if dated else Label.JUNK, part.rule or "feature.rest", page.article)
    if opener is not None and heads:
        page.parts[opener].say(Label.RELATED_MARKER, "feature.unknown-marker", page.article)
    list_marks([page.parts[index] for index in heads])
    for index in heads:
        page.parts[index].say(Label.RELATED_HEADLINE, "feature.unmarked-list", page.article)
    return end


def _ends_story(page: Page, index: int, *, listed: bool) -> bool:
    """Tell whether the line at `index`, behind the last paragraph, still is of the story."""
    part = page.parts[index]
    before = page.at(index - 1)
    if before is None or before.label not in {Label.BODY, Label.RELATED_BODY} or is_poll(page, index):
        return False
    if goes_on(before) or (listed and part.size >= 2) or (bullet(part) and (bullet(before) or before.stop == ":")):
        return True
    if part.stop == "." and (part.size >= 3 or (part.size == _FEW and part.fold[0].isalpha())):
        return True
    if page.asks and part.size >= 2 and "؟" in {part.stop, before.stop}:
        return True
    return part.size >= 5 and (part.stop in {"؟", "!"} or continues(part.words) or is_reporting(part.words[0]))
