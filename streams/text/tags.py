"""A keyword label, or lines right behind the story that may be its tags, enter; the tags leave labelled."""

from __future__ import annotations

import re
from typing import Final

from schemas.spans import Label

from .newswords import continues, is_reporting
from .page import Page
from .parts import Part, bullet, content, stems
from .sites import Kind

_TAG_WORDS: Final = 5
_BARE_WORDS: Final = 4
LEAST_BARE: Final = 3
_DASHED: Final = 3
_LEAST_ROW, _LONGEST_SAID, _FRONT = 5, 20, 4
FUNCTION_WORDS: Final = frozenset(
    [
        "في",
        "من",
        "علي",
        "عن",
        "الي",
        "بعد",
        "قبل",
        "مع",
        "بين",
        "هذا",
        "هذه",
        "ان",
        "لا",
        "لم",
        "ما",
        "هل",
        "او",
        "كما",
        "هو",
    ]
)
"""Words of sentences and headlines that no row of tags has."""
_LEAST_LABELLED, _LABEL_WORDS, _LONGEST_ROW = 2, 3, 30
_STORY_LINES: Final = 300
"""Lines of a story that its tags are looked for in."""
LABELLED: Final = "feature.labelled-tags"
"""Rule of a line whose tags stand behind a label that no rule knows; the mark of the part says where."""
_MOST_TAGS: Final = 25
_UNSAID: Final = 3
"""Lines under tags that the story does not say, of which so many on end are none."""
_HEAD_LINES: Final = 40
"""Lines at a page's top among which its byline stands."""
_HASHTAG: Final = re.compile(r"#\s?[^\W_]\w*")
_HASH_LINE: Final = re.compile(r"(?:#\s?\w+(?: [^\W\d]\w*){0,3}\s*[،,|/-]?\s*){1,20}")
_LETTER: Final = re.compile(r"[^\W\d_]")
_NO_WORD: Final = re.compile(r"[^\w\s«»\"'“”_-]|\d")
_JOINED: Final = re.compile(r"(?:(?<!\s)\s++)?[،,؛|•·/]\s*+|(?<!\s)\s++[-–—]\s++")
_JOINTS: Final = "،,؛|•·/-–—"
"""Signs one of which stands in each joint of tags."""
_OPENS_BOX: Final = frozenset(
    ["اقرا", "شاهد", "تابع", "طالع", "المزيد", "مزيد", "اخبار", "مقالات", "مواضيع", "اخترنا", "نرشح", "قد", "الاكثر"]
)
"""Words with which a line begins that opens a box of links, however it goes on."""
_LISTS: Final = frozenset(["الاخبار", "المقالات", "المواضيع", "الموضوعات", "التقارير"])
"""Words with which the label of a list of headlines begins, that may stand under tags."""
_MAY_BE_TAGS: Final = {None, Kind.NAVIGATION, Kind.SIGNATURE}
_OTHER_ENDS: Final = {Kind.SHARE, Kind.JUNK}
_BEFORE: Final = {Label.BODY, Label.JUNK, Label.AUTHOR, Label.PUBLISHED, Label.SHARE, Label.SOURCE, Label.KEYWORDS}
"""Labels of what may stand between the story and its tags."""
_HASHED: Final = _MAY_BE_TAGS | _OTHER_ENDS
_LOOK_BACK: Final = 6


def read_tags(page: Page, at: int) -> int:
    """Label the keyword label at `at` and its tags, on its line or under it; return the index behind them."""
    marker = page.parts[at]
    page.say(marker, Label.KEYWORDS, marker.rule)
    page.done = page.done or page.article == 0
    start = at + 1
    stop = _line_end(page, start)
    if stop == start and marker.joint == "end":
        stop = _listed(page, start)
    elif stop > start:
        stop = _more(page, at, stop)
    for index in range(start, stop):
        page.say(page.parts[index], Label.KEYWORDS, f"{marker.rule}.value" if index == start else "feature.tag-line")
    return stop


def _more(page: Page, at: int, stop: int) -> int:
    """Find the end of the tags under the line on which the label and one tag stand: the article says them too."""
    if any(_is_joined(part.fold) or part.size > _TAG_WORDS for part in page.parts[at + 1 : stop]):
        return stop
    end = _listed(page, stop)
    story = story_words(page, at) if end > stop else set()
    while stop < end and (page.parts[stop].fold[:1] == "#" or _said(page.parts[stop].fold, story)):
        stop += 1
    while stop < end and _is_last_tag(page, at, stop, story):
        stop += 1
    return stop


def _is_last_tag(page: Page, at: int, stop: int, story: set[str]) -> bool:
    """Tell whether the line at `stop`, the last one under tags, is one more: the story says it behind a preposition."""
    words = stems(page.parts[stop].fold)
    return all(word in story or any((sign + word)[:5] in story for sign in "بلو") for word in words) and bool(words)


def _line_end(page: Page, at: int) -> int:
    """Find the end of what stands on the label's own line."""
    listed = False
    while (part := page.at(at)) is not None and part.gap == 0 and part.kind in _MAY_BE_TAGS and not _other(part):
        apart = _is_joined(part.fold) or part.fold[:1] == "#"
        if listed and not apart and part.size > _BARE_WORDS:
            break
        listed, at = listed or apart, at + 1
    return at


def _is_joined(fold: str) -> bool:
    """Tell whether signs part a line into tags."""
    return any(map(fold.__contains__, _JOINTS)) and _JOINED.search(fold) is not None


def _other(part: Part) -> bool:
    return part.words[0] in _OPENS_BOX and part.size > 1


def _listed(page: Page, at: int) -> int:
    """Find the end of the tags under a label: one long line of them, or short lines."""
    part = page.at(at)
    if part is None or part.kind not in _MAY_BE_TAGS or _other(part):
        return at
    if part.size > _TAG_WORDS:
        apart = len(_JOINED.findall(part.fold)) + part.fold.count("#")
        plain = (
            not part.prose
            and 1 <= part.gap <= max(1, page.parts[at - 1].gap)
            and not part.stop
            and bool(page.parts[at - 1].joint)
        )
        return at + 1 if apart * _TAG_WORDS >= part.size else _said_below(page, at) if plain else at
    stop, widest = at, max(part.gap, 1)
    while (part := page.at(stop)) is not None and stop - at < _MOST_TAGS:
        if part.gap > widest or part.size > _BARE_WORDS + (stop == at):
            break
        if not _may_be_tag(part) and not _is_said_word(page, part, at):
            break
        stop += 1
    return _without_rest(page, at, stop) if stop - at > 1 else stop


def _without_rest(page: Page, at: int, stop: int) -> int:
    """Leave out the lines under tags that are none: the story does not say them, and they are a count or the byline."""
    story = story_words(page, at)
    said = [_said(page.parts[index].fold, story) for index in range(at, stop)]
    row = sum(map(bool, _JOINED.split(page.parts[at].fold))) > 1
    while len(said) > 1 and not said[-1] and _leads_on(page, stop - 1):
        stop -= 1
        said.pop()
    for index in range(at + 1, stop):
        part = page.parts[index]
        if said[index - at] or part.kind is not None or part.fold[0] == "#":
            continue
        if part.fold[0].isdigit() or part.fold[0] == "(" or not _LETTER.search(part.fold) or _above(page, part, at):
            return index
        if row and _JOINED.search(part.fold) is None:
            return index
    last = max((index for index, one in enumerate(said) if one), default=stop - at)
    rest = next((index for index in range(at + last + 1, stop) if page.parts[index].size > 1), stop)
    return rest if stop - rest >= _UNSAID - 1 else stop


def _leads_on(page: Page, at: int) -> bool:
    """Tell whether the last line under tags is the site's own, or the label of a list of headlines under it."""
    part, below = page.parts[at], page.at(at + 1)
    if part.size < _LEAST_LABELLED:
        return False
    if part.kind is Kind.NAVIGATION:
        return True
    return part.words[0] in _LISTS and below is not None and below.kind is None and below.size > part.size


def _above(page: Page, part: Part, at: int) -> bool:
    """Tell whether a line of two words and more stands above the story too, as a byline does."""
    return part.size > 1 and any(one.fold == part.fold for one in page.parts[: min(at, _HEAD_LINES)])


def _said_below(page: Page, at: int) -> int:
    """Find the end of the tags under a long one: short lines that the article says too."""
    story = story_words(page, at)
    stop = at + 1
    while (part := page.at(stop)) is not None and part.gap == 1 and part.size <= _TAG_WORDS and _may_be_tag(part):
        if not _said(part.fold, story):
            break
        stop += 1
    return stop


def _may_be_tag(part: Part) -> bool:
    """Tell whether a short line may be one tag, or a few with separators."""
    return part.kind in _MAY_BE_TAGS and not part.stop.strip("،,؛") and not part.prose and not _other(part)


def _is_said_word(page: Page, part: Part, at: int) -> bool:
    """Tell whether a word that pages print for other ends (`واتساب`) is a tag here: the story says it, by itself."""
    alone = part.kind in _OTHER_ENDS and part.joint == "end" and part.size == 1
    return alone and _said(part.fold, story_words(page, at))


def read_bare_tags(page: Page, at: int) -> int:
    """Label a run of tags without a label at `at`, if it certainly is one; return the index behind it, or `at`.

    Certain are lines of hashtags, and three or more short phrases, alone on their lines or joined by signs, that all
    stand in the article; both only right behind it.
    """
    if page.article or page.ended or not _closes(page, at):
        return at
    stop, rule = _hashed(page, at), "feature.bare-tags"
    if stop == at:
        stop = _bare(page, at)
    if stop == at and _is_said_row(page, at):
        stop, rule = at + 1, "feature.said-row"
    if stop == at and (mark := label_end(page, at)):
        stop, rule, page.parts[at].mark = at + 1, LABELLED, mark
    for index in range(at, stop):
        page.say(page.parts[index], Label.KEYWORDS, rule)
    page.done = page.done or stop > at
    return stop


def _closes(page: Page, at: int) -> bool:
    """Tell whether the story has just ended before `at`: no colon asks for a list, no paragraph goes on."""
    for index in range(at - 1, max(-1, at - 1 - _LOOK_BACK), -1):
        part = page.parts[index]
        if part.label not in _BEFORE and part.kind is not Kind.AUTHOR:
            return False
        if part.label is Label.BODY:
            return part.stop not in {":", "،", "؛"} and (part.prose or part.stop == ".")
    return False


def _hashed(page: Page, at: int) -> int:
    """Find the end of the lines of hashtags at `at`; words apart count as one tag only among other tags."""
    stop, tags = at, 0
    while (part := page.at(stop)) is not None and part.fold[:1] == "#" and part.kind in _HASHED:
        if _HASH_LINE.fullmatch(part.fold) is None:
            break
        tags += len(_HASHTAG.findall(part.fold))
        stop += 1
    return stop if tags > 1 or (stop > at and page.parts[at].size == 1) else at


def _bare(page: Page, at: int) -> int:
    """Find the end of the run of short phrases at `at`, all of which the article says, or all but a word of one."""
    stop, unsaid = at, 0
    phrases: list[str] = []
    story: set[str] = set()
    while (part := page.at(stop)) is not None and stop - at < _MOST_TAGS and part.kind in _MAY_BE_TAGS:
        cut = [one for one in _JOINED.split(part.fold) if one.strip()]
        if part.stop.strip("،") or part.prose or (bullet(part) and not _is_dashed(part)):
            break
        cut = [one.removeprefix("-") for one in cut]
        if not all(is_tag(one) for one in cut):
            break
        story = story or story_words(page, at)
        unsaid += sum(not _said(one, story) for one in cut)
        if unsaid > 0 and (unsaid > 1 or not all(_is_half_said(one, story) for one in cut)):
            break
        phrases += cut
        stop += 1
    return at if len(phrases) < LEAST_BARE or page.plain_prose(stop) else stop


def _is_dashed(part: Part) -> bool:
    """Tell whether a line is a tag or two behind a hyphen without a blank, as tags are listed and points are not."""
    return part.fold[:1] == "-" and part.fold[1:2].isalpha() and part.size <= _DASHED


def _is_half_said(phrase: str, story: set[str]) -> bool:
    """Tell whether the story says a phrase, or one of three words and more but for its first."""
    _, *rest = phrase.split()
    return _said(phrase, story) or (len(rest) > 1 and _said(" ".join(rest), story))


def _is_said_row(page: Page, at: int) -> bool:
    """Tell whether the line at `at`, over a marker or the page's end, is nothing but names that the story says."""
    part, below = page.parts[at], page.at(at + 1)
    if part.kind is not None or (below is not None and below.kind is not Kind.RELATED):
        return False
    return is_said_line(part, story_words(page, at))


def _may_be_row(part: Part) -> bool:
    """Tell whether a line without signs may be names run together: no verb, no preposition."""
    if part.prose or part.stop or not _LEAST_ROW <= part.size <= _LONGEST_SAID:
        return False
    if _NO_WORD.search(part.fold) or continues(part.words):
        return False
    return not any(word in FUNCTION_WORDS or is_reporting(word) for word in part.words)


def is_said_line(part: Part, story: set[str]) -> bool:
    """Tell whether a line is nothing but names run together, three quarters of which `story` says."""
    if not _may_be_row(part):
        return False
    fronts = {word[:_FRONT] for word in story}
    words = [word[:_FRONT] for word in stems(part.fold)]
    return sum(word in fronts for word in words) * 4 >= len(words) * 3


def label_end(page: Page, at: int) -> int:
    """Measure the unknown label of the line at `at`, whose tags the story says; 0 if it is no such line.

    The label ends at a colon; without one, three tags and more must follow, and it ends where the story's words begin.
    """
    part = page.parts[at]
    if part.kind is not None or part.prose or part.size > _LONGEST_ROW:
        return 0
    if ":" in part.fold:
        return _colon_end(page, at, part.fold)
    return _words_end(page, at, part.fold) if "،" in part.fold else 0


def _colon_end(page: Page, at: int, line: str) -> int:
    label, _, rest = line.partition(":")
    tags = [one for one in _JOINED.split(rest) if one.strip()]
    if len(label.split()) > _LABEL_WORDS or len(tags) < _LEAST_LABELLED or not all(map(is_tag, tags)):
        return 0
    story = story_words(page, at)
    return len(label) + 1 if not _said(label, story) and are_said(tags, story) else 0


def _words_end(page: Page, at: int, line: str) -> int:
    first, *tags = [one for one in _JOINED.split(line) if one.strip()] or [""]
    words = first.split()
    if len(tags) < _LEAST_LABELLED or len(words) > _BARE_WORDS + 1 or not all(map(is_tag, tags)):
        return 0
    story = story_words(page, at)
    own = len(words) if are_said(tags, story) else 0
    while own > 0 and _said(words[own - 1], story):
        own -= 1
    return len(" ".join(words[:own])) + 1 if 0 < own < len(words) else 0


def parted(fold: str) -> list[str]:
    """Part a folded line at the signs that join tags."""
    return [one for one in _JOINED.split(fold) if one.strip()] if _is_joined(fold) else [fold]


def are_said(tags: list[str], story: set[str]) -> bool:
    """Tell whether the story says most of the phrases."""
    return sum(_said(one, story) for one in tags) * 3 >= len(tags) * 2


def is_tag(phrase: str) -> bool:
    """Tell whether a folded phrase has a tag's form: a few words, no figure, and none that opens a sentence or box."""
    words = phrase.split()
    if not 1 <= len(words) <= _BARE_WORDS or _NO_WORD.search(phrase) or words[0] in _OPENS_BOX:
        return False
    return not (len(words) > 1 and (is_reporting(words[0]) or continues(words)))


def _said(phrase: str, story: set[str]) -> bool:
    words = stems(phrase)
    return bool(words) and set(words) <= story


def is_tag_row(page: Page, at: int) -> bool:
    """Tell whether the part at `at` is a row of tags between commas, all of which the story says."""
    part = page.parts[at]
    if "،" not in part.fold or part.prose or part.size > _LONGEST_ROW:
        return False
    tags = [one for one in _JOINED.split(part.fold) if one.strip()]
    return len(tags) >= _LEAST_LABELLED and all(map(is_tag, tags)) and are_said(tags, story_words(page, at))


def story_words(page: Page, at: int) -> set[str]:
    """Collect the stems of the title and of the story before `at`: of its last lines, where it has very many."""
    said: set[str] = set()
    for part in page.parts[max(0, at - _STORY_LINES) : at]:
        if part.article == 0 and part.label in {Label.BODY, Label.TITLE}:
            said.update(content(part))
    return said
