"""A folded word or sentence enters; whether news syntax opens or continues a story with it leaves."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .lexicon import rows
from .pieces import fold_layout

_LONGEST_OPENING: Final = 4
_SIGNS: Final = '،,:؛.«»"“”'
_AFTER_WAW: Final = re.compile(
    "(?:ت|ا|اء|ي|يا|يه|يون|يين|يات|ون|وا|ين|ان|ات|تي|تا|تان|تين|نا|هن|(?:ت|ات)?(?:ه|ها|هم|هما))?"
)
"""What may follow the words that begin with a waw of their own: endings, no other letters."""
_PAST_WITH_TA: Final = frozenset(
    {"تابع", "تمكن", "تعرض", "تراجع", "توقع", "تعادل", "تاهل", "تصدر", "تلقي", "توفي", "تغلب", "توج", "تجاوز"}
)
"""Past verbs, folded, that begin like the present."""


@cache
def reporting_verbs() -> frozenset[str]:
    """Read the verbs that open a sentence of news, folded."""
    return frozenset(fold_layout(row[0]) for row in rows("reporting_verbs.tsv"))


@cache
def glue_verbs() -> frozenset[str]:
    """Read the reporting verbs that pages glue to the word before, folded."""
    return frozenset(fold_layout(row[0]) for row in rows("reporting_verbs.tsv") if row[1] == "glue")


@cache
def past_verbs() -> frozenset[str]:
    """Read the past verbs that begin a story behind a list of headlines, folded: none that is also a noun."""
    verbs = (fold_layout(row[0]) for row in rows("reporting_verbs.tsv") if row[1] != "noun")
    return frozenset(verb for verb in verbs if verb[0] not in "يت" or verb in _PAST_WITH_TA)


@cache
def _continuations() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(fold_layout(row[0]).split()) for row in rows("continuations.tsv"))


@cache
def _first_words() -> frozenset[str]:
    return frozenset(words[0] for words in _continuations())


@cache
def _waw_words() -> tuple[str, ...]:
    return tuple(fold_layout(row[0]) for row in rows("waw_words.tsv"))


def is_reporting(word: str) -> bool:
    """Tell whether the folded `word` is a reporting verb, with or without "and" before it.

    >>> is_reporting("واكد"), is_reporting("فقال"), is_reporting("وزير"), is_reporting("وادي")
    (True, True, False, False)
    """
    verbs = reporting_verbs()
    return word in verbs or (word[:1] in "وف" and word[1:] in verbs and word not in _waw_words())


def starts_with_and(word: str) -> bool:
    """Tell whether the folded `word` begins with "and" and not with a waw of its own.

    >>> starts_with_and("وقالت"), starts_with_and("وعدد"), starts_with_and("وزاره"), starts_with_and("وقعت")
    (True, True, False, False)
    """
    if len(word) <= 3 or word[0] != "و":
        return False
    if not word.startswith(_waw_words()):
        return True
    return not any(word.startswith(own) and _AFTER_WAW.fullmatch(word, len(own)) for own in _waw_words())


def continues(words: list[str]) -> bool:
    """Tell whether a sentence of these folded words goes on with a story already begun."""
    if not words:
        return False
    if starts_with_and(words[0]):
        return True
    known, firsts = _continuations(), _first_words()
    if words[0].strip(_SIGNS) not in firsts:
        return False
    opening = tuple(word.strip(_SIGNS) for word in words[:_LONGEST_OPENING])
    return any(opening[:size] in known for size in range(1, len(opening) + 1))
