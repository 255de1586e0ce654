"""Seeds and chance enter; bytes that resemble what a parser expects, and are not quite that, leave."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from bench.mutate import BIDI, DIGITS, KINDS, SIGNS

Rng = random.Random

TOKENS = (
    b"\x00",
    b"\xff\xfe",
    b"\xfe\xff",
    b"\xef\xbb\xbf",
    b"\x1f\x8b\x08",
    b"\xed\xa0\x80",
    b"\xc0\x80",
    b"\xf4\x90\x80\x80",
    b"null",
    b"true",
    b"{}",
    b"[]",
    b'""',
    b"-1",
    b"0",
    b"1e999",
    b"NaN",
    b"18446744073709551616",
    b"\\ud800",
    b"\\u0000",
    b'"schema_version":',
    b"2",
    b"99999999999999999999",
    b"\r\n",
    b"\n",
    b"\x1b[2J",
    b"--",
    b"-",
    b"=",
    b"*",
    b"?",
    b"/",
    b"..",
    b"~",
    b"\xd8\xa3\xd8\xae\xd8\xa8\xd8\xa7\xd8\xb1",
    b"\xd9\xa2\xd9\xa0\xd9\xa2\xd9\xa5",
    b"9999-12-31",
    b"0001-01-01",
)
"""Pieces on which parsers stumble."""


def mutate(data: bytes, rng: Rng, seeds: Sequence[bytes], most: int) -> bytes:
    """Change `data` some times; at most `most` bytes leave."""
    found = bytearray(data)
    for _ in range(1 + int(rng.expovariate(0.5))):
        found = bytearray(rng.choice(_CHANGES)(found, rng, seeds))[:most]
    return bytes(found)


def mutate_text(data: bytes, rng: Rng, seeds: Sequence[bytes], most: int) -> bytes:
    """Change a page as pages are changed (`bench.mutate`), or as any bytes are."""
    if rng.random() < 0.4:
        return mutate(data, rng, seeds, most)
    pool = [text for one in (data, rng.choice(seeds)) if (text := one.decode("utf-8", "ignore")).strip()]
    if not pool:
        return mutate(data, rng, seeds, most)
    return rng.choice(KINDS)(rng, pool).encode("utf-8", "ignore")[:most]


def _place(data: bytearray, rng: Rng) -> tuple[int, int]:
    one, two = sorted(rng.randrange(len(data) + 1) for _ in range(2))
    return one, min(two, one + 1 + int(rng.expovariate(0.05)))


def _flip(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    if data:
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
    return data


def _put_byte(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    at = rng.randrange(len(data) + 1)
    data[at : at + rng.randrange(2)] = bytes([rng.randrange(256)])
    return data


def _put_token(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    at, end = _place(data, rng)
    data[at : rng.choice((at, end))] = rng.choice(TOKENS)
    return data


def _put_sign(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    at = rng.randrange(len(data) + 1)
    data[at:at] = "".join(rng.choices(SIGNS + BIDI + DIGITS, k=rng.randint(1, 8))).encode()
    return data


def _drop(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    at, end = _place(data, rng)
    del data[at:end]
    return data


def _double(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    at, end = _place(data, rng)
    data[at:at] = data[at:end] * rng.choice((1, 1, 2, 30))
    return data


def _move(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    at, end = _place(data, rng)
    piece = data[at:end]
    del data[at:end]
    to = rng.randrange(len(data) + 1)
    data[to:to] = piece
    return data


def _cut(data: bytearray, rng: Rng, _: Sequence[bytes]) -> bytearray:
    return data[: rng.randrange(len(data) + 1)]


def _cross(data: bytearray, rng: Rng, seeds: Sequence[bytes]) -> bytearray:
    other = bytearray(rng.choice(seeds))
    at, end = _place(other, rng)
    to = rng.randrange(len(data) + 1)
    data[to:to] = other[at : max(end, rng.choice((end, len(other))))]
    return data


_CHANGES: tuple[Callable[[bytearray, Rng, Sequence[bytes]], bytearray], ...] = (
    _flip,
    _put_byte,
    _put_token,
    _put_sign,
    _drop,
    _double,
    _move,
    _cut,
    _cross,
)
