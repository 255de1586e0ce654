"""A listed word enters; the verb or the verbal noun that goes with it by its pattern leaves: `يساند`, `مسانده`."""

from __future__ import annotations

import re
from typing import Final

from .same_forms import LETTERS_LEFT, any_person

_R: Final = "([^اويءئؤى])"
"""A sound consonant, of which all patterns are made; a weak one would make another pattern of them."""
_ANY: Final = r"(\w)"
_PATTERNS: Final = (
    (f"ين{_R}{_R}{_R}", "ان{0}{1}ا{2}"),
    (f"ي{_R}ت{_R}{_R}", "ا{0}ت{1}ا{2}"),
    (f"ي([صض])ط{_R}{_R}", "ا{0}ط{1}ا{2}"),
    (f"يست{_R}{_R}{_R}", "است{0}{1}ا{2}"),
    (f"يست{_R}ي{_R}", "است{0}ا{1}ه"),
    (f"ي{_R}ا{_R}{_R}", "م{0}ا{1}{2}ه"),
    (f"يت{_R}{_ANY}{_R}", "ت{0}{1}{2}"),
    (f"يت{_R}ا{_ANY}{_R}", "ت{0}ا{1}{2}"),
)
"""Present of a verb, and its verbal noun, each made of the other."""
_OF_FOUR: Final = re.compile(f"ي{_R}{_R}{_R}")
"""A present of which not is to be seen whether it is of the first form, the second or the fourth."""
_SECOND: Final = re.compile(f"ت{_R}{_R}ي{_R}")
_FOURTH: Final = re.compile(f"إ{_R}{_R}ا{_R}")


def _as_pattern(noun: str) -> str:
    """Turn the form of a noun into what finds it."""
    return noun.format(*([_R] * 3))


_FROM_VERB: Final = tuple((re.compile(verb), noun) for verb, noun in _PATTERNS)


def _verb_form(verb: str) -> str:
    """Turn what finds a verb into the form that makes it."""
    parts = iter(range(3))
    return re.sub(r"\([^)]*\)", lambda _: f"{{{next(parts)}}}", verb)


_FROM_NOUN: Final = tuple((re.compile(_as_pattern(noun)), _verb_form(verb)) for verb, noun in _PATTERNS)


def relatives(word: str) -> set[str]:
    """Give verb and verbal noun that go with `word` by their pattern; `word` with its hamzas, as it is listed.

    Where several forms have one present all their nouns are given, so what is no word is among them.

    >>> sorted(relatives("يساند")), sorted(relatives("اكتشاف")), sorted(relatives("إطلاق"))
    (['مساندة'], ['يكتشف'], ['يطلق'])
    """
    found = {noun.format(*match.groups()) for verb, noun in _FROM_VERB if (match := verb.fullmatch(word))}
    bare = word.replace("ة", "ه")
    found |= {verb.format(*match.groups()) for noun, verb in _FROM_NOUN if (match := noun.fullmatch(bare))}
    if match := _OF_FOUR.fullmatch(word):
        one, two, three = match.groups()
        found |= {f"إ{one}{two}ا{three}", f"ت{one}{two}ي{three}"}
    for noun in (_SECOND, _FOURTH):
        if match := noun.fullmatch(word):
            found.add("ي" + "".join(match.groups()))
    return {form[:-1] + "ة" if form[-1] == "ه" and form[0] in "ما" else form for form in found}


def listed_forms(word: str) -> set[str]:
    """Give the forms under which a listed word (folded) is found: any person, past and future."""
    return in_any_person(word) | in_the_past(word) | _short_forms(word)


def _short_forms(word: str) -> set[str]:
    """Give what a short verb may be that is too short for the form of all persons: `تفض`, `ستظل`, `ستبقى`."""
    if word[0] == "ي" and len(word) <= LETTERS_LEFT + 1:
        persons = {person + word[1:] for person in "يت"} if len(word) == LETTERS_LEFT else set()
        return persons | {"س" + person + word[1:] for person in "يتن"}
    return set()


def in_any_person(word: str) -> set[str]:
    """Give a word and the form that stands for all persons of it, if it is a verb in the present."""
    return {word} | (any_person([word]) if word[0] in "يت" else set())


def in_the_past(word: str) -> set[str]:
    """Give what the past of a verb may be that is listed in the present: `يواصل` is `واصل`, `يرتفع` is `ارتفع`.

    Three letters are left out, for they may be any word: `بعد` is not the past of `يبعد`.
    """
    if word[0] != "ي" or len(word) <= LETTERS_LEFT:
        return set()
    return {"ا" + word[1:], word[1:]} if len(word) > LETTERS_LEFT + 1 else {"ا" + word[1:]}
