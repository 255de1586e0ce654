"""Batches of probes enter; the ties they find leave, with the table rows that remember who asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from schemas import DecodeError, Probe, ProbeBatch, Reason, Settings, StageName, Tied, decode, encode
from schemas.topics import BANDS

from .boundary import Failure, Origin, rejected
from .ledger import Entry, Known, Row, quiet_since
from .mail import member_letters
from .stages.match import CROWDED, Band, match
from .state import pack_entries, unpack_entries
from .work import post

PAGE: Final = 64
"""Members in one row: a crowded band fills several, and a newcomer costs the writing of the last one alone."""


@dataclass(frozen=True)
class Matcher:
    """Lets probers meet, against the table that `known` reads."""

    settings: Settings
    known: Known
    now: Callable[[], datetime]
    latest: dict[int, datetime] = field(default_factory=dict)
    """By partition: the latest `told_at` that came."""

    def enter(self, arrivals: Iterable[tuple[int, Origin]]) -> Entry:
        """Take in the messages of a batch, each with its partition: rows for each band that changed."""
        entry = Entry()
        heaps: dict[tuple[int, bytes], list[Probe]] = {}
        for partition, origin in arrivals:
            for probe in self._read(origin, entry):
                self.latest[partition] = max(probe.told_at, self.latest.get(partition, probe.told_at))
                heaps.setdefault((partition, probe.band), []).append(probe)
        ties: list[Tied] = []
        for (partition, band), heap in heaps.items():
            ties += self._meet(partition, band, heap, entry)
        entry.letters += member_letters(ties, self.settings)
        return entry

    def sweep(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> Entry:
        """Forget the last pages of bands whose members were all last told of before the retention."""
        entry = Entry()
        since = quiet_since(self.settings, self.latest.get(partition), self.now())
        if since is None:
            return entry
        for key, value in rows:
            is_last = self.known(partition, _key(key[:-1], key[-1] + 1)) is None
            if is_last and all(one.told_at < since for one in unpack_entries(value)):
                entry.rows.append(Row(partition, key, None))
        return entry

    def _read(self, origin: Origin, entry: Entry) -> Sequence[Probe]:
        if origin.value is None:
            return ()
        try:
            return decode(ProbeBatch, origin.value).probes
        except DecodeError as error:
            self._reject(Failure(StageName.MATCH, error.reason, str(error)), origin, entry)
            return ()

    def _meet(self, partition: int, name: bytes, heap: Sequence[Probe], entry: Entry) -> list[Tied]:
        try:
            before = self._band(partition, name)
            ties: list[Tied] = []
            after = before
            for probe in heap:
                found, after = match(probe, after, quiet_since(self.settings, probe.told_at, self.now()))
                ties += found
            rows = list(_rows(partition, name, before, after))
        except Exception as error:  # noqa: BLE001 the boundary: a defect costs one band's batch, not the worker
            failure = Failure(StageName.MATCH, Reason.STAGE_FAILED, f"{type(error).__name__}: {error}")
            self._reject(failure, Origin(BANDS.name, None, encode(ProbeBatch(probes=tuple(heap)))), entry)
            return []
        entry.rows += rows
        return ties

    def _band(self, partition: int, name: bytes) -> Band:
        found: Band = ()
        for page in range(CROWDED // PAGE):
            row = self.known(partition, _key(name, page))
            if row is None:
                break
            found += unpack_entries(row)
        return found

    def _reject(self, failure: Failure, origin: Origin, entry: Entry) -> None:
        entry.letters.append(post(rejected(failure, origin, self.now()), self.settings))


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
