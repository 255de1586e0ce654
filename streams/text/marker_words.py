"""The folded beginning of a line enters; the words leave that open a box of links, though no rule knows them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .lexicon import rows
from .markers import Hit, Marker
from .pieces import fold_layout
from .sites import Kind, Match

_OPENING: Final = re.compile(r"([^:|»\n]{4,40}?)\s*(?:[:：|»←…]+[\s:|.-]*|\.{2,}[\s:.]*|$)")
_FEWEST, _MOST = 2, 6
_LONGEST_WORD: Final = 12
WORDS_RULE: Final = "feature.marker-words"
_MARKER: Final = Marker("", WORDS_RULE, Kind.RELATED, Match.START, inline=False)


SECTION_RULE: Final = "feature.section-marker"
_SECTION: Final = Marker("", SECTION_RULE, Kind.RELATED, Match.START, inline=False)
_MORE: Final = frozenset(["المزيد", "مزيد", "للمزيد", "اقرا", "اقراوا", "طالع", "تصفح", "اقرؤوا", "تابع"])
_NEWS: Final = frozenset(["اخبار", "الاخبار", "مقالات", "المقالات", "مواضيع", "موضوعات", "عناوين", "انباء", "تقارير"])
_LATEST: Final = frozenset(["اخر", "احدث", "اهم", "ابرز"])
_MOST_READ: Final = frozenset(["الاكثر", "الاعلي"])
_MOST_OF: Final = frozenset(["اكثر", "الاكثر"])
_NEWS_WORDS: Final = _NEWS | {"خبر", "الخبر", "مقال", "القصص", "التقارير", "المقاطع", "الفيديوهات"}
_TO_SEE: Final = "للاطلاع"
_REST: Final = frozenset(["مزيد", "المزيد"])
_READ: Final = frozenset(["قراءه", "مشاهده", "تداولا", "شيوعا", "رواجا", "متابعه", "تعليقا", "مشاركه", "بحثا"])
_OF: Final = frozenset(["في", "من", "عن", "حول", "علي"])


def _names_section(words: list[str]) -> bool:
    """Tell whether a short line names a section's list: "more in", "read in", "most read in", and a name."""
    if not _FEWEST < len(words) <= _MOST:
        return False
    more = words[0] in _MORE and words[1] in _OF
    most = words[0] in _MOST_READ and words[1] in _READ and words[2] in _OF
    most = most or (words[0] in _MOST_OF and words[1] in _NEWS_WORDS and words[2] in _READ)
    more = more or (words[0] == _TO_SEE and words[2] in _REST)
    return more or most or (words[0] in _LATEST and words[1] in _NEWS and len(words) == _FEWEST + 1)


@cache
def _words() -> dict[str, bool]:
    return {fold_layout(row[0]): row[1] == "core" for row in rows("marker_words.tsv")}


@cache
def core_words() -> tuple[frozenset[str], frozenset[str]]:
    """Collect the words that hardly anything but the label of a box of links has, and all its words, folded."""
    return frozenset(word for word, core in _words().items() if core), frozenset(_words())


@cache
def marker_fronts() -> frozenset[str]:
    """Collect the first three characters of what `unknown_marker` may find: a word of markers and a blank."""
    return frozenset(f"{word} "[:3] for word in _words())


def unknown_marker(folded: str, start: int, end: int) -> Hit | None:
    """Find a marker at `start`: a line, or what stands before a colon, made of nothing but words of markers.

    >>> hit = unknown_marker("مواضيع لها علاقه: افتتاح الجسر", 0, 30)
    >>> hit and (hit.end, hit.joint)
    (18, 'separator')
    >>> unknown_marker("مقالات في الادب: قراءه جديده", 0, 28) is None
    True
    """
    known = _words()
    space = folded.find(" ", start, min(end, start + _LONGEST_WORD))
    if space < 0 or folded[start:space] not in known:  # almost every line ends here
        return None
    match = _OPENING.match(folded, start, end)
    if match is None:
        return None
    words = match[1].split()
    if match.end() >= end and _names_section(words):
        return Hit(_SECTION, start, match.end(), "end")
    if not _FEWEST <= len(words) <= _MOST or not all(word in known for word in words):
        return None
    if not any(known[word] for word in words):
        return None
    return Hit(_MARKER, start, match.end(), "end" if match.end() >= end else "separator")
