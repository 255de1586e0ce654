"""Two words of two headlines enter; whether one excludes the other leaves: `يرفع`, `يخفض`."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Final

from .letters import fold
from .lexicon import rows
from .same_forms import bare_forms, roots_of
from .same_paradigm import listed_forms, relatives

Side = tuple[int, int]
"""A row of the list, and one of its sides."""


_CONTRASTS: Final = "contrasts.tsv"
_CONVERSES: Final = "converses.tsv"
_TAKES: Final = 1
"""The side of those who take."""


@cache
def _sides(file: str) -> dict[str, frozenset[Side]]:
    found: dict[str, set[Side]] = {}
    made: dict[str, set[Side]] = {}
    for number, row in enumerate(rows(file)):
        for side, words in enumerate(row):
            for word in words.split("|"):
                for form in listed_forms(fold(word)):
                    found.setdefault(form, set()).add((number, side))
                for form in {form for one in relatives(word) for form in listed_forms(fold(one))}:
                    made.setdefault(form, set()).add((number, side))
    for form in made.keys() - found.keys():
        found[form] = made[form]
    return {form: frozenset(sides) for form, sides in found.items()}


@lru_cache(maxsize=8_192)
def _sides_of(text: str, file: str) -> frozenset[Side]:
    """Give the sides of a word: as it stands, bare, or without inflection, the first of these that is listed."""
    bare = bare_forms(text)
    for forms in ({text}, bare, {root for form in bare for root in roots_of(form)}):
        if sides := frozenset(side for form in forms for side in _sides(file).get(form, ())):
            return sides
    return frozenset()


def are_opposed(one: str, two: str, file: str = _CONTRASTS) -> bool:
    """Tell whether the list sets two words (folded) on two sides of one row, and on no side of it together.

    >>> are_opposed("سترفع", "يخفض"), are_opposed("رفع", "تزيد"), are_opposed("والدته", "والده")
    (True, False, True)
    """
    left = _sides_of(one, file)
    right = _sides_of(two, file) if left else left
    if not right:
        return False
    both = {row for row, _ in left} & {row for row, _ in right}
    return any(
        {side for at, side in left if at == row}.isdisjoint(side for at, side in right if at == row) for row in both
    )


def are_converse(one: str, two: str) -> bool:
    """Tell whether one word says of the giver what the other says of the taker: `يبيع`, `شراء`."""
    return are_opposed(one, two, _CONVERSES)


def takes(text: str) -> bool:
    """Tell whether a word of a converse pair says it of the taker."""
    return any(side == _TAKES for _, side in _sides_of(text, _CONVERSES))
