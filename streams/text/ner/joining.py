"""What the backend and the lists found enters; the names that stay leave, each once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

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
         "محافظة", "حكومة", "إدارة", "الرئيس", "مستشار", "إقليم", "منطقة", "ولاية", "مطار", "وادي", "قرية"),
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


def join(
    texts: Sequence[str], spans: Sequence[WordSpan], matches: Sequence[Match], clitic: Callable[[str], int]
) -> list[Found]:
    """Settle overlaps of the backend's `spans` with the lists' `matches`; what overlaps nothing stays.

    A span gives way to the name that a list knows, unless the known name is only a part of a longer one
    (`جامعة القاهرة`, `باريس هيلتون`). `clitic` counts the clitic letters of a word that no list knows.
    """
    at = {position: match for match in matches for position in range(match.first, match.end)}
    kept: list[Found] = []
    dropped: set[Match] = set()
    for span in spans:
        inside = {at[position] for position in range(span.first, span.end) if position in at}
        if inside and not _longer(texts, span, sorted(inside)):
            continue
        dropped |= inside
        kept.append(Found(span.first, span.end, span.kind, clitic(texts[span.first]), None))
    kept += [Found(m.first, m.end, m.alias.known.kind, m.clitic, m.alias) for m in matches if m not in dropped]
    return sorted(kept, key=lambda found: found.first)


def _longer(texts: Sequence[str], span: WordSpan, inside: Sequence[Match]) -> bool:
    """Say whether `span` is a name of its own, of which the known names are only parts."""
    known = inside[0]
    within = all(span.first <= match.first and match.end <= span.end for match in inside)
    if not within or (known.first, known.end) == (span.first, span.end):
        return False
    if span.kind is EntityKind.PERSON:
        return len(inside) == 1 and known.end - known.first == 1
    if any(match.alias.known.kind is EntityKind.PERSON for match in inside) and span.kind is EntityKind.PLACE:
        return False
    return not any(stem in _NO_PART for _, stem in readings(fold_word(texts[span.first])))
