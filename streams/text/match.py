"""Keys of headlines enter; the bands under which the same ones meet, and how two of them relate, leave."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import cache
from hashlib import blake2b
from itertools import combinations
from typing import Final, NamedTuple

from streams.native import compiled

from .brief import BIT_AT, HASH, NAME_BITS, WORD_BITS, Brief, beginnings, brief, commonness, torn_mark
from .fold import CUT
from .outline import CUT_OFF, LONGEST, SIGN, TELLS, TORN, VARIOUS, outline, tables
from .outline_apart import are_apart_in_outline, folded_numbers, read_sign
from .same import are_apart, are_same, is_cut_from, is_cut_in_print, keys_in_order
from .same_kinds import NUMBER, PLAIN
from .same_roles import in_order_of_victory
from .same_words import Headline, Word, analyse, tokens_of

_native: Final = compiled("signs")

RAREST: Final = 5
"""Words of a headline that are looked at for its bands: its rarest, each two of which but the commonest make one."""
BANDS: Final = 8
"""Bands of a headline at most: of the ten pairs of five words, the two of its commonest ones say least."""
COMMON: Final = 2e8
"""Two words are a band with a third one if the headlines that hold each, of a million, multiplied are more."""
FIRST: Final = 3
"""Words with which a series of headlines may begin."""
_SERIES: Final = 5
"""Words of a headline, at least, two of whose first ones are a band with one from behind only."""
_FEWEST: Final = 2.0
"""Weight of words below which a headline can match nothing but itself (as in `compare`)."""
_PAIRS: Final = {
    size: tuple(
        (one, two, tuple(place for place in (*range(two + 1, size), *range(two)) if place != one))
        for one, two in sorted(combinations(range(size), 2), key=lambda pair: (sum(pair), pair))[:BANDS]
    )
    for size in range(2, RAREST + 1)
}
"""The pairs of so many words, rarest first, and which other word is next, where a pair takes one more."""
_RARE: Final = (0.0,) * FIRST
_NAMES: Final = (1 << NAME_BITS) - 1
_WORD_BYTES: Final = WORD_BITS // 8
_CUT_OFF, _TELLS, _VARIOUS, _TORN = (kind << 8 * SIGN - 8 for kind in (CUT_OFF, TELLS, VARIOUS, TORN))
_REPLACED: Final = 2
"""Words that each of two headlines may have alone: more are as good as never the same, whatever they share."""


class Probe(NamedTuple):
    """Where a headline is filed and looked up, and its words in short for a first comparison.

    A sign is 32 bytes in which each word sets a bit, and six bytes for each word in order (streams/text/outline.py).
    `beginning` is one more band, in which only those are compared of which one may be the beginning of the other.
    """

    bands: tuple[bytes, ...]
    sign: bytes
    beginning: bytes = b""


class Relation(Enum):
    """How one headline relates to another; a cut one belongs to its whole, as others may too that differ behind it."""

    NONE = "none"
    SAME = "same"
    FIRST_IS_CUT = "first is cut"
    SECOND_IS_CUT = "second is cut"


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
    units = [*in_order_of_victory(tokens_of(key))]
    words = [brief(text, name) for text, name in units]
    if sum([word.weight for word in words]) < _FEWEST:
        return None
    torn = words.pop() if key.endswith(CUT) and len(words) > 1 else None
    told = [*dict.fromkeys([word.grip for word in words if word.grip])]
    if not told:
        return None
    bits, marks = _kind(key, [text for text, _ in units], words, torn), [word.mark for word in words if word.mark]
    for grip in told:
        bits |= 1 << grip[BIT_AT]
    if torn and bits & _TORN:
        marks.append(torn_mark(units[-1][0], torn.mark))
    return Probe(_bands(told), bits.to_bytes(SIGN, "little") + outline(marks), _beginning(key))


def _kind(key: str, texts: list[str], words: list[Brief], torn: Brief | None) -> int:
    """Give the bits that say of what kind a sign is and how its words begin: of a cut headline, how the torn one does.

    Of that nothing is said if words were joined or otherwise read, for where a name is torn it is other words.
    """
    bits = _TELLS
    for word in words:
        if word.various:
            bits |= _VARIOUS
    printed = key.removesuffix(CUT).split()
    if key.endswith(CUT):
        bits |= _CUT_OFF
        if torn and torn.grip and texts == printed and len(words) < LONGEST and (begins := beginnings(texts[-1])):
            bits |= _TORN | begins | (_VARIOUS if torn.various else 0)
        return bits
    for word in words:
        bits |= word.begins
    if texts != printed:
        for text in {*printed}.difference(texts):
            bits |= beginnings(text)
    return bits


def _bands(told: list[bytes]) -> tuple[bytes, ...]:
    """Give the bands of words, in order, by their grips: each two of the rarest, with a third where they are common.

    So where both stand first, for a series of headlines may begin with them: with one from behind. Three words are too
    few for that.
    """
    rarest = sorted(told)[:RAREST]
    hashes = [grip[HASH] for grip in rarest]
    if len(rarest) == 1:
        return (hashes[0],)
    common = commonness(rarest) if len(rarest) > FIRST else _RARE
    starts = told[:FIRST] if len(told) >= _SERIES else ()
    first = [grip in starts for grip in rarest]
    found = []
    for one, two, others in _PAIRS[len(rarest)]:
        a, b = hashes[one], hashes[two]
        if first[one] and first[two]:
            third = next(place for place in others if not first[place])
        elif common[one] * common[two] > COMMON:
            third = others[0]
        else:
            found.append(a + b if a < b else b + a)
            continue
        found.append(b"".join(sorted((a, b, hashes[third]))))
    return (*dict.fromkeys(found),)


def _beginning(key: str) -> bytes:
    """Give the band of the first words as they are printed, without one that may be torn; none if there are too few."""
    words = key.removesuffix(CUT).split(" ", FIRST + 1)
    if len(words) < FIRST + key.endswith(CUT):
        return b""
    return blake2b(" ".join(words[:FIRST]).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def telling(read: Headline) -> list[Word]:
    """Give the words of a headline that tell it from others, without one that is cut in two."""
    return [word for word in _whole(read) if word.kind is PLAIN or word.kind is NUMBER]


def _whole(read: Headline) -> tuple[Word, ...]:
    return read.words[:-1] if read.cut and len(read.words) > 1 else read.words


def would_meet(a: Probe, b: Probe) -> bool:
    """Tell whether headlines of these probes would be compared: a band in common, and signs that may match."""
    if not set(a.bands).isdisjoint(b.bands):
        return may_match(a.sign, b.sign)
    return a.beginning == b.beginning != b"" and bool(rivals(a.sign, [b.sign], begin_alike=True))


def may_match(a: bytes, b: bytes) -> bool:
    """Tell from two signs whether the headlines could be related: numbers that do not clash, few words replaced."""
    return bool(rivals(a, [b]))


def rivals(
    sign: bytes, others: list[bytes], among: Sequence[int] | None = None, *, begin_alike: bool = False
) -> list[int]:
    """Give the places in `others` of the signs whose headlines could be related to that of `sign` (`may_match`).

    Only those places are looked at that are `among`, an array of C's unsigned int, where one is given. Of those that
    `begin_alike` only where one could be the beginning of the other: one is cut off, or has no word alone. An empty
    sign could be anyone's.
    """
    if _native is None:
        return rivals_in_python(sign, others, among, begin_alike=begin_alike)
    found: list[int] = _native.rivals(sign, others, among, begin_alike, _lists())
    return found


def rivals_in_python(
    sign: bytes, others: Sequence[bytes], among: Sequence[int] | None = None, *, begin_alike: bool = False
) -> list[int]:
    """Do what `rivals` does where nothing is compiled.

    Costs about 0.5 microseconds a sign, and 5 for each that passes and is looked at word by word.
    """
    places = range(len(others)) if among is None else among
    if len(sign) < SIGN:
        return [*places]
    mine, read = read_sign(sign), read_sign.__wrapped__
    return [
        place
        for place in _rivals_by_bits(sign, others, places, begin_alike=begin_alike)
        if len(others[place]) < SIGN or not are_apart_in_outline(mine, read(others[place]))
    ]


@cache
def _lists() -> object:
    assert _native is not None
    return _native.Lists(*tables())


def _rivals_by_bits(sign: bytes, others: Sequence[bytes], places: Sequence[int], *, begin_alike: bool) -> list[int]:
    one, number, cut = int.from_bytes(sign[:_WORD_BYTES], "little"), folded_numbers(sign), sign[SIGN - 1] & CUT_OFF
    found = []
    for place in places:
        other = others[place]
        if len(other) < SIGN:
            found.append(place)
            continue
        two, its_number = int.from_bytes(other[:_WORD_BYTES], "little"), folded_numbers(other)
        left, right = one & ~two, two & ~one
        mine, its = left.bit_count(), right.bit_count()
        fewer, more = (mine, its) if mine < its else (its, mine)
        if fewer > _REPLACED or (number & ~its_number and its_number & ~number):
            continue
        shared = (one & two).bit_count() + (number & its_number).bit_count()
        if not fewer:
            found.append(place)
        elif cut != other[SIGN - 1] & CUT_OFF:
            if (mine if cut else its) == 1 and shared > 2:
                found.append(place)
        elif begin_alike:
            continue
        elif shared > fewer and more <= shared and (fewer < _REPLACED or (left | right) & ~_NAMES):
            found.append(place)
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
    short, whole = keys_in_order(a, b)
    if is_cut_in_print(short, whole):
        return Relation.FIRST_IS_CUT if short == a else Relation.SECOND_IS_CUT
    first, second = analyse(short), analyse(whole)
    if is_cut_from(first, second):
        cut = first
    elif are_apart(first, second) or not are_same(first, second):
        return Relation.NONE
    elif first.cut and not second.cut:
        cut = first
    else:
        return Relation.SAME
    return Relation.FIRST_IS_CUT if cut.key == a else Relation.SECOND_IS_CUT
