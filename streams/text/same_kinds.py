"""A word enters; what it weighs, means and turns, by the word lists, leaves."""

from __future__ import annotations

from enum import Enum
from functools import cache

from .letters import fold
from .lexicon import rows
from .same_forms import any_person
from .same_paradigm import in_any_person, in_the_past, listed_forms, relatives


class WordKind(Enum):
    """What a word weighs and which guard looks at it."""

    NUMBER = "number"
    DATE = "date"
    NEGATOR = "negator"
    STOP = "stop"
    UNIT = "unit"
    FILLER = "filler"
    HEAD = "head"
    PLAIN = "plain"

    __hash__ = object.__hash__
    """Of the object, not of its name, for it is asked for dozens of times with each comparison."""


NUMBER, DATE, NEGATOR, STOP, UNIT, FILLER, HEAD, PLAIN = WordKind
"""Looked up here, and not in the class, which takes twenty times as long."""


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(fold(row[0]) for row in rows(name))


@cache
def _senses() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, row in enumerate(rows("synonyms.tsv")):
        for form in {form for word in row for form in listed_forms(fold(word))}:
            found.setdefault(form, set()).add(number)
    listed = frozenset(found)
    for number, row in enumerate(rows("synonyms.tsv")):
        made = {fold(form) for word in row for form in relatives(word)}
        for form in {form for word in made - listed for form in listed_forms(word)} - listed:
            found.setdefault(form, set()).add(number)  # what is listed means what it is listed with, and no more
    return {word: frozenset(numbers) for word, numbers in found.items()}


@cache
def _groups() -> dict[int, int]:
    """Map each meaning to the least one that words link it with, so that all of them have one key."""
    group = {sense: sense for senses in _senses().values() for sense in senses}
    for senses in _senses().values():
        linked = {group[sense] for sense in senses}
        if len(linked) > 1:
            group = {sense: min(linked) if at in linked else at for sense, at in group.items()}
    return group


@cache
def _turns() -> dict[str, str]:
    said = [(fold(word), turn) for word, turn in rows("polarity.tsv")]
    past = {form + end: turn for word, turn in said for form in in_the_past(word) for end in ("", "ت")}
    return past | {form: turn for word, turn in said for form in in_any_person(word)}


def words_that_turn(turn: str) -> frozenset[str]:
    """Give the forms of the words that turn a claim so."""
    return frozenset(form for form, found in _turns().items() if found == turn and form[0] != "@")


def senses_of(roots: frozenset[str]) -> frozenset[int]:
    """Give the rows of the list of synonyms in which a word of these roots stands."""
    listed = _senses()
    if listed.keys().isdisjoint(roots):
        return frozenset()
    found = {listed[root] for root in roots if root in listed}
    return found.pop() if len(found) == 1 else frozenset().union(*found)


@cache
def harms() -> frozenset[int]:
    """Give the meanings of what happens to persons who are counted: death, injury, arrest, abduction."""
    return frozenset(
        sense for word in ("مقتل", "إصابة", "اعتقال", "خطف", "إنقاذ", "إعدام") for sense in _senses()[fold(word)]
    )


@cache
def transfers() -> frozenset[int]:
    """Give the meanings of what a player and a club, a person and a body do with one another."""
    return frozenset(sense for word in ("ينضم", "يتعاقد", "ينتقل") for sense in _senses().get(fold(word), ()))


def meaning_of(senses: frozenset[int]) -> str:
    """Name all meanings linked with `senses` by words that they share, by the first word of the first of them."""
    return _firsts()[min(_groups()[sense] for sense in senses)]


def have_one_name(senses: frozenset[int]) -> bool:
    """Tell whether `meaning_of` gives one name to all of these meanings."""
    return len({_groups()[sense] for sense in senses}) == 1


def meanings() -> frozenset[str]:
    """Give the names of all meanings."""
    return frozenset(_firsts())


@cache
def _firsts() -> tuple[str, ...]:
    return tuple(fold(row[0]) for row in rows("synonyms.tsv"))


def turn_of(forms: frozenset[str]) -> str | None:
    """Say how a word turns a claim (`denial`, `plan`, …), or None."""
    turns, forms = _turns(), forms | any_person(forms)
    return None if turns.keys().isdisjoint(forms) else next(turns[form] for form in sorted(forms) if form in turns)


def kind_of(text: str, forms: frozenset[str]) -> WordKind:
    """Sort a word that is no known name."""
    if text[0].isdigit():
        return NUMBER
    if _is_listed("negators.tsv", text, "وبف"):
        return NEGATOR
    if not _dates().isdisjoint(forms):
        return DATE
    if len(text) == 1 or _is_listed("stop_words.tsv", text, "وف"):
        return STOP
    if text in _listed("number_units.tsv"):
        return UNIT
    soft = _soft()
    return PLAIN if soft.keys().isdisjoint(forms) else next(soft[form] for form in sorted(forms) if form in soft)


def _is_listed(name: str, text: str, clitics: str) -> bool:
    return text in _listed(name) or (text[0] in clitics and text[1:] in _listed(name))


@cache
def _soft() -> dict[str, WordKind]:
    return {fold(word): WordKind(kind) for word, kind in rows("soft_words.tsv")}


@cache
def soft_words() -> frozenset[str]:
    """Give the listed words that weigh less than others, folded: titles, bodies, fillers, units, days and months."""
    return _dates() | _listed("number_units.tsv") | frozenset(_soft())


@cache
def _dates() -> frozenset[str]:
    months = {fold(name) for name, _, _ in rows("months.tsv") if " " not in name and len(name) > 3}
    days = {fold(name) for name, _ in rows("weekdays.tsv") if name.startswith("ال")}
    return frozenset(months | days | {fold(word) for word in ("أمس", "اليوم", "غدا")})
