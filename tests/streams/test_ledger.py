"""The ledger: sightings in, changed headlines and their table rows out, one each however often they were told."""

from __future__ import annotations

from schemas import Headline, Reason, Rejected, Settings, SightingBatch, StageName, decode, encode
from schemas.topics import REJECTED, SEEN, UNIQUE
from streams.boundary import Origin
from streams.ledger import Entry, Ledger
from streams.stages.dedupe import as_headline
from streams.state import unpack
from tests.streams.standins import CAPTURED
from tests.streams.test_dedupe import HEADLINE, sighting

SETTINGS = Settings(_env_file=None, max_message_bytes=65_536)


class Rows(dict[bytes, bytes]):
    """A table in a dictionary."""

    def ledger(self) -> Ledger:
        """Open the ledger over these rows."""
        return Ledger(SETTINGS, self.get, lambda: CAPTURED)

    def keep(self, entry: Entry) -> None:
        """Write an entry's rows, as the agent does once they are acknowledged."""
        for row in entry.rows:
            if row.value is None:
                del self[row.key]
            else:
                self[row.key] = row.value


def told(*sightings: object, partition: int = 3) -> tuple[int, Origin]:
    batch = SightingBatch.model_validate({"sightings": sightings})
    return partition, Origin(SEEN.name, None, encode(batch))


def test_a_batch_writes_one_row_and_one_headline() -> None:
    """Two messages about one headline become one headline, one row, in the partition they came from."""
    entry = Rows().ledger().enter([told(sighting(1)), told(sighting(2))])
    (letter,), (row,) = entry.letters, entry.rows
    assert (letter.topic, letter.key) == (UNIQUE.name, HEADLINE.encode())
    headline = decode(Headline, letter.value or b"")
    assert headline.article_count == 2
    assert row.partition == 3
    assert as_headline(unpack(row.value or b"")) == headline


def test_a_replay_writes_nothing() -> None:
    """What the table already knows is neither sent nor written again."""
    rows = Rows()
    rows.keep(rows.ledger().enter([told(sighting(1), sighting(2))]))
    entry = rows.ledger().enter([told(sighting(2)), told(sighting(1))])
    assert (entry.letters, entry.rows) == ([], [])


def test_the_last_retraction_forgets_the_row() -> None:
    """A headline that nothing carries any more is sent empty, and its row removed."""
    rows = Rows()
    rows.keep(rows.ledger().enter([told(sighting(1))]))
    entry = rows.ledger().enter([told(sighting(1, retracted=True))])
    assert decode(Headline, entry.letters[0].value or b"").sightings == ()
    assert [row.value for row in entry.rows] == [None]
    rows.keep(entry)
    assert rows == {}


def test_a_retraction_of_the_unknown_is_nothing() -> None:
    """Taking back what was never told sends nothing."""
    entry = Rows().ledger().enter([told(sighting(1, retracted=True))])
    assert (entry.letters, entry.rows) == ([], [])


def test_poison_costs_its_message_only() -> None:
    """Bytes that are no batch are rejected, the batches around them folded."""
    entry = (
        Rows()
        .ledger()
        .enter([(0, Origin(SEEN.name, None, b"")), told(sighting(1)), (0, Origin(SEEN.name, None, None))])
    )
    assert sorted(letter.topic for letter in entry.letters) == [REJECTED.name, UNIQUE.name]
    assert len(entry.rows) == 1


def test_a_row_that_cannot_be_read_is_told_of() -> None:
    """A damaged row stops its headline only; the reject carries its sightings, to be sent again."""
    rows = Rows({HEADLINE.encode(): b"damaged"})
    (letter,) = rows.ledger().enter([told(sighting(1))]).letters
    reject = decode(Rejected, letter.value or b"")
    assert (reject.stage, reject.reason, reject.topic) == (StageName.DEDUPE, Reason.STAGE_FAILED, SEEN.name)
    assert decode(SightingBatch, reject.payload or b"").sightings == (sighting(1),)


def test_a_headline_that_outgrows_its_row_is_told_of() -> None:
    """Past the size limit new sightings are rejected, not lost and not a reason to stop."""
    rows = Rows()
    entry = rows.ledger().enter([told(*(sighting(number) for number in range(900)))])
    (letter,) = entry.letters
    assert decode(Rejected, letter.value or b"").reason is Reason.MESSAGE_TOO_LARGE
    assert entry.rows == []
