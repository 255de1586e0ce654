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
_NONE: Final = -1
"""What stands before the first word."""
_REPLACED: Final = 2
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
        return _replace_soft_words(one, two)
    if FLAG in rows[::4] or FLAG in other_rows[::4]:
        return _are_apart_but_for_any(rows, other_rows)
    met, other_met = _those_that_meet(rows, other_rows), _those_that_meet(other_rows, rows)
    left = [word[0] for place, word in enumerate(mine) if place not in met]
    right = [word[0] for place, word in enumerate(its) if place not in other_met]
    has_names = FLAG in rows[3::4] or FLAG in other_rows[3::4]
    return len(left) >= _REPLACED <= len(right) or (
        not has_names
        and (
            any(_in_one_place(at, to, one.keys, two.keys) for at in left for to in right)
            or _replace_soft_words(one, two)
        )
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


def _replace_soft_words(one: Outline, two: Outline) -> bool:
    """Tell whether a word that meets nothing stands where the other headline has one, be it one that weighs little.

    Nothing is told where any word on the other side could be anything, nor of a last one that weighs little, with which
    a phrase may begin that goes on in the other (`هذا`, `هذا الأسبوع`).
    """
    mine, its, known = one.keys, two.keys, one.known
    behind = {key: at for at, key in enumerate((_NONE, *its[:-1])) if its[at] not in known}
    pairs = [
        (at, to)
        for at, (key, before) in enumerate(zip(mine, (_NONE, *mine[:-1]), strict=True))
        if key not in two.known
        and key not in silent()
        and (to := behind.get(before)) is not None
        and its[to] not in silent()
        and _in_one_place(at, to, mine, its)
        and not (at == len(mine) - 1 and one.traces[at][0] == SOFT)
        and not (to == len(its) - 1 and two.traces[to][0] == SOFT)
    ]
    if not pairs:
        return False
    left = [_in_full(key, row) for key, row in zip(mine, one.traces, strict=True) if key not in two.known]
    right = [_in_full(key, row) for key, row in zip(its, two.traces, strict=True) if key not in known]
    if None in left or None in right:
        return False
    by_meaning = _by_meaning(one, two)
    return any(
        (found := _in_full(mine[at], one.traces[at])) is not None
        and (other := _in_full(its[to], two.traces[to])) is not None
        and not (found.is_filler and other.is_filler)
        and not any(found.may_be(word, by_meaning=by_meaning) for word in right)
        and not any(other.may_be(word, by_meaning=by_meaning) for word in left)
        for at, to in pairs
    )


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
