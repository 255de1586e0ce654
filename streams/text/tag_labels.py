"""The folded beginning of a line enters; the words leave that name a list of tags, though no rule knows them."""

from __future__ import annotations

import re
from typing import Final

from .markers import Hit, Marker
from .newswords import is_reporting
from .sites import Kind, Match

_LABEL: Final = re.compile(
    r"#?(?:(?:ال)?(?:كلمات|مفردات|وسوم|اوسمه|تاغات|تاجات|تاقات|هاشتا[غجق](?:ات)?|دلالات)|tags?|keywords?|hashtags?"
    r"|(?:مواضيع|موضوعات|متعلقات)(?=\s?:?\s?#))"
    r"(?: (?!في |من |علي |عن )[^\W\d]{3,}){0,2}?\s*(?P<sign>[:：|»]+\s*|[-–—]\s+|$|(?=#))",
    re.IGNORECASE,
)
TAG_FRONTS: Final = frozenset(
    [
        "كلم",
        "الك",
        "مفر",
        "الم",
        "وسو",
        "الو",
        "اوس",
        "الا",
        "تاغ",
        "تاج",
        "تاق",
        "الت",
        "هاش",
        "اله",
        "موا",
        "موض",
        "متع",
    ]
)
"""First three characters of the Arabic labels, and the first one of the others."""
TAG_SIGNS: Final = frozenset("tTkKhH#")
_MARKER: Final = Marker("", "feature.tag-label", Kind.KEYWORDS, Match.START, inline=False)
_BETWEEN: Final = re.compile(r"[،,|#؛]")
_TAG_WORDS: Final = 5
_TAGS: Final = 30
"""Words of the longest row of tags behind a label without a colon."""


def unknown_tag_label(folded: str, start: int, end: int) -> Hit | None:
    """Find a label of tags at `start`: a line, or what stands before a colon, that begins with a word for tags.

    >>> hit = unknown_tag_label("الكلمات الاساسيه: تونس، الصحه", 0, 29)
    >>> hit and (hit.end, hit.joint)
    (18, 'separator')
    >>> unknown_tag_label("كلمات الرئيس اثارت جدلا واسعا", 0, 29) is None
    True
    """
    if folded[start : start + 3] not in TAG_FRONTS and folded[start : start + 1] not in TAG_SIGNS:
        return None
    match = _LABEL.match(folded, start, end)
    if match is None:
        return None
    return Hit(_MARKER, start, match.end(), "end" if match.end() >= end else "separator")


def may_be_tags(rest: str, label: str) -> bool:
    """Tell whether a keyword label without a colon has tags behind it (`rest`), and not the rest of a sentence.

    >>> may_be_tags("تونس، الصحه", "كلمات"), may_be_tags(" ", "كلمات دلاليه")
    (True, False)
    """
    words = rest.split()
    if not words:
        return False
    tags = [tag for tag in _BETWEEN.split(rest) if tag.strip()]
    apart = (len(tags) > 1 and all(len(tag.split()) <= _TAG_WORDS for tag in tags)) or "#" in rest or " " in label
    return apart and len(words) <= _TAGS and not rest.rstrip().endswith((".", "؟", "!")) and not is_reporting(words[0])
