"""A headline as printed enters; it leaves without list mark, media label in front and site name behind."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from .letters import fold
from .lexicon import any_of, rows

_JUNK: Final = "\\s\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_LIST_MARK: Final = re.compile(
    rf"^[{_JUNK}•·▪●◄►▶■□◆◦‣⁃*›»–—\-_#.…،,:|]+(?=[\w«\"“(\[])|^[{_JUNK}]*\d{{1,2}}(?:\s?[)]|\s?-|\.)\s+(?!\d)"
)
_TAIL: Final = re.compile(rf"[{_JUNK}.…،,:|\-–—_›]+$")
_SITE: Final = re.compile(r"\s(?P<mark>[-–—|»/•]|::?)\s+(?P<site>[^|–—]{2,40})$")
_PRESS: Final = re.compile(
    r"(?:صحيفه|جريده|مجله|وكاله انباء|وكاله الانباء)(?: \S+){1,3}"
    r"|(?:موقع|شبكه|بوابه|قناه|وكاله|منصه)(?: \S+){1,3} (?:الاخباريه?|الالكترونيه?|الفضائيه|للانباء|للاخبار)"
    r"|(?:\S+ ){1,2}(?:نت|نيوز|اونلاين|اون لاين|برس|تايمز|بوست)"
    r"|(?:www )?[a-z0-9]+ (?:com|net|org|info|news|tv)(?: [a-z]{2})?"
)
_WORDS_LEFT: Final = 3
"""Words that must stay when a site name is cut: a shorter rest is no headline, so the name is part of it."""
_SIGNS: Final = re.compile(r"[\[(【.…|–—\-:»/•]")
"""One of these stands before each label or site name that is cut at a headline's end."""
_SITE_SIGNS: Final = re.compile(r"[-–—|»/•:]")
_FRONT: Final = 3
"""Letters of the shortest label."""
_ROUNDS: Final = 4
"""Wrappings taken off one after another (`عاجل | بالفيديو.. …`); more than these is not a headline."""
_LONGEST: Final = 600
"""Characters of the longest headline; what is longer is a paragraph, on which the patterns would only lose time."""


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    listed = rows("headline_labels.tsv")
    every = any_of(label for label, _ in listed)
    bare = any_of(label for label, kind in listed if kind == "bare")
    boxed = rf"[\[(【]\s*(?:{every})\s*[\])】]"
    before = (
        rf"{boxed}[\s.…:|–—-]*"
        rf"|#?(?:{every})\s*(?:[.…:|!؛،–—]+|\s-+(?=\s)|-(?=\S))\s*"
        rf"|(?:{bare})\s+(?=\S+\s)"
    )
    after = rf"[\s.…:|–—-]*{boxed}\s*$|(?:\s*[.…|–—]+|\s-+|\s:)\s*(?:{every})$"
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


@cache
def _last_words() -> frozenset[str]:
    return frozenset(fold(label).split()[-1] for label, _ in rows("headline_labels.tsv"))


@cache
def _sites() -> dict[str, bool]:
    return {fold(name): kind == "any" for name, kind in rows("site_names.tsv")}


def strip_affixes(headline: str) -> str:
    """Cut what a page wraps around `headline`; a separator followed by anything but a known label or site stays.

    >>> strip_affixes("• عاجل: انفجار ضخم في بيروت.. (فيديو) | صحيفة النهار")
    'انفجار ضخم في بيروت'
    >>> strip_affixes("برشلونة 3 - ريال مدريد 1")
    'برشلونة 3 - ريال مدريد 1'
    """
    for _ in range(_ROUNDS if len(headline) <= _LONGEST else 0):
        shorter = _once(headline)
        if shorter == headline:
            break
        headline = shorter
    return headline


def begins_with_label(headline: str) -> bool:
    """Tell whether a label stands at the very beginning of `headline`."""
    return _may_begin_label(headline[:_FRONT]) and _labels()[0].match(headline) is not None


def _once(headline: str) -> str:
    before, after = _labels()
    text = headline if headline[:1].isalpha() else _LIST_MARK.sub("", headline)
    if _may_begin_label(text[:_FRONT]) and (match := before.match(text)):
        text = text[match.end() :]
    if not text[-1:].isalnum():
        text = _TAIL.sub("", text)
    sign = _SIGNS.search(text)
    if sign is None:
        return text or headline
    if _may_end_in_label(text) and (match := after.search(text, len(text[: sign.start()].rstrip()))):
        text = text[: match.start()]
    if _SITE_SIGNS.search(text, sign.start()) is not None:
        text = _without_site(text)
    return text or headline


@lru_cache(maxsize=4096)
def _may_begin_label(front: str) -> bool:
    """Tell whether a label may begin with `front`, as printed; alone it costs much less than the pattern."""
    folded = fold(front)
    return len(folded) < _FRONT or folded in _first_letters()


@cache
def _first_letters() -> frozenset[str]:
    return frozenset(fold(label)[:_FRONT] for label, _ in rows("headline_labels.tsv"))


def _may_end_in_label(text: str) -> bool:
    """Tell whether the last word of `text` is the last one of a label; alone it costs much less than the pattern."""
    last = fold(text.rsplit(maxsplit=1)[-1]).rsplit(maxsplit=1)
    return not last or last[-1] in _last_words()


def _without_site(text: str) -> str:
    match = None
    for match in _SITE.finditer(text):  # noqa: B007 - the last one counts
        pass
    if match is None or len(text[: match.start()].split()) < _WORDS_LEFT:
        return text
    name = fold(match["site"])
    after_dash = _sites().get(name)
    known = after_dash or (after_dash is not None and match["mark"] in {"|", "::"}) or _PRESS.fullmatch(name)
    return text[: match.start()] if known else text
