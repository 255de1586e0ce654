"""Batches of probes enter; the ties they find leave, with the table rows that remember who asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from schemas import Probe, ProbeBatch, Reason, StageName, Tied, encode
from schemas.topics import BANDS

from .book import Book, Entry, Row
from .boundary import Origin
from .mail import member_letters
from .stages.match import CROWDED, Band, match
from .state import pack_entries, unpack_entries

PAGE: Final = 8
"""Members in one row: a crowded band fills several, and a newcomer costs the writing of the last one alone."""


@dataclass(frozen=True)
class Matcher(Book):
    """Lets probers meet."""

    stage = StageName.MATCH

    def enter(self, arrivals: Iterable[tuple[int, Origin]]) -> Entry:
        """Take in the messages of a batch, each with its partition: rows for each band that changed."""
        entry = Entry()
        heaps: dict[tuple[int, bytes], list[Probe]] = {}
        for partition, origin in arrivals:
            for probe in self._read(origin, entry):
                self.hear(partition, probe.told_at)
                entry.received += len(probe.bands)
                for band in probe.bands:
                    heaps.setdefault((partition, band), []).append(probe)
        ties: list[Tied] = []
        for (partition, band), heap in heaps.items():
            ties += self._meet(partition, band, heap, entry)
        entry.letters += member_letters(ties, self.settings)
        return entry

    def sweep(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> Entry:
        """Forget the last pages of bands whose members were all last told of before the retention."""
        entry = Entry()
        since = self.quiet_since(self.latest.get(partition))
        if since is None:
            return entry
        for key, value in rows:
            is_last = self.known(partition, _key(key[:-1], key[-1] + 1)) is None
            if is_last and all(one.told_at < since for one in unpack_entries(value)):
                entry.rows.append(Row(partition, key, None))
        return entry

    def _read(self, origin: Origin, entry: Entry) -> Sequence[Probe]:
        batch = self.read(ProbeBatch, origin, entry)
        return () if batch is None else batch.probes

    def _meet(self, partition: int, name: bytes, heap: Sequence[Probe], entry: Entry) -> list[Tied]:
        stored = self._pages(partition, name)  # outside: a partition that has gone is no fault of what is told
        try:
            before = tuple(entry for page in stored for entry in unpack_entries(page))
            ties: list[Tied] = []
            after = before
            for probe in heap:
                found, after = match(probe, after, self.quiet_since(probe.told_at) if after else None)
                ties += found
            rows = list(_rows(partition, name, before, after))
        except Exception as error:  # noqa: BLE001 the boundary: a defect costs one band's batch, not the worker
            again = Origin(BANDS.name, None, encode(_again(name, heap)))
            self.reject(Reason.STAGE_FAILED, f"{type(error).__name__}: {error}", again, entry, len(heap))
            return []
        entry.rows += rows
        entry.taken += len(heap)
        return ties

    def _pages(self, partition: int, name: bytes) -> list[bytes]:
        found: list[bytes] = []
        for page in range(CROWDED // PAGE):
            row = self.known(partition, _key(name, page))
            if row is None:
                break
            found.append(row)
        return found


def _again(band: bytes, heap: Sequence[Probe]) -> ProbeBatch:
    """Put probes that failed in one band into a message of their own, which a replay can send again."""
    return ProbeBatch(probes=tuple(probe.model_copy(update={"bands": (band,)}) for probe in heap))


def _key(band: bytes, page: int) -> bytes:
    return band + bytes([page])


def _rows(partition: int, name: bytes, before: Band, after: Band) -> Iterator[Row]:
    """Write the pages in which `after` differs from `before`; pages that fell empty are forgotten."""
    for page in range(CROWDED // PAGE):
        part = slice(page * PAGE, (page + 1) * PAGE)
        if after[part]:
            if after[part] != before[part]:
                yield Row(partition, _key(name, page), pack_entries(after[part]))
        elif before[part]:
            yield Row(partition, _key(name, page), None)
        else:
            break
