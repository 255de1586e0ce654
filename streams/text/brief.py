"""A word of a headline enters; what bands, signs and first looks need of it leaves, small enough to be remembered."""

from __future__ import annotations

from functools import cache, lru_cache
from hashlib import blake2b
from struct import Struct
from typing import Final, NamedTuple

from .lexicon import rows
from .outline import mark, nothing_else
from .same_align import WEIGHTS
from .same_kinds import NUMBER, PLAIN, have_one_name
from .same_words import reading

NAME_BITS: Final = 64
WORD_BITS: Final = 192
"""Bits of a sign for words, the first of them for those that name somebody or something."""
NUMBER_BITS: Final = 28
BEGINNING_BITS: Final = 28
"""Bits for how the words begin, behind those for numbers."""
_SHORT: Final = 2
"""Letters of the shortest beginning that sets a bit; one that is a letter longer sets another."""
_UNLISTED: Final = 400
"""Headlines of a million that hold the commonest word that is in no list."""
_GRIP: Final = Struct(">d4sB")
HASH: Final = slice(8, 12)
BIT_AT: Final = 12
"""Where a word's hash, and its bit in a sign, stand in its grip."""


class Brief(NamedTuple):
    """What a word weighs, its `grip` if it tells headlines apart, its mark (`outline.py`), its letters, its meanings.

    A grip is how common the word is, its hash, and its bit in the sign: in the order of the bytes the rarest is first.
    `begins` has the bits of its beginnings (`beginnings`), and of its roots of two letters, which may be all of a word
    that is torn. It is `various` if its key does not tell all that it means.
    """

    weight: float
    grip: bytes
    mark: bytes
    begins: int
    various: bool


@lru_cache(maxsize=16_384)
def brief(text: str, name: str | None) -> Brief:
    """Sum a word up: a tenth of what is remembered of it where headlines are compared."""
    read = reading(text, name)
    kind, key = read[0], read[6]
    grip = _grip(key, kind is NUMBER, ":" in key) if kind is PLAIN or kind is NUMBER else b""
    begins = 0
    for part in (*text.split(), *[grip for grip in read[7] if isinstance(grip, str) and len(grip) == _SHORT]):
        begins |= beginnings(part)
    various = bool(read[4]) and (name is not None or not have_one_name(read[4]))
    return Brief(WEIGHTS[kind], grip, mark(text, name, read), begins, various)


@lru_cache(maxsize=1024)
def torn_mark(text: str, marked: bytes) -> bytes:
    """Give the mark of a torn word: of two letters that are no other's root it meets only what begins so."""
    return nothing_else(marked) if len(text) == _SHORT and reading(text, None)[7] == (text,) else marked


@lru_cache(maxsize=16_384)
def beginnings(text: str) -> int:
    """Give the bits, in a sign, of the first two letters of a word, and of the first three: none of a single letter.

    Those of a word that is torn are among those of each word that begins so.
    """
    found = 0
    for size in range(_SHORT, min(len(text), _SHORT + 1) + 1):
        drawn = blake2b(text[:size].encode("utf-8", "surrogatepass"), digest_size=4).digest()
        found |= 1 << (WORD_BITS + NUMBER_BITS + int.from_bytes(drawn, "little") % BEGINNING_BITS)
    return found


def commonness(grips: list[bytes]) -> tuple[float, ...]:
    """Give how many of a million headlines hold each of the words of `grips`."""
    return _millions(len(grips)).unpack(b"".join(grips))


@cache
def _millions(words: int) -> Struct:
    return Struct(">" + "d5x" * words)


@cache
def _common() -> dict[str, int]:
    return {key: int(million) for key, million in rows("common_keys.tsv")}


def _grip(key: str, is_number: bool, is_name: bool) -> bytes:
    """Look a word up; one in no list is as common as its hash says, so that each two are in one order everywhere."""
    drawn = blake2b(key.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    spot = int.from_bytes(drawn, "little")
    million = _common().get(key) or _UNLISTED * (1 + spot % 1009) / 1010
    counts = is_number and not key.endswith(".")
    if counts:
        bit = WORD_BITS + spot % NUMBER_BITS
    else:
        bit = spot % NAME_BITS if is_name else NAME_BITS + spot % (WORD_BITS - NAME_BITS)
    return _GRIP.pack(million, drawn[:4], bit)
