"""The words of a headline enter; six bytes for each leave, by which most other headlines are told apart from it.

What `are_apart` says of two headlines that were read, it says of their words' hashes: it may miss that two are apart,
never that they are not.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache, lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Final, NamedTuple

from .same_align import WEIGHTS
from .same_forms import PREFIXES
from .same_guards import DENIAL
from .same_kinds import FILLER, NUMBER, PLAIN, meanings, soft_words, words_that_turn
from .same_names import single_forms
from .same_slots import LINKS
from .same_words import Reading, reading

_SIZE: Final = 6
"""Bytes of a word."""
_MARK: Final = Struct("<H4B")
_FOREIGN: Final = str.maketrans("غكقط", "جججت")
_SHOWN: Final = 3
"""Letters at each end of a word: a misprint leaves one end as it is, unless the word is too short to be misprinted."""
_CHANGES: Final = "هت"
"""Last letters that become others before an ending (`وفاه`, `وفاته`)."""
_FLAG: Final = 0xFF
"""No trace: stands first for a word that may meet any other, last for a name of several words."""
_NO_TRACES: Final = bytes([0, _FLAG])
_PARTS: Final = 3
"""Words of a name of several that may be met, at most: of one with more nothing is told."""
_Traces = tuple[int, int, int, int]
_ANY: Final = (_FLAG, _FLAG, 0, 0)
"""Traces of a word that may meet any other."""
_BESIDE: Final = (0xFE, 0xFF, 0, 0)
"""Traces of a word that tells nothing, but stands beside others."""
_SOFT: Final = 0xFE
"""Stands first for a soft word, before its number in the lists, or before what says that it is in none."""
_IDLE: Final = bytes(_BESIDE)
_NOTHING: Final = (0, 0, 0, 0)
"""Traces of a number, which meets none but itself."""
_NONE: Final = -1
"""What stands before the first word."""
_REPLACED: Final = 2
LONGEST: Final = 24
"""Words with weight of the longest headline that has an outline."""


SIGN: Final = 32
"""Bytes of a sign before its words. The last of them says of what kind it is:"""
CUT_OFF, TELLS, VARIOUS, TORN = 1, 2, 4, 8
"""its headline is cut off; it has bits for how words begin; some word may have a meaning in common with another though
their keys differ; its last word is torn, and the bits for how words begin are those of this word alone."""
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


class _Traced(NamedTuple):
    """A word by its traces: of its first letters, last ones and consonants; whether it has synonyms, or is a filler."""

    first: int
    last: int
    bones: frozenset[int]
    has_meaning: bool
    is_filler: bool

    def may_be(self, other: _Traced | None, *, by_meaning: bool) -> bool:
        """Tell whether two words may be paired, `by_meaning` too; numbers meet none but themselves."""
        if other is None:
            return True
        if self in _DIGITS or other in _DIGITS:
            return False
        if self.first == other.first or self.last == other.last:
            return True
        if by_meaning and self.has_meaning and other.has_meaning:
            return True
        return not self.bones.isdisjoint(other.bones)


_DIGITS: Final = frozenset({_Traced(0, 0, frozenset(), False, False), _Traced(0, 0, frozenset(), True, False)})
"""What a number is, whatever its hash."""


def outline(marks: Sequence[bytes]) -> bytes:
    """Write a headline's words in order by their marks; of more than `LONGEST` words nothing is written."""
    return b"".join(marks) if len(marks) <= LONGEST else b""


def mark(text: str, name: str | None, read: Reading) -> bytes:
    """Write a word in six bytes: a hash, and the traces by which others may meet it; none for one without weight."""
    kind, senses, key = read[0], read[4], read[6]
    if not WEIGHTS[kind]:
        return b""
    if kind is NUMBER:
        traces = _NOTHING
    elif kind is not PLAIN:
        traces = _traces_of_soft(read)
    elif " " in text:
        traces = _ANY if senses or name is None else _traces_of_name(text, name)
    else:
        traces = _traces(read)
    return _MARK.pack(_hash(key) & 0xFFFF, *traces)


def nothing_else(marked: bytes) -> bytes:
    """Give the mark of a word that meets none but itself."""
    return marked[: -len(_NOTHING)] + bytes(_NOTHING)


def _traces(read: Reading) -> _Traces:
    """Give the traces of a word: of its first and last letters, and of its consonants in two forms at most."""
    least = read[8].translate(_FOREIGN)
    bones = sorted(read[3], key=lambda bones: (len(bones), bones))[:2]
    if not bones and _may_begin_or_end_otherwise(read):
        return _ANY
    bones = bones or [""]
    return _trace(least[:_SHOWN]), _trace(least[-_SHOWN:]), _trace(bones[0]), _trace(bones[-1])


def _traces_of_soft(read: Reading) -> _Traces:
    """Give the number of the listed word that a soft word is, in three bytes."""
    found = next((number for form in sorted(read[1]) if (number := _number(form)) in _listed()), None)
    return (_SOFT, *found) if found else _BESIDE


@cache
def _listed() -> dict[bytes, _Traced]:
    """Read the soft words of which it is certain what they meet: none that links or denies."""
    found: dict[bytes, _Traced] = {}
    for text in soft_words() - LINKS:
        read = reading(text, None)
        first, last, *_ = _traces(read)
        if WEIGHTS[read[0]] and read[5] != DENIAL and first != _FLAG:
            bones = frozenset(map(_trace, read[3]))
            found[_number(text)] = _Traced(first, last, bones, bool(read[4]), read[0] is FILLER)
    return found


@cache
def _meanings() -> frozenset[int]:
    """Give the hashes of all keys of words that have synonyms, and of one in 68 of all others by chance."""
    return frozenset(_hash(f"~{meaning}") & 0xFFFF for meaning in meanings())


@cache
def _silent() -> frozenset[int]:
    """Give the hashes of the words that replace none: those that link others, and verbs that deny."""
    return frozenset(_hash(reading(text, None)[6]) & 0xFFFF for text in LINKS | words_that_turn(DENIAL))


def tables() -> tuple[bytes, bytes, bytes]:
    """Give the lists as compiled loops read them: silent words and those with synonyms by a bit each, soft words."""
    rows = []
    for number, word in sorted(_listed().items()):
        bones = sorted(word.bones)
        marks = len(bones) << 2 | word.is_filler << 1 | word.has_meaning
        rows.append(number + bytes([word.first, word.last, *bones, *[0] * (2 - len(bones)), marks]))
    return _bits(_silent()), _bits(_meanings()), b"".join(rows)


def _bits(hashes: frozenset[int]) -> bytes:
    return sum(1 << one for one in hashes).to_bytes(8192, "little")


@lru_cache(maxsize=1024)
def _number(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=3).digest()


def _may_begin_or_end_otherwise(read: Reading) -> bool:
    """Tell whether a word's own ends may be taken for a clitic or an ending in some form of it and not in another."""
    least = read[8]
    return (
        len(least) < _SHOWN
        or least.startswith("ال")
        or least[-1] in _CHANGES
        or any(form[0] in PREFIXES for form in read[1])
    )


def _traces_of_name(text: str, name: str) -> _Traces:
    """Give traces of the words that may meet a name of several, for there is room for one of each.

    Its own parts, by the last letters of the first, the first ones of the second, the consonants of the third: of a
    person's all, of others but the last, as in a headline that ends before it. What else a place is called, by first
    letters and consonants, for an ending may stand behind (`اميركي`).
    """
    is_person = name.startswith(("per:", "say:"))
    parts = text.split() if is_person else text.split()[:-1]
    found = [_traces(read) for part in parts if (read := reading(part, None))[0] is PLAIN]
    forms = (
        []
        if is_person
        else [_traces(reading(form, None)) for form in sorted(single_forms(name) - {text.replace(" ", "")})]
    )
    heads = {traces[0]: traces for traces in reversed(forms)}
    room = [*heads.values(), *found[1:]]
    if len(room) >= _PARTS or _ANY in (*found, *forms):
        return _ANY
    last = found[0][1] if found else 0
    first, bones = [*(traces[2 * at] for at, traces in enumerate(room)), 0, 0][:2]
    return first, last, bones, _FLAG


@lru_cache(maxsize=16_384)
def _trace(letters: str) -> int:
    return min(_SOFT - 1, 1 + _hash(letters) % 254) if letters else 0


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")


def folded_numbers(sign: bytes) -> int:
    """Give the bits of a sign for numbers, of one that was written before words' beginnings had bits too."""
    lane = int.from_bytes(sign[_LANE], "little")
    return lane & _MASK if sign[SIGN - 1] & TELLS else (lane | lane >> _NUMBERS) & _MASK


@lru_cache(maxsize=64)
def read_sign(sign: bytes) -> Outline:
    """Take a sign apart; what is no whole number of words, or too many, says nothing."""
    data, what = sign[SIGN:], sign[SIGN - 1]
    words = _words(len(data) // _SIZE).unpack(data) if len(data) % _SIZE == 0 and len(data) <= LONGEST * _SIZE else ()
    torn = None
    if words and what & TORN:
        torn, words = words[-2:], words[:-2]
    keys = words[::2]
    rows = words[1::2]
    told = [(at, keys[at], traces) for at, traces in enumerate(rows) if traces[0] != _SOFT]
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
    if _FLAG in rows[::4] or _FLAG in other_rows[::4]:
        return _are_apart_but_for_any(rows, other_rows)
    met, other_met = _those_that_meet(rows, other_rows), _those_that_meet(other_rows, rows)
    left = [word[0] for place, word in enumerate(mine) if place not in met]
    right = [word[0] for place, word in enumerate(its) if place not in other_met]
    has_names = _FLAG in rows[3::4] or _FLAG in other_rows[3::4]
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
        and key not in _silent()
        and (to := behind.get(before)) is not None
        and its[to] not in _silent()
        and _in_one_place(at, to, mine, its)
        and not (at == len(mine) - 1 and one.traces[at][0] == _SOFT)
        and not (to == len(its) - 1 and two.traces[to][0] == _SOFT)
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
def _in_full(key: int, row: bytes) -> _Traced | None:
    """Give the traces of a word in full; None of one that may be anything."""
    if row[0] == _SOFT:
        return _listed().get(row[1:])
    if row[0] == _FLAG or row[3] == _FLAG:
        return None
    first, last, *bones = row
    return _Traced(first, last, frozenset(bones) - {0}, key in _meanings(), False)


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
    if has_last and cut[-1] == _FLAG:
        cut = cut[:-4]
    plain, other_plain = _without_any(cut), _without_any(whole)
    return len(plain) - len(whole) + len(other_plain) > 4 * len(_those_that_meet(plain, other_plain))


def _without_any(rows: bytes) -> bytes:
    return b"".join([row for row in _split(rows) if row[0] != _FLAG])


def _split(rows: bytes) -> list[bytes]:
    return [rows[at : at + 4] for at in range(0, len(rows), 4)]


def _in_one_place(at: int, to: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    """Tell whether two words stand behind the same word, or both begin the headline before the same word."""
    if not (at and to):
        return not (at or to) and len(mine) > 1 and len(its) > 1 and _is_alone(mine[1], its[1], mine, its)
    return _is_alone(mine[at - 1], its[to - 1], mine, its)


def _is_alone(one: int, two: int, mine: Sequence[int], its: Sequence[int]) -> bool:
    return one == two and mine.count(one) == 1 == its.count(one)
