"""The ledger: tellings in, what the members say and their table rows out, one each however often they were told."""

from __future__ import annotations

from datetime import timedelta

import orjson
import pytest

from schemas import (
    Headline,
    Kind,
    MemberBatch,
    Naming,
    Probe,
    ProbeBatch,
    Reason,
    Rejected,
    Settings,
    StageName,
    Tie,
    Tied,
    decode,
    encode,
)
from schemas.identity import digest
from schemas.letter import Letter
from schemas.topics import BANDS, NAMED, REJECTED, SEEN, UNIQUE
from streams.book import Entry
from streams.boundary import Origin
from streams.ledger import Ledger
from streams.mail import as_message, probe_letters
from streams.matcher import Matcher
from streams.rows import PartitionGoneError
from streams.stages.dedupe import Member, document, document_fields
from streams.stages.sightings import told as seen
from streams.state import row_key, unpack
from tests.raws import CAPTURED
from tests.streams.network import told_members
from tests.streams.test_headline import HEADLINE, sighting

SETTINGS = Settings(_env_file=None, max_message_bytes=65_536)


class Rows(dict[tuple[int, bytes], bytes]):
    """A table in a dictionary."""

    def ledger(self) -> Ledger:
        """Open the ledger over these rows."""
        return Ledger(SETTINGS, lambda partition, key: self.get((partition, key)), lambda: CAPTURED)

    def keep(self, entry: Entry) -> None:
        """Write an entry's rows, as the agent does once they are acknowledged."""
        for row in entry.rows:
            if row.value is None:
                del self[row.partition, row.key]
            else:
                self[row.partition, row.key] = row.value


def told(*sightings: object, partition: int = 3) -> tuple[int, Origin]:
    batch = MemberBatch.model_validate({"sightings": sightings})
    return partition, Origin(SEEN.name, None, encode(batch))


def on(topic: str, entry: Entry) -> list[Letter]:
    """Pick the letters of one topic."""
    return [letter for letter in entry.letters if letter.topic == topic]


def test_a_batch_writes_one_row_and_one_headline() -> None:
    """Two messages about one headline become one headline, one row, in the partition they came from."""
    entry = Rows().ledger().enter([told(sighting(1)), told(sighting(2))])
    (letter,), (row,) = on(UNIQUE.name, entry), entry.rows
    assert letter.key == HEADLINE.encode()
    headline = decode(Headline, letter.value or b"")
    assert headline.article_count == 2
    assert row.partition == 3
    assert document(unpack(row.value or b"")) == headline


def test_a_replay_writes_nothing() -> None:
    """What the table already knows is neither sent nor written again."""
    rows = Rows()
    rows.keep(rows.ledger().enter([told(sighting(1), sighting(2))]))
    entry = rows.ledger().enter([told(sighting(2)), told(sighting(1))])
    assert (entry.letters, entry.rows) == ([], [])


def test_the_last_retraction_empties_the_row() -> None:
    """A headline that nothing carries any more is sent empty; of its row remains when it was told of and has asked."""
    rows = Rows()
    rows.keep(rows.ledger().enter([told(sighting(1))]))
    entry = rows.ledger().enter([told(sighting(1, retracted=True))])
    (letter,) = on(UNIQUE.name, entry)
    assert decode(Headline, letter.value or b"").sightings == ()
    (row,) = entry.rows
    left = unpack(row.value or b"")
    assert (dict(left.sightings), left.ties, left.guests) == ({}, {}, {})
    assert left.heard is not None
    assert left.heard == left.probed


def test_who_comes_back_is_still_tied() -> None:
    """Taken back before its like came, it is tied in its absence; when it comes back it belongs to that cluster."""
    rows, root = Rows(), "0" * 32
    for news in (told(sighting(1)), told(sighting(1, retracted=True)), tied(root)):
        rows.keep(rows.ledger().enter([news]))
    keeper = rows.ledger()
    keeper.hear(3, sighting(1).told_at)
    assert keeper.sweep(3, [(key, value) for (_, key), value in rows.items()]).rows == [], "it was told of lately"
    entry = rows.ledger().enter([told(sighting(2))])
    assert on(BANDS.name, entry) == [], "its bands would tell it nothing: they know it"
    guests = [guest for batch in told_members(entry.letters) for guest in batch.guests]
    assert [(guest.root, guest.sightings) for guest in guests] == [(root, (sighting(2),))]


def test_a_retraction_of_the_unknown_shows_nothing() -> None:
    """Taking back what was never told changes no document; that it was spoken of is known, whatever came first."""
    entry = Rows().ledger().enter([told(sighting(1, retracted=True))])
    assert on(UNIQUE.name, entry) == []
    assert on(BANDS.name, entry)


def test_a_new_headline_asks_its_bands_once() -> None:
    """The first telling probes, later ones do not, until half the retention has passed."""
    rows = Rows()
    first = rows.ledger().enter([told(sighting(1))])
    rows.keep(first)
    assert on(BANDS.name, first)
    assert on(BANDS.name, rows.ledger().enter([told(sighting(2))])) == []
    late = SETTINGS.cluster_retention_days * 24 * 3600
    assert on(BANDS.name, rows.ledger().enter([told(sighting(3, read=late))]))


def tied(root: str) -> tuple[int, Origin]:
    """Tell of a tie to a member that belongs to `root`."""
    tie = Tied(kind=Kind.HEADLINE, member=HEADLINE, other="f" * 32, tie=Tie.SAME, root=root)
    return 3, Origin(SEEN.name, None, encode(MemberBatch(tied=(tie,))))


def test_a_member_brings_its_sightings_to_its_root() -> None:
    """Tied to a cluster of a lesser id, it takes its document back, names its articles and moves in as a guest."""
    rows, root = Rows(), "0" * 32
    rows.keep(rows.ledger().enter([told(sighting(1))]))
    entry = rows.ledger().enter([tied(root)])
    (headline,), (naming,), (batch,) = on(UNIQUE.name, entry), on(NAMED.name, entry), told_members(entry.letters)
    assert decode(Headline, headline.value or b"").sightings == ()
    named = decode(Naming, naming.value or b"")
    assert (named.member, named.cluster, named.articles) == (HEADLINE, root, (sighting(1).article_id,))
    (guest,) = batch.guests
    assert (guest.root, guest.member, guest.sightings) == (root, HEADLINE, (sighting(1),))
    assert batch.tied == ()  # the other told of that root itself


def test_the_batches_leave_no_trace_in_what_is_said() -> None:
    """News in two batches or in one: the old root is taken leave of either way, for it may have been told before."""
    rows, first, second = Rows(), "0" * 32, "0" * 31 + "1"
    rows.keep(rows.ledger().enter([told(sighting(1))]))
    once = told_members(rows.ledger().enter([tied(second), tied(first)]).letters)
    told_guests = [(guest.root, guest.gone) for batch in once for guest in batch.guests]
    assert sorted(told_guests) == [(first, False), (second, False), (second, True)]


def test_a_quiet_headline_is_closed() -> None:
    """Past the retention the row is forgotten and the document closed; one that was heard of lately stays."""
    rows, other, later = Rows(), digest("headline", "2"), CAPTURED + timedelta(days=400)
    rows.keep(rows.ledger().enter([told(sighting(1))]))
    ((_, key), value), *_ = rows.items()
    late = sighting(2, read=400 * 24 * 3600, headline_id=other)

    fresh = rows.ledger()
    assert fresh.sweep(3, [(key, value)]).rows == []
    fresh.enter([told(late)])
    assert fresh.sweep(3, [(key, value)]).rows == [], "a telling from the future makes nothing lapse"

    then = Ledger(SETTINGS, lambda partition, key: None, lambda: later)
    assert then.sweep(3, [(key, value)]).rows == [], "nothing lapses while nothing is told"
    then.enter([told(late)])
    entry = then.sweep(3, [(key, value)])
    (letter,) = on(UNIQUE.name, entry)
    closed = decode(Headline, letter.value or b"")
    assert (closed.headline_id, closed.article_count, closed.closed_at) == (HEADLINE, 1, later)
    assert [(row.key, row.value) for row in entry.rows] == [(key, None)]


def test_poison_costs_its_message_only() -> None:
    """Bytes that are no batch are rejected, the batches around them folded."""
    entry = (
        Rows()
        .ledger()
        .enter([(0, Origin(SEEN.name, None, b"")), told(sighting(1)), (0, Origin(SEEN.name, None, None))])
    )
    assert len(on(REJECTED.name, entry)) == len(on(UNIQUE.name, entry)) == 1
    assert len(entry.rows) == 1


def test_a_row_that_cannot_be_read_is_told_of() -> None:
    """A damaged row stops its headline only; the reject carries its sightings, to be sent again."""
    rows = Rows({(3, row_key(Kind.HEADLINE, HEADLINE)): b"damaged"})
    (letter,) = rows.ledger().enter([told(sighting(1))]).letters
    reject = decode(Rejected, letter.value or b"")
    assert (reject.stage, reject.reason, reject.topic) == (StageName.DEDUPE, Reason.STAGE_FAILED, SEEN.name)
    assert decode(MemberBatch, reject.payload or b"").sightings == (sighting(1),)


def test_a_partition_that_has_gone_is_no_reject() -> None:
    """When rows can no longer be read because another worker has them, the batch is left to it, and nothing is told."""

    def gone(partition: int, key: bytes) -> bytes | None:
        raise PartitionGoneError(f"partition {partition}")

    with pytest.raises(PartitionGoneError):
        Ledger(SETTINGS, gone, lambda: CAPTURED).enter([told(sighting(1))])
    probe = Probe(kind=Kind.HEADLINE, bands=(b"h",), member=HEADLINE, print=b"x", told_at=CAPTURED)
    with pytest.raises(PartitionGoneError):
        Matcher(SETTINGS, gone, lambda: CAPTURED).enter(
            [(0, Origin(BANDS.name, None, encode(ProbeBatch(probes=(probe,)))))]
        )


def test_a_headline_that_outgrows_its_row_is_told_of() -> None:
    """Past the size limit new wordings are rejected, not lost and not a reason to stop."""
    rows = Rows()
    entry = rows.ledger().enter([told(*(sighting(number, f"خبر {number} " * 40) for number in range(300)))])
    (letter,) = on(REJECTED.name, entry)
    assert decode(Rejected, letter.value or b"").reason is Reason.MESSAGE_TOO_LARGE
    assert entry.rows == []


def test_what_is_written_at_once_is_what_the_models_would_write() -> None:
    """Documents and probes are written without their models, field for field as these are."""
    member = Member(Kind.HEADLINE, HEADLINE, seen([sighting(1), sighting(2, "قمة الرياض", minute=3)], {}))
    assert orjson.loads(as_message(document_fields(member))) == orjson.loads(encode(document(member)))
    probe = Probe(
        kind=Kind.STORY, bands=(b"s\xff\xfe",), member=HEADLINE, print=b"\xfb\xff>?", sign=b"\x00", told_at=CAPTURED
    )
    (letter,) = probe_letters([probe], SETTINGS)
    assert orjson.loads(letter.value or b"") == orjson.loads(encode(ProbeBatch(probes=(probe,))))
