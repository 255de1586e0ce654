"""An alignment enters; what it costs that words of one headline stand where the other has other words leaves."""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass
from typing import Final

from .same_align import Alignment
from .same_kinds import DATE, FILLER, HEAD, NUMBER, PLAIN, UNIT
from .same_words import Word

_COSTS: Final = {PLAIN: 1.0, NUMBER: 1.0, DATE: 1.0, UNIT: 1.0, HEAD: 0.9, FILLER: 0.2}
_ELSEWHERE: Final = 0.5
"""A word that one headline says here and another that the other says there may be chance; in one place it is not."""
_ELSEWHERE_OF_NAMES: Final = 0.55
"""Where names are read by words (`weight` is none), of which each may be another's, chance is least likely."""
_MUCH: Final = 4.0
_ELSEWHERE_OF_MUCH: Final = 0.36
"""Where so much weight is shared, chance is likelier still."""
_SAID_BY: Final = 0.5
"""How much less a word counts that is said before all that is shared, where the other headline has none there."""
_MANY: Final = 2.0
"""What many words cost that each says alone: two headlines of which both say as much are two, whoever says it."""
LINKS: Final = frozenset(
    [
        *("اثر", "بسبب", "نتيجه", "جراء", "خلال", "اثناء", "حول", "بشان", "بخصوص", "تجاه", "داخل", "قرب"),
        *("وسط", "عبر", "لدي", "عقب", "بفعل", "باتجاه", "صوب", "بهدف", "وفق", "وفقا", "بحسب", "حسب"),
        *("مده", "لمده", "نحو", "حوالي", "قرابه", "تقريبا", "بينهم", "بينها"),
        *("منهم", "منها", "بشكل", "رسميا", "ايضا", "فقط", "الان"),
    ]
)
"""Words that only link others: they replace none, nor does another replace them."""
_CONTRAST: Final = 0.8
"""What it costs at least that a word with content stands where the other headline has another, be it a filler."""


@dataclass(frozen=True, slots=True)
class Swap:
    """The cost of all replacements, and the words replaced."""

    cost: float
    reasons: list[str]


def replaced(shared: Alignment, weight: float) -> Swap:
    """Weigh the words that replace one another: between the same neighbours, and then what is left on both sides.

    `weight` is what the two headlines share.
    """
    places_a = sorted([pair.a.place for pair in shared.pairs])
    places_b = sorted([pair.b.place for pair in shared.pairs])
    partner = {pair.a.place: pair.b.place for pair in shared.pairs}
    gaps_a, gaps_b = _gaps(shared.only_a, places_a), _gaps(shared.only_b, places_b)
    cost, rest_a, rest_b = 0.0, 0.0, sum([_cost(words) for words in gaps_b.values()])
    reasons: list[str] = []
    for gap, words in gaps_a.items():
        other = gaps_b.get(_opposite(gap, places_a, places_b, partner), [])
        both = min(_cost(words), _cost(other))
        cost += max(both, _CONTRAST) if other and not (_are_fillers(words) and _are_fillers(other)) else both
        rest_a, rest_b = rest_a + _cost(words) - both, rest_b - both
        if other:
            reasons.append(f"replaced: {_text(words)} / {_text(other)}")
    elsewhere = _ELSEWHERE_OF_MUCH if weight >= _MUCH else _ELSEWHERE if weight else _ELSEWHERE_OF_NAMES
    said_a, said_b = _said_by(gaps_a), _said_by(gaps_b)
    if weight and not (said_a and said_b) and min(rest_a, rest_b) < _MANY:
        rest_a, rest_b = rest_a - _SAID_BY * said_a, rest_b - _SAID_BY * said_b
    return Swap(cost + elsewhere * max(0.0, min(rest_a, rest_b)), reasons)


def _said_by(gaps: dict[int, list[Word]]) -> float:
    """Give the cost of what stands before the first shared word, if no verb does: who says it, or where."""
    front = gaps.get(0, [])
    return 0.0 if any(word.kind is PLAIN and not word.name and word.text[0] in "يت" for word in front) else _cost(front)


def _gaps(words: tuple[Word, ...], places: list[int]) -> dict[int, list[Word]]:
    """Sort words by the gap that they stand in: before the first shared word, after the first, and so on."""
    gaps: dict[int, list[Word]] = {}
    for word in words:
        if word.text in LINKS:
            continue
        gaps.setdefault(bisect(places, word.place), []).append(word)
    return gaps


def _opposite(gap: int, places_a: list[int], places_b: list[int], partner: dict[int, int]) -> int:
    """Find the gap of the other headline with the same word before it, or else the same word behind it."""
    if gap:
        return bisect(places_b, partner[places_a[gap - 1]])
    return bisect(places_b, partner[places_a[0]] - 1) if places_a else 0


def _cost(words: list[Word]) -> float:
    return sum([_COSTS.get(word.kind, 0.0) for word in words])


def _are_fillers(words: list[Word]) -> bool:
    return all(word.kind is FILLER for word in words)


def _text(words: list[Word]) -> str:
    return " ".join(word.text for word in words)
