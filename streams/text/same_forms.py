"""A folded word enters; the forms leave under which it may stand in another headline: bare, uninflected, consonants."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple

from streams.native import compiled

_PRONOUNS: Final = ("تهما", "هما", "تهم", "تها", "هم", "هن", "ها", "كم", "نا")
_ENDINGS: Final = ("تين", "تان", "يين", "يون", "ته", "ات", "ون", "ين", "ان", "وا", "يه", "يا", "ه", "ا", "ي", "ت")
_OWNED: Final = ("ته", "تها", "تهم", "تهما", "تنا")
"""What a teh marbuta becomes before a pronoun: `قوته` is `قوه`."""


def _by_last_letter(endings: Iterable[str]) -> Mapping[str, tuple[str, ...]]:
    """Sort endings by their last letter, so that only those are tried that a word may end with; order is kept."""
    found: dict[str, list[str]] = {}
    for end in endings:
        found.setdefault(end[-1], []).append(end)
    return {letter: tuple(ends) for letter, ends in found.items()}


_ENDINGS_BY: Final = _by_last_letter(_ENDINGS)
_PRONOUNS_BY: Final = _by_last_letter(_PRONOUNS)
_OWNED_BY: Final = _by_last_letter(_OWNED)
_SUFFIXES_BY: Final = _by_last_letter((*_PRONOUNS, *_ENDINGS))
_WEAK_LETTERS: Final = "اويءئؤ"
_WEAK: Final = str.maketrans("", "", _WEAK_LETTERS)
_MASDAR: Final = re.compile(r"ت\w\wي\w")
"""The verbal noun of the second form: `تصويت` has the consonants of `يصوت`."""
_TWICE: Final = re.compile(r"(.)\1")
PREFIXES: Final = frozenset("وفبلك")
LETTERS_LEFT: Final = 3
"""Letters that stay of a word when a clitic or an ending is taken off."""
_LONGEST: Final = 64
"""Letters of a word that the compiled loop takes, at most."""
_native: Final[Any] = compiled("forms")
_FORMS: Final[Any] = _native and _native.Forms(_PRONOUNS_BY, _ENDINGS_BY, _OWNED_BY, _SUFFIXES_BY, _WEAK_LETTERS)


class Forms(NamedTuple):
    """A word with and without clitics, without inflection too, and its consonants in each form that has two."""

    bare: frozenset[str]
    roots: frozenset[str]
    skeletons: frozenset[str]


def forms_of(text: str, more: frozenset[str]) -> Forms:
    """Give all forms of a word; `more` are spellings that have roots as well."""
    if _FORMS is None or len(text) > _LONGEST or max(map(len, more), default=0) > _LONGEST:
        return forms_in_python(text, more)
    return Forms(*_FORMS.read(text, more))


def forms_in_python(text: str, more: frozenset[str]) -> Forms:
    """Do what `forms_of` does where nothing is compiled."""
    bare = bare_forms(text)
    spellings = bare | more
    return Forms(bare, spellings.union(*map(roots_of, spellings)), skeletons_of(bare))


def stem_of(text: str) -> str:
    """Give the consonants of a word without whatever may be a clitic; where there are too few, the letters."""
    if _FORMS is None or len(text) > _LONGEST:
        return stem_in_python(text)
    found: str = _FORMS.stem(text)
    return found


def stem_in_python(text: str) -> str:
    """Do what `stem_of` does where nothing is compiled."""
    bare = barest(text)
    bones = consonants(bare)
    return bones if len(bones) >= LETTERS_LEFT else bare


def bare_forms(text: str) -> frozenset[str]:
    """Give the word without conjunction, preposition and article, as far as three letters stay."""
    forms = {text}
    if text[0] in "وف" and len(text) > LETTERS_LEFT:
        forms.add(text[1:])
    for form in list(forms):
        if form[0] in PREFIXES and len(form) > LETTERS_LEFT:
            forms.add(form[1:])
        if form.startswith("لل") and len(form) > LETTERS_LEFT:
            forms.add("ال" + form[2:])
    for form in list(forms):
        if form.startswith("ال") and len(form) > LETTERS_LEFT:
            forms.add(form[2:])
    return frozenset(forms)


def barest(text: str) -> str:
    """Take off whatever may be a clitic, as far as three letters stay: one form with clitics and without.

    A first letter of the word's own may go too; it goes wherever the word stands.

    >>> barest("وبكورونا") == barest("كورونا")
    True
    """
    while len(text) > LETTERS_LEFT:
        if text.startswith("ال") and len(text) > LETTERS_LEFT + 1:
            text = text[2:]
        elif text[0] in PREFIXES:
            text = text[1:]
        else:
            break
    return text


def roots_of(form: str) -> set[str]:
    """Give the word without one inflection: ending, or the person of a verb (`ينفذ` and `تنفذ` are `@نفذ`)."""
    last, length = form[-1], len(form)
    stems = set()
    for end in _ENDINGS_BY.get(last, ()):
        if form.endswith(end) and length - len(end) >= LETTERS_LEFT:
            stems.add(form[: -len(end)])
    for end in _PRONOUNS_BY.get(last, ()):
        if form.endswith(end) and length - len(end) > 1:
            stems.add(form[: -len(end)])
            if form[-len(end) - 1] in "يو" and length - len(end) > LETTERS_LEFT:
                stems.add(form[: -len(end) - 1])
    for end in _OWNED_BY.get(last, ()):
        if form.endswith(end) and length - len(end) > 1:
            stems.add(form[: -len(end)] + "ه")
    return stems | any_person((form, *stems))


def any_person(forms: Iterable[str]) -> set[str]:
    """Give the form that stands for all persons of a verb, of its future too: `يرفض`, `ترفض`, `سنرفض` are `@رفض`."""
    persons = set()
    for form in forms:
        if form[0] in "يتن" and len(form) > LETTERS_LEFT:
            persons.add("@" + form[1:])
        elif form[0] == "س" and len(form) > LETTERS_LEFT + 2 and form[1] in "يتن":
            persons.add("@" + form[2:])
    return persons


def skeletons_of(forms: frozenset[str]) -> frozenset[str]:
    """Give the consonants of each form that has two at least, the feminine of a verb read as its masculine too."""
    persons = {form[1:] for form in forms if form[0] == "ت" and len(form) > LETTERS_LEFT}
    return frozenset(bones for form in forms | persons if len(bones := consonants(form)) > 1)


def consonants(text: str) -> str:
    """Give the consonants that the words of one root share: `اختطاف` and `مخطوفون` are `خطف`."""
    if text.startswith("ال"):
        return ""
    if text.startswith(("يت", "تت")) and len(text) > LETTERS_LEFT + 1:
        text = text[2:]
    if text[0] == "ت" and _MASDAR.fullmatch(text):
        text = text[1:]
    most = len(text) - LETTERS_LEFT
    ending = 0
    for end in _SUFFIXES_BY.get(text[-1], ()):
        if len(end) <= most and text.endswith(end):
            ending = len(end)
            break
    bones = _bones(text[:-ending] if ending else text)
    if len(bones) < 2:
        bones = _bones(text)
    while len(bones) > LETTERS_LEFT and bones[0] in "متنس":
        bones = bones[1:]
    if len(bones) > LETTERS_LEFT and bones[1] in "تط":
        bones = bones[0] + bones[2:]
    return bones


def _bones(stem: str) -> str:
    bones = stem.translate(_WEAK)
    return bones if len(set(bones)) == len(bones) else _TWICE.sub(r"\1", bones)
