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
from .stages.match import CROWDED, Band, meet
from .stages.match import entry as entry_of
from .stages.moments import ticks
from .stages.probes import begin_alike
from .state import pack_entries, told_times, unpack_entries

PAGE: Final = 8
"""Members in one row: a crowded band fills several, and a newcomer costs the writing of the last one alone."""

_NUMBERS: Final = tuple(bytes([number]) for number in range(256))


@dataclass(frozen=True)
class Matcher(Book):
    """Lets probers meet."""

    stage = StageName.MATCH

    def enter(self, arrivals: Iterable[tuple[int, Origin]]) -> Entry:
        """Take in the messages of a batch, each with its partition: rows for each band that changed."""
        entry = Entry()
        heaps: dict[tuple[int, bytes], list[Asker]] = {}
        askers: dict[str, Asker] = {}
        for partition, origin in arrivals:
            for probe in self._read(partition, origin, entry):
                asker = askers.get(probe.member)
                if asker is None or not asker.is_behind(probe):
                    asker = askers[probe.member] = Asker(probe)
                entry.received += len(probe.bands)
                for band in probe.bands:
                    heaps.setdefault((partition, band), []).append(asker)
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
        bound = ticks(since)
        for key, value in rows:
            is_quiet = all(told < bound for told in told_times(value))
            if is_quiet and self.known(partition, _key(key[:-1], key[-1] + 1)) is None:
                entry.rows.append(Row(partition, key, None))
        return entry

    def _read(self, partition: int, origin: Origin, entry: Entry) -> Sequence[Probe]:
        batch = self.read(ProbeBatch, origin, entry)
        if batch is None or not batch.probes:
            return ()
        self.hear(partition, max([probe.told_at for probe in batch.probes]))
        return batch.probes

    def _meet(self, partition: int, name: bytes, heap: Sequence[Asker], entry: Entry) -> list[Tied]:
        stored = self._pages(partition, name)  # outside: a partition that has gone is no fault of what is told
        if not stored and len(heap) == 1:
            entry.rows.append(Row(partition, _key(name, 0), heap[0].packed))
            entry.taken += 1
            return []
        try:
            before = tuple([one for page in stored for one in unpack_entries(page)])
            ties: list[Tied] = []
            after = before
            is_beginning = begin_alike(name)
            for asker in heap:
                since = asker.since(self) if after else None
                found, after = meet(asker.kind, asker.entry, after, since, begin_alike=is_beginning)
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


class Asker:
    """A prober, with what its bands need of it, made once for all of them."""

    def __init__(self, probe: Probe) -> None:
        self.probe = probe
        self.kind = probe.kind
        self.entry = entry_of(probe)
        self.packed = pack_entries((self.entry,))
        self._since: tuple[int | None] | None = None

    def is_behind(self, probe: Probe) -> bool:
        """Tell whether a probe is this prober's, of other bands: each partition is sent one of its own."""
        mine = self.probe
        return (
            probe.print == mine.print
            and probe.sign == mine.sign
            and probe.told_at == mine.told_at
            and probe.kind is mine.kind
        )

    def since(self, book: Book) -> int | None:
        """Give the moment from before which entries lapse when this one comes, if any do."""
        if self._since is None:
            bound = book.quiet_since(self.probe.told_at)
            self._since = (None if bound is None else ticks(bound),)
        return self._since[0]


def _again(band: bytes, heap: Sequence[Asker]) -> ProbeBatch:
    """Put probes that failed in one band into a message of their own, which a replay can send again."""
    return ProbeBatch(probes=tuple(asker.probe.model_copy(update={"bands": (band,)}) for asker in heap))


def _key(band: bytes, page: int) -> bytes:
    return band + _NUMBERS[page]


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
