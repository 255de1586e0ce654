"""What is forgotten stays away, in whatever order articles and the order to forget come, and whoever dies between."""

from __future__ import annotations

import itertools
from contextlib import suppress

import pytest

from schemas import encode
from schemas.forgotten import Forgotten
from schemas.topics import ENRICHED, FORGOTTEN
from sinks.actions import Arrival
from tests.sinks.messages import NOON, arrival, article, embedded, ident, tombstone
from tests.sinks.world import Crash, World

PAGE = article("a", embedded_ids=(ident("e"),))
CHILD = embedded("e", "a", title="ملحق")
OTHER = article("b", title="خبر آخر", related_headlines=())
MARK = f"forgotten/{ident('a')}"
SIGHTINGS = {
    (ident("قمة الطاقة في الجزائر"), ident("a"), "title"),
    (ident("افتتاح محطة رياح جديدة"), ident("a"), "related"),
    (ident("ملحق"), ident("e"), "title"),
    (ident("افتتاح محطة رياح جديدة"), ident("e"), "related"),
}


def forget(name: str = "a") -> Arrival:
    """The order to forget the page `name`."""
    order = Forgotten(article_id=ident(name), forgotten_at=NOON)
    return Arrival(FORGOTTEN.name, 0, 0, order.article_id.encode(), encode(order))


def test_order_to_forget_removes_the_page() -> None:
    """The page, what it embeds and all their sightings go; other pages stay."""
    world = World()
    world.settle(*map(arrival, [PAGE, CHILD, OTHER]))
    world.settle(forget())
    assert set(world.index) == {ident("b"), MARK}
    assert world.retracted() == SIGHTINGS


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_forgotten_page_never_stays(order: tuple[int, ...]) -> None:
    """Page, embedded article and order in any order, in one batch or in three: nothing of the page is left."""
    arrivals = [arrival(PAGE), arrival(CHILD), forget()]
    for together in (True, False):
        world = World()
        batches = [[arrivals[at] for at in order]] if together else [[arrivals[at]] for at in order]
        for batch in batches:
            world.settle(*batch)
        assert set(world.index) == {MARK}
        assert world.retracted() == SIGHTINGS


def test_page_that_comes_again_is_taken_back_with_its_sightings() -> None:
    """Dropped again after it was forgotten, the page leaves no document, and its new sightings are retracted."""
    world = World()
    world.settle(forget())
    world.settle(*map(arrival, [PAGE, CHILD, OTHER]))
    assert set(world.index) == {ident("b"), MARK}
    assert world.retracted() == SIGHTINGS


@pytest.mark.parametrize("fuse", range(12))
def test_forgetting_survives_a_crash_at_any_write(fuse: int) -> None:
    """Killed at any write and run again from the last commit, nothing of the page is left."""
    world = World()
    world.settle(arrival(PAGE), arrival(CHILD))
    world.fuse = fuse
    batch = [forget(), arrival(PAGE), arrival(CHILD)]
    with suppress(Crash):
        world.settle(*batch)
    left = batch[world.committed :]
    world.fuse = -1
    world.settle(*left)
    assert set(world.index) == {MARK}
    assert world.retracted() == SIGHTINGS


def test_another_sink_forgets_while_the_page_is_written() -> None:
    """At whatever read or write of one sink another one forgets the page: one of the two takes it back."""
    for moment in range(30):
        world = World()
        other, steps = world.twin(), itertools.count()

        def interrupt(moment: int = moment, other: World = other, steps: itertools.count[int] = steps) -> None:
            if next(steps) == moment:
                other.settle(forget())

        world.pause = interrupt
        world.settle(arrival(PAGE), arrival(CHILD))
        if next(steps) <= moment:
            break
        assert set(world.index) == {MARK}, moment
    else:
        pytest.fail("the batch never ended")
    assert moment > 5


def test_lifted_page_can_come_back() -> None:
    """After a null value under its key, the page is indexed like any other."""
    world = World()
    world.settle(forget(), tombstone(ENRICHED.name, ident("a")))
    world.settle(tombstone(FORGOTTEN.name, ident("a")))
    world.settle(arrival(PAGE), arrival(CHILD))
    assert set(world.index) == {ident("a"), ident("e")}
