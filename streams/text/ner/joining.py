"""What the backend and the lists found enters; the names that stay leave, each once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Final, NamedTuple, Protocol

from schemas import EntityKind

from .backends import WordSpan
from .clitics import readings
from .lexicon import Alias
from .matches import Match
from .tokens import fold_word

_NO_PART: Final = frozenset(
    map(
        fold_word,
        ("شمال", "جنوب", "شرق", "غرب", "وسط", "شمالي", "جنوبي", "شرقي", "غربي", "مدينة", "دولة", "العاصمة", "بلدة",
         "محافظة", "حكومة", "إدارة", "الرئيس", "مستشار", "إقليم", "منطقة", "ولاية", "مطار", "قرية",
         "آمال", "أمل", "رجاء", "رضا", "جهود", "موقف", "تصريحات", "نظيره", "نظيرته"),
    )
)  # fmt: skip
"""Words that the backend may take into a name which a list knows without them."""


class Found(NamedTuple):
    """A name at words `first` up to `end`, without `clitic` letters of the first; `alias` where a list knows it."""

    first: int
    end: int
    kind: EntityKind
    clitic: int
    alias: Alias | None


class Lore(Protocol):
    """What is known of words that no list of names holds."""

    def clitic(self, word: str) -> int:
        """Count the letters of a name's first word that are clitics."""
        ...

    def is_given_name(self, word: str) -> bool:
        """Say whether a word is a usual given name."""
        ...

    def is_usual(self, word: str) -> bool:
        """Say whether a word is so usual that alone it need not be a name."""
        ...


def join(texts: Sequence[str], spans: Sequence[WordSpan], matches: Sequence[Match], lore: Lore) -> list[Found]:
    """Settle overlaps of the backend's `spans` with the lists' `matches`; what overlaps nothing stays.

    A span gives way to the name that a list knows, unless the known name is only a part of a longer one
    (`جامعة القاهرة`, `باريس هيلتون`).
    """
    at: dict[int, int] = {}
    for number, match in enumerate(matches):
        for position in range(match.first, match.end):
            at[position] = number
    kept: list[Found] = []
    dropped: set[int] = set()
    for span in spans:
        if span.end - span.first == 1 and _is_no_part(texts[span.first]):
            continue
        numbers = list(dict.fromkeys(at[position] for position in range(span.first, span.end) if position in at))
        inside = [matches[number] for number in numbers]
        if not inside or _longer(texts, span, inside, lore):
            dropped.update(numbers)
            kept.append(Found(span.first, span.end, span.kind, lore.clitic(texts[span.first]), None))
        elif inside[-1].end < span.end and _goes_on(texts[inside[-1].end]):
            rest = inside[-1].end
            kept.append(Found(rest, span.end, span.kind, len("و"), None))
    stay = (match for number, match in enumerate(matches) if number not in dropped)
    kept += [Found(m.first, m.end, m.alias.known.kind, m.clitic, m.alias) for m in stay]
    kept += _named_again(texts, kept, lore)
    return sorted(kept, key=_FIRST)


_FIRST: Final = attrgetter("first")


def _named_again(texts: Sequence[str], kept: Sequence[Found], lore: Lore) -> list[Found]:
    """Find last names that stand alone elsewhere, of persons found in full; usual words are left alone."""
    full = [name for name in kept if name.kind is EntityKind.PERSON and name.end - name.first > 1]
    last = {texts[name.end - 1] for name in full if not lore.is_usual(texts[name.end - 1])}
    if not last:
        return []
    forms = {clitic + word: len(clitic) for clitic in _CLITICS for word in last}
    if forms.keys().isdisjoint(texts):
        return []
    taken = {position for name in kept for position in range(name.first, name.end)}
    return [
        Found(at, at + 1, EntityKind.PERSON, forms[text], None)
        for at, text in enumerate(texts)
        if text in forms and at not in taken
    ]


_CLITICS: Final = ("ول", "وب", "ك", "ف", "ب", "ل", "و", "")


def _goes_on(word: str) -> bool:
    """Say whether `word` joins another name to the one before it."""
    return word.startswith("و") and len(word) > 3


def _longer(texts: Sequence[str], span: WordSpan, inside: Sequence[Match], lore: Lore) -> bool:
    """Say whether `span` is a name of its own, of which the known names are only parts."""
    known = inside[0]
    if known.first == span.first and (known.end == span.end or known.alias.known.kind is span.kind):
        return False
    within = all(span.first <= match.first and match.end <= span.end for match in inside)
    if not within or _is_no_part(texts[span.first]):
        return False
    if span.kind is EntityKind.PERSON:
        others = [texts[at] for at in range(span.first, span.end) if at != known.first]
        return len(inside) == 1 and known.end - known.first == 1 and all(map(lore.is_given_name, others))
    return span.kind is not EntityKind.PLACE or all(m.alias.known.kind is not EntityKind.PERSON for m in inside)


@lru_cache(maxsize=16_384)
def _is_no_part(word: str) -> bool:
    return any(stem in _NO_PART for _, stem in readings(fold_word(word)))
