"""Work: the bytes of a message in, addressed messages out; nothing too large, nothing lost, nothing raised."""

from __future__ import annotations

import pytest

from schemas import (
    EnrichedArticle,
    HeadlineSighting,
    MemberBatch,
    ProbeBatch,
    Reason,
    Rejected,
    Settings,
    decode,
    encode,
)
from schemas.identity import digest
from schemas.letter import Letter
from schemas.partition import partition_of
from schemas.topics import ENRICHED, RAW, REJECTED, SEEN
from streams.boundary import Origin, load
from streams.mail import member_letters, probe_letters
from streams.stages.probes import headline_probe
from streams.wiring import chains
from streams.work import Parcel, Workshop
from tests.raws import CAPTURED, raw_article
from tests.streams.standins import STAND_INS

SETTINGS = Settings(_env_file=None, max_message_bytes=65_536, partitions=4)
CHAIN = chains("fused", STAND_INS)[0]
WORKSHOP = Workshop(SETTINGS, load(CHAIN), CHAIN.reads, CHAIN.writes, lambda: CAPTURED)


def opened(value: bytes | None, key: bytes | None = b"0" * 32) -> Parcel:
    parcel = Parcel()
    WORKSHOP.open(Origin(RAW.name, key, value), parcel)
    return parcel


def reject_in(letter: Letter) -> Rejected:
    assert letter.topic == REJECTED.name
    assert letter.value is not None
    return decode(Rejected, letter.value)


def test_a_page_leaves_under_its_own_key() -> None:
    """All that a page becomes is keyed by the page, so that it stays in order behind and before its tombstone."""
    page = raw_article("قمة الرياض\nمتن\n###\nخبر ثان\nمتن")
    parcel = opened(encode(page))
    assert [letter.key for letter in parcel.letters] == [page.article_id.encode()] * 2
    assert {letter.topic for letter in parcel.letters} == {ENRICHED.name}
    assert parcel.letters[0].value is not None
    assert decode(EnrichedArticle, parcel.letters[0].value).article_id == page.article_id


def test_a_tombstone_passes() -> None:
    """A null value goes on as a null value with its key."""
    assert opened(None, b"f" * 32).letters == [Letter(ENRICHED.name, b"f" * 32, None)]


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (b"", Reason.NOT_A_MESSAGE),
        (b"\xff\xfe no json", Reason.NOT_A_MESSAGE),
        (b"[1, 2]", Reason.WRONG_SCHEMA),
        (b'{"article_id": "x"}', Reason.WRONG_SCHEMA),
        (encode(raw_article("خبر").model_copy(update={"schema_version": 99})), Reason.UNSUPPORTED_VERSION),
    ],
)
def test_poison_becomes_a_reject_that_can_be_replayed(value: bytes, reason: Reason) -> None:
    """Bytes that are no article are rejected with why, where they came from, and themselves."""
    (letter,) = opened(value).letters
    reject = reject_in(letter)
    assert (reject.reason, reject.topic, reject.payload, reject.key) == (reason, RAW.name, value, "0" * 32)
    assert letter.key == reject.reject_id.encode()


def test_neither_key_nor_value_is_rejected() -> None:
    """A message that says nothing at all is told of, not passed on."""
    (letter,) = opened(None, None).letters
    assert reject_in(letter).reason is Reason.NOT_A_MESSAGE


def test_a_document_that_outgrows_the_limit_is_rejected_with_its_original() -> None:
    """What a stage swells past the limit is not sent; the original message, which still fits, is kept."""
    page = raw_article("عنوان\n!swell\n" + "س" * 3_000)
    (letter,) = opened(encode(page)).letters
    reject = reject_in(letter)
    assert (reject.reason, reject.article_id) == (Reason.MESSAGE_TOO_LARGE, page.article_id)
    assert reject.payload == encode(page)


def test_a_reject_too_large_to_carry_leaves_its_payload_behind() -> None:
    """A poison message near the limit is told of without its bytes, which base64 would swell past the limit."""
    (letter,) = opened(b"x" * 60_000).letters
    assert reject_in(letter).payload is None
    assert len(letter.value or b"") <= SETTINGS.max_message_bytes


def test_sightings_travel_to_the_partition_of_their_headline() -> None:
    """One message for each target partition, addressed as the key alone would have been."""
    page = raw_article("عنوان\n" + "\n".join(f"- خبر رقم {number}" for number in range(50)))
    letters = list(member_letters(opened(encode(page)).tellings, SETTINGS))
    assert len(letters) == len({letter.partition for letter in letters}) == SETTINGS.partitions
    told = {}
    for letter in letters:
        assert letter.topic == SEEN.name
        for one in decode(MemberBatch, letter.value or b"").sightings:
            assert partition_of(one.headline_id.encode(), SETTINGS.partitions) == letter.partition
            told[one.text] = one
    assert set(told) == {"عنوان"} | {f"خبر رقم {number}" for number in range(50)}


def test_many_sightings_are_cut_into_messages_that_fit() -> None:
    """No message of sightings passes the limit, none is lost."""
    page = raw_article("عنوان\n" + "\n".join(f"- {'خبر طويل ' * 20} {number}" for number in range(2_000)))
    big = Settings(_env_file=None, max_message_bytes=10_000_000)
    parcel = Parcel()
    Workshop(big, WORKSHOP.workers, CHAIN.reads, CHAIN.writes, WORKSHOP.now).open(
        Origin(RAW.name, None, encode(page)), parcel
    )
    letters = list(member_letters(parcel.tellings, SETTINGS))
    assert max(len(letter.value or b"") for letter in letters) <= SETTINGS.max_message_bytes
    assert sum(len(decode(MemberBatch, letter.value or b"").sightings) for letter in letters) == 2_001


def test_no_message_is_large_however_much_there_is_to_tell() -> None:
    """A worker that is behind holds hundreds of messages: even where far larger ones would fit, each is of some KB."""
    page = raw_article("عنوان\n" + "\n".join(f"- خبر عن قمة رقم {number}" for number in range(4_000)))
    parcel = Parcel()
    big = Settings(_env_file=None, partitions=1)
    Workshop(big, WORKSHOP.workers, CHAIN.reads, CHAIN.writes, WORKSHOP.now).open(
        Origin(RAW.name, None, encode(page)), parcel
    )
    sizes = [len(letter.value or b"") for letter in member_letters(parcel.tellings, big)]
    assert max(sizes) < 100_000
    asking = (headline_probe(one) for one in parcel.tellings if isinstance(one, HeadlineSighting))
    probes = [probe for probe in asking if probe is not None]
    assert len(probes) > 3_000
    asked = list(probe_letters(probes, big))
    assert max(len(letter.value or b"") for letter in asked) < 100_000
    assert sum(len(decode(ProbeBatch, letter.value or b"").probes) for letter in asked) == len(probes)


def test_a_sighting_that_fits_nowhere_is_left_out() -> None:
    """A headline longer than any message is no headline; the article itself goes on or is rejected."""
    page = raw_article("عنوان\n- " + "س" * 40_000)
    parcel = opened(encode(page))
    assert [one.headline_id for one in parcel.tellings] == [digest("headline", "عنوان")]
