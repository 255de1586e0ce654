"""What becomes of the index, on an index and a post office made of dictionaries and lists."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import MemberBatch, Reason, decode
from schemas.letter import Letter
from schemas.partition import partition_of
from schemas.topics import ENRICHED, REJECTED, UNIQUE
from sinks.actions import Arrival
from sinks.faults import Abandoned, Unavailable, Unfit
from sinks.patience import Patience
from tests.sinks.messages import (
    NOON,
    arrival,
    article,
    embedded,
    headline,
    ident,
    naming,
    reject,
    related,
    tombstone,
)
from tests.sinks.world import Crash, World

PAGE = article("a", embedded_ids=(ident("e"), ident("f")))
CHILDREN = (embedded("e", "a", title="ملحق أول"), embedded("f", "a", title="ملحق ثان", related_headlines=()))
GONE = tombstone(ENRICHED.name, ident("a"))


def test_tombstone_removes_the_article_and_what_it_embeds() -> None:
    """The page's article and its embedded ones go, others stay."""
    world = World()
    world.settle(*map(arrival, [PAGE, *CHILDREN, article("b")]))
    world.settle(GONE)
    assert set(world.index) == {ident("b")}


def test_tombstone_retracts_every_headline_of_the_article() -> None:
    """Titles and related headlines of the article and its embedded ones are taken back, each where it was sent."""
    world = World()
    world.settle(*map(arrival, [PAGE, *CHILDREN]), GONE)
    linked = ident("افتتاح محطة رياح جديدة")
    assert world.retracted() == {
        (ident("قمة الطاقة في الجزائر"), ident("a"), "title"),
        (linked, ident("a"), "related"),
        (ident("ملحق أول"), ident("e"), "title"),
        (linked, ident("e"), "related"),
        (ident("ملحق ثان"), ident("f"), "title"),
    }
    for letter in world.letters:
        told = decode(MemberBatch, letter.value).sightings
        assert {partition_of(one.headline_id.encode(), 8) for one in told} == {letter.partition}
        assert all(one.retracted and one.captured_at == NOON for one in told)


def test_tombstone_of_an_unknown_article_does_nothing() -> None:
    """A repeated tombstone finds nothing to take back."""
    world = World()
    world.settle(GONE)
    assert (world.index, world.letters) == ({}, [])


def test_tombstone_survives_a_crash_at_any_point() -> None:
    """Killed after any write and run again, the tombstone ends in the same index with all headlines retracted."""
    calm = World()
    calm.settle(*map(arrival, [PAGE, *CHILDREN]), GONE)
    for fuse in range(4):
        world = World()
        world.settle(*map(arrival, [PAGE, *CHILDREN]))
        world.fuse = fuse
        with pytest.raises(Crash):
            world.settle(GONE)
        world.fuse = -1
        world.settle(GONE)
        assert world.index == {}
        assert world.retracted() == calm.retracted()


def test_embedded_article_that_the_page_lost_is_deleted() -> None:
    """A page read again by other rules leaves no orphan behind."""
    world = World()
    world.settle(*map(arrival, [PAGE, *CHILDREN]))
    world.settle(*map(arrival, [article("a", embedded_ids=(ident("f"),), rules_version="2"), CHILDREN[1]]))
    assert set(world.index) == {ident("a"), ident("f")}
    linked = ident("افتتاح محطة رياح جديدة")
    assert world.retracted() == {(ident("ملحق أول"), ident("e"), "title"), (linked, ident("e"), "related")}


@pytest.mark.parametrize("fuse", range(6))
def test_lost_embedded_article_goes_even_after_a_crash(fuse: int) -> None:
    """Killed half-way, the next try still knows what the page once embedded."""
    world = World()
    world.settle(*map(arrival, [PAGE, *CHILDREN]))
    again = [*map(arrival, [article("a", embedded_ids=(ident("g"),)), embedded("g", "a")])]
    world.fuse = fuse
    if fuse < 5:
        with pytest.raises(Crash):
            world.settle(*again)
    world.fuse = -1
    world.settle(*again)
    assert set(world.index) == {ident("a"), ident("g")}
    assert {article for _, article, _ in world.retracted()} == {ident("e"), ident("f")}


def test_refused_document_is_rejected_with_its_message() -> None:
    """One bad document among good ones becomes a reject that can be sent again."""
    world = World()
    bad = arrival(article("bad", facts={"published": "2025-02-31"}))
    world.settle(arrival(article("a")), bad, arrival(article("b")))
    (rejected,) = world.rejects()
    assert set(world.index) == {ident("a"), ident("b")}
    assert (rejected.reason, rejected.topic, rejected.payload) == (Reason.REFUSED_BY_INDEX, ENRICHED.name, bad.value)
    assert rejected.article_id == ident("bad")
    assert "FEBRUARY 31" in rejected.message


def test_refused_reject_is_stored_reduced_and_makes_no_other() -> None:
    """A reject that the index refuses does not go round for ever."""
    world = World()
    world.settle(arrival(reject("r", path="2025-02-31")))
    assert world.index[ident("r")]["reduced"] is True
    assert world.letters == []


def test_reject_too_large_for_its_topic_goes_without_payload() -> None:
    """The broker's limit loses the payload, not the news."""

    class Narrow(World):
        def deliver(self, letters: Sequence[Letter]) -> None:
            if any(len(letter.value) > 600 for letter in letters):
                raise Unfit("10 MB")
            super().deliver(letters)

    world = Narrow()
    world.settle(Arrival(ENRICHED.name, 0, 0, b"k", b"x" * 600))
    (rejected,) = world.rejects()
    assert rejected.payload is None


def test_reads_and_sends_are_waited_out() -> None:
    """A read or a send that fails for now is done again."""

    class Shaky(World):
        failures = 3

        def fetch(self, index: str, ids: Iterable[str], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
            self._shake()
            return super().fetch(index, ids, fields)

        def deliver(self, letters: Sequence[Letter]) -> None:
            self._shake()
            super().deliver(letters)

        def _shake(self) -> None:
            self.failures -= 1
            if self.failures % 2 == 0:
                raise Unavailable("away")

    world = Shaky()
    world.settle(*map(arrival, [PAGE, *CHILDREN]), GONE)
    assert world.index == {}
    assert len(world.retracted()) == 5


def test_waiting_ends_when_time_is_over() -> None:
    """The order to stop ends even a wait that would last for ever."""

    def no_time() -> None:
        raise Abandoned

    with pytest.raises(Abandoned):
        Patience(World(), lambda: None, no_time).persist(lambda: World().settle(*_fail()))


def _fail() -> list[Arrival]:
    raise Unavailable("away")


@pytest.mark.parametrize("seed", range(200))
def test_replays_and_faults_end_in_the_same_index(seed: int) -> None:
    """Any cut into batches, busy answers, crashes and replays from the last commit: the index is the same."""
    dice = random.Random(seed)
    story = [*map(arrival, [PAGE, *CHILDREN, article("b"), headline("خبر", ["a"]), reject("r")]), GONE]
    story += map(arrival, [article("a", embedded_ids=(ident("e"),)), CHILDREN[0], headline("خبر", ["a", "b"])])
    story += [arrival(article("b", related_headlines=(related("آخر"),))), tombstone(REJECTED.name, ident("r"))]
    story += [arrival(article("a")), tombstone(UNIQUE.name, ident("لا شيء"))]
    closed = headline("قديم", ["a"]).model_copy(update={"closed_at": NOON})
    story += map(arrival, [headline("قديم", ["a"]), naming("آخر", "ا", ["b"]), closed, naming("قديم", "ا", ["b"])])
    calm, world = World(), World(busy=0.3, seed=seed)
    calm.settle(*story)
    done = 0
    while done < len(story):
        batch = story[done : done + dice.randint(1, 6)]
        world.fuse = dice.choice([-1, dice.randint(0, 8)])
        with suppress(Crash):
            world.settle(*batch)
        done += world.committed
    assert world.index == calm.index
    names = {f"h-{ident(text)}" for text in ("آخر", "قديم")}
    assert set(world.index) == {ident("a"), ident("b"), ident("خبر"), f"{ident('قديم')}-20250420", *names}
    assert world.index[ident("b")]["cluster_ids"][-1] == ident("ا")


@given(
    story=st.lists(
        st.tuples(st.sampled_from("ab"), st.none() | st.sets(st.sampled_from("efg")), st.booleans()), max_size=8
    ),
    cuts=st.lists(st.tuples(st.integers(1, 6), st.integers(-1, 8)), min_size=60, max_size=60),
)
@settings(max_examples=300, deadline=None)
def test_index_holds_what_was_said_last(
    story: list[tuple[str, set[str] | None, bool]], cuts: list[tuple[int, int]]
) -> None:
    """Pages come, change what they embed and are taken back; the sink dies at any write; the last word stands."""
    messages: list[Arrival] = []
    for root, children, page_first in story:
        if children is None:
            messages.append(tombstone(ENRICHED.name, ident(root)))
            continue
        names = {name: f"{root}{name}" for name in sorted(children)}
        page = arrival(article(root, embedded_ids=tuple(ident(name) for name in names.values())))
        inner = [arrival(embedded(name, root)) for name in names.values()]
        messages += [page, *inner] if page_first else [*inner, page]
    last = {root: children for root, children, _ in story}
    expected = {
        ident(name)
        for root, children in last.items()
        if children is not None
        for name in (root, *(f"{root}{child}" for child in children))
    }
    world, done = World(), 0
    for size, fuse in cuts:
        world.fuse = fuse
        with suppress(Crash):
            world.settle(*messages[done : done + size])
        done += world.committed
    world.fuse = -1
    world.settle(*messages[done:])
    assert set(world.index) == expected
