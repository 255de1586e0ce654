"""Folded words enter; they leave with the names among them joined and known by one identity, however spelled."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Final

from .letters import fold
from .lexicon import ORGANISATIONS, PEOPLE, PLACES, rows
from .same_forms import barest

_LISTS: Final = ("offices.tsv", PEOPLE, PLACES, "states.tsv", ORGANISATIONS)
_SEATS: Final = "capitals.tsv"
_ARMY: Final = "armed-forces"
LONGEST_NAME: Final = 5
"""Words of the longest name looked for."""
_CLITICS: Final = ("", "و", "ب", "ل", "ف", "ك", "وب", "ول")

_SPLIT: Final = 2
"""Words of a name that is written as one as well: `بوركينا فاسو`, `بوركينافاسو`."""
_SERVANT: Final = frozenset(clitic + "عبد" for clitic in _CLITICS)
_NISBA: Final = re.compile(r"(.{2,}?)ي(?:ه|ا|ون|ين|ات|ان|تين)?")
_WITHOUT_END: Final = re.compile(r"(?:يا|يه|ي|ا|ه)$")
_BESIDE: Final = frozenset({"بين", "مع", "ان", "لكن"})
"""Words after which a capital stands for its state, as it does where it opens a headline."""
Named = tuple[str, str | None]
"""A word or a name of several words, and who or what it names if the lists know."""


@cache
def _names() -> dict[tuple[str, ...], str]:
    """Read every form of every name; forms marked as doubtful (`?`) name nobody, and the first list has precedence."""
    found: dict[tuple[str, ...], str] = {}
    for file in _LISTS:
        for row in rows(file):
            if _ARMY in row[0]:
                continue  # said in many ways, all of them by the country and a word for its forces
            forms = [row[1], *(row[3].split("|") if len(row) > 3 else [])]
            for form in forms:
                words = tuple(joined(fold(form).split()))
                if words and not form.startswith("?") and len(words) <= LONGEST_NAME and len(words[0]) > 1:
                    found.setdefault(words, row[0])
    for words, name in list(found.items()):
        if len(words) == _SPLIT and len(words[0]) > 1:
            found.setdefault(("".join(words),), name)
    for place, _, kind in rows(_SEATS):
        found.setdefault(tuple(fold(place).split()), f"seat:{fold(place)}" if kind == "seat" else f"loc:~{fold(place)}")
    return found


def joined(tokens: list[str]) -> list[str]:
    """Write a servant's name as one word, for half of the papers do.

    >>> joined(fold("علاء عبد الفتاح").split())
    ['علاء', 'عبدالفتاح']
    """
    if _SERVANT.isdisjoint(tokens):
        return tokens
    out: list[str] = []
    for token in tokens:
        if out and out[-1] in _SERVANT and token.startswith("ال"):
            out[-1] += token
        else:
            out.append(token)
    return out


@cache
def _by_place() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for words, name in _names().items():
        if len(words) == 1 and name.startswith("loc:"):
            found.setdefault(name, set()).add(words[0])
    return {name: frozenset(forms) for name, forms in found.items()}


def single_forms(name: str | None) -> frozenset[str]:
    """Give the one-word forms of a place, so that what is said of it (`أميركية`) meets it (`الولايات المتحدة`)."""
    return _by_place().get(name or "", frozenset())


@cache
def _countries() -> dict[str, str]:
    """Map the stem of each country's name, to which the ending of `مصري` or `مصرية` is put, to its identity."""
    forms = ((form, name) for name, forms in _by_place().items() if name[4:].isupper() for form in sorted(forms))
    stems = ((_stem(form), name) for form, name in forms)
    return {stem: name for stem, name in stems if len(stem) > 2}


def _stem(form: str) -> str:
    """Take off the ending first: what may be a clitic is the first letter of `فلبين` and of `كوري` too."""
    return barest(_WITHOUT_END.sub("", form))


@lru_cache(maxsize=16_384)
def country_of(word: str) -> str | None:
    """Give the country that an adjective is made from, with clitics or without.

    >>> country_of("مصريين"), country_of("والسعوديه"), country_of("فلبينيه"), country_of("شرقي")
    ('loc:EG', 'loc:SA', 'loc:PH', None)
    """
    adjective = _NISBA.fullmatch(word)
    return _countries().get(_stem(adjective[1])) if adjective else None


@cache
def _states() -> dict[str, str]:
    """Map a capital's identity to its state's: Moscow says what Russia says."""
    names = _names()
    listed = ((names.get(tuple(fold(row[0]).split())), names.get(tuple(fold(row[1]).split()))) for row in rows(_SEATS))
    pairs = [(city, state) for city, state in listed if city and state]
    return dict(pairs)


@cache
def _abroad() -> dict[str, str]:
    """Map the identity of a capital that is as good as its state anywhere in a headline to its state's."""
    cities = {_names().get(tuple(fold(place).split())) for place, _, kind in rows(_SEATS) if kind == "abroad"}
    return {city: state for city, state in _states().items() if city in cities}


def looked_up(name: str) -> str:
    """Give the identity under which a name is looked up: of a capital abroad its state's (`في باريس`, `في فرنسا`)."""
    return _abroad().get(name, name)


@cache
def _openers() -> dict[str, int]:
    """Map the first word of each name to the words of the longest name that begins with it."""
    found: dict[str, int] = {}
    for words in _names():
        found[words[0]] = max(len(words), found.get(words[0], 0))
    return found


def named(tokens: list[str], longest: int = LONGEST_NAME) -> Iterator[Named]:
    """Join the words of each known name, up to `longest`; a clitic before the name does not hide it.

    >>> [name for _, name in named(fold("ترمب وأميركا").split())]
    ['per:donald-trump', 'loc:US']
    """
    openings = [*map(_openings, tokens)]
    at = 0
    while at < len(tokens):
        if not openings[at]:
            yield tokens[at], None
            at += 1
            continue
        length, name = _longest(tokens, at, longest)
        if name and _acts(tokens, at, name):
            name = _states().get(name, name)
        yield (" ".join(tokens[at : at + length]) if length > 1 else tokens[at]), name
        at += length


def _acts(tokens: list[str], at: int, name: str) -> bool:
    """Tell whether a capital acts, rather than being where something is or what a bank is called after."""
    is_seat = not name.startswith("loc:")
    is_joined = tokens[at][0] == "و" and tokens[at][1:] in _openers()
    return is_seat or at == 0 or is_joined or tokens[at - 1] in _BESIDE


def _longest(tokens: list[str], at: int, longest: int) -> tuple[int, str | None]:
    for bare in _openings(tokens[at]):
        for length in range(min(longest, len(tokens) - at, _openers()[bare]), 0, -1):
            if name := _names().get((bare, *tokens[at + 1 : at + length])):
                return length, name
    return 1, None


@lru_cache(maxsize=16_384)
def _openings(token: str) -> tuple[str, ...]:
    """Give the forms of `token`, without a clitic or with the article in full, with which some name begins."""
    bare = [token[len(clitic) :] for clitic in _CLITICS if token.startswith(clitic) and len(token) - len(clitic) > 2]
    if token.startswith(("لل", "ولل")):
        bare.append("ال" + token.split("لل", 1)[1])
    return tuple(form for form in bare if form in _openers())
