"""Batches of tellings enter; what the members have to say to it leaves, with the table rows that remember them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from schemas import HeadlineSighting, Kind, MemberBatch, Reason, Settings, StageName, Story, encode
from schemas.message import Message
from schemas.topics import NAMED, SEEN, UNIQUE, Topic

from .book import Book, Entry, Row
from .boundary import Origin
from .clusters import as_news, kind_of
from .letters import Letter
from .mail import Telling, addressee, as_batch, fits, member_letters, probe_letters
from .stages.dedupe import Member, Word, dedupe, document, farewell, is_quiet, naming
from .state import pack, row_key, unpack

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
            for telling in self._read(origin, entry):
                entry.received += 1
                if isinstance(telling, HeadlineSighting | Story):
                    self.hear(partition, telling.told_at)
                    entry.articles.add(telling.article_id)
                heap = heaps.setdefault((partition, kind_of(telling), addressee(telling)), {})
                heap.setdefault(step, []).append(telling)
        words = [self._tell(place, list(heap.values()), entry) for place, heap in heaps.items()]
        entry.letters += self._mail(words)
        return entry

    def sweep(self, partition: int, rows: Iterable[tuple[bytes, bytes]]) -> Entry:
        """Forget the members among `rows` that had been quiet for the retention when the last telling came."""
        entry = Entry()
        since = self.quiet_since(self.latest.get(partition))
        if since is None:
            return entry
        for key, value in rows:
            member = unpack(value)
            if not is_quiet(member, since):
                continue
            last = farewell(member, self.now())
            if last is not None:
                entry.letters.append(_letter(UNIQUE, member.id, last, partition))
            entry.rows.append(Row(partition, key, None))
        return entry

    def _read(self, origin: Origin, entry: Entry) -> Sequence[Telling]:
        batch = self.read(MemberBatch, origin, entry)
        return () if batch is None else (*batch.sightings, *batch.stories, *batch.tied, *batch.guests)

    def _tell(self, place: _Place, steps: Sequence[Sequence[Telling]], entry: Entry) -> Word:
        """Tell one member its news; add its document, its naming and its row to `entry`, and return all it says."""
        partition, kind, name = place
        key, number = row_key(kind, name), sum(map(len, steps))
        stored = self.known(partition, key)  # outside: a partition that has gone is no fault of what is told
        try:
            before = Member(kind, name) if stored is None else unpack(stored)
            after, word = dedupe(map(as_news, steps), before, _renewal(self.settings))
            if after is before:
                entry.taken += number
                return word
            letters = list(_documents(after, word, partition))
            row = Row(partition, key, pack(after) if _is_worth_keeping(after) else None)
        except Exception as error:  # noqa: BLE001 the boundary: a defect costs one member's batch, not the worker
            self.reject(Reason.STAGE_FAILED, f"{type(error).__name__}: {error}", _again(steps, name), entry, number)
            return Word()
        if not all(fits(letter, self.settings) for letter in letters) or not self._holds(row):
            why = f"{kind} {name} has outgrown SADA_MAX_MESSAGE_BYTES={self.settings.max_message_bytes}"
            self.reject(Reason.MESSAGE_TOO_LARGE, why, _again(steps, name), entry, number)
            return Word()
        entry.letters += letters
        entry.rows.append(row)
        entry.taken += number
        return word

    def _holds(self, row: Row) -> bool:
        return len(row.value or b"") <= self.settings.max_message_bytes

    def _mail(self, words: Sequence[Word]) -> Iterator[Letter]:
        yield from probe_letters((probe for word in words for probe in word.probes), self.settings)
        tellings: list[Telling] = []
        for word in words:
            tellings += word.tied
            tellings += word.guests
        yield from member_letters(tellings, self.settings)


def _renewal(settings: Settings) -> timedelta | None:
    """A member still told of renews its place in its bands before that lapses."""
    days = settings.cluster_retention_days
    return timedelta(days=days / 2) if days else None


def _is_worth_keeping(member: Member) -> bool:
    return member.kind is Kind.STORY or bool(member.sightings or member.ties or member.guests)


def _documents(member: Member, word: Word, partition: int) -> Iterator[Letter]:
    """Address document and naming: topics are of one width, so their partition is the member's own."""
    if word.shows:
        yield _letter(UNIQUE, member.id, document(member), partition)
    if word.names:
        yield _letter(NAMED, member.id, naming(member, word.names), partition)


def _letter(topic: Topic, key: str, message: Message, partition: int) -> Letter:
    return Letter(topic.name, key.encode(), encode(message), partition)


def _again(steps: Sequence[Sequence[Telling]], name: str) -> Origin:
    """Put tellings that failed into a message of their own, which a replay can send again."""
    return Origin(SEEN.name, name.encode(), encode(as_batch([telling for step in steps for telling in step])))
