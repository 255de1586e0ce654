"""A folded word enters; the forms leave under which it may stand in another headline: bare, uninflected, consonants."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_PRONOUNS: Final = ("تهما", "هما", "تهم", "تها", "هم", "هن", "ها", "كم", "نا")
_ENDINGS: Final = ("تين", "تان", "يين", "يون", "ته", "ات", "ون", "ين", "ان", "وا", "يه", "يا", "ه", "ا", "ي", "ت")
_OWNED: Final = ("ته", "تها", "تهم", "تهما", "تنا")
"""What a teh marbuta becomes before a pronoun: `قوته` is `قوه`."""
_SUFFIXES: Final = (*_PRONOUNS, *_ENDINGS)
_WEAK: Final = str.maketrans("", "", "اويءئؤ")
_MASDAR: Final = re.compile(r"ت\w\wي\w")
"""The verbal noun of the second form: `تصويت` has the consonants of `يصوت`."""
_TWICE: Final = re.compile(r"(.)\1")
PREFIXES: Final = frozenset("وفبلك")
LETTERS_LEFT: Final = 3
"""Letters that stay of a word when a clitic or an ending is taken off."""


def bare_forms(text: str) -> frozenset[str]:
    """Give the word without conjunction, preposition and article, as far as three letters stay."""
    forms = {text}
    if text[0] in "وف" and len(text) > LETTERS_LEFT:
        forms.add(text[1:])
    for form in list(forms):
        if form[0] in PREFIXES and len(form) > LETTERS_LEFT:
            forms.add(form[1:])
        if form.startswith("لل") and len(form) > LETTERS_LEFT + 1:
            forms.add(form[2:])
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
    stems = {form[: -len(end)] for end in _ENDINGS if form.endswith(end) and len(form) - len(end) >= LETTERS_LEFT}
    stems |= {form[: -len(end)] for end in _PRONOUNS if form.endswith(end) and len(form) - len(end) > 1}
    stems |= {form[: -len(end)] + "ه" for end in _OWNED if form.endswith(end) and len(form) - len(end) > 1}
    return stems | any_person({form, *stems})


def any_person(forms: Iterable[str]) -> set[str]:
    """Give the form that stands for all persons of a verb: `يرفض`, `ترفض` and `نرفض` are `@رفض`."""
    return {"@" + form[1:] for form in forms if form[0] in "يتن" and len(form) > LETTERS_LEFT}


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
    if _MASDAR.fullmatch(text):
        text = text[1:]
    ending = next((end for end in _SUFFIXES if text.endswith(end) and len(text) - len(end) >= LETTERS_LEFT), "")
    bones = _bones(text.removesuffix(ending) if ending else text)
    if len(bones) < 2:
        bones = _bones(text)
    while len(bones) > LETTERS_LEFT and bones[0] in "متنس":
        bones = bones[1:]
    if len(bones) > LETTERS_LEFT and bones[1] in "تط":
        bones = bones[0] + bones[2:]
    return bones


def _bones(stem: str) -> str:
    return _TWICE.sub(r"\1", stem.translate(_WEAK))
