"""What a question is made of: fields and their names, atoms (a word, a phrase, a filter), clauses, notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Literal

Language = Literal["ar", "en"]


class Field(StrEnum):
    """What a filter looks at; the value is its English name in the query and in addresses."""

    PERSON = "person"
    PLACE = "place"
    ORG = "org"
    SOURCE = "source"
    SITE = "site"
    KEYWORD = "keyword"
    COUNTRY = "country"
    STORY = "story"
    HEADLINE = "headline"
    TITLE = "title"
    DATE = "date"


class Sort(StrEnum):
    """In which order articles are shown."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"
    CARRIED = "carried"


NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **{str(field): str(field) for field in Field},
        **dict.fromkeys(("per", "people", "شخص", "شخصية", "الشخص"), "person"),
        **dict.fromkeys(("loc", "location", "مكان", "المكان", "بلد"), "place"),
        **dict.fromkeys(("organisation", "organization", "منظمة", "جهة", "مؤسسة", "هيئة"), "org"),
        **dict.fromkeys(("مصدر", "المصدر"), "source"),
        **dict.fromkeys(("موقع", "الموقع"), "site"),
        **dict.fromkeys(("keywords", "tag", "كلمة", "وسم"), "keyword"),
        **dict.fromkeys(("دولة", "الدولة"), "country"),
        **dict.fromkeys(("قصة", "القصة"), "story"),
        **dict.fromkeys(("خبر", "الخبر"), "headline"),
        **dict.fromkeys(("عنوان", "العنوان"), "title"),
        **dict.fromkeys(("day", "month", "year", "تاريخ", "التاريخ", "يوم", "شهر", "سنة", "عام"), "date"),
        **dict.fromkeys(("after", "since", "from", "بعد", "منذ", "من"), "after"),
        **dict.fromkeys(("before", "قبل"), "before"),
        **dict.fromkeys(("until", "to", "حتى", "الى", "إلى"), "until"),
        **dict.fromkeys(("sort", "ترتيب", "الترتيب"), "sort"),
    }
)
"""Names of fields as they may be typed, and what each means."""

SORTS: Final[Mapping[str, Sort]] = MappingProxyType(
    {
        **{str(sort): sort for sort in Sort},
        **dict.fromkeys(("الصلة", "صلة"), Sort.RELEVANCE),
        **dict.fromkeys(("الأحدث", "الاحدث", "أحدث"), Sort.NEWEST),
        **dict.fromkeys(("الأقدم", "الاقدم", "أقدم"), Sort.OLDEST),
        **dict.fromkeys(("الأكثر", "الاكثر", "تكرارا"), Sort.CARRIED),
    }
)


class NoteKind(StrEnum):
    """What could not be understood, or was left out."""

    UNKNOWN_FIELD = "unknown_field"
    BAD_DATE = "bad_date"
    EMPTY_FILTER = "empty_filter"
    BAD_SORT = "bad_sort"
    UNCLOSED_QUOTE = "unclosed_quote"
    LONELY_OR = "lonely_or"
    PARENTHESES = "parentheses"
    EMPTY_RANGE = "empty_range"
    CUT = "cut"


_SAID: Final[Mapping[NoteKind, tuple[str, str]]] = MappingProxyType(
    {
        NoteKind.UNKNOWN_FIELD: ("لا حقل باسم «{}»؛ بُحث عنه ككلمات", "no field is called “{}”; searched as words"),
        NoteKind.BAD_DATE: ("ليس «{}» تاريخاً؛ بُحث عنه ككلمات", "“{}” is no date; searched as words"),
        NoteKind.EMPTY_FILTER: ("لا قيمة بعد «{}»؛ بُحث عنه ككلمة", "nothing follows “{}”; searched as a word"),
        NoteKind.BAD_SORT: ("لا ترتيب باسم «{}»؛ بُحث عنه ككلمات", "no order is called “{}”; searched as words"),
        NoteKind.UNCLOSED_QUOTE: ("علامة اقتباس لم تُغلق؛ بُحث عن الكلمات", "a quote is not closed; searched as words"),
        NoteKind.LONELY_OR: ("«{}» بلا كلمة قبلها أو بعدها؛ أُهملت", "“{}” stands at an edge; left out"),
        NoteKind.PARENTHESES: ("لا معنى للأقواس هنا؛ أُهملت", "parentheses mean nothing here; left out"),
        NoteKind.EMPTY_RANGE: ("بداية المدة بعد نهايتها: {}", "the range begins after its end: {}"),
        NoteKind.CUT: ("السؤال طويل؛ أُخذ أوله", "the question is long; only its beginning is asked"),
    }
)


@dataclass(frozen=True, slots=True)
class Note:
    """Something about the question that the person who asks should know; `text` is the place that it is about."""

    kind: NoteKind
    text: str = ""

    def say(self, language: Language = "ar") -> str:
        """Return the note in words.

        >>> Note(NoteKind.BAD_DATE, "date:x").say("en")
        '“date:x” is no date; searched as words'
        """
        return _SAID[self.kind][language == "en"].format(self.text)


@dataclass(frozen=True, slots=True)
class Atom:
    """One thing that is looked for.

    Attributes:
        text: a word, a phrase, a filter's value; of `date` a range as `2024-04-01..2024-05-01`, each end inclusive
            and perhaps absent.
        field: what a filter looks at; null for words and phrases anywhere.
        phrase: the words as they stand, in this order, spelling folded but not stemmed.
        prefix: a word that may go on.
        exact: the whole value as the index has it, an `=` before it (facets ask so).
        negated: what must not be there.
    """

    text: str
    field: Field | None = None
    phrase: bool = False
    prefix: bool = False
    exact: bool = False
    negated: bool = False

    def __str__(self) -> str:
        minus = "-" if self.negated else ""
        if self.field is None:
            return f'{minus}"{self.text}"' if self.phrase else f"{minus}{self.text}{'*' if self.prefix else ''}"
        value = f'"{self.text}"' if self.phrase or needs_quotes(self.text) else self.text
        return f"{minus}{self.field}:{'=' if self.exact else ''}{value}"


_UNSAFE: Final = re.compile(r'[\s"«»“”()]|^[-=*]|[*]$')


def needs_quotes(value: str) -> bool:
    """Tell whether a filter's value would be read otherwise without quotes around it."""
    return _UNSAFE.search(value) is not None or unicodedata.combining(value[0]) > 0


@dataclass(frozen=True, slots=True)
class Clause:
    """Atoms of which one must hold."""

    atoms: tuple[Atom, ...]

    def __str__(self) -> str:
        return " OR ".join(map(str, self.atoms))

    @property
    def filter(self) -> Atom | None:
        """The atom of a plain filter: one field, neither excluded nor one of several; null for all else."""
        (first, *others) = self.atoms
        plain = not others and first.field not in (None, Field.TITLE) and not first.negated
        return first if plain else None

    @property
    def word(self) -> Atom | None:
        """The atom of a plain word; null for all else."""
        (first, *others) = self.atoms
        return first if not others and first.field is None and not first.phrase and not first.negated else None
