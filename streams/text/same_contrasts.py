"""Two words of two headlines enter; whether whoever has one has not the other leaves: `يرفع`, `يخفض`; `مسجد`, `مدرسة`."""

from __future__ import annotations

from functools import cache, lru_cache

from .letters import fold
from .lexicon import rows
from .same_forms import bare_forms, roots_of
from .same_paradigm import listed_forms, relatives

Side = tuple[int, int]
"""A row of the list, and one of its sides."""


@cache
def _sides() -> dict[str, frozenset[Side]]:
    found: dict[str, set[Side]] = {}
    made: dict[str, set[Side]] = {}
    for number, row in enumerate(rows("contrasts.tsv")):
        for side, words in enumerate(row):
            for word in words.split("|"):
                for form in listed_forms(fold(word)):
                    found.setdefault(form, set()).add((number, side))
                for form in {form for one in relatives(word) for form in listed_forms(fold(one))}:
                    made.setdefault(form, set()).add((number, side))
    for form in made.keys() - found.keys():
        found[form] = made[form]
    return {form: frozenset(sides) for form, sides in found.items()}


@lru_cache(maxsize=4_096)
def _sides_of(text: str) -> frozenset[Side]:
    """Give the sides of a word: as it stands, bare, or without inflection, the first of these that is listed."""
    bare = bare_forms(text)
    for forms in ({text}, bare, {root for form in bare for root in roots_of(form)}):
        if sides := frozenset(side for form in forms for side in _sides().get(form, ())):
            return sides
    return frozenset()


def are_opposed(one: str, two: str) -> bool:
    """Tell whether the list sets two words (folded) on two sides of one row, and on no side of it together.

    >>> are_opposed("سترفع", "يخفض"), are_opposed("رفع", "تزيد"), are_opposed("والدته", "والده")
    (True, False, True)
    """
    left = _sides_of(one)
    right = _sides_of(two) if left else left
    both = {row for row, _ in left} & {row for row, _ in right}
    return any({side for at, side in left if at == row}.isdisjoint(side for at, side in right if at == row) for row in both)
