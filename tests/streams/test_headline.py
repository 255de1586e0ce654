"""Headlines: their sightings are a set, whatever the order, the repeats and the way through the table."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schemas import Headline, HeadlineRole, HeadlineSighting, Kind
from schemas.headlines import SIGHTINGS_KEPT
from schemas.identity import digest
from streams.stages.dedupe import Member
from streams.stages.headline import as_headline
from streams.stages.sightings import Sightings, told
from streams.stages.tally import count
from streams.state import pack, unpack

START = datetime(2025, 4, 20, 9, 0, tzinfo=UTC)
HEADLINE = digest("headline", "1")


def shown(*batches: list[HeadlineSighting]) -> Headline:
    """Tell the batches one after the other; describe what stands then."""
    state = Sightings()
    for batch in batches:
        state = told(batch, state)
    return as_headline(HEADLINE, [HEADLINE] if state else [], count({HEADLINE: state}))


def sighting(
    article: int, text: str = "قمة الرياض تختتم أعمالها", minute: int = 0, read: int = 0, **changes: object
) -> HeadlineSighting:
    values: dict[str, object] = {
        "headline_id": HEADLINE,
        "text": text,
        "article_id": digest("article", str(article)),
        "role": HeadlineRole.RELATED,
        "captured_at": START + timedelta(minutes=minute),
        "told_at": START + timedelta(hours=1, seconds=read),
    }
    return HeadlineSighting.model_validate(values | changes)


SIGHTINGS = st.builds(
    sighting,
    article=st.integers(0, 6),
    text=st.sampled_from(["قمة الرياض", "قمّة الرياض", "قمة الرياض .."]),
    minute=st.integers(0, 3),
    read=st.integers(0, 2),
    role=st.sampled_from(HeadlineRole),
    source=st.sampled_from([None, "واس", "وكالات"]),
    date=st.sampled_from([None, "2025-04-20", "2025-04-20T23:04"]),
)


@given(st.lists(SIGHTINGS, min_size=1, max_size=12), st.data())
def test_order_repeats_and_batches_leave_no_trace(sightings: list[HeadlineSighting], data: st.DataObject) -> None:
    """Any shuffle with repeats, cut into any batches, gives the headline that one batch gives."""
    repeats = data.draw(st.lists(st.sampled_from(sightings), max_size=6))
    shuffled = data.draw(st.permutations(sightings + repeats))
    cut = data.draw(st.integers(0, len(shuffled)))
    assert shown(shuffled[:cut], shuffled[cut:]) == shown(sightings)


@given(st.lists(SIGHTINGS, min_size=1, max_size=12), st.integers(0, 6))
def test_a_retraction_undoes_what_was_told(sightings: list[HeadlineSighting], article: int) -> None:
    """Taking an article's sightings back leaves what the other articles alone would have given."""
    gone = digest("article", str(article))
    retracted = [one.model_copy(update={"retracted": True}) for one in sightings if one.article_id == gone]
    rest = [one for one in sightings if one.article_id != gone]
    assert shown(sightings + retracted) == shown(rest)


def test_a_late_retraction_spares_what_was_told_after_it() -> None:
    """A file edited away and back: taking the first version back does not take the second telling with it."""
    first, second = sighting(1, read=1), sighting(1, read=3)
    late = first.model_copy(update={"retracted": True})
    assert shown([first, second, late]).article_count == 1
    assert shown([first, late, second]).article_count == 1
    assert shown([first, late]).article_count == 0


def test_the_latest_telling_holds() -> None:
    """An article read again by better rules tells its source anew; the older telling comes last and changes nothing."""
    old, new = sighting(1, read=1), sighting(1, read=2, source="واس")
    assert shown([new, old]).sources == ("واس",)


@given(st.lists(SIGHTINGS, min_size=1, max_size=12))
def test_the_table_gives_back_what_it_was_given(sightings: list[HeadlineSighting]) -> None:
    """A state packed for the table is the same state when unpacked, and packing says the same twice."""
    guest = digest("headline", "2")
    member = Member(Kind.HEADLINE, HEADLINE, told(sightings, {}), guests={guest: told(sightings[:1], {})})
    again = unpack(pack(member))
    assert again.sightings == member.sightings
    assert pack(again) == pack(member)


def test_what_is_known_already_changes_nothing() -> None:
    """Told of the same sighting again, the very state that was given comes back."""
    known = told([sighting(1), sighting(2)], {})
    assert told([sighting(2), sighting(1)], known) is known
    assert told([sighting(3, retracted=True)], known) is known


def test_the_most_printed_form_is_the_canonical_one() -> None:
    """The text is the form printed most often; among equals, the one captured first."""
    often = [sighting(1, "أ"), sighting(2, "ب", minute=5), sighting(3, "ب", minute=6)]
    assert shown(often).text == "ب"
    equal = [sighting(1, "أ", minute=9), sighting(2, "ب", minute=5)]
    assert shown(equal).text == "ب"
    same_minute = [sighting(1, "ب"), sighting(2, "أ")]
    assert shown(same_minute).text == "أ"


def test_a_headline_tells_who_carries_it() -> None:
    """Articles come by capture time, titles apart, sources and dates sorted, with the first and the last moment."""
    title = sighting(1, minute=7, role=HeadlineRole.TITLE, source="واس", date="2025-04-20")
    link = sighting(2, minute=3, source="الأناضول", date="2025-04-19")
    headline = shown([title, link])
    assert headline.articles == (link.article_id, title.article_id)
    assert headline.title_of == (title.article_id,)
    assert headline.sources == ("الأناضول", "واس")
    assert headline.dates == ("2025-04-19", "2025-04-20")
    assert (headline.first_seen, headline.last_seen) == (link.captured_at, title.captured_at)


def test_an_article_counts_once_in_both_roles() -> None:
    """A page that carries a headline as its title and as a link is one article with two sightings."""
    headline = shown([sighting(1), sighting(1, role=HeadlineRole.TITLE)])
    assert headline.article_count == 1
    assert len(headline.sightings) == 2


def test_a_hot_headline_is_capped_but_counted() -> None:
    """Past the cap the sightings are no longer listed, their number stays true."""
    headline = shown([sighting(number, minute=number) for number in range(SIGHTINGS_KEPT + 50)])
    assert headline.article_count == SIGHTINGS_KEPT + 50
    assert len(headline.articles) == len(headline.sightings) == SIGHTINGS_KEPT
    assert headline.first_seen == START


def test_a_headline_that_nothing_carries_is_empty() -> None:
    """With its last sighting taken back, the headline says so instead of keeping old facts."""
    headline = shown([sighting(1), sighting(1, retracted=True)])
    assert (headline.text, headline.sightings, headline.article_count, headline.first_seen) == ("", (), 0, None)


def test_a_row_is_small() -> None:
    """A headline seen once packs into less than 300 bytes."""
    member = Member(Kind.HEADLINE, HEADLINE, told([sighting(1)], {}), heard=START, probed=START)
    assert len(pack(member)) < 300
