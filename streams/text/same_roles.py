"""The words of a headline enter, its names joined; they leave with its defeat told as a victory."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .same_names import LONGEST_NAME, Named, named

_DEFEATS: Final = frozenset(
    f"{clitic}{word}"
    for clitic in ("", "و")
    for word in (
        *("يخسر", "تخسر", "خسر", "خسرت", "خساره", "ينهزم", "تنهزم", "انهزم", "هزيمه", "انهزام"),
        *("يسقط", "تسقط", "سقوط", "يتعثر", "تتعثر", "تعثر", "ينحني", "تنحني", "يستسلم", "تستسلم"),
    )
)
_BEFORE: Final = "امام"
_WINS: Final[Named] = ("يهزم", None)
_DENIED: Final = frozenset({"لا", "لم", "لن", "عدم", "قد", "دون", "ليس"})
_FAR: Final = 2
"""Words of the name of the one that lost, at most, where it stands behind the verb."""


def in_order_of_victory(tokens: list[str], longest: int = LONGEST_NAME) -> Iterable[Named]:
    """Join the words of each known name (`named`), and tell a defeat as a victory."""
    words = named(tokens, longest)
    return as_victories([*words]) if _BEFORE in tokens else words


def as_victories(words: list[Named]) -> list[Named]:
    """Tell the first defeat as a victory, so that who lost and who won stand in one order, however it is said.

    >>> as_victories([("برشلونه", None), ("يخسر", None), ("امام", None), ("اشبيليه", None), ("بهدف", None)])
    [('اشبيليه', None), ('يهزم', None), ('برشلونه', None), ('بهدف', None)]
    """
    texts = [text for text, _ in words]
    if _BEFORE not in texts or _DEFEATS.isdisjoint(texts):
        return words
    before = texts.index(_BEFORE)
    verb = next((at for at in range(before - 1, -1, -1) if texts[at] in _DEFEATS), None)
    if verb is None or before - verb > _FAR + 1 or before + 1 == len(words):
        return words
    start, lost = (verb, words[verb + 1 : before]) if before > verb + 1 else (verb - 1, words[verb - 1 : verb])
    if start < 0 or not _DENIED.isdisjoint(texts[:before]):
        return words
    return [*words[:start], words[before + 1], _WINS, *lost, *words[before + 2 :]]
