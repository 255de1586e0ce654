"""Two signs enter; whether the words in them tell the headlines apart leaves.

What `are_apart` says of two headlines that were read, it says of their words' hashes: it may miss that two are apart,
never that they are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from struct import Struct
from typing import Final, NamedTuple

from .outline import (
    CUT_OFF,
    FLAG,
    LONGEST,
    SIGN,
    SIZE,
    SOFT,
    TELLS,
    TORN,
    VARIOUS,
    Traced,
    listed,
    silent,
    with_meaning,
)

_NO_TRACES: Final = bytes([0, FLAG])
_REPLACED: Final = 2
_PLAIN, _HEAVY, _LIGHT, _FEW = 20, 16, 7, 56
"""What words weigh (`WEIGHTS`), in twentieths: those that tell something, units and dates, the others; and what two
headlines share at least of which one says more."""
_LANE: Final = slice(24, 31)
_NUMBERS: Final = 28
_MASK: Final = (1 << _NUMBERS) - 1
"""In these bytes stand bits for numbers, and then for how words begin; before `TELLS` all of them were for numbers."""


class Outline(NamedTuple):
    """A sign taken apart: of what kind it is, the words' hashes and traces, those that tell something, a torn one.

    Of words that tell something it has place, hash and traces; `begins` are the bits for how words begin.
    """

    what: int
    begins: int
    keys: tuple[int, ...]
    traces: tuple[bytes, ...]
    known: frozenset[int]
    telling: tuple[tuple[int, int, bytes], ...]
    torn: tuple[int, bytes] | None


def folded_numbers(sign: bytes) -> int:
    """Give the bits of a sign for numbers, of one that was written before words' beginnings had bits too."""
    lane = int.from_bytes(sign[_LANE], "little")
    return lane & _MASK if sign[SIGN - 1] & TELLS else (lane | lane >> _NUMBERS) & _MASK


@lru_cache(maxsize=64)
def read_sign(sign: bytes) -> Outline:
    """Take a sign apart; what is no whole number of words, or too many, says nothing."""
    data, what = sign[SIGN:], sign[SIGN - 1]
    words = _words(len(data) // SIZE).unpack(data) if len(data) % SIZE == 0 and len(data) <= LONGEST * SIZE else ()
    torn = None
    if words and what & TORN:
        torn, words = words[-2:], words[:-2]
    keys = words[::2]
    rows = words[1::2]
    told = [(at, keys[at], traces) for at, traces in enumerate(rows) if traces[0] != SOFT]
    begins = int.from_bytes(sign[_LANE], "little") >> _NUMBERS
    return Outline(what, begins, keys, rows, frozenset(keys), tuple(told), torn)


def are_apart_in_outline(one: Outline, two: Outline) -> bool:
    """Tell from the words of two signs that comparing the headlines is idle."""
    is_cut, is_other_cut = one.what & CUT_OFF, two.what & CUT_OFF
    if not (one.keys and two.keys) or (is_cut and is_other_cut):
        return False
    if is_other_cut:
        one, two = two, one
    mine = [word for word in one.telling if word[1] not in two.known]
    its = [word for word in two.telling if word[1] not in one.known]
    rows, other_rows = b"".join([word[2] for word in mine]), b"".join([word[2] for word in its])
    if is_cut or is_other_cut:
        has_last = bool(mine) and mine[-1][0] == len(one.keys) - 1
        return _begins_otherwise(rows, has_last, other_rows) or _goes_on_otherwise(one, two)
    if not (mine and its):
        return _say_otherwise(one, two)
    if FLAG in rows[::4] or FLAG in other_rows[::4]:
        return _are_apart_but_for_any(rows, other_rows)
    met, other_met = _those_that_meet(rows, other_rows), _those_that_meet(other_rows, rows)
    left = [word[0] for place, word in enumerate(mine) if place not in met]
    right = [word[0] for place, word in enumerate(its) if place not in other_met]
    has_names = FLAG in rows[3::4] or FLAG in other_rows[3::4]
    return len(left) >= _REPLACED <= len(right) or (
        not has_names
        and (any(_in_one_place(at, to, one.keys, two.keys) for at in left for to in right) or _say_otherwise(one, two))
    )


def _goes_on_otherwise(cut: Outline, whole: Outline) -> bool:
    """Tell that no word of a headline begins as the torn last one of another, nor may be it.

    Nothing is told of one that has no more words than the other before it is torn, for it may be the beginning.
    """
    if cut.torn is None or not whole.what & TELLS or len(whole.keys) <= len(cut.keys):
        return False
    if not cut.begins & ~whole.begins or cut.torn[0] in whole.known:
        return False
    torn = _in_full(*cut.torn)
    others = [_in_full(key, row) for key, row in zip(whole.keys, whole.traces, strict=True)]
    by_meaning = _by_meaning(cut, whole)
    return (
        torn is not None
        and None not in others
        and not any(torn.may_be(other, by_meaning=by_meaning) for other in others)
    )


def _by_meaning(one: Outline, two: Outline) -> bool:
    """Tell whether words of two signs may have a meaning in common that their keys do not tell."""
    return not one.what & two.what & TELLS or bool((one.what | two.what) & VARIOUS)


def _say_otherwise(one: Outline, two: Outline) -> bool:
    """Tell whether words that meet none stand in one gap of two headlines, or too little is left to be shared.

    Nothing is told where a word that one has alone could be anything, or where one alone has a name of several words.
    """
    if _several(one) != _several(two):
        return False
    left = _in_full_alone(one, two.known)
    right = _in_full_alone(two, one.known) if left is not None else None
    if left is None or right is None or not (left or right):
        return False
    by_meaning = _by_meaning(one, two)
    mine, its = _strange(left, right, by_meaning), _strange(right, left, by_meaning)
    if (
        left
        and right
        and len(mine) == len(left)
        and len(its) == len(right)
        and _share_too_little(one, two, left, right, by_meaning)
    ):
        return True
    if _part_ways(one, two, by_meaning):
        return True
    gaps = [(at, gap) for at in mine if _replaces(one, at) and (gap := _gap(one, at, mine, two.known))]
    return any(
        gap == _gap(two, to, its, one.known)
        and not (left[at].is_filler and right[to].is_filler)
        and _is_one(gap, one, two)
        for to in its
        if _replaces(two, to)
        for at, gap in gaps
    )


def _part_ways(one: Outline, two: Outline, by_meaning: bool) -> bool:
    """Tell whether two headlines begin with the same words and go on with others, of which none meets another.

    Words that come twice hide nothing then: each of the first ones is paired with its like in the same place.
    """
    longest = min(len(one.keys), len(two.keys))
    same = next(
        (at for at in range(longest) if (one.keys[at], one.traces[at]) != (two.keys[at], two.traces[at])), longest
    )
    left, right = one.keys[same:], two.keys[same:]
    if not (same and left and right) or not {*left}.isdisjoint(right):
        return False
    mine = [_in_full(key, row) for key, row in zip(left, one.traces[same:], strict=True)]
    its = [_in_full(key, row) for key, row in zip(right, two.traces[same:], strict=True)]
    if any(word is None or any(word.may_be(other, by_meaning=by_meaning) for other in its) for word in mine):
        return False
    return any(
        not (word is not None and other is not None and word.is_filler and other.is_filler)
        for at, word in enumerate(mine, same)
        if _replaces(one, at)
        for to, other in enumerate(its, same)
        if _replaces(two, to)
    )


def _several(one: Outline) -> int:
    return sum(row[0] == FLAG or row[-1] == FLAG for row in one.traces)


def _in_full_alone(one: Outline, known: frozenset[int]) -> dict[int, Traced] | None:
    """Give the words by their places that are not `known`; None if one of them may be anything."""
    found = {}
    for at, (key, row) in enumerate(zip(one.keys, one.traces, strict=True)):
        if key not in known:
            word = _in_full(key, row)
            if word is None:
                return None
            found[at] = word
    return found


def _strange(mine: dict[int, Traced], its: dict[int, Traced], by_meaning: bool) -> list[int]:
    """Give the places of the words that meet none of the others."""
    others = its.values()
    return [at for at, word in mine.items() if not any(word.may_be(other, by_meaning=by_meaning) for other in others)]


def _replaces(one: Outline, at: int) -> bool:
    """Tell whether a word neither only links, nor weighs little and is the last: then a phrase may begin with it."""
    return one.keys[at] not in silent() and not (at == len(one.keys) - 1 and one.traces[at][0] == SOFT)


def _gap(one: Outline, at: int, strange: list[int], known: frozenset[int]) -> tuple[bool, int] | None:
    """Give the shared word behind which a word stands, with but strange ones between, or before which it opens."""
    to = at - 1
    while to >= 0 and to in strange:
        to -= 1
    if to >= 0:
        return (True, one.keys[to]) if one.keys[to] in known else None
    to = at + 1
    while to < len(one.keys) and to in strange:
        to += 1
    return (False, one.keys[to]) if to < len(one.keys) and one.keys[to] in known else None


def _is_one(gap: tuple[bool, int], one: Outline, two: Outline) -> bool:
    return one.keys.count(gap[1]) == 1 == two.keys.count(gap[1])


def _share_too_little(
    one: Outline, two: Outline, left: dict[int, Traced], right: dict[int, Traced], by_meaning: bool
) -> bool:
    """Tell whether two headlines share too little for what one says more, where only equal words can be paired."""
    mine = [at for at in range(len(one.keys)) if at not in left]
    its = [at for at in range(len(two.keys)) if at not in right]
    shared = sum([_weight(one, at) for at in mine])
    if len(mine) != len(its) or shared != sum([_weight(two, at) for at in its]) or shared >= _FEW:
        return False
    if any(one.keys[at] in silent() for at in left) or any(two.keys[at] in silent() for at in right):
        return False
    if _may_be_known(one, mine, right, by_meaning) or _may_be_known(two, its, left, by_meaning):
        return False
    added = abs(sum([_weight(one, at) for at in left]) - sum([_weight(two, at) for at in right]))
    return added > _PLAIN or (shared < 2 * _PLAIN and bool(added or (left and right)))


def _may_be_known(one: Outline, places: list[int], others: dict[int, Traced], by_meaning: bool) -> bool:
    """Tell whether one of the words that both headlines have may be another that the other headline has alone."""
    words = [_in_full(one.keys[at], one.traces[at]) for at in places]
    return any(word is None or word.may_be(other, by_meaning=by_meaning) for word in words for other in others.values())


def _weight(one: Outline, at: int) -> int:
    """Give what a word weighs at most, in twentieths."""
    row = one.traces[at]
    if row[0] != SOFT:
        return _PLAIN
    word = listed().get(row[1:])
    return _LIGHT if word is not None and word.is_light else _HEAVY


@lru_cache(maxsize=4096)
def _in_full(key: int, row: bytes) -> Traced | None:
    """Give the traces of a word in full; None of one that may be anything."""
    if row[0] == SOFT:
        return listed().get(row[1:])
    if row[0] == FLAG or row[3] == FLAG:
        return None
    first, last, *bones = row
    return Traced(first, last, frozenset(bones) - {0}, key in with_meaning(), False)


@cache
def _words(number: int) -> Struct:
    return Struct("<" + "H4s" * number)


def _real(traces: bytes) -> bytes:
    return traces.translate(None, _NO_TRACES)


def _those_that_meet(rows: bytes, others: bytes) -> set[int]:
    """Give the places of the words that may meet one of `others`, by a trace of one sort; any-words are left out."""
    firsts, lasts, bones = _real(others[::4]), _real(others[1::4]), _real(others[2::4] + others[3::4])
    return {
        place
        for place, (first, last, one, two) in enumerate(_split(rows))
        if first in firsts or last in lasts or one in bones or two in bones
    }


def _are_apart_but_for_any(rows: bytes, others: bytes) -> bool:
    """Tell whether two words or more of each headline meet nothing, where some may meet any word, but one each."""
    plain, other_plain = _without_any(rows), _without_any(others)
    left = (len(plain) - len(others) + len(other_plain)) // 4 - len(_those_that_meet(plain, other_plain))
    right = (len(other_plain) - len(rows) + len(plain)) // 4 - len(_those_that_meet(other_plain, plain))
    return left >= _REPLACED <= right


def _begins_otherwise(cut: bytes, has_last: bool, whole: bytes) -> bool:
    """Tell whether a cut headline says what the whole does not; a name that is its last word may go on there."""
    if has_last and cut[-1] == FLAG:
        cut = cut[:-4]
    plain, other_plain = _without_any(cut), _without_any(whole)
    return len(plain) - len(whole) + len(other_plain) > 4 * len(_those_that_meet(plain, other_plain))


def _without_any(rows: bytes) -> bytes:
    return b"".join([row for row in _split(rows) if row[0] != FLAG])


def _split(rows: bytes) -> list[bytes]:
    return [rows[at : at + 4] for at in range(0, len(rows), 4)]


def _in_one_place(at: int, to: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    """Tell whether two words stand behind the same word, or both begin the headline before the same word."""
    if not (at and to):
        return not (at or to) and len(mine) > 1 and len(its) > 1 and _is_alone(mine[1], its[1], mine, its)
    return _is_alone(mine[at - 1], its[to - 1], mine, its)


def _is_alone(one: int, two: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    return one == two and mine.count(one) == 1 == its.count(one)
