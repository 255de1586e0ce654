"""Folded text enters; the places leave where a page lost the break between a word and the next sentence's verb."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import Final

from .many_words import Hit, finder
from .newswords import glue_verbs, reporting_verbs

_WORD: Final = re.compile(r"\w+")
_ENDS: Final = '.!؟»”"'
_STOPS: Final = ".!؟"
_APART: Final = " \n"
_OPENINGS: Final = ("وفي ", "ومن ", "وحول ", "وخلال ", "وبحسب ", "ووفق ", "ووفقا ")
"""Words that open a sentence and are glued to a word only where the rest of it is one for certain."""
_WHOLE_ENDS: Final = ("ات", "يه")
_CALLS: Final = (
    "اشترك", "اشتركوا", "تابعوا", "تابعونا", "تابعنا", "اضغط", "انقر", "للاشتراك", "لمتابعه", "انضم", "انضموا", "شاهد",
)  # fmt: skip
"""Words with which a site calls upon its readers, glued to the end of a story."""
_LEAST_WHOLE: Final = 4
_LONGEST_WORD, _NEAR = 20, 2000
_ARTICLE: Final = re.compile(r"(?<!\w)[وف]?(?:[بك]?ال|لل)(?=\w*\Z)")
_LEAST_LEFT: Final = 3
"""Letters that must stay of the word before: shorter rests are prefixes of the verb itself."""


def is_glued(rest: str) -> bool:
    """Tell whether `rest`, found glued to a marker, begins with a word of its own: a reporting verb.

    >>> is_glued("اعرب الرئيس"), is_glued("ون الرئيس")
    (True, False)
    """
    match = _WORD.match(rest)
    if match is None or not rest[0].isalpha():
        return True
    word = match.group()
    verbs = reporting_verbs()
    return word in verbs or (word[0] in "وف" and word[1:] in verbs)


@cache
def glue_words() -> dict[str, int]:
    """List what a sentence glued to a word begins with, and how many characters of it are of the sentence.

    0 says that the last one is, and must begin a word; less than 0 that all are, behind a whole word.
    """
    words: dict[str, int] = {}
    for verb in glue_verbs():
        words[f"و{verb}"] = len(verb) + 1
        words.update(dict.fromkeys((mark + verb for mark in _ENDS), len(verb)))
    words.update(dict.fromkeys((f"{mark}و" for mark in _STOPS), 0))
    words.update((mark + call, len(call)) for mark in _STOPS for call in _CALLS)
    words.update((opening, -len(opening)) for opening in _OPENINGS)
    return words


@cache
def _alone() -> tuple[Callable[[str], Iterable[Hit]], list[int]]:
    words = glue_words()
    return finder(list(words)), list(words.values())


def _hits(folded: str) -> Iterator[tuple[int, int]]:
    find, numbers = _alone()
    return ((last, numbers[word]) for last, word in find(folded))


def glued_sentences(folded: str, hits: Iterable[tuple[int, int]] | None = None) -> list[int]:
    """Find the offsets in `folded` at which a sentence begins without a space before it.

    `hits` are the `glue_words` in it (offset of the last character, number), where a scan has found them already.

    >>> glued_sentences("اتصالات امريكيه روسيهواشار المسؤول.واوضح انه")
    [21, 35]
    >>> glued_sentences("في القطب والفضاء.وفي السياق ذاته")
    [17]
    >>> glued_sentences("ختام المفاوضاتوفي السياق قال الصوفي ان")
    [14]
    >>> glued_sentences("نشر المقاول كتابه ودعا الحضور")
    []
    """
    found = []
    for last, size in _hits(folded) if hits is None else hits:
        if size > 0:
            start = last + 1 - size
            if folded[start - 1] in _APART or start < 2 or folded[last + 1 : last + 2].isalnum():
                continue  # in most places the word begins where words do
            before = start - 1 if folded[start - 1] in _ENDS else start
            if folded[before - 1].isalnum() and (before < start or _leaves_word(folded, start, last + 1)):
                found.append(start)
        elif not size:
            if folded[last - 1 - _LEAST_LEFT : last - 1].isalpha() and folded[last + 1 : last + 2].isalpha():
                found.append(last)
        elif folded[last + size].isalpha() and _is_whole(folded, last + 1 + size):
            found.append(last + 1 + size)
    return sorted(set(found))


def _leaves_word(folded: str, start: int, end: int) -> bool:
    """Tell whether a word is left before `start` if the verb up to `end` is cut off it, not the half of one.

    Three letters behind the article must be (`الف` of `الفواقر` is none); what makes an adjective of a name, as `ي`,
    is cut off a word only that is known to be one.
    """
    if not folded[start - _LEAST_LEFT : start].isalpha():
        return False
    if folded[end - 1] == "ي":
        return _is_whole(folded, start)
    article = _ARTICLE.search(folded, max(0, start - _LONGEST_WORD), start)
    return article is None or start - article.end() >= _LEAST_LEFT or _is_whole(folded, start)


def _is_whole(folded: str, end: int) -> bool:
    """Tell whether the letters before `end` are a whole word: by their ending, or because the page has that word."""
    start = end
    while start > 0 and folded[start - 1].isalpha() and end - start < _LONGEST_WORD:
        start -= 1
    word = folded[start:end]
    if len(word) < _LEAST_WHOLE:
        return False
    return word.endswith(_WHOLE_ENDS) or f" {word} " in folded[max(0, start - _NEAR) : end + _NEAR]
