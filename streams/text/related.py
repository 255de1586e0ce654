"""A related-marker enters; its list of headlines is labelled, or the embedded article that it opens."""

from __future__ import annotations

import re
from itertools import count
from typing import Final

from schemas.spans import Label

from .marker_words import SECTION_RULE, WORDS_RULE
from .newswords import continues, is_reporting
from .page import Page, is_boilerplate, overlap
from .parts import Part, bullet, content
from .sites import Kind
from .tags import LABELLED, is_tag_row, label_end, read_tags
from .teasers import is_cut_short, read_teasers
from .tell import counts_replies, is_dateline, is_hashtags, is_headline, is_latin, is_pipes, is_poll

_PASSED: Final = {
    Kind.LINK_TEXT: Label.LINK_TEXT,
    Kind.NAVIGATION: Label.NAVIGATION,
    Kind.SHARE: Label.SHARE,
    Kind.JUNK: Label.JUNK,
    Kind.CAPTION: Label.CAPTION,
    Kind.AUTHOR: Label.JUNK,
    Kind.SIGNATURE: Label.JUNK,
}
_RELATED, _PUBLISHED = Kind.RELATED, Kind.PUBLISHED
_MARKER, _HEADLINE, _DATE = Label.RELATED_MARKER, Label.RELATED_HEADLINE, Label.RELATED_DATE
_STOPS: Final = {Kind.RELATED, Kind.SOURCE, Kind.KEYWORDS, Kind.FOOTER, Kind.BOX_END}
HEADLINE_LABEL: Final = "feature.headline-label"
"""Rule of the word before a colon with which a listed headline begins."""
_SIGNED: Final = 4
"""What a dateline between a listed headline and a paragraph counts for: stories open so, and lists never go on so."""
EMBEDS: Final = 3
"""Score from which on a paragraph under a headline begins another article."""
_LONGEST_LIST, _FEWEST_LISTED, _LONGEST_LISTED = 12, 2, 22
"""Lines of the longest list of sentences, of the shortest one, and words of its longest line."""
_STORY: Final = 40
_OF_STORY: Final = 0.4
"""Share of its words known from the story with which a sentence belongs to it."""
_TEASER: Final = 12
"""Words of the shortest line under a headline that is cut short with dots, hence its teaser."""
_SUBHEAD: Final = 4
"""Words of the last line of a list that is so much shorter than the others that it heads the next paragraph."""
_NO_HEADLINE: Final = 2
"""Words behind a marker on its line that are too few for a headline, hence the rest of the label."""
_SITE_WORDS: Final = 4
_MASTHEAD, _NAMING = 12, 5
"""Lines among which the site's name stands, and words of the longest line that says it and little more."""
_BARE_TEASERS: Final = 2
_LABEL_REST: Final = 4
_OF_SECTION: Final = frozenset(
    ["من", "في", "عن", "حول", "على", "علي", "ضمن", "لنفس", "بنفس", "بقسم", "بالموقع", "بالقسم"]
)
"""Words with which the rest of a list's label begins."""
_NUMBERED: Final = re.compile(r"(\d{1,2})\s+(?=[^\W\d]|[«\"“])")
_SECTION: Final = re.compile(r"[^|:]{2,24}?\s?[|]\s?(?=[\w«\"“])|[(\[][^\W\d][^()\[\]]{1,20}[)\]]\s*(?=[\w«\"“])")
_SECTION_WORDS: Final = 2
_SECTION_NAME: Final = 3
"""Words of the longest name of a section over a listed headline."""


def read_related(page: Page, index: int) -> int:
    """Label what the marker at `index` opens; return the index of the first part that is not of it."""
    marker, first = page.parts[index], page.at(index + 1)
    if first is not None and first.gap == 0 and (is_hashtags(first) or is_tag_row(page, index + 1)):
        stop = read_tags(page, index)
        marker.say(_MARKER, marker.rule, page.article)
        return stop
    if marker.rule == WORDS_RULE and _heads_sentences(page, index):
        page.say(marker, Label.BODY, "feature.subhead")
        return index + 1
    marker.say(_MARKER, marker.rule, page.article)
    start = _behind_label(page, index)
    alone = marker.joint == "end" or start > index + 1
    behind, heads, teasers = read_teasers(page, start) if alone else (start, [], [])
    if heads:
        marker.say(_MARKER, marker.rule)
        return _teased(page, marker.rule, (start, behind), heads, teasers)
    first = page.at(start)
    inline = first is not None and first.gap == 0 and first.kind is None and marker.joint in {"separator", "space"}
    stop, lines = _collect(page, start, marker, inline=inline)
    if page.plain_prose(stop):
        return _before_paragraph(page, marker, lines, stop)
    if page.article and not inline and _ends_page(page, lines, stop):
        page.article = 0
        marker.say(_MARKER, marker.rule)
    _headlines(page, lines, marker.rule)
    return stop


def _heads_sentences(page: Page, index: int) -> bool:
    """Tell whether a line of words of markers is a sub-heading (`معلومات تهمك`): full stops end the lines under it."""
    below = page.parts[index + 1 : index + 3]
    stopped = all(part.kind is None and part.stop == "." and part.gap > 0 for part in below)
    return page.parts[index].joint == "end" and len(below) > 1 and stopped and not page.ended


def read_bare_teasers(page: Page, at: int) -> int:
    """Label headlines with teasers under them that no marker opens; return the index behind them, or `at`."""
    behind, heads, teasers = read_teasers(page, at)
    if len(teasers) < _BARE_TEASERS or not all(is_cut_short(page.parts[index]) for index in teasers):
        return at
    return _teased(page, "feature.teased-list", (at, behind), heads, teasers)


def _teased(page: Page, rule: str, bounds: tuple[int, int], heads: list[int], teasers: list[int]) -> int:
    """Label a list whose headlines have teasers under them; it closes the page."""
    page.article = 0
    for at in teasers:
        page.parts[at].say(Label.JUNK, "feature.teaser")
    for at in range(*bounds):
        part = page.parts[at]
        if part.kind is _PUBLISHED:
            part.say(_DATE, part.rule)
        elif part.kind is not None:
            part.say(_PASSED.get(part.kind, Label.LINK_TEXT), part.rule)
        elif part.label is None and at not in heads:
            part.say(Label.JUNK, "feature.site-talk")
    _headlines(page, heads, rule)
    return bounds[1]


def _behind_label(page: Page, index: int) -> int:
    """Step over the rest of a label that names a section (`مقالات أخرى من الاقتصاد`), to what it opens."""
    marker, rest, following = page.parts[index], page.at(index + 1), page.at(index + 2)
    if marker.joint != "space" or rest is None or rest.kind is not None or rest.gap > 0 or following is None:
        return index + 1
    if rest.size > _LABEL_REST or rest.stop not in {"", ":"} or following.gap == 0:
        return index + 1
    if rest.words[0] not in _OF_SECTION and (rest.size > _NO_HEADLINE or following.prose):
        return index + 1
    rest.say(_MARKER, marker.rule, page.article)
    return index + 2


def _ends_page(page: Page, lines: list[int], stop: int) -> bool:
    """Tell whether a list is the whole page's, and not of the embedded article it stands behind."""
    return len(lines) > 1 and page.next_prose[stop] >= len(page.parts)


def _collect(page: Page, start: int, marker: Part, *, inline: bool) -> tuple[int, list[int]]:
    """Gather the headline-like lines from `start`; stop at a paragraph or at a marker that opens something else."""
    lines: list[int] = []
    at = start
    while at < len(page.parts):
        part = page.parts[at]
        if _labels_headline(page, at, lines):
            part.say(_HEADLINE, HEADLINE_LABEL, page.article)
            at += 1
            continue
        if part.kind in _STOPS and not _counts_comments(page, at):
            break
        if part.kind is _PUBLISHED:
            part.say(_DATE, part.rule, page.article)
        elif part.kind is not None:
            part.say(_PASSED.get(part.kind, Label.JUNK), part.rule, page.article)
            value = page.at(at + 1)
            if part.joint != "end" and value is not None and value.kind is None and value.gap == 0:
                at += 1
                value.say(_PASSED.get(part.kind, Label.JUNK), part.rule, page.article)
        elif part.label is None:
            if _ends_list(page, at, lines, inline=inline):
                break
            _take(page, at, lines)
        else:
            lines.append(at)
        at += 1
    return at, lines


def _labels_headline(page: Page, at: int, lines: list[int]) -> bool:
    """Tell whether a one-word marker in a list (`شاهد: …`) is how its headline is printed, and opens nothing."""
    part, following = page.parts[at], page.at(at + 1)
    if part.kind is not _RELATED or part.joint != "separator" or part.size != 1:
        return False
    opened = page.parts[at - 1]
    if not lines and not (opened.label is _MARKER and opened.joint == "end" and ".." in part.fold):
        return False
    return following is not None and following.gap == 0 and following.kind is None


def _counts_comments(page: Page, at: int) -> bool:
    """Tell whether a listed line only counts a headline's comments (`3 تعليقات`): one beside it does too."""
    part = page.parts[at]
    if part.kind is not Kind.FOOTER or not part.fold[:1].isdigit():
        return False
    near = [page.at(at - 2), page.at(at + 2)]
    return any(one is not None and one.kind is Kind.FOOTER and one.fold[:1].isdigit() for one in near)


def _ends_list(page: Page, at: int, lines: list[int], *, inline: bool) -> bool:
    part = page.parts[at]
    if is_boilerplate(part):
        return False
    if lines and (is_poll(page, at) or counts_replies(page, part)):
        return True
    if part.prose and not (lines and bullet(part) and bullet(page.parts[lines[-1]]) and part.stop != "."):
        return inline or not _closes_page(page, at, lines)
    if inline and lines and part.gap > 0 and not (bullet(part) and bullet(page.parts[lines[0]])):
        return page.next_prose[at] < len(page.parts) or bullet(part) > 0
    return False


def _closes_page(page: Page, at: int, lines: list[int]) -> bool:
    """Tell whether a listed line that reads as a sentence is a headline: so are all lines up to the page's end."""
    strict = page.done or page.article > 0
    if not strict and lines and embedding_score(page, lines, at) >= EMBEDS:
        return False
    rest: list[Part] = []
    for part in page.parts[at : at + _LONGEST_LIST]:
        if part.kind in _STOPS:
            break
        if part.kind is None and not is_boilerplate(part):
            rest.append(part)
    stops = sum(part.stop == "." for part in rest)
    if strict and (stops or len(rest) + len(lines) <= _FEWEST_LISTED or any(part.firm for part in rest)):
        return False
    if page.next_prose[at + len(rest)] < len(page.parts) and len(rest) == _LONGEST_LIST:
        return False
    if len(rest) + len(lines) < _FEWEST_LISTED or any(part.size > _LONGEST_LISTED or part.gap == 0 for part in rest):
        return False
    if any(continues(part.words) for part in rest) or (any(part.firm for part in rest) and stops < len(rest)):
        return False
    story = {
        word for part in page.parts[max(0, at - _STORY) : at] if part.label is Label.BODY for word in content(part)
    }
    return bool(story) and all(overlap(part, story) < _OF_STORY for part in rest)


def _take(page: Page, at: int, lines: list[int]) -> None:
    part = page.parts[at]
    if is_boilerplate(part) or is_latin(part):
        part.say(Label.JUNK, "feature.site-talk", page.article)
    elif is_pipes(part):
        part.say(Label.NAVIGATION, "feature.link-row", page.article)
        page.ended = True
    elif page.article == 0 and part.fold.count("،") > 1 and (mark := label_end(page, at)):
        part.say(Label.KEYWORDS, LABELLED)
        part.mark, page.done = mark, True
    elif lines and part.gap > 0 and part.size >= _TEASER and part.fold.endswith(("...", "…")):
        part.say(Label.JUNK, "feature.teaser", page.article)
    else:
        lines.append(at)


def _before_paragraph(page: Page, marker: Part, lines: list[int], stop: int) -> int:
    """Decide between an embedded article and a box after which the story goes on."""
    if lines and embedding_score(page, lines, stop) >= EMBEDS:
        return embed(page, marker.rule, lines, stop)
    if lines and _heads_next(page, lines, stop):
        page.say(page.parts[lines.pop()], Label.BODY, "feature.subhead-after-list")
    if not lines and marker.rule == SECTION_RULE:
        page.say(marker, Label.BODY, "feature.subhead")
    _headlines(page, lines, marker.rule)
    return stop


def embedding_score(page: Page, lines: list[int], stop: int) -> float:
    """Weigh whether the paragraph at `stop` begins another article, whose title is the last of `lines`."""
    opening = page.parts[stop]
    if continues(opening.words):
        return -6
    title = page.parts[title_line(page, lines)]
    shared = overlap(title, set(content(opening)))
    done = page.done or page.ended
    score = 3.0 if done else 0.0
    score += 1 if is_reporting(opening.words[0]) else 0
    score += 2 if shared >= 0.4 else 1 if shared >= 0.2 else -1
    heads = [at for at in lines if not is_dateline(page.parts[at])]
    score += 1 if len(heads) == 1 else 0 if len(heads) == 2 else -2
    score += 1 if page.next_prose[stop + 1] < len(page.parts) else 0
    last = page.parts[lines[-1]]
    score += _SIGNED if lines[-1] > title_line(page, lines) and last.size > 2 and is_dateline(last) else 0
    return score if done else score - 2


def title_line(page: Page, lines: list[int]) -> int:
    """Choose the title of an embedded article among `lines`, the last headline."""
    heads = [at for at in lines if page.parts[at].size >= 4 and not is_dateline(page.parts[at])]
    return heads[-1] if heads else lines[-1]


def embed(page: Page, rule: str, lines: list[int], stop: int) -> int:
    """Open the embedded article whose title stands in `lines` and whose first paragraph at `stop`; give `stop`."""
    title = title_line(page, lines)
    _headlines(page, [at for at in lines if at < title], rule)
    page.article = page.articles
    page.articles += 1
    page.ended = False
    page.say(page.parts[title], Label.TITLE, "embedded.title")
    for at in range(title + 1, stop):
        part = page.parts[at]
        if part.kind is _PUBLISHED:
            page.say(part, Label.PUBLISHED, part.rule)
        elif part.label is None:
            page.say(part, Label.DATELINE, "embedded.dateline")
    return stop


def _heads_next(page: Page, lines: list[int], stop: int) -> bool:
    """Tell whether the last of `lines` is the sub-heading of the paragraph at `stop`, not the last headline."""
    last = page.parts[lines[-1]]
    if len(lines) == 1 or last.size > 7 or lines[-1] != stop - 1 or bullet(last):
        return False
    others = [page.parts[at].size for at in lines[:-1]]
    if last.size <= _SUBHEAD and min(others) > last.size and sum(others) >= (last.size + 3) * len(others):
        return True
    apart = last.gap > max(page.parts[at].gap for at in lines[1:-1]) if len(lines) > 2 else last.gap > 1
    return apart or overlap(last, set(content(page.parts[stop]))) >= 0.5


def list_marks(parts: list[Part]) -> None:
    """Measure the marks of a list: numbers count as such if they run from 1, section names if two lines have them."""
    numbers = [_NUMBERED.match(part.fold) if part.fold[0].isdigit() else None for part in parts]
    runs = len(parts) > 1 and all(found and int(found[1]) == at for found, at in zip(numbers, count(1), strict=False))
    sections = [_SECTION.match(part.fold) if part.fold[0] in "([" or "|" in part.fold else None for part in parts]
    if not any(numbers) and not any(sections):  # as in most lists
        return
    named = sum(found is not None and len(found[0].split()) <= _SECTION_WORDS + 1 for found in sections) > 1
    for part, number, section in zip(parts, numbers, sections, strict=True):
        if number and not runs:
            part.mark = 0
        elif named and section and len(section[0].split()) <= _SECTION_WORDS + 1:
            part.mark = section.end()


def _is_stray(page: Page, lines: list[int]) -> bool:
    """Tell whether the last of `lines` ends the page and lacks the mark or the date that all the others have."""
    if len(lines) < _FEWEST_LISTED or any(page.parts[at].kind is None for at in range(lines[-1] + 1, len(page.parts))):
        return False
    if _names_site(page, page.parts[lines[-1]]):
        return True
    if len(lines) == _FEWEST_LISTED:
        return False
    marks = [bullet(page.parts[at]) > 0 for at in lines]
    side = -1 if (first := page.at(lines[0] - 1)) is not None and first.label is _DATE else 1
    dates = [(one := page.at(at + side)) is not None and one.label is _DATE for at in lines]
    return any(all(signs[:-1]) and not signs[-1] for signs in (marks, dates))


def _names_site(page: Page, part: Part) -> bool:
    """Tell whether the page's last line says the name that stands among its first ones, the site's."""
    for first in page.parts[: _MASTHEAD if part.size <= _NAMING else 1]:
        named = first.kind is None and first.label in {Label.NAVIGATION, Label.KICKER}
        if named and 1 < first.size <= _SITE_WORDS and first.fold.strip(" .:|") in part.fold:
            return True
    return False


def _section_names(page: Page, lines: list[int]) -> set[int]:
    """Find names of sections of three words among headlines: one stands over each headline, others are shorter."""
    short = [at for at in lines if page.parts[at].size <= _SECTION_NAME]
    over = [at for at in short if at + 1 in lines and page.parts[at + 1].size > _SECTION_NAME + 1]
    shorter = any(page.parts[at].size < _SECTION_NAME for at in short)
    return set(over) if len(over) > 1 and shorter and len(over) * 2 == len(lines) else set()


def _headlines(page: Page, lines: list[int], rule: str) -> None:
    list_marks([page.parts[at] for at in lines if page.parts[at].label is None])
    if _is_stray(page, lines):
        page.parts[lines.pop()].say(Label.JUNK, "feature.behind-list", page.article)
    names = _section_names(page, lines)
    for at in lines:
        part = page.parts[at]
        if part.label is not None:
            continue
        if at in names:
            part.say(Label.NAVIGATION, "feature.section-in-list", page.article)
        elif part.size >= 3 or is_headline(part):
            part.say(_HEADLINE, rule, page.article)
        else:
            part.say(Label.NAVIGATION, "feature.short-in-list", page.article)
