"""Clusters: the same whatever the order, the batches, the partitions and the crashes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from schemas import HeadlineRole, HeadlineSighting, Kind, Probe, Settings, Story
from schemas.identity import digest
from streams import members
from streams.clusters import Clusters
from streams.stages import dedupe as dedupe_stage
from streams.stages import match as match_stage
from streams.stages import tally
from streams.text.match import Relation

from .network import NOW, Network


def probe(sighting: HeadlineSighting) -> Probe:
    """File a stand-in headline under each of its letters."""
    return Probe(
        kind=Kind.HEADLINE,
        bands=tuple(letter.encode() for letter in sighting.text.rstrip("…")),
        member=sighting.headline_id,
        print=sighting.text.encode(),
        told_at=sighting.told_at,
    )


def relation(a: str, b: str) -> Relation:
    """Take two stand-in headlines that share two letters for one."""
    return Relation.SAME if len(set(a) & set(b) - {"…"}) > 1 else Relation.NONE


@pytest.fixture(autouse=True)
def letters_for_words(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Compare headlines by their letters, so that a few make all shapes of clusters."""
    monkeypatch.setattr(dedupe_stage, "headline_probe", probe)
    monkeypatch.setattr(match_stage, "relation", relation)
    monkeypatch.setattr(match_stage, "rivals", lambda sign, others, **_: range(len(others)))
    return iter(())


def sighting(text: str, article: int, minute: int = 0, *, retracted: bool = False) -> HeadlineSighting:
    return HeadlineSighting(
        headline_id=digest("headline", text),
        text=text,
        article_id=digest("article", str(article)),
        role=HeadlineRole.RELATED,
        captured_at=NOW + timedelta(minutes=minute),
        told_at=NOW + timedelta(minutes=minute),
        retracted=retracted,
    )


SIGHTINGS = st.lists(
    st.builds(
        sighting,
        text=st.tuples(st.text("abcdef", min_size=2, max_size=3), st.sampled_from(["", "", "…"])).map("".join),
        article=st.integers(0, 5),
        minute=st.integers(0, 3),
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    SIGHTINGS,
    st.integers(1, 4),
    st.sampled_from([0.0, 0.3]),
    st.sampled_from([1, 2, 128]),
    st.randoms(use_true_random=False),
)
def test_clusters_do_not_depend_on_the_way(  # noqa: PLR0917 what is drawn
    monkeypatch: pytest.MonkeyPatch,
    sightings: list[HeadlineSighting],
    partitions: int,
    crashes: float,
    inline: int,
    chance: random.Random,
) -> None:
    """Shuffled, cut into batches, worked off by partition in any order, with crashes: the same headlines and names.

    Headlines that more articles carry than `inline` are dealt to pages.
    """
    monkeypatch.setattr(members, "INLINE", inline)
    monkeypatch.setattr(members, "ROOM", 1)
    monkeypatch.setattr(tally, "SIGHTINGS_KEPT", 3)
    whole = Clusters()
    whole.tell(sightings)
    network = Network(Settings(partitions=partitions, _env_file=None), chance, crashes)
    shuffled = list(sightings)
    chance.shuffle(shuffled)
    while shuffled:
        network.tell(shuffled.pop() for _ in range(chance.randint(1, len(shuffled))))
        if chance.random() < 0.5:
            network.run()
    network.run()
    assert network.headlines == {one.headline_id: one for one in whole.headlines()}
    carried = {place for place, member in whole.members.items() if member.sightings}
    assert {place: network.names.get(place, place[1]) for place in carried} == {
        place: whole.members[place].root for place in carried
    }


def test_what_is_alike_is_one_headline_through_others() -> None:
    """Two headlines that share too little are one cluster through a third, under the least of their ids."""
    clusters = Clusters()
    clusters.tell([sighting("abc", 1), sighting("def", 2), sighting("cd", 3)])
    assert len(clusters.headlines()) == 3
    clusters.tell([sighting("bcde", 4)])
    (headline,) = clusters.headlines()
    assert headline.members == tuple(sorted(digest("headline", text) for text in ("abc", "def", "cd", "bcde")))
    assert headline.headline_id == headline.members[0]
    assert headline.article_count == 4


def test_a_cut_headline_joins_its_whole() -> None:
    """A headline that is cut off belongs to the one cluster that continues it."""
    clusters = Clusters()
    clusters.tell([sighting("ab…", 1), sighting("abc", 2), sighting("abcd", 3)])
    (headline,) = clusters.headlines()
    assert headline.article_count == 3


def test_a_cut_headline_does_not_glue_two_wholes() -> None:
    """One that may be cut from either of two headlines stands alone, and the two stay two."""
    clusters = Clusters()
    clusters.tell([sighting("abx", 1), sighting("bcy", 2), sighting("abc…", 3)])
    assert sorted(headline.variants for headline in clusters.headlines()) == [("abc…",), ("abx",), ("bcy",)]


def test_a_retraction_reaches_the_cluster() -> None:
    """A sighting taken back from a member leaves the cluster's document, and an empty cluster has none."""
    clusters = Clusters()
    clusters.tell([sighting("abc", 1), sighting("bcd", 2)])
    clusters.tell([sighting("abc", 1, retracted=True)])
    (headline,) = clusters.headlines()
    assert (headline.variants, headline.article_count) == (("bcd",), 1)
    clusters.tell([sighting("bcd", 2, retracted=True)])
    assert clusters.headlines() == ()


def test_copies_of_an_article_are_one_story(monkeypatch: pytest.MonkeyPatch) -> None:
    """Articles whose texts are alike take the least of their ids as their story's."""
    monkeypatch.setattr(
        dedupe_stage,
        "story_probe",
        lambda one: Probe(kind=Kind.STORY, bands=(b"s",), member=one.article_id, print=one.sketch, told_at=one.told_at),
    )
    monkeypatch.setattr(match_stage, "same_story", lambda a, b: float(a == b))
    ids = [digest("article", str(number)) for number in range(3)]
    clusters = Clusters()
    clusters.tell(
        Story(article_id=name, sketch=text, told_at=NOW) for name, text in zip(ids, (b"1", b"1", b"2"), strict=True)
    )
    first, second = sorted(ids[:2])
    assert clusters.names() == {(Kind.STORY, second): first}
