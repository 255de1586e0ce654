"""A short line enters; what its form tells leaves: headline, sub-heading, dateline, signature or continued sentence."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from schemas.spans import Label

from .newswords import continues, is_reporting
from .page import Page, is_paragraph
from .parts import Part, bullet, content

HEADLINE_WORDS: Final = (3, 30)
_SEPARATES: Final = re.compile(r"\.\.|…|[:؟!|]|[«“\"]")
_DATELINE_MARK: Final = re.compile(
    r"[(_/]|\s[-–—]\s|[-–—]{2}|:$|وكالات|متابعات|رويترز|الاناضول|مراسل|نت$|نيوز|صحيفه|خاص"
)
_HASHTAGS: Final = re.compile(r"(?:#\w+\s*){1,30}")
_LATIN: Final = re.compile(r"[A-Za-z]")
_ADDRESS: Final = re.compile(r"(?:https?:/*)?[\w-]+(?:\.[\w-]+)+/\S*|@\w+", re.ASCII)
_FIGURE: Final = re.compile(r":\s*+[\d.,]|(?<![\d.,])[\d.,]++\s*+(?:%|\w++)?$")
_FIGURE_ROOM: Final = 300
"""Characters at a line's end in which a figure is looked for."""
_PAIR: Final = re.compile(r"[^\W\d]+(?: [^\W\d]+)?\s?:\s*\S+(?:\s\S+){0,2}$")
_PAIR_WORDS: Final = 5
"""Words of the longest entry that is a name and its value: `الملعب: استاد القاهرة`."""
_DIGIT: Final = re.compile(r"\d")
_SECTION: Final = re.compile(r"[\[(][^\])]{2,20}[\])]\s*|[^|:]{2,24}\s[|]\s")
"""The name of a section before a headline, the same for many."""
_LEAST_LIST: Final = 3
_ANSWERS: Final = frozenset(["نعم", "لا", "ربما", "اوافق", "موافق", "مؤيد", "معارض", "لا راي", "لا ادري", "غير موافق"])
"""What stands under a poll's question."""
_LEAST_TITLE: Final = 15
"""Letters of a title, more than which a line says it only because it is about this page."""
_ROW: Final = re.compile(r"[^:]{2,20}:(?:[^-–،]*(?:\s[-–]\s|،)){2}")
"""A label with a row of names behind it, as in a team's line-up."""
_QUOTED: Final = re.compile(r"[\"“«][^\"“”«»]*[\"”»]")
_GRAMMAR: Final = frozenset(
    [
        "بين",
        "بعد",
        "قبل",
        "خلال",
        "علي",
        "الي",
        "عند",
        "حتي",
        "منذ",
        "ضد",
        "امام",
        "حول",
        "غير",
        "دون",
        "تحت",
        "فوق",
        "عبر",
        "لدي",
        "هذا",
        "هذه",
        "التي",
        "الذي",
        "كان",
        "كانت",
        "عقب",
        "بسبب",
    ]
)
"""Words that any two stories share, as `parts.stems` gives them."""
_LETTERS: Final = re.compile(r"[^\W\d_]")
_LEAST_WORDS, _LEAST_SEPARATED = 8, 6
"""Words of the shortest unmarked headline in a story, and of one with a colon, quotes or dots in it."""
_LEAST_FOR_HEADLINE: Final = 2.5
_SHORTER: Final = 1.0
"""What more is asked of a line that stands alone and is as short as sub-headings are."""
_VERB: Final = re.compile(r"ي(?!ناير|ونيو|وليو|وسف|عقوب|اسي?ر|اسين|زيد|حيي|هود)[^\W\d]{3,5}(?<!يه)")
"""A verb of the present with `ي`, behind its subject; months and names apart."""
_ELSEWHERE: Final = 0.35
"""Share of a short line's words below which the story around it does not tell of it."""


def is_headline(part: Part) -> bool:
    """Tell whether `part` has the form of a headline: some words, no full stop, no comma at the end."""
    least, most = HEADLINE_WORDS
    return least <= part.size <= most and part.stop not in {"،", ",", ":"} and not part.prose


def is_dateline(part: Part) -> bool:
    """Tell whether `part` has the form of a dateline on a line of its own: place, agency, correspondent."""
    if part.size > 7 or part.stop in {"؟", "!", "؛"}:
        return False
    return part.size <= 2 or bool(_DATELINE_MARK.search(part.fold))


def is_hashtags(part: Part) -> bool:
    """Tell whether `part` is hashtags and nothing else."""
    return _HASHTAGS.fullmatch(part.fold) is not None


def is_pipes(part: Part) -> bool:
    """Tell whether `part` is a row of links: three bars or more between short names."""
    fold = part.fold
    bars = fold.count("|") + fold.count(" / ")
    if "»" in fold and "«" not in fold:
        bars += fold.count("»")
    return bars >= 3 and part.size <= bars * 6 + 6


def is_latin(part: Part) -> bool:
    """Tell whether most letters of `part` are Latin: on an Arabic page, a name or a link."""
    if _LATIN.search(part.fold) is None:
        return False
    latin = len(_LATIN.findall(part.fold))
    return latin * 2 > len(_LETTERS.findall(part.fold))


def is_address(part: Part) -> bool:
    """Tell whether `part` is nothing but the address of a page or of a picture (`pic.twitter.com/a8Kd02`)."""
    return part.size == 1 and ("/" in part.fold or "@" in part.fold) and _ADDRESS.fullmatch(part.fold) is not None


def is_poll(page: Page, at: int) -> bool:
    """Tell whether the line at `at` is a poll's question: its answers stand under it."""
    part = page.parts[at]
    if part.stop != "؟":
        return False
    below = [page.at(at + 1), page.at(at + 2)]
    return all(one is not None and one.fold.strip(" .-•*()") in _ANSWERS for one in below)


def counts_replies(page: Page, part: Part) -> bool:
    """Tell whether a line counts the replies to this very page: a number, and the page's title (`3 آراء على …`)."""
    if not part.fold[:1].isdigit():
        return False
    title = next((one.fold for one in page.parts if one.label is Label.TITLE), "")
    return _LEAST_TITLE < len(title) < len(part.fold) and title in part.fold


def is_row(part: Part) -> bool:
    """Tell whether `part` is a label with a row of names behind it."""
    return ":" in part.fold and _ROW.match(part.fold) is not None


def _first_word(part: Part) -> str:
    """Give the word with which a line begins, behind its list mark and the name of a section."""
    return (_SECTION.sub("", part.fold[bullet(part) :], count=1).split(maxsplit=1) or [""])[0]


def is_data_list(parts: list[Part]) -> bool:
    """Tell whether lines are entries of one table or list: most begin alike, hold a figure, or name a value."""
    if len(parts) < _LEAST_LIST:
        return False
    firsts = Counter(_first_word(part) for part in parts)
    figures = sum(_FIGURE.search(part.fold[-_FIGURE_ROOM:]) is not None for part in parts)
    pairs = sum(part.size <= _PAIR_WORDS and _PAIR.match(part.fold) is not None for part in parts)
    counted = all(_DIGIT.search(part.fold, bullet(part)) is not None for part in parts)
    return counted or max(firsts.most_common(1)[0][1], figures, pairs) * 2 > len(parts)


def goes_on(before: Part | None) -> bool:
    """Tell whether the part after `before` must be its continuation: it ended in a colon or a comma."""
    return before is not None and before.kind is None and before.stop in {":", "،", ",", "؛"} and before.size >= 4


def headline_score(page: Page, index: int, neighbours: int) -> float:
    """Weigh whether the short line at `index`, between paragraphs, links to another article rather than heads the next.

    `neighbours` counts the other short lines beside it. A heading shares its words with the paragraph under it and is
    short; a link stands among links, is as long as a headline and speaks of something else.
    """
    part = page.parts[index]
    if bullet(part) or continues(part.words) or (part.stop == "؟" and page.asks):
        return 0.0
    score = (part.size >= 8) + (part.size >= 11) - 2.0 * (part.size <= 5) - 1.0 * (part.size <= 3)
    score += bool(_SEPARATES.search(part.fold))
    score += 1.5 * (neighbours > 0) - _sentence_like(part)
    following = page.next_prose[index]
    below = set(content(page.parts[following])) if following < len(page.parts) else set()
    shared = _told(part, below)
    score += 1.5 if shared <= 0.1 else 0.0 if shared < 0.3 else -1.5 if shared < 0.5 else -3.0
    story = _story(page, index)
    known = _told(part, story)
    return score + (2.0 if known < 0.2 else 1.0 if known < 0.35 else -1.0 if known >= 0.6 and not neighbours else 0.0)


def _told(part: Part, others: set[str]) -> float:
    """Give the share of a line's words, those of mere grammar apart, that stand in `others`."""
    words = [word for word in content(part) if word not in _GRAMMAR]
    return sum(word in others for word in words) / len(words) if words else 0.0


def _sentence_like(part: Part) -> float:
    """Weigh what a sentence has and a headline hardly ever: commas, a verb of news in front, `أن` behind one."""
    commas = min(2, part.fold.count("،"))
    return (
        1.5 * commas
        + 2.0 * ("، و" in part.fold)
        + 2.0 * is_reporting(part.words[0])
        + 1.5 * (" ان " in f" {part.fold} ")
    )


def is_link_headline(page: Page, index: int, neighbours: int) -> bool:
    """Decide `headline_score`; what is too short to be told from a sub-heading is none."""
    part = page.parts[index]
    if part.size < (_LEAST_SEPARATED if _SEPARATES.search(part.fold) else _LEAST_WORDS):
        return part.size >= _LEAST_SEPARATED and not neighbours and _interrupts(page, index)
    if (
        part.stop == "."
        or (part.stop == "؟" and ":" in part.fold and is_reporting(part.words[0]))
        or is_row(part)
        or _QUOTED.fullmatch(part.fold) is not None
    ):
        return False
    least = _LEAST_FOR_HEADLINE + _SHORTER * (part.size < _LEAST_WORDS and not neighbours)
    return is_headline(page.parts[index]) and headline_score(page, index, neighbours) >= least


def _interrupts(page: Page, index: int) -> bool:
    """Tell whether a short line alone has subject and verb, and the story goes on below it as if it did not stand."""
    part, below = page.parts[index], page.at(index + 1)
    if below is None or not any(map(_VERB.fullmatch, part.words[1:4])) or not continues(below.words):
        return False
    if bullet(part) or part.stop or page.asks or not is_headline(part):
        return False
    return not _told(part, set(content(below))) and _told(part, _story(page, index)) < _ELSEWHERE


def _story(page: Page, index: int) -> set[str]:
    """Collect the stems of the paragraphs around `index`, at most ten on either side."""
    stems: set[str] = set()
    for step in (-1, 1):
        at, seen = index + step, 0
        while 0 <= at < len(page.parts) and seen < 10 and abs(at - index) < 40:
            part = page.parts[at]
            if is_paragraph(part):
                stems.update(content(part))
                seen += 1
            at += step
    return stems
