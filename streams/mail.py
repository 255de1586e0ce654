"""What members and bands are to be told enters; messages for their partitions leave, as few as fit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from zlib import crc32

from schemas import Guest, HeadlineSighting, MemberBatch, Probe, ProbeBatch, Settings, Story, Tied, encode
from schemas.partition import partition_of
from schemas.topics import BANDS, SEEN

from .letters import Letter

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
        heaps.setdefault(partition_of(addressee(telling).encode(), settings.partitions), []).append(telling)
    for partition, heap in sorted(heaps.items()):
        yield from _fitting_tellings(heap, partition, settings)


def probe_letters(probes: Iterable[Probe], settings: Settings) -> Iterator[Letter]:
    """Address `probes` to the partitions of their bands."""
    heaps: dict[int, list[Probe]] = {}
    for probe in probes:
        for partition, bands in _by_partition(probe.bands, settings).items():
            asked = Probe.trusted(**{**probe.__dict__, "bands": tuple(bands)})
            heaps.setdefault(partition, []).append(asked)
    for partition, heap in sorted(heaps.items()):
        for start in range(0, len(heap), TOGETHER):
            batch = ProbeBatch.trusted(probes=tuple(heap[start : start + TOGETHER]))
            yield Letter(BANDS.name, None, encode(batch), partition)


def partition_of_band(band: bytes, partitions: int) -> int:
    """Return the partition of `band`: no key of any message, so it need not follow Kafka's own slower rule."""
    return crc32(band) % partitions


def _by_partition(bands: Iterable[bytes], settings: Settings) -> dict[int, list[bytes]]:
    found: dict[int, list[bytes]] = {}
    for band in bands:
        found.setdefault(partition_of_band(band, settings.partitions), []).append(band)
    return found


def told(tellings: Sequence[Telling], partition: int | None = None) -> Letter:
    """Put `tellings` into one message; without `partition` it is for weighing only."""
    return Letter(SEEN.name, None, encode(as_batch(tellings)), partition)


def as_batch(tellings: Sequence[Telling]) -> MemberBatch:
    """Sort `tellings` by what they tell; the order within each sort is kept."""
    return MemberBatch.trusted(
        sightings=tuple(one for one in tellings if isinstance(one, HeadlineSighting)),
        stories=tuple(one for one in tellings if isinstance(one, Story)),
        tied=tuple(one for one in tellings if isinstance(one, Tied)),
        guests=tuple(one for one in tellings if isinstance(one, Guest)),
    )


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
