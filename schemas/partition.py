"""A key's bytes and a partition count in, the partition that every Kafka client puts that key in out."""

from __future__ import annotations

_MASK = 0xFFFFFFFF
_MIX = 0x5BD1E995
_SEED = 0x9747B28C


def partition_of(key: bytes, partitions: int) -> int:
    """Return the partition of `key` by Kafka's default rule, so that batches can be addressed as single keys would be.

    >>> partition_of(b"0123456789abcdef0123456789abcdef", 8)
    1
    """
    return (murmur2(key) & 0x7FFFFFFF) % partitions


def murmur2(data: bytes) -> int:
    """Hash `data` as Kafka's clients do: MurmurHash2, 32 bits, with their seed."""
    state = _SEED ^ len(data)
    whole = len(data) & ~3
    for start in range(0, whole, 4):
        word = (int.from_bytes(data[start : start + 4], "little") * _MIX) & _MASK
        word = ((word ^ (word >> 24)) * _MIX) & _MASK
        state = ((state * _MIX) & _MASK) ^ word
    if rest := data[whole:]:
        state = ((state ^ int.from_bytes(rest, "little")) * _MIX) & _MASK
    state = ((state ^ (state >> 13)) * _MIX) & _MASK
    return state ^ (state >> 15)
