"""A headline enters; the bands leave under which its near-duplicates are found without comparing it to all others."""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache
from typing import Final

from .fold import headline_key
from .same_kinds import Kind
from .same_words import analyse

ROWS: Final = 2
BANDS: Final = 8
"""Two headlines that share the part `j` of their words share a band with probability `1 - (1 - j ** ROWS) ** BANDS`."""
CROWDED: Final = 50
"""Headlines in one band from which it is too common to say anything (`مقتل` and a number): readers may skip it.

On pairs that are the same, skipping such bands among 200,000 others loses half a percent of them.
"""
_VALUES: Final = struct.Struct(f"<{ROWS * BANDS}I")
_WIDTH: Final = _VALUES.size // BANDS
_NAMES: Final = tuple(bytes([band]) for band in range(BANDS))


def keys(headline: str) -> frozenset[str]:
    """Reduce a headline to what its words mean: names, numbers, meanings, roots; titles and fillers are left out.

    >>> keys("مصرع خمسة في انهيار منجم") == keys("وفاة 5 بانهيار منجم")
    True
    """
    read = analyse(headline_key(headline))
    words = read.words[:-1] if read.cut and len(read.words) > 1 else read.words
    found = frozenset(word.key for word in words if word.kind is Kind.PLAIN or word.kind is Kind.NUMBER)
    return found or frozenset({read.folded})


def bands(headline: str) -> tuple[bytes, ...]:
    """Give the bands of `headline`, each nine bytes: headlines that are the same share at least one (98 in 100).

    MinHash over `keys`: equal in every process and on every machine, so that a band can be a partition key.

    >>> set(bands("مصرع خمسة عمال في انهيار منجم")).isdisjoint(bands("وفاة 5 عمال بانهيار منجم"))
    False
    """
    values = [_values(key) for key in keys(headline)]
    least = _VALUES.pack(*(map(min, *values) if len(values) > 1 else values[0]))
    return tuple(name + least[at : at + _WIDTH] for at, name in zip(range(0, len(least), _WIDTH), _NAMES, strict=True))


@lru_cache(maxsize=131_072)
def _values(key: str) -> tuple[int, ...]:
    """Hash `key` once to the values of all the permutations; words recur, so most are looked up only."""
    return _VALUES.unpack(hashlib.shake_128(key.encode("utf-8", "surrogatepass")).digest(_VALUES.size))
