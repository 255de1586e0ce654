"""A page's text enters; it leaves folded, with all phrases of the rules that stand in it, found in one pass."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from .glue import glue_words
from .many_words import Hit, finder
from .pieces import fold_layout, fold_page
from .site_talk import strong_words
from .sites import Match, SiteRules, fold_phrase


class Scan(NamedTuple):
    """A `folded` page and, with the offset of its last character, each phrase of a rule and each glue word in it.

    `even` says that it has no white space but blanks and line feeds. `glue` gives the number that `glue_words` gives;
    `signs` are those of sites that the page may show as printed, each with its last place, `talk` says where words may
    stand that sites use to speak of themselves.
    """

    folded: str
    even: bool
    phrases: list[tuple[int, str]]
    glue: list[tuple[int, int]]
    talk: list[int]
    signs: dict[str, int]


@dataclass(slots=True)
class _Word:
    phrase: str | None = None
    glue: int | None = None
    talk: int = 0
    signs: tuple[str, ...] = ()


_Told = tuple[str | None, int | None, int, tuple[str, ...]]
"""A phrase, a number of `glue_words`, the length of a site's talk, signs: the fields of a `_Word`."""


def scan(text: str, rules: SiteRules) -> Scan:
    """Fold `text` and find what the rules of all sites look for in mid-line.

    >>> from streams.text.sites import load_rules
    >>> found = scan("انتهى اللقاء. إقرأ أيضًا: موعد المباراة", load_rules())
    >>> found.folded, (22, "اقرا ايضا") in found.phrases
    ('انتهي اللقاء. اقرا ايضا: موعد المباراه', True)
    """
    folded, even = fold_page(text)
    seen = Scan(folded, even, [], [], [], {})
    _, _, phrases, glued, talks, shown = seen
    find, told = _words(rules)
    for last, number in find(folded):
        phrase, glue, talk, signs = told[number]
        if glue is not None:
            glued.append((last, glue))
        if phrase is not None:
            phrases.append((last, phrase))
        if talk and (last < talk or not folded[last - talk].isalpha()) and not folded[last + 1 : last + 2].isalpha():
            talks.append(last)  # no piece of a longer word
        if signs:
            shown.update(dict.fromkeys(signs, last))
    return seen


@lru_cache(maxsize=4)
def _words(rules: SiteRules) -> tuple[Callable[[str], Iterable[Hit]], list[_Told]]:
    """Give what finds all words that a page is scanned for, and what each of them tells."""
    words: dict[str, _Word] = {}
    for site in rules.sites.values():
        for rule in site.rules:
            if rule.match is Match.WITHIN or rule.inline:
                for phrase in map(fold_phrase, rule.phrases):
                    words.setdefault(phrase, _Word()).phrase = phrase
        for sign in site.signs:
            word = words.setdefault(fold_layout(sign), _Word())
            word.signs = (*word.signs, sign)
    for glued, size in glue_words().items():
        words.setdefault(glued, _Word()).glue = size
    for talk in strong_words():
        words.setdefault(talk, _Word()).talk = len(talk)
    words.pop("", None)
    return finder(list(words)), [(word.phrase, word.glue, word.talk, word.signs) for word in words.values()]
