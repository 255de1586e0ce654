"""Headlines held back: what is written when, and that nothing is given free that is not written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import Headline
from schemas.indices import HEADLINES
from schemas.settings import Settings
from schemas.topics import UNIQUE
from sinks.actions import Arrival
from sinks.holding import HOLD_SECONDS, MOST_BYTES, Holding
from sinks.rush import MESSAGES, SECONDS, Rush
from tests.sinks.line import committed, documents, running, send, settled, wait_until
from tests.sinks.messages import NOON, arrival, article, headline, ident, tombstone


def told(text: str, carriers: int, offset: int) -> Arrival:
    """Make a message about a headline with so many carriers."""
    return arrival(headline(text, [f"c{number}" for number in range(carriers)]), offset)


def closed(text: str, offset: int) -> Arrival:
    """Make the message that closes a headline."""
    ended: Headline = headline(text, ["c0"]).model_copy(update={"closed_at": NOON + timedelta(days=40)})
    return arrival(ended, offset)


def test_first_word_on_a_headline_is_written_at_once() -> None:
    """Busy or not, what the index does not have waits for nothing; nor does anything but a headline."""
    holding = Holding()
    batch = [arrival(article("a"), 3), told("خبر", 1, 0), told("ثان", 1, 1)]
    assert holding.sift(batch, 0.0, busy=True) == batch
    assert holding.reach(batch) == {0: 2}
    assert holding.settle(batch) == 2


def test_later_words_wait_on_a_busy_line_and_the_last_is_written() -> None:
    """Of four messages within the time one is written, once that is over; then all their offsets are free."""
    holding = Holding()
    holding.settle(holding.sift([told("خبر", 1, 0)], 0.0, busy=True))
    for offset in range(1, 5):
        assert holding.sift([told("خبر", offset + 1, offset)], 1.0, busy=True) == []
    assert len(holding) == 1
    assert holding.sift([], HOLD_SECONDS - 0.1, busy=True) == []
    due = holding.sift([], HOLD_SECONDS, busy=True)
    assert due == [told("خبر", 5, 4)]
    assert holding.reach(due) == {0: 5}
    assert holding.settle(due) == 4


def test_nothing_waits_once_the_line_is_quiet() -> None:
    """What was held goes out with the next look."""
    holding = Holding()
    holding.settle(holding.sift([told("خبر", 1, 0)], 0.0, busy=True))
    assert holding.sift([told("خبر", 2, 1)], 0.1, busy=True) == []
    assert holding.sift([], 0.2, busy=False) == [told("خبر", 2, 1)]
    assert holding.sift([told("خبر", 3, 2)], 0.3, busy=False) == [told("خبر", 3, 2)]


def test_in_one_batch_only_the_last_word_is_written() -> None:
    """Also the first time, and a deletion is a word as well."""
    holding = Holding()
    gone = Arrival(UNIQUE.name, 0, 2, ident("خبر").encode(), None)
    assert holding.sift([told("خبر", 1, 0), told("خبر", 2, 1), gone], 0.0, busy=False) == [gone]
    assert holding.settle([gone]) == 3


def test_offsets_stay_behind_what_is_held() -> None:
    """Later messages that are written give nothing free as long as an earlier one waits."""
    holding = Holding()
    first = holding.sift([told("خبر", 1, 0)], 0.0, busy=True)
    assert (holding.reach(first), holding.settle(first)) == ({0: 1}, 1)
    (due,) = holding.sift([told("خبر", 2, 1), told("آخر", 1, 2)], 1.0, busy=True)
    assert (holding.reach([due]), holding.settle([due])) == ({0: 1}, 1)


def test_closed_headline_is_neither_held_nor_passed_over() -> None:
    """It is kept under an id of its own, and what begins anew comes after it."""
    holding = Holding()
    holding.settle(holding.sift([told("خبر", 1, 0)], 0.0, busy=True))
    holding.sift([told("خبر", 2, 1)], 0.0, busy=True)
    batch = [closed("خبر", 2), told("خبر", 1, 3)]
    assert holding.sift(batch, 1.0, busy=True) == [told("خبر", 2, 1), batch[0]]
    assert holding.sift([], 2.0, busy=False) == [batch[1]]


def test_message_without_a_key_is_never_passed_over() -> None:
    """Nothing tells what it would be the last word on."""
    holding = Holding()
    bare = [Arrival(UNIQUE.name, 0, offset, None, b'{"closed_at":null}') for offset in range(3)]
    assert holding.sift(bare, 0.0, busy=True) == bare
    assert (holding.reach(bare), holding.settle(bare)) == ({0: 3}, 3)


def test_room_is_bounded() -> None:
    """When too many bytes wait, those written longest ago go out before their time."""
    holding = Holding()
    value = b'{"closed_at":null}' + b" " * (MOST_BYTES // 10)
    words = [Arrival(UNIQUE.name, 0, number, b"%d" % (number % 12), value) for number in range(24)]
    holding.settle(holding.sift(words[:12], 0.0, busy=True))
    assert [one.key for one in holding.sift(words[12:], 1.0, busy=True)] == [b"0", b"1", b"2"]


def test_partitions_dealt_anew_are_forgotten() -> None:
    """What was held comes again from the last commit, to whoever reads it then."""
    holding = Holding()
    holding.settle(holding.sift([told("خبر", 1, 0)], 0.0, busy=True))
    holding.sift([told("خبر", 2, 1)], 1.0, busy=True)
    holding.clear()
    assert holding.sift([], 9.0, busy=False) == []


KEYS = (b"a", b"b", b"c", None)
Step = tuple[list[tuple[int, bytes | None, bool]], float, bool, bool]


@given(
    st.lists(
        st.tuples(
            st.lists(st.tuples(st.integers(0, 1), st.sampled_from(KEYS), st.booleans()), max_size=6),
            st.sampled_from([0.0, 1.0, HOLD_SECONDS]),
            st.booleans(),
            st.booleans(),
        ),
        max_size=12,
    )
)
def test_every_last_word_is_written_and_every_offset_free_is_done(steps: list[Step]) -> None:
    """Whatever comes when, and wherever a batch is committed in parts: free offsets are written or overtaken."""
    holding, now = Holding(), 0.0
    read: dict[int, list[Arrival]] = {0: [], 1: []}
    written: list[Arrival] = []
    free = {0: 0, 1: 0}
    for news, seconds, busy, whole in [*steps, ([], 0.0, False, True)]:
        batch = []
        for partition, key, ends in news:
            value = b"{}" if ends else b'{"closed_at":null}'
            batch.append(Arrival(UNIQUE.name, partition, len(read[partition]), key, value))
            read[partition].append(batch[-1])
        now += seconds
        due = holding.sift(batch, now, busy=busy)
        for part in [due] if whole else [[one] for one in due]:
            written += part
            reach = holding.reach(part)
            assert all(free[partition] <= offset for partition, offset in reach.items())
            free |= reach
            holding.settle(part)
            check(read, written, free)
    assert free == {partition: len(words) for partition, words in read.items()}


def check(read: dict[int, list[Arrival]], written: list[Arrival], free: dict[int, int]) -> None:
    """See that all that is free was written, or is overtaken by a later word that was; and that order held."""
    for partition, offset in free.items():
        for one in read[partition][:offset]:
            after = [two for two in written if two.partition == partition and two.key == one.key]
            assert [two.offset for two in after] == sorted({two.offset for two in after})
            if one.key is None or one.value == b"{}":
                assert one in after
            else:
                assert any(two.offset >= one.offset for two in after)


def test_a_line_is_busy_while_much_comes() -> None:
    """So many messages in so short a time; soon after the last it is quiet."""
    rush = Rush()
    rush.take(MESSAGES - 1, 0.0)
    assert not rush.is_on(0.0)
    rush.take(1, 0.1)
    assert rush.is_on(0.2)
    assert not rush.is_on(SECONDS + 0.1)


@pytest.mark.servers
def test_hot_headlines_end_as_they_were_last_told(line: Settings, log: Path) -> None:
    """Hundreds of words on few headlines, a kill and a stop among them: all is committed, the last word holds."""
    story = [told(f"خبر {number % 7}", number // 7 + 1, 0) for number in range(700)]
    story += [tombstone(UNIQUE.name, ident("خبر 3"))]
    with running(line, log) as first:
        send(line, story[:300])
        wait_until(lambda: committed(line) > 0)
        first.kill()
    with running(line, log) as second:
        send(line, story[300:500])
        wait_until(lambda: log.read_text().count("sink_ready") == 2)
        assert second.stop() == 0
    with running(line, log):
        send(line, story[500:])
        settled(line, 701)
    counts = {one["text"]: one["article_count"] for one in documents(line, HEADLINES).values()}
    assert counts == {f"خبر {number}": 100 for number in range(7) if number != 3}
