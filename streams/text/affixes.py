"""A headline as printed enters; it leaves without list mark, media label in front and site name behind."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

from .letters import fold

_LEXICON: Final = Path(__file__).parent.parent / "lexicon"
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
_ROUNDS: Final = 4
"""Wrappings taken off one after another (`عاجل | بالفيديو.. …`); more than these is not a headline."""
_LONGEST: Final = 600
"""Characters of the longest headline; what is longer is a paragraph, on which the patterns would only lose time."""
_SPELLINGS: Final = {**dict.fromkeys("اأإآ", "[اأإآ]"), **dict.fromkeys("ةه", "[ةه]"), **dict.fromkeys("يى", "[يىی]")}


@cache
def _labels() -> tuple[re.Pattern[str], re.Pattern[str]]:
    rows = _rows("headline_labels.tsv")
    every = _either(label for label, _ in rows)
    bare = _either(label for label, kind in rows if kind == "bare")
    boxed = rf"[\[(【]\s*(?:{every})\s*[\])】]"
    before = (
        rf"{boxed}[\s.…:|–—-]*"
        rf"|#?(?:{every})\s*(?:[.…:|!؛،–—]+|\s-+(?=\s)|-(?=\S))\s*"
        rf"|(?:{bare})\s+(?=\S+\s)"
    )
    after = rf"[\s.…:|–—-]*{boxed}\s*$|(?:\s*[.…|–—]+|\s-+|\s:)\s*(?:{every})$"
    return re.compile(before, re.IGNORECASE), re.compile(after, re.IGNORECASE)


@cache
def _sites() -> dict[str, bool]:
    return {fold(name): kind == "any" for name, kind in _rows("site_names.tsv")}


def _rows(name: str) -> list[tuple[str, str]]:
    lines = (_LEXICON / name).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(first, second) for first, second in pairs]


def _either(labels: Iterable[str]) -> str:
    longest_first = sorted(labels, key=len, reverse=True)
    return "|".join("".join(_SPELLINGS.get(c, r"\s+" if c == " " else re.escape(c)) for c in x) for x in longest_first)


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


def _once(headline: str) -> str:
    before, after = _labels()
    text = _LIST_MARK.sub("", headline)
    if match := before.match(text):
        text = text[match.end() :]
    text = _TAIL.sub("", text)
    if match := after.search(text):
        text = text[: match.start()]
    return _without_site(text) or headline


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
