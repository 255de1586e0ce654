"""The words of a headline enter; six bytes for each leave, by which most other headlines are told apart from it.

What `are_apart` says of two headlines that were read, it says of their words' hashes: it may miss that two are apart,
never that they are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Final

from .same_align import WEIGHTS
from .same_kinds import NUMBER, PLAIN, Kind
from .same_words import Word

_MARK: Final = Struct("<HHH")
_FOREIGN: Final = str.maketrans("غكقط", "جججت")
_SHOWN: Final = 3
"""Letters at each end of a word: a misprint leaves one end as it is, unless the word is too short to be misprinted."""
_ANY: Final = 0xFFFF
"""Traces of a word that may meet any other but one like it: a person's name, a name of several words."""
_BESIDE: Final = 0xFFFE
"""Traces of a word that tells nothing, but stands beside others."""
_REPLACED: Final = 2
LONGEST: Final = 24
"""Words with weight of the longest headline that has an outline."""


def outline(words: Sequence[Word]) -> bytes:
    """Write a headline's words in order, six bytes each: a hash, and the traces by which others may meet them.

    Of more than `LONGEST` words nothing is written.
    """
    weighty = [word for word in words if WEIGHTS[word.kind]]
    if len(weighty) > LONGEST:
        return b""
    return b"".join([_mark(word.key, word.least, word.kind, word.name, word.text, word.skeletons) for word in weighty])


@lru_cache(maxsize=16_384)
def _mark(  # noqa: PLR0913, PLR0917 what it is remembered by
    key: str, least: str, kind: Kind, name: str | None, text: str, skeletons: frozenset[str]
) -> bytes:
    first, second = [*sorted(skeletons, key=lambda bones: (len(bones), bones))[:2], "", ""][:2]
    if kind is NUMBER:
        ends, bones = 0, 0
    elif kind is not PLAIN:
        ends, bones = _BESIDE, 0
    elif not first or (name is not None and (" " in text or name.startswith(("per:", "say:")))):
        ends, bones = _ANY, 0
    else:
        letters = least.translate(_FOREIGN)
        ends, bones = _trace(letters[:_SHOWN]) | _trace(letters[-_SHOWN:]) << 8, _trace(first) | _trace(second) << 8
    return _MARK.pack(_hash(key) & 0xFFFF, ends, bones)


@lru_cache(maxsize=16_384)
def _trace(letters: str) -> int:
    return 1 + _hash(letters) % 254 if letters else 0


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


def are_apart_in_outline(a: bytes, a_cut: bool, b: bytes, b_cut: bool) -> bool:
    """Tell from two outlines, and whether the headlines are cut off, that comparing them is idle."""
    if not (a and b):
        return False
    one, two = [*_MARK.iter_unpack(a)], [*_MARK.iter_unpack(b)]
    mine, its = [mark[0] for mark in one], [mark[0] for mark in two]
    left = [at for at, (key, ends, _) in enumerate(one) if key not in its and ends != _BESIDE]
    right = [at for at, (key, ends, _) in enumerate(two) if key not in mine and ends != _BESIDE]
    met = [(at, to) for at in left for to in right if _may_meet(one[at], two[to])]
    left = [at for at in left if all(at != place for place, _ in met)]
    right = [at for at in right if all(at != place for _, place in met)]
    if a_cut is not b_cut:
        return bool(left if a_cut else right)
    if a_cut or not (left and right):
        return False
    is_replaced = min(len(left), len(right)) >= _REPLACED
    return is_replaced or any(_in_one_place(at, to, mine, its) for at in left for to in right)


def _may_meet(one: tuple[int, int, int], two: tuple[int, int, int]) -> bool:
    (_, ends, bones), (_, others, its_bones) = one, two
    if not (ends and others):
        return False
    if _ANY in {ends, others}:
        return True
    if (ends & 0xFF) == (others & 0xFF) or ends >> 8 == others >> 8:
        return True
    first, second = bones & 0xFF, bones >> 8
    return first in {its_bones & 0xFF, its_bones >> 8} or (second != 0 and second in {its_bones & 0xFF, its_bones >> 8})


def _in_one_place(at: int, to: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    """Tell whether two words stand behind the same word, or both begin the headline before the same word."""
    if not (at and to):
        return not (at or to) and len(mine) > 1 and len(its) > 1 and _is_alone(mine[1], its[1], mine, its)
    return _is_alone(mine[at - 1], its[to - 1], mine, its)


def _is_alone(one: int, two: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    return one == two and mine.count(one) == 1 == its.count(one)
