"""A line of members and bands without a broker, for tests: partitions that are worked off in any order, and crashes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from schemas import Headline, MemberBatch, Naming, ProbeBatch, Settings, decode
from schemas.letter import Letter
from schemas.topics import BANDS, NAMED, SEEN, UNIQUE
from streams.book import Entry, Row
from streams.boundary import Origin
from streams.ledger import Ledger
from streams.mail import Telling, member_letters
from streams.matcher import Matcher

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Network:
    """Queues by topic and partition, the two tables, and what the index would hold."""

    settings: Settings
    chance: random.Random
    crashes: float = 0.0
    queues: dict[tuple[str, int], list[Letter]] = field(default_factory=dict)
    tables: dict[str, dict[tuple[int, bytes], bytes]] = field(default_factory=lambda: {SEEN.name: {}, BANDS.name: {}})
    headlines: dict[str, Headline] = field(default_factory=dict)
    names: dict[tuple[str, str], str] = field(default_factory=dict)

    def tell(self, tellings: Iterable[Telling]) -> None:
        """Put `tellings` on their way."""
        self.send(member_letters(tellings, self.settings))

    def send(self, letters: Iterable[Letter]) -> None:
        """Queue what goes to tables, and let the index read the rest at once."""
        for letter in letters:
            if letter.topic in self.tables:
                assert letter.partition is not None
                self.queues.setdefault((letter.topic, letter.partition), []).append(letter)
            else:
                self._index(letter)

    def run(self) -> None:
        """Work off queues in any order, in batches of any size, until all are empty."""
        while waiting := sorted(place for place, queue in self.queues.items() if queue):
            topic, partition = self.chance.choice(waiting)
            queue = self.queues[topic, partition]
            batch = queue[: self.chance.randint(1, 4)]
            entry = self._enter(topic, partition, batch)
            if self.chance.random() < self.crashes:  # after a part or all of the letters, before the rows
                self.send(entry.letters[: self.chance.randint(0, len(entry.letters))])
                continue
            self.send(entry.letters)
            crash = self.chance.random() < self.crashes  # while rows are written, in order, before the batch is done
            self._keep(topic, entry.rows[: self.chance.randint(0, len(entry.rows))] if crash else entry.rows)
            if not crash:
                del queue[: len(batch)]

    def _keep(self, topic: str, rows: Iterable[Row]) -> None:
        table = self.tables[topic]
        for row in rows:
            if row.value is None:
                table.pop((row.partition, row.key), None)
            else:
                table[row.partition, row.key] = row.value

    def _enter(self, topic: str, partition: int, batch: Sequence[Letter]) -> Entry:
        table = self.tables[topic]
        book = (Ledger if topic == SEEN.name else Matcher)(
            self.settings, lambda place, key: table.get((place, key)), lambda: NOW
        )
        return book.enter([(partition, Origin(topic, letter.key, letter.value)) for letter in batch])

    def _index(self, letter: Letter) -> None:
        assert letter.value is not None
        if letter.topic == UNIQUE.name:
            headline = decode(Headline, letter.value)
            self.headlines.pop(headline.headline_id, None)
            if headline.sightings:
                self.headlines[headline.headline_id] = headline
        else:
            assert letter.topic == NAMED.name, letter
            naming = decode(Naming, letter.value)
            self.names[naming.kind, naming.member] = naming.cluster


def told_members(letters: Iterable[Letter]) -> list[MemberBatch]:
    """Read the messages among `letters` that are for members."""
    return [decode(MemberBatch, letter.value or b"") for letter in letters if letter.topic == SEEN.name]


def asked_bands(letters: Iterable[Letter]) -> list[ProbeBatch]:
    """Read the messages among `letters` that are for bands."""
    return [decode(ProbeBatch, letter.value or b"") for letter in letters if letter.topic == BANDS.name]
