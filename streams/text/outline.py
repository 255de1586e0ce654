"""The words of a headline enter; six bytes for each leave, by which most other headlines are told apart from it.

What `are_apart` says of two headlines that were read, it says of their words' hashes: it may miss that two are apart,
never that they are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Final

from .same_align import WEIGHTS
from .same_kinds import NUMBER, PLAIN
from .same_words import Reading

_MARK: Final = Struct("<HHH")
_FOREIGN: Final = str.maketrans("غكقط", "جججت")
_SHOWN: Final = 3
"""Letters at each end of a word: a misprint leaves one end as it is, unless the word is too short to be misprinted."""
_ANY: Final = 0xFFFF
"""Traces of a word that may meet any other but one like it: a person's name, a name of several words."""
_BESIDE: Final = 0xFFFE
"""Traces of a word that tells nothing, but stands beside others."""
_LAST: Final = 0x100
_BONES: Final = 0x200
"""What sets traces of the last letters and of consonants apart from those of the first letters."""
_REPLACED: Final = 2
LONGEST: Final = 24
"""Words with weight of the longest headline that has an outline."""


def outline(marks: Sequence[bytes]) -> bytes:
    """Write a headline's words in order by their marks; of more than `LONGEST` words nothing is written."""
    return b"".join(marks) if len(marks) <= LONGEST else b""


def mark(text: str, name: str | None, read: Reading) -> bytes:
    """Write a word in six bytes: a hash, and the traces by which others may meet it; none for one without weight."""
    kind, _, _, skeletons, _, _, key, _, least = read
    if not WEIGHTS[kind]:
        return b""
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
    mine, ends, bones = _columns(a)
    its, other_ends, other_bones = _columns(b)
    left = [at for at, key in enumerate(mine) if key not in its and ends[at] != _BESIDE]
    right = [at for at, key in enumerate(its) if key not in mine and other_ends[at] != _BESIDE]
    if left and right:
        one = _traces([(ends[at], bones[at]) for at in left])
        two = _traces([(other_ends[at], other_bones[at]) for at in right])
        if one and two:
            left = [at for at in left if not _may_meet(ends[at], bones[at], two)]
            right = [at for at in right if not _may_meet(other_ends[at], other_bones[at], one)]
    if a_cut is not b_cut:
        return bool(left if a_cut else right)
    if a_cut or not (left and right):
        return False
    is_replaced = min(len(left), len(right)) >= _REPLACED
    return is_replaced or any(_in_one_place(at, to, mine, its) for at in left for to in right)


@lru_cache(maxsize=64)
def _columns(outline: bytes) -> tuple[Sequence[int], Sequence[int], Sequence[int]]:
    """Read hashes, ends and bones of all words; one headline is compared with many."""
    values = _words(len(outline) // 2).unpack(outline)
    return values[::3], values[1::3], values[2::3]


@cache
def _words(number: int) -> Struct:
    return Struct(f"<{number}H")


def _traces(words: Iterable[tuple[int, int]]) -> set[int]:
    """Gather the traces of words that may be met at all: first letters, last letters, consonants, `_ANY`."""
    found: set[int] = set()
    for ends, bones in words:
        if ends == _ANY:
            found.add(_ANY)
        elif ends:
            found |= {ends & 0xFF, _LAST | ends >> 8, _BONES | bones & 0xFF}
            if bones >> 8:
                found.add(_BONES | bones >> 8)
    return found


def _may_meet(ends: int, bones: int, traces: set[int]) -> bool:
    """Tell whether a word may meet one of those with these traces."""
    if ends == _ANY:
        return True
    if not ends:
        return False
    return (
        _ANY in traces
        or ends & 0xFF in traces
        or _LAST | ends >> 8 in traces
        or _BONES | bones & 0xFF in traces
        or (bones > 0xFF and _BONES | bones >> 8 in traces)
    )


def _in_one_place(at: int, to: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    """Tell whether two words stand behind the same word, or both begin the headline before the same word."""
    if not (at and to):
        return not (at or to) and len(mine) > 1 and len(its) > 1 and _is_alone(mine[1], its[1], mine, its)
    return _is_alone(mine[at - 1], its[to - 1], mine, its)


def _is_alone(one: int, two: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    return one == two and mine.count(one) == 1 == its.count(one)
