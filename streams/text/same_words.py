"""A headline enters; its words leave, each with the forms under which it may meet a word of another headline."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache, lru_cache
from typing import Final, NamedTuple

from .affixes import strip_affixes
from .dates import find_dates
from .letters import fold
from .lexicon import rows
from .same_names import LONGEST_NAME, named, single_forms


class Kind(Enum):
    """What a word weighs and which guard looks at it."""

    NUMBER = "number"
    DATE = "date"
    NEGATOR = "negator"
    STOP = "stop"
    UNIT = "unit"
    FILLER = "filler"
    HEAD = "head"
    PLAIN = "plain"


class Word(NamedTuple):
    """A word of a headline; `forms` are the word with and without clitics, `roots` without inflection too.

    `skeletons` are its consonants, `senses` its rows in the list of synonyms, `name` who or what it names, `turns` how
    it turns a claim, `key` the one form in which it is looked up, `grips` all of these together.
    """

    text: str
    place: int
    name: str | None
    kind: Kind
    forms: frozenset[str]
    roots: frozenset[str]
    skeletons: frozenset[str]
    senses: frozenset[int]
    turns: str | None
    key: str
    grips: frozenset[str | int]


_Reading = tuple[
    Kind, frozenset[str], frozenset[str], frozenset[str], frozenset[int], str | None, str, frozenset[str | int]
]


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline as words; `cut` if it ends as a truncated one does, `tail` the unfinished word it ends with."""

    text: str
    words: tuple[Word, ...]
    folded: str
    cut: bool


_SAID: Final = re.compile(r"^(?:صحيف[ةه]|صحف|تقرير|مصدر|مصادر|دراس[ةه]|خبراء|شهود عيان|شهود|وسائل [إا]علام)\s*:\s*")
"""Who said it, where that is nobody: the claim is the same without."""
_DIGIT: Final = re.compile(r"\d")
_YEAR: Final = re.compile(r"\d{4}")
_CUT: Final = re.compile(r"(?:\.{2,}|…)[\s\u200e\u200f]*$")
_DECIMAL: Final = re.compile(r"(?<=\d)[.,٫](?=\d{1,2}(?!\d))")
_GROUP: Final = re.compile(r"(?<=\d)[.,،٬](?=\d{3}(?!\d))")
_GLUED: Final = re.compile(r"(?<=[\u0621-\u064a])(?=\d)|(?<=\d)(?=[\u0621-\u064a])")
_PRONOUNS: Final = ("تهما", "هما", "تهم", "تها", "هم", "هن", "ها", "كم", "نا")
_ENDINGS: Final = ("تين", "تان", "يين", "يون", "ته", "ات", "ون", "ين", "ان", "وا", "يه", "يا", "ه", "ا", "ي", "ت")
_SUFFIXES: Final = (*_PRONOUNS, *_ENDINGS)
_WEAK: Final = str.maketrans("", "", "اويءئؤ")
_MASDAR: Final = re.compile(r"ت\w\wي\w")
"""The verbal noun of the second form: `تصويت` has the consonants of `يصوت`."""
_TWICE: Final = re.compile(r"(.)\1")
_STILL: Final = re.compile(r"\b(?:لا|ما|لم) (?:[يت]?زال|زالت|يزل)\b")
_AGED: Final = re.compile(r"\bعن عمر\b")
_PREFIXES: Final = frozenset("وفبلك")
_HALF: Final = frozenset({"ونصف", "نصف"})
_LETTERS_LEFT: Final = 3


@cache
def _listed(name: str) -> frozenset[str]:
    return frozenset(fold(row[0]) for row in rows(name))


@cache
def _mapped(name: str) -> dict[str, str]:
    return {fold(row[0]): row[1] for row in rows(name)}


@cache
def _senses() -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    for number, row in enumerate(rows("synonyms.tsv")):
        for form in {form for word in row for form in _in_any_person(fold(word))}:
            found.setdefault(form, set()).add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@cache
def _groups() -> dict[int, int]:
    """Map each meaning to the least one that it is linked with by shared words, so that a key is one for all of them."""
    group = {sense: sense for senses in _senses().values() for sense in senses}
    for senses in _senses().values():
        linked = {group[sense] for sense in senses}
        group = (
            {sense: min(linked) if at in linked else at for sense, at in group.items()} if len(linked) > 1 else group
        )
    return group


@cache
def _turns() -> dict[str, str]:
    return {form: turn for word, turn in rows("polarity.tsv") for form in _in_any_person(fold(word))}


def _in_any_person(word: str) -> set[str]:
    """Give a listed word, and for a verb the form that stands for all its persons: `يرفض` is `@رفض` too."""
    return {word, "@" + word[1:]} if word[0] in "يت" and len(word) > _LETTERS_LEFT else {word}


@lru_cache(maxsize=8192)
def analyse(headline: str, longest_name: int = LONGEST_NAME) -> Headline:
    """Read `headline` as words: entities unescaped, labels, site and date cut, numbers and names in one form.

    Names of up to `longest_name` words are one word.

    >>> [word.text for word in analyse("عاجل: مقتل خمسة أشخاص &quot;بكركوك&quot;").words]
    ['مقتل', '5', 'اشخاص', 'بكركوك']
    """
    text = _SAID.sub("", strip_affixes(_without_date(html.unescape(headline))))
    cut = bool(_CUT.search(headline.rstrip()))
    tokens = _numbers(_without_phrases(fold(_with_whole_numbers(text))).split())
    words = [_word(text, name, place) for place, (text, name) in enumerate(named(tokens, longest_name))]
    return Headline(headline, tuple(words), " ".join(tokens), cut)


def _with_whole_numbers(text: str) -> str:
    """Write `12,500` as 12500, `1.5` as 1d5, and part digits from letters."""
    if not _DIGIT.search(text):
        return text
    return _GLUED.sub(" ", _DECIMAL.sub("d", _GROUP.sub("", text)))


def _without_phrases(folded: str) -> str:
    """Take `لا يزال` for the affirmation that it is, `للمرة الأولى` for `لأول مرة`, and `عن عمر` for nothing."""
    if "للمره الاولي" in folded:
        folded = folded.replace("للمره الاولي", "لاول مره")
    if "زال" in folded or "يزل" in folded:
        folded = _STILL.sub("مازال", folded)
    return _AGED.sub(" ", folded) if "عن عمر" in folded else folded


def _without_date(text: str) -> str:
    """Cut a date that ends the headline, as lists of headlines print it."""
    if not _YEAR.search(text):
        return text
    dates = find_dates(text)
    if dates and dates[-1].start and len(text) - dates[-1].end <= 2 and len(text[: dates[-1].start].split()) > 2:
        return text[: dates[-1].start]
    return text


def _numbers(tokens: list[str]) -> list[str]:
    """Write numbers in words and duals as digits: `خمسه عشر` is `15`, `شخصين` is `2 شخص`."""
    values, duals = _mapped("number_words.tsv"), _mapped("duals.tsv")
    out: list[str] = []
    for token in tokens:
        plain = token[1:] if token[0] in _PREFIXES and token[1:] in values else token
        if (rank := _rank(token)) is not None:
            out.append(rank)
        elif dual := duals.get(token) or (duals.get(token[1:]) if token[0] in _PREFIXES else None):
            out += ["2", fold(dual)]
        elif plain in values:
            _add_number(out, int(values[plain]), joined=token.startswith("و"))
        elif token in _HALF and (at := _last_number(out)) is not None:
            out[at] += "d5"
        else:
            out.append(token)
    return out


@lru_cache(maxsize=65_536)
def _rank(token: str) -> str | None:
    """Write an ordinal as `1.`, with or without a clitic before it."""
    ordinals = _mapped("ordinals.tsv")
    value = ordinals.get(token) or (ordinals.get(token[1:]) if token[0] in _PREFIXES else None)
    return f"{value}." if value else None


def _add_number(out: list[str], value: int, *, joined: bool) -> None:
    before = int(out[-1]) if out and out[-1].isdigit() and len(out[-1]) < 4 else None
    teen = before is not None and before < 10 and value == 10
    if before is not None and (teen or (joined and (before < 10 <= value or before >= 100 > value))):
        out[-1] = str(before + value)
    else:
        out.append(str(value))


def _last_number(out: list[str]) -> int | None:
    return next((at for at in range(len(out) - 1, max(-1, len(out) - 3), -1) if out[at].isdigit()), None)


@lru_cache(maxsize=131_072)
def _word(text: str, name: str | None, place: int) -> Word:
    return Word(text, place, name, *_reading(text, name))


@lru_cache(maxsize=65_536)
def _reading(text: str, name: str | None) -> _Reading:
    """Read what a word is wherever it stands; the same words fill most headlines, so each is read once."""
    forms = _forms(text)
    spellings = forms | single_forms(name)
    roots = frozenset(spellings | {root for form in spellings for root in _roots(form)})
    persons = {form[1:] for form in forms if form[0] == "ت" and len(form) > _LETTERS_LEFT}
    skeletons = frozenset(bones for form in forms | persons if len(bones := consonants(form)) > 1)
    senses = frozenset(sense for form in roots for sense in _senses().get(form, ()))
    turns = next((_turns()[form] for form in sorted(forms | _verbs(forms)) if form in _turns()), None)
    kind = _kind(text, forms, name)
    key = name or (text if kind is Kind.NUMBER else _key(forms, senses))
    return kind, forms, roots, skeletons, senses, turns, key, frozenset({key, *roots, *skeletons, *senses})


def _key(forms: frozenset[str], senses: frozenset[int]) -> str:
    """Give the one form in which a word is looked up: its first meaning, else its consonants, else its barest form."""
    if senses:
        return f"~{min(_groups()[sense] for sense in senses)}"
    bare = min(forms, key=lambda form: (len(form), form))
    bones = consonants(bare)
    return bones if len(bones) > 2 else bare


def _kind(text: str, forms: frozenset[str], name: str | None) -> Kind:  # noqa: PLR0911 - a list of cases
    if name:
        return Kind.PLAIN
    if text[0].isdigit():
        return Kind.NUMBER
    if text in _listed("negators.tsv") or (text[0] in "وبف" and text[1:] in _listed("negators.tsv")):
        return Kind.NEGATOR
    if forms & _dates():
        return Kind.DATE
    if (
        text in _listed("stop_words.tsv")
        or len(text) == 1
        or (text[0] in "وف" and text[1:] in _listed("stop_words.tsv"))
    ):
        return Kind.STOP
    if text in _mapped("number_units.tsv"):
        return Kind.UNIT
    soft = next((_mapped("soft_words.tsv")[form] for form in sorted(forms) if form in _mapped("soft_words.tsv")), None)
    return Kind(soft) if soft else Kind.PLAIN


@cache
def _dates() -> frozenset[str]:
    months = {fold(name) for name, _, _ in rows("months.tsv") if " " not in name and len(name) > 3}
    days = {fold(name) for name, _ in rows("weekdays.tsv") if name.startswith("ال")}
    return frozenset(months | days | {fold(word) for word in ("أمس", "اليوم", "غدا")})


def _forms(text: str) -> frozenset[str]:
    """Give the word without conjunction, preposition and article, as far as three letters stay."""
    forms = {text}
    if text[0] in "وف" and len(text) > _LETTERS_LEFT:
        forms.add(text[1:])
    for form in list(forms):
        if form[0] in _PREFIXES and len(form) > _LETTERS_LEFT:
            forms.add(form[1:])
        if form.startswith("لل") and len(form) > _LETTERS_LEFT + 1:
            forms.add(form[2:])
    for form in list(forms):
        if form.startswith("ال") and len(form) > _LETTERS_LEFT:
            forms.add(form[2:])
    return frozenset(forms)


def _roots(form: str) -> set[str]:
    """Give the word without one inflection: ending, or the person of a verb (`ينفذ` and `تنفذ` are `@نفذ`)."""
    stems = {form[: -len(end)] for end in _ENDINGS if form.endswith(end) and len(form) - len(end) >= _LETTERS_LEFT}
    stems |= {form[: -len(end)] for end in _PRONOUNS if form.endswith(end) and len(form) - len(end) > 1}
    return stems | _verbs({form, *stems})


def _verbs(forms: Iterable[str]) -> set[str]:
    return {"@" + form[1:] for form in forms if form[0] in "يتن" and len(form) > _LETTERS_LEFT}


def consonants(text: str) -> str:
    """Give the consonants that the words of one root share: `اختطاف` and `مخطوفون` are `خطف`."""
    if text.startswith("ال"):
        return ""
    if text.startswith(("يت", "تت")) and len(text) > _LETTERS_LEFT + 1:
        text = text[2:]
    if _MASDAR.fullmatch(text):
        text = text[1:]
    ending = next((end for end in _SUFFIXES if text.endswith(end) and len(text) - len(end) >= _LETTERS_LEFT), "")
    bones = _bones(text.removesuffix(ending) if ending else text)
    if len(bones) < 2:
        bones = _bones(text)
    while len(bones) > _LETTERS_LEFT and bones[0] in "متنس":
        bones = bones[1:]
    if len(bones) > _LETTERS_LEFT and bones[1] in "تط":
        bones = bones[0] + bones[2:]
    return bones


def _bones(stem: str) -> str:
    return _TWICE.sub(r"\1", stem.translate(_WEAK))
