"""Every article names its clusters as the names say, in whatever order and by whomever they were written."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import EnrichedArticle, Kind, Naming, Reason
from schemas.topics import NAMED
from sinks import naming as room
from sinks.actions import Action, Arrival, write
from sinks.client import Answer
from sinks.documents import article_document
from sinks.recent import Recent
from tests.sinks.clustered import expected, said_by
from tests.sinks.messages import arrival, article, ident, naming, related, tombstone
from tests.sinks.turns import Turns
from tests.sinks.world import Crash, World

PAGE = article("m", title="ج", related_headlines=(related("ب"), related("د")))
OWN = [ident("ج"), ident("ب"), ident("د")]
JOINED = naming("ج", "ا", ["m"])
TOLD = naming("m", "k", kind=Kind.STORY)


def said(world: World, name: str = "m") -> tuple[Any, Any]:
    """Return what the document of an article says of its clusters and its story."""
    document = world.index[ident(name)]
    return document.get("cluster_ids"), document.get("story_id")


def settled(*batches: Sequence[EnrichedArticle | Naming]) -> World:
    """Settle `batches` one after the other."""
    world = World()
    for batch in batches:
        world.settle(*map(arrival, batch))
    return world


def test_article_names_itself_until_told_otherwise() -> None:
    """Its clusters are its headlines, its story is its own; without headlines it has no clusters."""
    bare = article("n", title=None, related_headlines=())
    world = settled([PAGE, bare])
    assert said(world) == (OWN, ident("m"))
    assert said(world, "n") == (None, ident("n"))


@pytest.mark.parametrize("order", list(itertools.permutations([PAGE, JOINED, TOLD])))
@pytest.mark.parametrize("cut", [0, 1, 2])
def test_article_and_names_in_any_order(order: Sequence[EnrichedArticle | Naming], cut: int) -> None:
    """Before, after or beside its names, the article says what they do; a replay writes nothing that differs."""
    world = settled(order[:cut], order[cut:])
    assert said(world) == ([ident("ا"), ident("ب"), ident("د")], ident("k"))
    before = dict(world.index)
    world.settle(*map(arrival, order))
    assert world.index == before


def test_headlines_of_one_cluster_are_named_once() -> None:
    """Two headlines in one cluster give one name, where the first of them stood."""
    world = settled([PAGE, naming("د", "ج", ["m"])])
    assert said(world)[0] == [ident("ج"), ident("ب")]


@pytest.mark.parametrize("together", [True, False])
def test_name_taken_back_is_gone(together: bool) -> None:
    """A member that is named after itself again leaves no name behind, and its articles say so."""
    namings = [JOINED, naming("ج", "ج", ["m"]), TOLD, naming("m", "m", kind=Kind.STORY)]
    world = settled([PAGE, *namings]) if together else settled([PAGE], *([one] for one in namings))
    assert said(world) == (OWN, ident("m"))
    assert set(world.index) == {ident("m")}


def test_last_naming_of_a_batch_holds() -> None:
    """Of two namings of one member the later is the truth, for articles of the same batch too."""
    world = settled([JOINED, PAGE, naming("ج", "ب", ["m"])])
    assert said(world)[0] == [ident("ب"), ident("د")]


def test_names_outlive_the_article_and_meet_it_again() -> None:
    """An article that was taken back and comes again says what it said."""
    world = settled([PAGE, JOINED])
    world.settle(tombstone("articles.enriched", ident("m")))
    assert ident("m") not in world.index
    world.settle(arrival(PAGE))
    assert said(world)[0][0] == ident("ا")


def test_articles_that_are_not_there_are_skipped() -> None:
    """A naming may name articles that the index does not have, or whose headline it no longer is."""
    world = settled([article("n"), naming("ج", "ا", ["m", "n"])])
    assert set(world.index) == {ident("n"), f"h-{ident('ج')}"}


def test_what_is_right_already_is_not_written() -> None:
    """An article written with its names, or concerned by a naming that changes nothing, costs no second write."""
    world = settled([JOINED], [PAGE], [naming("ج", "ا", ["m"])])
    assert world.written == 3
    world = settled([JOINED, PAGE])
    assert world.written == 2


def test_old_document_learns_its_names() -> None:
    """A document of before there were clusters says them as soon as a naming concerns it."""
    world = settled([PAGE])
    del world.index[ident("m")]["cluster_ids"], world.index[ident("m")]["story_id"]
    world.settle(arrival(TOLD))
    assert said(world) == (OWN, ident("k"))


def test_refused_article_leaves_the_older_one_rightly_named() -> None:
    """When the new text of an article is refused, the old one still follows the names of the same batch."""
    bad = PAGE.model_copy(update={"facts": PAGE.facts.model_copy(update={"published": "2025-02-31"})})
    world = settled([PAGE], [bad, JOINED])
    assert said(world)[0][0] == ident("ا")
    world = settled([PAGE, bad, JOINED])
    assert said(world)[0][0] == ident("ا")


def test_what_was_just_written_is_written_anew_unread() -> None:
    """A name that follows its article costs one write and no reading of the article; the whole of it stays."""
    world = settled([PAGE])
    before, asked = world.index[ident("m")], watched(world)
    world.settle(arrival(JOINED))
    assert said(world)[0][0] == ident("ا")
    assert world.index[ident("m")] == before | {"cluster_ids": [ident("ا"), ident("ب"), ident("د")]}
    assert asked == []


def test_what_we_wrote_and_someone_else_changed_is_read() -> None:
    """What is remembered may be out of date: then the index is asked, also where there seems to be nothing to do."""
    world = settled([PAGE])
    world.twin().settle(arrival(JOINED))
    world.settle(arrival(naming("ج", "ج", ["m"])))
    assert said(world)[0] == OWN
    world.twin().settle(arrival(TOLD))
    asked = watched(world)
    world.settle(arrival(JOINED))
    assert said(world) == ([ident("ا"), ident("ب"), ident("د")], ident("k"))
    assert asked == [1]


def watched(world: World) -> list[int]:
    """Return a list that will tell how many articles are read at a time to see what they say."""
    asked: list[int] = []
    inspect = world.inspect

    def counted(index: str, ids: Iterable[str], fields: Sequence[str]) -> Any:
        wanted = list(ids)
        if index.endswith("articles") and "headline_ids" in fields:
            asked.append(len(wanted))
        return inspect(index, wanted, fields)

    world.inspect = counted  # type: ignore[method-assign]
    return asked


class Meddled(World):
    """An index that someone else writes to just before an update."""

    meddle: Callable[[], object] | None = None

    def bulk(self, actions: Sequence[Action]) -> list[Answer]:
        """Let the other one go first, once."""
        if self.meddle is not None and any(action.place for action in actions):
            self.meddle, meddle = None, self.meddle
            meddle()
        return super().bulk(actions)


def test_update_that_comes_too_late_is_done_again() -> None:
    """An article written between reading and updating, even by one who knows no names, is read again; all is kept."""
    world = Meddled()
    world.settle(arrival(PAGE))
    newer = PAGE.model_copy(update={"path_count": 7, "related_headlines": (related("د"),)})
    world.meddle = lambda: world.bulk([write("t-articles", ident("m"), article_document(newer))])
    world.settle(arrival(JOINED))
    assert said(world)[0] == [ident("ا"), ident("د")]
    assert world.index[ident("m")]["path_count"] == 7


def test_update_of_an_article_just_deleted_is_dropped() -> None:
    """An article taken back between reading and updating stays away."""
    world = Meddled()
    world.settle(arrival(PAGE))
    world.meddle = lambda: world.twin().settle(tombstone("articles.enriched", ident("m")))
    world.settle(arrival(JOINED))
    assert set(world.index) == {f"h-{ident('ج')}"}


def test_name_that_changes_meanwhile_is_seen() -> None:
    """A name that went and came back while another sink was about to write the one in between: the last holds."""
    world = Meddled()
    world.settle(*map(arrival, [PAGE, JOINED]))

    def there_and_back() -> None:
        # What the document says is right again before the late update: the other sink has nothing to write.
        world.index[f"h-{ident('ج')}"]["cluster"] = ident("ا")

    world.meddle = there_and_back
    world.settle(arrival(naming("ج", "ب", ["m"])))
    assert said(world)[0] == [ident("ا"), ident("ب"), ident("د")]


def test_update_that_is_refused_for_good_stops_nothing() -> None:
    """An update that the index will not take is told in the log; the sink goes on."""

    class Stubborn(World):
        def bulk(self, actions: Sequence[Action]) -> list[Answer]:
            answers = super().bulk([action for action in actions if action.place is None])
            return answers or [Answer(400, "document_parsing_exception", "no") for _ in actions]

    world = Stubborn()
    world.settle(arrival(PAGE))
    world.settle(arrival(JOINED))
    assert said(world) == (OWN, ident("m"))


def test_many_articles_are_looked_at_in_rounds(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many articles a naming concerns, a request asks for a bounded number of them."""
    monkeypatch.setattr(room, "ROUND", 10)
    names = [f"n{number}" for number in range(35)]
    world = World()
    world.settle(*(arrival(article(name, title="ج")) for name in names))
    world.recent = Recent("t-articles")
    asked = watched(world)
    world.settle(arrival(naming("ج", "ا", names)))
    assert asked == [10, 10, 10, 5]
    assert {said(world, name)[0][0] for name in names} == {ident("ا")}


def test_name_cannot_be_taken_back_by_a_tombstone() -> None:
    """A null value on the topic of names says nothing that could be done: a reject."""
    world = World()
    world.settle(tombstone(NAMED.name, ident("ج")), Arrival(NAMED.name, 0, 0, b"k", b"{}"))
    assert [one.reason for one in world.rejects()] == [Reason.NOT_A_MESSAGE, Reason.WRONG_SCHEMA]


HEADLINES = "ابج"
ARTICLES = "mno"
MEMBER = st.sampled_from(HEADLINES)
CLUSTERED = st.builds(lambda member, cluster: naming(member, cluster, ARTICLES), MEMBER, MEMBER)
STORIED = st.builds(
    lambda member, cluster: naming(member, cluster, kind=Kind.STORY),
    st.sampled_from(ARTICLES),
    st.sampled_from(ARTICLES),
)
WRITTEN = st.builds(
    lambda name, title, links: article(name, title=title, related_headlines=tuple(map(related, links))),
    st.sampled_from(ARTICLES),
    st.none() | MEMBER,
    st.lists(MEMBER, max_size=2),
)


def work_off(world: World, messages: Sequence[Arrival], dice: random.Random) -> None:
    """Settle `messages` as a sink does that dies now and then and begins again after what it has committed."""
    done, lives = 0, 5
    while done < len(messages):
        world.fuse = dice.randint(0, 8) if lives and dice.random() < 0.3 else -1
        lives -= world.fuse >= 0
        with suppress(Crash):
            world.settle(*messages[done : done + dice.randint(1, 5)])
        done += world.committed


@given(
    messages=st.lists(st.one_of(WRITTEN, WRITTEN, CLUSTERED, CLUSTERED, STORIED), max_size=14),
    seed=st.integers(0, 1_000_000),
    sinks=st.integers(1, 3),
)
@settings(max_examples=400, deadline=None)
def test_all_orders_end_the_same(messages: list[EnrichedArticle | Naming], seed: int, sinks: int) -> None:
    """Sinks that share the messages by key take turns at any document, are refused, die and replay: one ending."""
    dice = random.Random(seed)
    world, turns = World(busy=0.1, seed=seed), Turns(dice)
    shares: list[list[Arrival]] = [[] for _ in range(sinks)]
    for message in messages:
        key = message.member if isinstance(message, Naming) else message.root_id
        shares[int(key[:8], 16) % sinks].append(arrival(message))
    works = []
    for number, share in enumerate(shares):
        twin = world.twin(seed + number)
        twin.pause = turns.pass_on
        works.append(partial(work_off, twin, share, random.Random(seed + number)))
    turns.run(works)
    assert {name: said_by(world.index[name]) for name in expected(messages)} == expected(messages)
