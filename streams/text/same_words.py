"""A headline's key enters; its words leave, each with the forms under which it may meet a word of another headline."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final, NamedTuple

from .fold import CUT
from .phrases import in_one_word
from .same_forms import forms_of, stem_of
from .same_kinds import NUMBER, PLAIN, WordKind, kind_of, meaning_of, senses_of, turn_of
from .same_names import LONGEST_NAME, country_of, joined, looked_up, single_forms
from .same_numbers import with_digits
from .same_roles import in_order_of_victory


class Word(NamedTuple):
    """A word of a headline; `forms` are the word with and without clitics, `roots` without inflection too.

    `skeletons` are its consonants, `senses` its rows in the list of synonyms, `name` who or what it names, `turns` how
    it turns a claim, `key` the one form in which it is looked up, `grips` all of these together; `least` is the
    shortest of the forms.
    """

    text: str
    place: int
    name: str | None
    kind: WordKind
    forms: tuple[str, ...]
    roots: tuple[str, ...]
    skeletons: tuple[str, ...]
    senses: frozenset[int]
    turns: str | None
    key: str
    grips: tuple[str | int, ...]
    least: str


Reading = tuple[
    WordKind,
    tuple[str, ...],
    tuple[str, ...],
    tuple[str, ...],
    frozenset[int],
    str | None,
    str,
    tuple[str | int, ...],
    str,
]


class Headline(NamedTuple):
    """A headline as words; `folded` all its words, `cut` if it is printed as cut off, `grips` those of all words."""

    key: str
    words: tuple[Word, ...]
    folded: str
    cut: bool
    grips: frozenset[str | int]


_word: Final[Callable[[tuple[object, ...]], Word]] = partial(tuple.__new__, Word)
"""As `Word._make`, in half its time."""
_EMPTY: Final[frozenset[str | int]] = frozenset()


@lru_cache(maxsize=512)
def analyse(key: str, longest_name: int = LONGEST_NAME) -> Headline:
    """Read a headline's `key` (`headline_key`) as words: numbers and names in one form, joined phrases opened.

    Names of up to `longest_name` words are one word.

    >>> [word.text for word in analyse("مقتل خمسه اشخاص بكركوك").words]
    ['مقتل', '5', 'اشخاص', 'بكركوك']
    """
    cut = key.endswith(CUT)
    tokens = tokens_of(key)
    units = in_order_of_victory(tokens, longest_name)
    words = tuple([_word((text, at, name, *reading(text, name))) for at, (text, name) in enumerate(units)])
    return Headline(key, words, " ".join(tokens), cut, _EMPTY.union(*[word.grips for word in words]))


def tokens_of(key: str) -> list[str]:
    """Part a key into words: phrases in one word, numbers in digits."""
    return with_digits(in_one_word(joined(key.removesuffix(CUT).split())))


@lru_cache(maxsize=10_240)
def reading(text: str, name: str | None) -> Reading:
    """Read what a word is wherever it stands; the same words fill most headlines, so each is read once."""
    forms, roots, skeletons = forms_of(text, single_forms(name))
    senses = senses_of(roots)
    kind = PLAIN if name else kind_of(text, forms)
    key = looked_up(name) if name else text if kind is NUMBER else _key(text, senses)
    grips: tuple[str | int, ...] = tuple({key, *roots, *skeletons, *senses})  # a set takes ten times the memory
    least = min(forms, key=lambda form: (len(form), form))
    return kind, tuple(forms), tuple(roots), tuple(skeletons), senses, turn_of(forms), key, grips, least


def _key(text: str, senses: frozenset[int]) -> str:
    """Give the one form in which a word is looked up: its first meaning, its country, its consonants or its letters."""
    if senses:
        return f"~{meaning_of(senses)}"
    if country := country_of(text):
        return country
    return stem_of(text)
