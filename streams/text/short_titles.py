"""A line of a few words and the one below it enter; whether it is a title that stands over its deck leaves."""

from __future__ import annotations

import re
from typing import Final

from .parts import Part

_SHORTEST, _LONGEST, _DECK = 3, 5, 7
"""Words of the shortest and longest such title, and of the shortest such deck."""
_SAID: Final = 0.5
_NEGATES: Final = frozenset(["لم", "لن", "ليس", "ليست", "لا", "قد", "سوف"])
_VERB: Final = re.compile(
    r"ي[^\W\d]{2,5}(?<![يه])|س[يت][^\W\d]{3,5}"
    r"|ت(?![^\W\d]{2}ي[^\W\d]$|[^\W\d]ا)[^\W\d]{3,5}(?<![يه])"
)
"""A word that begins as verbs of the present do, and not made as verbal nouns with `ت` are."""
_NO_VERB: Final = re.compile(
    "يناير|يونيو|يوليوز?|يوسف|ياسر|يزيد|يعقوب|ياسين|ياسمين|يورو|تونس|تركيا|تموز|تشرين|توتر|تقدم|تغير|تحول|تلوث|تضخم"
    "|تفجر|تطور|توسع|تجمع|تراث|تمور|سيناء|سيول|ستين|ستون"
)


def is_short_title(part: Part, below: Part, shared: float) -> bool:
    """Tell whether `part` is a short sentence over a much longer line.

    No name of a section is a sentence: that has a verb, and the story says its words (`shared`), or a "not".
    """
    if not _SHORTEST <= part.size <= _LONGEST or below.size < max(_DECK, part.size * 2) or part.stop == ":":
        return False
    if not _NEGATES.isdisjoint(part.words):
        return True
    return shared >= _SAID and any(_VERB.fullmatch(word) and not _NO_VERB.fullmatch(word) for word in part.words[1:])
