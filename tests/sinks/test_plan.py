"""How messages are grouped into work that can be done in one round."""

from __future__ import annotations

from collections.abc import Iterable

import orjson
import pytest

from schemas import Reason
from schemas.topics import ENRICHED, REJECTED, UNIQUE
from sinks.actions import Arrival
from sinks.plan import MOST_CONCERNED, Planner, Wave
from tests.sinks.messages import NOON, arrival, article, embedded, headline, ident, naming, reject, tombstone

PLANNER = Planner("t", NOON, 1000)


def waves(arrivals: Iterable[Arrival]) -> list[Wave]:
    """Plan `arrivals`."""
    return list(PLANNER.waves(arrivals))


def test_different_articles_share_one_wave() -> None:
    """A page with its embedded article, a headline and a reject go in one round, in order."""
    page = article("a", embedded_ids=(ident("e"),))
    (wave,) = waves(map(arrival, [page, embedded("e", "a"), headline("خبر", ["a"]), reject("r"), article("b")]))
    assert [(action.index, action.id) for action in (*wave.actions, *PLANNER.article_actions(wave, {}))] == [
        ("t-headlines", ident("خبر")),
        ("t-rejected", ident("r")),
        ("t-articles", ident("a")),
        ("t-articles", ident("e")),
        ("t-articles", ident("b")),
    ]
    assert wave.embedded == {ident("a"): {ident("e")}, ident("b"): frozenset()}


def test_embedded_articles_may_come_before_their_page() -> None:
    """The order of a page's documents does not split the round."""
    assert len(waves(map(arrival, [embedded("e", "a"), article("a", embedded_ids=(ident("e"),))]))) == 1


def test_same_article_again_stays_in_the_round() -> None:
    """A repeat that embeds the same or more needs no new round."""
    grown = article("a", embedded_ids=(ident("e"),), path_count=2)
    assert len(waves(map(arrival, [article("a"), grown, grown]))) == 1


def test_article_that_lost_an_embedded_one_starts_a_new_round() -> None:
    """What was just written must be there before its loss can be seen."""
    first, second = waves(map(arrival, [article("a", embedded_ids=(ident("e"),)), embedded("e", "a"), article("a")]))
    assert len(first.articles) == 2
    assert second.embedded == {ident("a"): frozenset()}


def test_tombstone_waits_for_the_article_before_it() -> None:
    """An article and its tombstone are never in one round, whichever comes first."""
    gone = tombstone(ENRICHED.name, ident("a"))
    first, second, third = waves([arrival(article("a")), gone, arrival(article("a"))])
    assert (len(first.articles), first.withdrawn) == (1, set())
    assert (second.articles, second.withdrawn) == ([], {ident("a")})
    assert len(third.articles) == 1


def test_tombstones_of_other_articles_share_the_round() -> None:
    """Only the article itself has to wait."""
    (wave,) = waves([arrival(article("a")), tombstone(ENRICHED.name, ident("b")), arrival(article("c"))])
    assert wave.withdrawn == {ident("b")}
    assert len(wave.articles) == 2


def test_headline_that_nobody_carries_is_deleted() -> None:
    """A headline without sightings and a tombstone say the same; a reject's tombstone deletes the reject."""
    (wave,) = waves(
        [
            arrival(headline("خبر", [])),
            tombstone(UNIQUE.name, ident("خبر")),
            tombstone(REJECTED.name, ident("r")),
        ]
    )
    assert [(action.index, action.id, action.source) for action in wave.actions] == [
        ("t-headlines", ident("خبر"), None),
        ("t-headlines", ident("خبر"), None),
        ("t-rejected", ident("r"), None),
    ]


def test_closed_headline_leaves_the_living_one_free() -> None:
    """A closed headline is stored under its day and deleted under its own id; without sightings only deleted."""
    closed = headline("خبر", ["a"]).model_copy(update={"closed_at": NOON})
    empty = headline("خبر", []).model_copy(update={"closed_at": NOON})
    (wave,) = waves(map(arrival, [closed, empty]))
    assert [(action.id, action.source is None) for action in wave.actions] == [
        (f"{ident('خبر')}-20250420", False),
        (ident("خبر"), True),
        (ident("خبر"), True),
    ]


def test_names_are_written_and_their_articles_noted() -> None:
    """A naming writes a name, or deletes it when it is the member's own; the last of a member decides."""
    (wave,) = waves(map(arrival, [naming("ج", "ا", ["m"]), naming("ب", "ا", ["n"]), naming("ج", "ج", ["m"])]))
    assert [(action.index, action.id, action.source is None) for action in wave.actions] == [
        ("t-names", f"h-{ident('ج')}", False),
        ("t-names", f"h-{ident('ب')}", False),
        ("t-names", f"h-{ident('ج')}", True),
    ]
    assert wave.concerned == {ident("m"), ident("n")}
    assert wave.names_after({f"h-{ident('ج')}": "x", "h-y": "z"}) == {f"h-{ident('ب')}": ident("ا"), "h-y": "z"}


def test_namings_of_very_many_articles_are_spread_over_waves() -> None:
    """What one wave must look at is bounded; a single naming always finds its place."""
    many = [f"n{number}" for number in range(MOST_CONCERNED // 2)]
    told = [naming(member, "ا", [f"{name}{member}" for name in many]) for member in "بجد"]
    assert [len(wave.arrivals) for wave in waves(map(arrival, told))] == [2, 1]
    large = naming("ب", "ا", [*many, *(f"{name}x" for name in many), "y"])
    assert [len(wave.arrivals) for wave in waves(map(arrival, [large, large]))] == [1, 1]


@pytest.mark.parametrize(
    ("topic", "value", "reason"),
    [
        (ENRICHED.name, b"\x00\xff", Reason.NOT_A_MESSAGE),
        (ENRICHED.name, b"", Reason.NOT_A_MESSAGE),
        (UNIQUE.name, b'{"headline_id": 7}', Reason.WRONG_SCHEMA),
        (REJECTED.name, b"[]", Reason.WRONG_SCHEMA),
        (UNIQUE.name, b'{"text": "\\ud800"}', Reason.NOT_A_MESSAGE),
    ],
)
def test_what_is_no_message_becomes_a_reject(topic: str, value: bytes, reason: Reason) -> None:
    """Undecodable bytes are rejected with their reason, topic, key and payload; the same ones to the same id."""
    poison = Arrival(topic, 3, 7, b"k", value)
    (wave,) = waves([poison, poison])
    first, second = wave.rejects
    assert (first.reason, first.topic, first.key, first.payload) == (reason, topic, "k", value)
    assert first.reject_id == second.reject_id
    assert (wave.actions, wave.articles) == ([], [])


def test_newer_schema_is_rejected_as_such() -> None:
    """A message of a newer version is kept for a replay after the upgrade."""
    newer = arrival(article("a"))
    raised = orjson.dumps(orjson.loads(newer.value or b"") | {"schema_version": 99})
    (wave,) = waves([newer._replace(value=raised)])
    assert [one.reason for one in wave.rejects] == [Reason.UNSUPPORTED_VERSION]
    assert wave.rejects[0].article_id == ident("a")


@pytest.mark.parametrize("key", [None, b"", b"short", b"\xff" * 600])
def test_tombstone_without_an_id_is_rejected(key: bytes | None) -> None:
    """A null value under a key that is no id names nothing."""
    (wave,) = waves([Arrival(ENRICHED.name, 0, 0, key, None)])
    assert [one.reason for one in wave.rejects] == [Reason.NOT_A_MESSAGE]
    assert wave.withdrawn == set()


def test_payload_too_large_to_carry_is_left_out() -> None:
    """A reject about a message that would not fit stays within the topic's limit."""
    (wave,) = waves([Arrival(ENRICHED.name, 0, 0, b"k", b"x" * 1001)])
    assert wave.rejects[0].payload is None
