"""What members and bands are to be told enters; messages for their partitions leave, as few as fit."""

from __future__ import annotations

from binascii import b2a_base64
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final
from zlib import crc32

import orjson

from schemas import Guest, HeadlineSighting, MemberBatch, Probe, Settings, Story, Tied, encode
from schemas.letter import Letter
from schemas.message import SCHEMA_VERSION
from schemas.partition import partition_of
from schemas.topics import BANDS, SEEN

TOGETHER: Final = 100
"""Tellings in one message, at most: some 35 KB. Behind, a worker holds hundreds of messages in memory."""

Telling = HeadlineSighting | Story | Tied | Guest


def addressee(telling: Telling) -> str:
    """Name the member that `telling` is for."""
    if isinstance(telling, HeadlineSighting):
        return telling.headline_id
    if isinstance(telling, Story):
        return telling.article_id
    return telling.root if isinstance(telling, Guest) else telling.member


def member_letters(tellings: Iterable[Telling], settings: Settings) -> Iterator[Letter]:
    """Address `tellings` to the partitions of their members, in order within each."""
    heaps: dict[int, list[Telling]] = {}
    for telling in tellings:
        heaps.setdefault(_partition_of(addressee(telling), settings.partitions), []).append(telling)
    for partition, heap in sorted(heaps.items()):
        yield from _fitting_tellings(heap, partition, settings)


@lru_cache(maxsize=4_096)
def _partition_of(member: str, partitions: int) -> int:
    return partition_of(member.encode(), partitions)


def probe_letters(probes: Iterable[Probe], settings: Settings) -> Iterator[Letter]:
    """Address `probes` to the partitions of their bands.

    A probe goes to most partitions, so what it says in all of them is written once.
    """
    heaps: dict[int, list[Mapping[str, Any]]] = {}
    for probe in probes:
        said = {
            "kind": probe.kind,
            "member": probe.member,
            "print": _base64(probe.print),
            "sign": _base64(probe.sign),
            "told_at": probe.told_at,
        }
        for partition, bands in _by_partition(probe.bands, settings).items():
            heaps.setdefault(partition, []).append({"bands": bands, **said})
    for partition, heap in sorted(heaps.items()):
        for start in range(0, len(heap), TOGETHER):
            batch = {"probes": heap[start : start + TOGETHER]}
            yield Letter(BANDS.name, None, as_message(batch), partition)


def as_message(fields: Mapping[str, Any]) -> bytes:
    """Write a message's fields, known to be right, at once: as `encode` would a model, in a third of its time."""
    return orjson.dumps({"schema_version": SCHEMA_VERSION, **fields}, option=orjson.OPT_UTC_Z)


def _base64(data: bytes) -> str:
    return b2a_base64(data, newline=False).translate(_SAFE_IN_ADDRESSES).decode()


_SAFE_IN_ADDRESSES: Final = bytes.maketrans(b"+/", b"-_")
"""As `urlsafe_b64encode` writes it, in half its time."""


def partition_of_band(band: bytes, partitions: int) -> int:
    """Return the partition of `band`: no key of any message, so it need not follow Kafka's own slower rule."""
    return crc32(band) % partitions


def _by_partition(bands: Iterable[bytes], settings: Settings) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for band in bands:
        found.setdefault(partition_of_band(band, settings.partitions), []).append(_base64(band))
    return found


def told(tellings: Sequence[Telling], partition: int | None = None) -> Letter:
    """Put `tellings` into one message; without `partition` it is for weighing only."""
    return Letter(SEEN.name, None, encode(as_batch(tellings)), partition)


def as_batch(tellings: Sequence[Telling]) -> MemberBatch:
    """Sort `tellings` by what they tell; the order within each sort is kept."""
    sorts: dict[type[Telling], list[Telling]] = {HeadlineSighting: [], Story: [], Tied: [], Guest: []}
    for one in tellings:
        sorts[type(one)].append(one)
    sightings, stories, tied, guests = map(tuple, sorts.values())
    return MemberBatch.trusted(sightings=sightings, stories=stories, tied=tied, guests=guests)


def fits(letter: Letter, settings: Settings) -> bool:
    """Say whether every client and topic takes `letter`."""
    return len(letter.value or b"") + len(letter.key or b"") <= settings.max_message_bytes


def _fitting_tellings(heap: Sequence[Telling], partition: int, settings: Settings) -> Iterator[Letter]:
    letter = told(heap, partition)
    if len(heap) == 1 or (len(heap) <= TOGETHER and fits(letter, settings)):
        yield letter
        return
    middle = len(heap) // 2
    yield from _fitting_tellings(heap[:middle], partition, settings)
    yield from _fitting_tellings(heap[middle:], partition, settings)
