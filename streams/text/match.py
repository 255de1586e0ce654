"""Keys of headlines enter; the bands under which the same ones meet, and how two of them relate, leave."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import cache, lru_cache
from hashlib import blake2b
from itertools import combinations
from math import log
from typing import Final, NamedTuple

import numpy as np

from .lexicon import rows
from .outline import are_apart_in_outline, outline
from .same import are_apart, in_order, is_cut_from, weigh
from .same_align import WEIGHTS
from .same_kinds import NUMBER, PLAIN
from .same_words import Headline, Word, analyse

RAREST: Final = 5
"""Words of a headline that are looked at for its bands: its rarest, each two of which but the commonest make one."""
BANDS: Final = 8
"""Bands of a headline at most: of the ten pairs of five words, the two of its commonest ones say least."""
_UNLISTED: Final = 400
"""Headlines of a million that hold the commonest word that is in no list."""
_FEWEST: Final = 2.0
"""Weight of words below which a headline can match nothing but itself (as in `compare`)."""
_PAIRS: Final = {
    size: tuple(sorted(combinations(range(size), 2), key=lambda pair: (sum(pair), pair))[:BANDS])
    for size in range(2, RAREST + 1)
}
_NAME_BITS: Final = 64
_WORD_BITS: Final = 192
"""Bits for words, the first of them for those that name somebody or something."""
_NUMBER_BITS: Final = 56
_SIGN_BYTES: Final = 32
_NAMES: Final = (1 << _NAME_BITS) - 1
_WORDS: Final = (1 << _WORD_BITS) - 1
_NUMBERS: Final = ((1 << _NUMBER_BITS) - 1) << _WORD_BITS
_LANES: Final = _WORD_BITS // 64
_NUMBER_LANE: Final = np.uint64((1 << _NUMBER_BITS) - 1)
MANY: Final = 96
"""Signs from which on comparing all at once is faster than one after the other."""
_CUT_BIT: Final = 1 << (_WORD_BITS + _NUMBER_BITS)
_REPLACED: Final = 2
"""Words that each of two headlines may have alone: more are as good as never the same, whatever they share."""


class Probe(NamedTuple):
    """Where a headline is filed and looked up, and its words in short for a first comparison.

    A sign is 32 bytes in which each word sets a bit, and six bytes for each word in order (streams/text/outline.py).
    """

    bands: tuple[bytes, ...]
    sign: bytes


class Relation(Enum):
    """How one headline relates to another; a cut one belongs to its whole, as others may too that differ behind it."""

    NONE = "none"
    SAME = "same"
    FIRST_IS_CUT = "first is cut"
    SECOND_IS_CUT = "second is cut"


class _Grip(NamedTuple):
    """A word as bands and signs know it: the logarithm of how common it is, its hash, its bit in the sign."""

    common: float
    hashed: bytes
    bit: int


def probe(key: str) -> Probe | None:
    """Give the bands and the sign of the headline of `key`; None if it says too little to match any but itself.

    Headlines that are the same, or one the cut beginning of the other, share a band in 98 of 100 cases. Equal in every
    process and on every machine, so that a band can be a key of a table or of a topic.

    >>> one, two = probe("مصرع خمسه عمال في انهيار منجم"), probe("وفاه 5 عمال بانهيار منجم")
    >>> set(one.bands).isdisjoint(two.bands), may_match(one.sign, two.sign)
    (False, True)
    >>> probe("خبر") is None
    True
    """
    read = analyse(key)
    words = telling(read)
    if not words or sum(WEIGHTS[word.kind] for word in read.words) < _FEWEST:
        return None
    grips = sorted({_grip(word.key, word.kind is NUMBER, ":" in word.key) for word in words})
    bits = _CUT_BIT if read.cut else 0
    for grip in grips:
        bits |= grip.bit
    sign = bits.to_bytes(_SIGN_BYTES, "little") + outline(
        read.words[:-1] if read.cut and len(read.words) > 1 else read.words
    )
    rarest = [grip.hashed for grip in grips[:RAREST]]
    if len(rarest) == 1:
        return Probe((rarest[0],), sign)
    return Probe(tuple(one + two if one < two else two + one for one, two in _pairs(rarest)), sign)


def telling(read: Headline) -> list[Word]:
    """Give the words of a headline that tell it from others, without one that is cut in two."""
    return [word for word in _whole(read) if word.kind is PLAIN or word.kind is NUMBER]


def _whole(read: Headline) -> tuple[Word, ...]:
    return read.words[:-1] if read.cut and len(read.words) > 1 else read.words


def _pairs(hashes: list[bytes]) -> list[tuple[bytes, bytes]]:
    return [(hashes[one], hashes[two]) for one, two in _PAIRS[len(hashes)]]


@cache
def _common() -> dict[str, int]:
    return {key: int(million) for key, million in rows("common_keys.tsv")}


@lru_cache(maxsize=32_768)
def _grip(key: str, is_number: bool, is_name: bool) -> _Grip:
    """Look a word up; one in no list is as common as its hash says, so that each two are in one order everywhere."""
    drawn = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    spot = int.from_bytes(drawn, "little")
    million = _common().get(key) or _UNLISTED * (1 + spot % 1009) / 1010
    counts = is_number and not key.endswith(".")
    if counts:
        bit = 1 << (_WORD_BITS + spot % _NUMBER_BITS)
    else:
        bit = 1 << (spot % _NAME_BITS if is_name else _NAME_BITS + spot % (_WORD_BITS - _NAME_BITS))
    return _Grip(log(million), drawn[:4], bit)


def may_match(a: bytes, b: bytes) -> bool:
    """Tell from two signs whether the headlines could be related: numbers that do not clash, few words replaced."""
    return bool(rivals(a, (b,)))


def rivals(sign: bytes, others: Sequence[bytes]) -> list[int]:
    """Give the places in `others` of the signs whose headlines could be related to that of `sign` (`may_match`).

    An empty sign could be anyone's. Costs about 0.3 microseconds a sign; 50 for 256 of them, compared all at once; and
    5 for each that passes and is looked at word by word.
    """
    if not sign:
        return [*range(len(others))]
    if len(others) >= MANY and all(others):
        near = _rivals_of_many(sign[:_SIGN_BYTES], b"".join([other[:_SIGN_BYTES] for other in others]))
    else:
        near = _rivals_of_few(sign[:_SIGN_BYTES], others)
    return [place for place in near if not others[place] or not _are_apart_in_outline(sign, others[place])]


def _are_apart_in_outline(sign: bytes, other: bytes) -> bool:
    cut, is_other_cut = sign[_SIGN_BYTES - 1] > 0, other[_SIGN_BYTES - 1] > 0
    return are_apart_in_outline(sign[_SIGN_BYTES:], cut, other[_SIGN_BYTES:], is_other_cut)


def _rivals_of_few(sign: bytes, others: Sequence[bytes]) -> list[int]:
    one = int.from_bytes(sign, "little")
    number, words, cut = one & _NUMBERS, one & _WORDS, one & _CUT_BIT
    found = []
    for place, other in enumerate(others):
        two = int.from_bytes(other[:_SIGN_BYTES], "little")
        left, right = words & ~two, two & _WORDS & ~one
        mine, its = left.bit_count(), right.bit_count()
        fewer, more = (mine, its) if mine < its else (its, mine)
        if fewer > _REPLACED or (number & ~two and two & _NUMBERS & ~one):
            continue
        shared = (one & two & ~_CUT_BIT).bit_count()
        if not fewer:
            found.append(place)
        elif cut != two & _CUT_BIT:
            if (mine if cut else its) == 1 and shared > 2:
                found.append(place)
        elif shared > fewer and more <= shared and (fewer < _REPLACED or (left | right) & ~_NAMES):
            found.append(place)
    return found


def _rivals_of_many(sign: bytes, others: bytes) -> list[int]:
    one = np.frombuffer(sign, "<u8")
    two = np.frombuffer(others, "<u8").reshape(-1, _SIGN_BYTES // 8)
    left, right = one[:_LANES] & ~two[:, :_LANES], two[:, :_LANES] & ~one[:_LANES]
    mine, its = (np.bitwise_count(each).sum(-1, dtype=np.int16) for each in (left, right))
    fewer, more = np.minimum(mine, its), np.maximum(mine, its)
    last, rest = one[_LANES], two[:, _LANES]
    clash = ((last & ~rest & _NUMBER_LANE) != 0) & ((rest & ~last & _NUMBER_LANE) != 0)
    shared = np.bitwise_count(one[:_LANES] & two[:, :_LANES]).sum(-1, dtype=np.int16)
    shared += np.bitwise_count(last & rest & _NUMBER_LANE)
    cut, cuts = last > _NUMBER_LANE, rest > _NUMBER_LANE
    plain = (left | right)[:, 1:].any(-1)
    whole = (shared > fewer) & (more <= shared) & ((fewer < _REPLACED) | plain)
    begun = ((mine if cut else its) == 1) & (shared > 2)
    may = (fewer == 0) | ((fewer <= _REPLACED) & np.where(cuts == cut, whole, begun))
    found: list[int] = np.flatnonzero(may & ~clash).tolist()
    return found


def relation(a: str, b: str) -> Relation:
    """Tell how the headlines of the keys `a` and `b` relate; of `b` and `a` it is the mirror image.

    >>> relation("ترمب يلتقي بوتين في الاسكا", "ترامب يلتقي بوتين في الاسكا")
    <Relation.SAME: 'same'>
    >>> relation("ترمب يلتقي بوتين في الاسكا", "ترمب يلتقي بوتين في الاسكا لبحث الهدنه")
    <Relation.FIRST_IS_CUT: 'first is cut'>
    """
    if a == b:
        return Relation.SAME
    first, second = in_order(a, b)
    if is_cut_from(first, second):
        cut = first
    elif are_apart(first, second) or not weigh(first, second).same:
        return Relation.NONE
    elif first.cut and not second.cut:
        cut = first
    else:
        return Relation.SAME
    return Relation.FIRST_IS_CUT if cut.key == a else Relation.SECOND_IS_CUT
