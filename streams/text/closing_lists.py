"""The lines behind a story enter; the headlines among them leave, if they are a list, and the line that opens it."""

from __future__ import annotations

import re
from typing import Final

from .marker_words import core_words
from .newswords import continues
from .page import Page
from .parts import Part, bullet
from .sites import Kind
from .tell import counts_replies, is_headline, is_latin, is_poll, is_row

_LEAST: Final = 4
"""Words of the shortest headline of a list that no rule knows."""
_OPENER_WORDS: Final = 6
_FEWEST_WORDS, _WEAK_WORDS = 2, 4
_DIGIT: Final = re.compile(r"\d")
_ENOUGH: Final = 3.0
_STRONG, _WEAK = 2.0, 1.0
_MOST_COUNTED: Final = 4
_LONG, _USUAL, _SHORT = 7, 5.5, 4.5
"""Mean words of lists that are headlines for certain, likely, and hardly."""
_WITHIN: Final = {Kind.PUBLISHED, Kind.NAVIGATION, Kind.CAPTION, Kind.SHARE, Kind.LINK_TEXT, Kind.AUTHOR, Kind.JUNK}
"""Kinds of marker that may stand between the headlines of a list."""
_CONTACT: Final = re.compile(
    r"\S@\S|https?:|www\.|\+?\d[\d -]{6,}\d|\w\.(?:com|net|org)\b|(?:هاتف|فاكس|جوال|تلفون|ص\.ب)\b"
)
_COMMA: Final = re.compile(r"\s*[،,|]\s*")
_NAMES: Final = 3
_TRADES: Final = frozenset(
    [
        "صحفي",
        "صحفيه",
        "صحافي",
        "صحافيه",
        "كاتب",
        "كاتبه",
        "اعلامي",
        "اعلاميه",
        "مدون",
        "مدونه",
        "اكاديمي",
        "اكاديميه",
        "باحث",
        "باحثه",
    ]
)
"""What a line under an article says of its writer, behind the name."""
_STAMPS: Final = 2
_NEXT: Final = ("السابق", "التالي", "القادم", "Previous", "Next")
_NEWS: Final = frozenset(
    ["اخبار", "الاخبار", "مقالات", "المقالات", "مواضيع", "موضوعات", "عناوين", "اخر", "احدث", "اهم"]
)
_SURE: Final = 3
"""Headlines under a label of which no word is known."""


def find_list(page: Page, at: int, stop: int) -> tuple[int | None, list[int]]:
    """Find a list of headlines among the lines from `at` to `stop`, none of them a paragraph.

    Returns the line that opens it, if one does, and the headlines; no headlines where there is no list.
    """
    if _is_comments(page, at, stop):
        return None, []
    best: tuple[float, int | None, list[int]] = (_ENOUGH, None, [])
    openers = [index for index in range(at, stop) if _opens(page.parts[index], _OPENER_WORDS)][-1:]
    if not openers:
        first = [index for index in range(at, stop - 1) if _may_open(page.parts[index])][:1]
        openers = [index for index in first if _opens_weakly(page, index, stop)]
    for opener in [*openers, None]:
        heads = _heads(page, at if opener is None else opener + 1, stop)
        strength = 0.0 if opener is None else _STRONG if _opens(page.parts[opener], _OPENER_WORDS) else _WEAK
        score = _score([page.parts[index] for index in heads]) + strength
        if heads and score >= best[0]:
            best = (score + 0.01, opener, heads)
    return best[1], best[2]


def opens_list(page: Page, at: int) -> bool:
    """Tell whether a label of words that only such labels have stands at `at`, with a list under it."""
    part, below = page.parts[at], page.at(at + 1)
    if below is None or below.kind is not None or not _is_head(below):
        return False
    if _opens(part, _OPENER_WORDS):
        return True
    if part.kind is not None or not 1 < part.size <= _WEAK_WORDS or part.stop in {"؟", ".", "!"}:
        return False
    heads = [one.kind is None and _is_head(one) for one in page.parts[at + 1 : at + 1 + _SURE]]
    return all(heads[:2]) and len(heads) > 1 and (_says_list(part) or part.words[0] in _NEWS)


def leads_to_headline(page: Page, at: int) -> bool:
    """Tell whether a link to the article before or after this one stands at `at`, with that one's headline under it."""
    part, below = page.parts[at], page.at(at + 1)
    if part.kind is not Kind.LINK_TEXT or not any(word.startswith(_NEXT) for word in part.words[:_FEWEST_WORDS]):
        return False
    return below is not None and below.kind is None and _is_head(below)


def list_end(page: Page, stop: int) -> int:
    """Find how far a list may go on from `stop`, over dates, names of sections, share words and pictures."""
    while (part := page.at(stop)) is not None and (part.kind is None or part.kind in _WITHIN):
        stop += 1
    return stop


def _opens(part: Part, most: int) -> bool:
    """Tell whether a short line has a word that hardly anything but a box's label has."""
    if part.kind is not None or part.size > most or part.stop in {"؟", "."}:
        return False
    words = [word.strip(":.،|«»") for word in part.words]
    core, known = core_words()
    return any(word in core for word in words) and sum(word in known for word in words) * 2 >= len(words)


def _says_list(part: Part) -> bool:
    """Tell whether a short line is made of nothing but words of such labels (`تحقيقات أخرى`)."""
    known = core_words()[1]
    return part.kind is None and 1 < part.size <= _WEAK_WORDS and all(word.strip(":.|") in known for word in part.words)


def _may_open(part: Part) -> bool:
    """Tell whether a line is of words, hence a label or a headline: no number of readers, no single name."""
    return part.kind is None and part.size >= _FEWEST_WORDS and _DIGIT.search(part.fold) is None


def _opens_weakly(page: Page, at: int, stop: int) -> bool:
    """Tell whether the line at `at` may be a label that no word betrays: shorter than all the lines under it."""
    part = page.parts[at]
    if part.size > _WEAK_WORDS or part.stop in {"؟", ".", "!"} or not part.fold[:1].isalpha():
        return False
    below = [page.parts[index].size for index in _heads(page, at + 1, stop)]
    return len(below) > 1 and min(below) > part.size and sum(below) >= (part.size + 1.5) * len(below)


def _heads(page: Page, at: int, stop: int) -> list[int]:
    heads: list[int] = []
    for index in range(at, stop):
        part = page.parts[index]
        if part.kind is None and (is_poll(page, index) or counts_replies(page, part)):
            break
        if part.kind is None and _is_head(part) and not _is_value(page, index):
            heads.append(index)
    return heads


def _is_value(page: Page, at: int) -> bool:
    """Tell whether the part at `at` is what stands behind a label on its line."""
    before = page.at(at - 1)
    return before is not None and page.parts[at].gap == 0 and before.kind is not None and before.joint == "separator"


def _is_head(part: Part) -> bool:
    if not is_headline(part) or part.size < _LEAST or part.boiler or is_latin(part):
        return False
    if sum(word[0].isalpha() or word[-1].isalpha() for word in part.words) < _LEAST or _is_names(part):
        return False
    if is_row(part):
        return False
    return part.stop != "." and not continues(part.words) and _CONTACT.search(part.fold) is None


def _is_names(part: Part) -> bool:
    """Tell whether a line is a row of tags or names between commas, or a writer's name and trade."""
    names = _COMMA.split(part.fold)
    if len(names) > _NAMES and all(len(name.split()) <= _NAMES for name in names[1:]):
        return True
    return not _TRADES.isdisjoint(part.words[1:4])


def _score(heads: list[Part]) -> float:
    """Weigh how much lines are a list of headlines: how many they are, how long, and alike in their marks."""
    if not heads:
        return 0.0
    mean = sum(part.size for part in heads) / len(heads)
    score = 0.5 * min(len(heads), _MOST_COUNTED) + (mean >= _LONG) + (mean >= _USUAL) - 1.5 * (mean < _SHORT)
    marks = sum(bullet(part) > 0 for part in heads)
    return score + 0.5 * (len(heads) > 1) + 0.5 * (marks == len(heads) > 1) - 0.5 * (len(heads) == 1)


def _is_comments(page: Page, at: int, stop: int) -> bool:
    """Tell whether lines are readers' comments: dates with a clock time stand between names and what they say."""
    first = at - 1 if at and page.parts[at - 1].kind is Kind.PUBLISHED else at  # the date over what the first one says
    stamps = [index for index in range(first, stop) if page.parts[index].kind is Kind.PUBLISHED]
    named = [index for index in stamps if _is_name(page.at(index - 1)) and page.at(index + 1) is not None]
    return len(named) >= _STAMPS and len(named) == len(stamps)


def _is_name(part: Part | None) -> bool:
    if part is None or part.kind is not None or part.stop:
        return False
    return part.size < _LEAST or sum(word[0].isalpha() for word in part.words) < _LEAST  # `2 - ابن البلد`
