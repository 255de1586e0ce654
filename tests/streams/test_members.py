"""Members and their rows: dealt to pages or not, torn by a crash or not, what is read is what was told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import Guest, Kind
from streams import members
from streams.members import Kept, changed_rows, no_rows, open_member, tally_of
from streams.stages import tally
from streams.stages.dedupe import Member, News, dedupe, document
from streams.stages.tally import Tally, count
from tests.streams.test_headline import HEADLINE, SIGHTINGS, sighting

Rows = dict[bytes, bytes]
GUEST = "f" * 32
SHOWN = ("first", "titles")

TELLINGS = st.lists(
    st.builds(
        lambda one, retracted, guest: (one.model_copy(update={"retracted": retracted}), guest),
        SIGHTINGS,
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
)


def news(tellings: list) -> News:
    """Tell of sightings of the member's own, and of those that a guest brings."""
    brought = [one.model_copy(update={"headline_id": GUEST}) for one, is_guests in tellings if is_guests]
    guests = [Guest(root=HEADLINE, member=GUEST, sightings=tuple(brought))] if brought else []
    return News(sightings=[one for one, is_guests in tellings if not is_guests], guests=guests)


def tell(rows: Rows, what: News, most: int | None = None) -> Kept:
    """Tell the member `what`, and write the rows that follow, or but the first `most`."""
    kept = open_member(Kind.HEADLINE, HEADLINE, rows.get)
    after, _ = dedupe([what], kept.member)
    if kept.is_torn:
        kept = kept.mended()
        after, _ = dedupe([what], kept.member)
    elif after is kept.member:
        return kept
    for key, value in list(changed_rows(kept, after, tally_of(kept, after)))[:most]:
        if value is None:
            rows.pop(key, None)
        else:
            rows[key] = value
    return open_member(Kind.HEADLINE, HEADLINE, rows.get)


def plain(member: Member) -> tuple[object, ...]:
    """Give a member's content, however it is kept."""
    return dict(member.sightings), {name: dict(found) for name, found in member.guests.items()}, member.heard


def settled(found: Tally) -> Tally:
    """Leave out when things were told, which no document shows."""
    untold = {name: [one._replace(told=0) for one in getattr(found, name)] for name in SHOWN}
    return replace(found, last_told=None, **untold)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Deal to pages from the third sighting on, and show three."""
    monkeypatch.setattr(members, "INLINE", 2)
    monkeypatch.setattr(members, "ROOM", 1)
    monkeypatch.setattr(tally, "SIGHTINGS_KEPT", 3)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(TELLINGS, max_size=8))
@pytest.mark.usefixtures("small_pages")
def test_pages_hold_what_one_row_would(batches: list[list]) -> None:
    """After each batch, member, tally and document are those of a member that was never written."""
    rows: Rows = {}
    known = Member(Kind.HEADLINE, HEADLINE)
    for batch in batches:
        known, _ = dedupe([news(batch)], known)
        kept = tell(rows, news(batch))
        assert plain(kept.member) == plain(known)
        assert len(kept.member.sightings) == len(known.sightings)
        if kept.tally is not None:
            assert settled(kept.tally) == settled(count(known.carried))
            assert kept.tally.last_told is not None
            assert kept.tally.last_told >= max(one.told for found in known.carried.values() for one in found.values())
        assert document(kept.member, kept.tally) == document(known)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.lists(TELLINGS, min_size=1, max_size=6), st.data())
@pytest.mark.usefixtures("small_pages")
def test_rows_torn_by_a_crash_are_mended(batches: list[list], data: st.DataObject) -> None:
    """A batch of which only the first rows were written is told again, and leaves what one telling would."""
    rows: Rows = {}
    known = Member(Kind.HEADLINE, HEADLINE)
    for batch in batches:
        known, _ = dedupe([news(batch)], known)
        for _ in range(data.draw(st.integers(0, 2))):
            tell(rows, news(batch), most=data.draw(st.integers(0, 4)))
        kept = tell(rows, news(batch))
        assert plain(kept.member)[:2] == plain(known)[:2]
        assert document(kept.member, kept.tally) == document(known)


@pytest.mark.usefixtures("small_pages")
def test_a_member_is_forgotten_with_its_pages() -> None:
    """Nothing is left of a member that is forgotten."""
    rows: Rows = {}
    kept = tell(rows, News(sightings=[sighting(number) for number in range(20)]))
    assert len(rows) > 16
    assert {key for key, value in no_rows(kept) if value is None} == set(rows)


def test_one_more_carrier_costs_one_page() -> None:
    """Of ten thousand carriers, a batch that tells of one more writes a page and the head."""
    rows: Rows = {}
    tell(rows, News(sightings=[sighting(number, minute=number) for number in range(10_000)]))
    kept = open_member(Kind.HEADLINE, HEADLINE, rows.get)
    after, _ = dedupe([News(sightings=[sighting(10_001, minute=10_001)])], kept.member)
    found = tally_of(kept, after)
    assert found is not None
    assert found.articles == 10_001
    changed = list(changed_rows(kept, after, found))
    assert len(changed) == 2
    assert sum(len(value or b"") for _, value in changed) < 40_000
