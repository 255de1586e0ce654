"""What the backend and the lists found enters; the names that stay leave, each once."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from functools import lru_cache
from itertools import compress
from operator import attrgetter
from typing import Final, Protocol

from schemas import EntityKind

from .backends import WordSpan
from .clitics import readings
from .matches import Found, Match
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
    kept: list[Found] = []
    dropped: set[int] = set()
    ends = {match.first: match.end for match in matches}
    firsts = list(ends)
    for span in spans:
        first, end = span.first, span.end
        if ends.get(first) == end or (end - first == 1 and _is_no_part(texts[first])):
            continue
        inside = _overlapping(matches, firsts, span)
        if not inside or _longer(texts, span, inside, lore):
            dropped.update(match.first for match in inside)
            kept.append(Found(first, end, span.kind, lore.clitic(texts[first]), None))
        elif inside[-1].end < end and _goes_on(texts[inside[-1].end]):
            kept.append(Found(inside[-1].end, end, span.kind, len("و"), None))
    kept += [match for match in matches if match.first not in dropped] if dropped else matches
    kept += _named_again(texts, kept, lore)
    kept.sort(key=_FIRST)
    return kept


def _overlapping(matches: Sequence[Match], firsts: Sequence[int], span: WordSpan) -> Sequence[Match]:
    """List the matches that share a word with `span`; they begin at `firsts`."""
    low = bisect_left(firsts, span.first)
    if low and matches[low - 1].end > span.first:
        low -= 1
    return matches[low : bisect_left(firsts, span.end, low)]


_FIRST: Final = attrgetter("first")


def _named_again(texts: Sequence[str], kept: Sequence[Found], lore: Lore) -> list[Found]:
    """Find last names that stand alone elsewhere, of persons found in full; usual words are left alone."""
    full = {name.end - 1 for name in kept if name.end - name.first > 1 and name.kind is EntityKind.PERSON}
    last = {word for word in {texts[at] for at in full} if not lore.is_usual(word)}
    if not last:
        return []
    forms = {clitic + word: len(clitic) for clitic in _CLITICS for word in last}
    printed = compress(range(len(texts)), map(forms.__contains__, texts))
    alone = [at for at in printed if at not in full]
    if not alone:
        return []
    taken = {position for name in kept for position in range(name.first, name.end)}
    return [Found(at, at + 1, EntityKind.PERSON, forms[texts[at]], None) for at in alone if at not in taken]


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
