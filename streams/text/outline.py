"""The words of a headline enter; six bytes for each leave, by which most other headlines are told apart from it."""

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

SIZE: Final = 6
"""Bytes of a word."""
_MARK: Final = Struct("<H4B")
_FOREIGN: Final = str.maketrans("غكقط", "جججت")
_SHOWN: Final = 3
"""Letters at each end of a word: a misprint leaves one end as it is, unless the word is too short to be misprinted."""
_CHANGES: Final = "هت"
"""Last letters that become others before an ending (`وفاه`, `وفاته`)."""
FLAG: Final = 0xFF
"""No trace: stands first for a word that may meet any other, last for a name of several words."""
_PARTS: Final = 3
"""Words of a name of several that may be met, at most: of one with more nothing is told."""
_Traces = tuple[int, int, int, int]
_ANY: Final = (FLAG, FLAG, 0, 0)
"""Traces of a word that may meet any other."""
_BESIDE: Final = (0xFE, 0xFF, 0, 0)
"""Traces of a word that tells nothing, but stands beside others."""
SOFT: Final = 0xFE
"""Stands first for a soft word, before its number in the lists, or before what says that it is in none."""
_NOTHING: Final = (0, 0, 0, 0)
"""Traces of a number, which meets none but itself."""
LONGEST: Final = 24
"""Words with weight of the longest headline that has an outline."""
SIGN: Final = 32
"""Bytes of a sign before its words. The last of them says of what kind it is:"""
CUT_OFF, TELLS, VARIOUS, TORN = 1, 2, 4, 8
"""its headline is cut off; it has bits for how words begin; some word may have a meaning in common with another though
their keys differ; its last word is torn, and the bits for how words begin are those of this word alone."""


class Traced(NamedTuple):
    """A word by its traces: of its first letters, last ones and consonants; whether it has synonyms, or is a filler."""

    first: int
    last: int
    bones: frozenset[int]
    has_meaning: bool
    is_filler: bool

    def may_be(self, other: Traced | None, *, by_meaning: bool) -> bool:
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


_DIGITS: Final = frozenset({Traced(0, 0, frozenset(), False, False), Traced(0, 0, frozenset(), True, False)})
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
    found = next((number for form in sorted(read[1]) if (number := _number(form)) in listed()), None)
    return (SOFT, *found) if found else _BESIDE


@cache
def listed() -> dict[bytes, Traced]:
    """Read the soft words of which it is certain what they meet: none that links or denies."""
    found: dict[bytes, Traced] = {}
    for text in soft_words() - LINKS:
        read = reading(text, None)
        first, last, *_ = _traces(read)
        if WEIGHTS[read[0]] and read[5] != DENIAL and first != FLAG:
            bones = frozenset(map(_trace, read[3]))
            found[_number(text)] = Traced(first, last, bones, bool(read[4]), read[0] is FILLER)
    return found


@cache
def with_meaning() -> frozenset[int]:
    """Give the hashes of all keys of words that have synonyms, and of one in 68 of all others by chance."""
    return frozenset(_hash(f"~{meaning}") & 0xFFFF for meaning in meanings())


@cache
def silent() -> frozenset[int]:
    """Give the hashes of the words that replace none: those that link others, and verbs that deny."""
    return frozenset(_hash(reading(text, None)[6]) & 0xFFFF for text in LINKS | words_that_turn(DENIAL))


def tables() -> tuple[bytes, bytes, bytes]:
    """Give the lists as compiled loops read them: silent words and those with synonyms by a bit each, soft words."""
    rows = []
    for number, word in sorted(listed().items()):
        bones = sorted(word.bones)
        marks = len(bones) << 2 | word.is_filler << 1 | word.has_meaning
        rows.append(number + bytes([word.first, word.last, *bones, *[0] * (2 - len(bones)), marks]))
    return _bits(silent()), _bits(with_meaning()), b"".join(rows)


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
    return first, last, bones, FLAG


@lru_cache(maxsize=16_384)
def _trace(letters: str) -> int:
    return min(SOFT - 1, 1 + _hash(letters) % 254) if letters else 0


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=4).digest(), "little")
