"""Batches of tellings enter; what the members have to say to it leaves, with the table rows that remember them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from schemas import HeadlineSighting, Kind, MemberBatch, Reason, Settings, StageName, Story, encode
from schemas.letter import Letter
from schemas.message import Message
from schemas.topics import NAMED, SEEN, UNIQUE, Topic

from .book import Book, Entry, Row
from .boundary import Origin
from .clusters import as_news, kind_of
from .mail import Telling, addressee, as_batch, as_message, fits, member_letters, probe_letters
from .members import changed_rows, is_page, no_rows, open_member, read_member, tally_of
from .rows import RowsError
from .stages.dedupe import Member, Saying, dedupe, document_fields, farewell, is_quiet, naming
from .stages.moments import ticks
from .stages.tally import Tally
from .state import was_heard

_Place = tuple[int, Kind, str]
"""A member: partition, kind and id."""


@dataclass(frozen=True)
class Ledger(Book):
    """Tells members what arrives for them."""

    stage = StageName.DEDUPE

    def enter(self, arrivals: Iterable[tuple[int, Origin]]) -> Entry:
        """Take in the messages of a batch, each with its partition: one row for each member that changed."""
        entry = Entry()
        heaps: dict[_Place, dict[int, list[Telling]]] = {}
        for step, (partition, origin) in enumerate(arrivals):
            for telling in self._read(partition, origin, entry):
                heap = heaps.setdefault((partition, kind_of(telling), addressee(telling)), {})
                heap.setdefault(step, []).append(telling)
        renew = _renewal(self.settings)
        sayings = [self._tell(place, list(heap.values()), renew, entry) for place, heap in heaps.items()]
        entry.letters += self._mail(sayings)
        return entry

    def sweep(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> Entry:
        """Forget the members among `rows` that had been quiet for the retention when the last telling came."""
        entry = Entry()
        since = self.quiet_since(self.latest.get(partition))
        if since is None:
            return entry
        bound = ticks(since)
        for key, value in rows:
            if is_page(key) or was_heard(value, bound):
                continue
            kept = read_member(value, partial(self.known, partition))
            if not is_quiet(kept.member, since, kept.tally):
                continue
            last = farewell(kept.member, self.now(), kept.tally)
            if last is not None:
                entry.letters.append(_letter(UNIQUE, kept.member.id, last, partition))
            entry.rows += (Row(partition, *change) for change in no_rows(kept))
        return entry

    def _read(self, partition: int, origin: Origin, entry: Entry) -> Sequence[Telling]:
        batch = self.read(MemberBatch, origin, entry)
        if batch is None:
            return ()
        told: tuple[HeadlineSighting | Story, ...] = (*batch.sightings, *batch.stories)
        if told:
            self.hear(partition, max([one.told_at for one in told]))
            entry.articles.update([one.article_id for one in told])
        tellings = (*told, *batch.tied, *batch.guests)
        entry.received += len(tellings)
        return tellings

    def _tell(self, place: _Place, steps: Sequence[Sequence[Telling]], renew: timedelta | None, entry: Entry) -> Saying:
        """Tell one member its news; add its document, its naming and its row to `entry`, and return all it says."""
        partition, kind, name = place
        number = sum(map(len, steps))
        try:
            kept = open_member(kind, name, partial(self.known, partition))
            after, saying = dedupe(map(as_news, steps), kept.member, renew)
            if kept.is_torn:
                kept = kept.mended()
                after, saying = dedupe(map(as_news, steps), kept.member, renew)
                saying.shows |= bool(after.carried)
            elif after is kept.member:
                entry.taken += number
                return saying
            tally = tally_of(kept, after)
            letters = list(_documents(after, saying, tally, partition))
            changed = changed_rows(kept, after, tally) if _is_worth_keeping(after) else no_rows(kept)
            rows = [Row(partition, *change) for change in changed]
        except RowsError:  # no fault of what is told: the batch is left to whoever can read them
            raise
        except Exception as error:  # noqa: BLE001 the boundary: a defect costs one member's batch, not the worker
            self.reject(Reason.STAGE_FAILED, f"{type(error).__name__}: {error}", _again(steps, name), entry, number)
            return Saying()
        if not (all(fits(letter, self.settings) for letter in letters) and all(map(self._holds, rows))):
            why = f"{kind} {name} has outgrown SADA_MAX_MESSAGE_BYTES={self.settings.max_message_bytes}"
            self.reject(Reason.MESSAGE_TOO_LARGE, why, _again(steps, name), entry, number)
            return Saying()
        entry.letters += letters
        entry.rows += rows
        entry.taken += number
        return saying

    def _holds(self, row: Row) -> bool:
        return len(row.value or b"") <= self.settings.max_message_bytes

    def _mail(self, sayings: Sequence[Saying]) -> Iterator[Letter]:
        yield from probe_letters((probe for saying in sayings for probe in saying.probes), self.settings)
        tellings: list[Telling] = []
        for saying in sayings:
            tellings += saying.tied
            tellings += saying.guests
        yield from member_letters(tellings, self.settings)


def _renewal(settings: Settings) -> timedelta | None:
    """A member still told of renews its place in its bands before that lapses."""
    days = settings.cluster_retention_days
    return timedelta(days=days / 2) if days else None


def _is_worth_keeping(member: Member) -> bool:
    """Keep whoever was ever told of, also when all of it is taken back: its bands still know it, and tie it to others.

    They do so once. Forgotten, it would ask them again when it comes back, and be told nothing.
    """
    return member.heard is not None or bool(member.sightings or member.ties or member.guests)


def _documents(member: Member, saying: Saying, tally: Tally | None, partition: int) -> Iterator[Letter]:
    """Address document and naming: topics are of one width, so their partition is the member's own."""
    if saying.shows:
        yield Letter(UNIQUE.name, member.id.encode(), as_message(document_fields(member, tally)), partition)
    if saying.names:
        yield _letter(NAMED, member.id, naming(member, saying.names), partition)


def _letter(topic: Topic, key: str, message: Message, partition: int) -> Letter:
    return Letter(topic.name, key.encode(), encode(message), partition)


def _again(steps: Sequence[Sequence[Telling]], name: str) -> Origin:
    """Put tellings that failed into a message of their own, which a replay can send again."""
    return Origin(SEEN.name, name.encode(), encode(as_batch([telling for step in steps for telling in step])))
