"""Names and closed headlines between a real Kafka and a real Elasticsearch, with several sinks at once."""

from __future__ import annotations

import itertools
import random
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from schemas import EnrichedArticle, Kind, Naming, Settings
from schemas.indices import ARTICLES, HEADLINES, NAMES, REJECTED
from sinks.actions import Action, Arrival, Place, update, write
from sinks.bulk import Sender
from sinks.client import Cluster, connect
from sinks.outbox import Outbox
from sinks.patience import Patience
from sinks.plan import Planner
from sinks.settle import Settler
from sinks.templates import ensure
from tests.sinks.clustered import expected, said_by
from tests.sinks.line import Sink, committed, documents, drop_indices, running, send, settled, wait_until
from tests.sinks.messages import NOON, arrival, article, headline, ident, naming, related
from tests.sinks.proxy import proxy
from tests.sinks.world import World

pytestmark = pytest.mark.servers

Messages = Sequence[EnrichedArticle | Naming]


@pytest.fixture
def index(settings: Callable[..., Settings]) -> Iterator[tuple[Settings, Cluster]]:
    """Empty indices and our view of them."""
    made = settings()
    with connect(made) as client:
        cluster = Cluster(client)
        ensure(cluster, made)
        yield made, cluster
    drop_indices(made)


def said(settings: Settings) -> dict[str, tuple[Any, Any]]:
    """Return what every article says of its clusters and its story."""
    return {name: said_by(document) for name, document in documents(settings, ARTICLES).items()}


def story(seed: int, articles: int, namings: int) -> list[EnrichedArticle | Naming]:
    """Make articles over ten headlines, and namings of these and of the articles, in one mixed order."""
    dice = random.Random(seed)
    headlines, names = [f"ع{number}" for number in range(10)], [f"n{number}" for number in range(articles)]
    made: list[EnrichedArticle | Naming] = [
        article(name, title=dice.choice(headlines), related_headlines=tuple(map(related, dice.sample(headlines, 3))))
        for name in names
    ]
    for _ in range(namings):
        if dice.random() < 0.5:
            made.append(naming(dice.choice(headlines), dice.choice(headlines), names))
        else:
            made.append(naming(dice.choice(names), dice.choice(names), kind=Kind.STORY))
    dice.shuffle(made)
    return made


def test_names_come_before_after_and_with_their_articles(line: Settings, log: Path) -> None:
    """Whichever comes first, the article says its names; a name taken back is gone; a replay changes nothing."""
    pages = [article(name, title=f"عنوان {name}") for name in "abc"]
    names = [naming(f"عنوان {name}", "ا", [name]) for name in "abc"]
    with running(line, log) as sink:
        send(line, map(arrival, [names[0], pages[1]]))
        settled(line, 2)
        send(line, map(arrival, [pages[0], names[1], pages[2], names[2]]))
        settled(line, 6)
        before = documents(line, ARTICLES)
        assert said(line) == expected([*pages, *names])
        assert {one["cluster"] for one in documents(line, NAMES).values()} == {ident("ا")}
        send(line, map(arrival, [*names, *pages]))
        settled(line, 12)
        assert documents(line, ARTICLES) == before
        send(line, map(arrival, [naming(f"عنوان {name}", f"عنوان {name}", [name]) for name in "abc"]))
        settled(line, 15)
        assert said(line) == expected(pages)
        assert documents(line, NAMES) == {}
        assert sink.stop() == 0


def test_closed_headline_stays_and_a_new_one_begins(line: Settings, log: Path) -> None:
    """Closed, a headline is kept under its day; seen again, it is another document; a replay ends the same."""
    first = headline("خبر", ["a", "b"])
    told = [first, first.model_copy(update={"closed_at": NOON, "members": (ident("خبر"),)}), headline("خبر", ["c"], 99)]
    with running(line, log):
        for number, one in enumerate([*told[:2], *told], 1):
            send(line, [arrival(one)])
            settled(line, number)
            if number == 2:
                assert set(documents(line, HEADLINES)) == {f"{ident('خبر')}-20250420"}
        found = documents(line, HEADLINES)
        assert {name: one["article_count"] for name, one in found.items()} == {
            f"{ident('خبر')}-20250420": 2,
            ident("خبر"): 1,
        }
        assert {one["headline_id"] for one in found.values()} == {ident("خبر")}


def test_sinks_killed_and_added_end_in_the_same_names(line: Settings, log: Path) -> None:
    """SIGKILL among articles and namings, then two sinks at once: every article says the last of its names."""
    messages = story(3, articles=150, namings=150)
    small = line.model_copy(update={"bulk_documents": 10})
    first = Sink(small, log)
    send(line, map(arrival, messages))
    wait_until(lambda: committed(line) >= 30)
    first.kill()
    with running(small, log), running(small, log):
        settled(line, len(messages), limit=120)
        assert said(line) == expected(messages)
        assert documents(line, REJECTED) == {}


def test_faults_while_names_change_are_waited_out(line: Settings, log: Path) -> None:
    """Updates that are refused for now, not done or done without an answer: each article is right in the end."""
    pages = [article(f"n{number}", title="ج") for number in range(20)]
    with proxy(line.elasticsearch) as (url, faults):
        with running(line.model_copy(update={"elasticsearch": url}), log):
            send(line, map(arrival, pages))
            settled(line, 20)
            faults.plan = ["pass", "429", "503", "cut", "items", "lost"]
            named = naming("ج", "ا", [f"n{number}" for number in range(20)])
            send(line, [arrival(named)])
            settled(line, 21)
        assert {"429", "503", "cut", "items", "lost"} <= set(faults.done)
    assert said(line) == expected([*pages, named])


def test_guarded_update_touches_only_what_was_read(index: tuple[Settings, Cluster]) -> None:
    """The index takes an update at the place read, refuses it after another write (409) and for nobody (404)."""
    settings, cluster = index
    alias = ARTICLES.alias(settings.index_prefix)
    (wave,) = (planner := Planner(settings.index_prefix, NOON, 1000)).waves([arrival(article("a"))])
    cluster.bulk(planner.article_actions(wave, {}))
    stored = cluster.inspect(alias, [ident("a"), ident("x")], ("story_id",))
    assert set(stored) == {ident("a")}
    place = stored[ident("a")].place
    fields = {"story_id": ident("s")}
    refused = Sender(cluster, 10, 10_000, lambda *_: None).send(
        [
            update(alias, ident("a"), fields, place),
            update(alias, ident("a"), fields, place),
            update(alias, ident("x"), fields, Place(0, 1)),
        ]
    )
    assert [(one.status, one.outdated) for one in refused] == [(409, True), (404, True)]
    found = cluster.fetch(alias, [ident("a")], ("story_id", "title"))
    assert found == {ident("a"): fields | {"title": "قمة الطاقة في الجزائر"}}


def test_read_only_articles_are_named_once_the_block_is_gone(index: tuple[Settings, Cluster]) -> None:
    """An index blocked for writing makes an update wait, not fail."""
    settings, cluster = index
    waits: list[str] = []

    def unblock(_: int, why: str) -> None:
        waits.append(why)
        block(cluster, settings, blocked=False)

    one = settler(settings, cluster, unblock)
    work_off(one, [arrival(article("a"))])
    block(cluster, settings, blocked=True)
    work_off(one, [arrival(naming("a", "k", kind=Kind.STORY))])
    assert "cluster_block_exception" in waits[0]
    assert said(settings)[ident("a")][1] == ident("k")


@pytest.mark.parametrize("seed", range(4))
def test_sinks_at_once_on_one_index(index: tuple[Settings, Cluster], seed: int) -> None:
    """Three sinks write articles and names of each other's at the same time, in small batches: all end right."""
    settings, cluster = index
    messages = story(seed, articles=40, namings=120)
    shares: list[list[Arrival]] = [[] for _ in range(3)]
    for message in messages:
        key = message.member if isinstance(message, Naming) else message.root_id
        shares[int(key[:8], 16) % 3].append(arrival(message))
    faults: list[BaseException] = []

    def work(share: list[Arrival]) -> None:
        try:
            work_off(settler(settings, cluster), share, size=7)
        except BaseException as fault:  # noqa: BLE001 - told to the test's own thread
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(share,)) for share in shares]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    assert said(settings) == expected(messages)


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_two_sinks_by_turns(index: tuple[Settings, Cluster], order: Sequence[int]) -> None:
    """Article and namings each done by the sink that did not do the one before: the order leaves no trace."""
    settings, cluster = index
    told: Messages = [article("a", title="ج"), naming("ج", "ا", ["a"]), naming("a", "k", kind=Kind.STORY)]
    sinks = itertools.cycle([settler(settings, cluster), settler(settings, cluster)])
    for number in (*order, *order):
        work_off(next(sinks), [arrival(told[number])])
    assert said(settings) == expected(told)


def settler(settings: Settings, cluster: Cluster, wait: Callable[[int, str], None] = lambda *_: None) -> Settler:
    """Make the inside of a sink."""
    patience = Patience(World(), lambda: None, lambda: None)
    sender = Sender(cluster, 500, 1_000_000, wait)
    return Settler(cluster, Outbox(settings), sender, patience, settings.index_prefix, 4)


def work_off(one: Settler, messages: Iterable[Arrival], size: int = 100) -> None:
    """Settle `messages` in batches of `size`."""
    left = list(messages)
    planner = Planner(one.prefix, NOON, 1_000_000)
    for start in range(0, len(left), size):
        for wave in planner.waves(left[start : start + size]):
            one.settle(wave, planner)


def block(cluster: Cluster, settings: Settings, *, blocked: bool) -> None:
    """Block the articles for writing, or let go."""
    path = f"/{ARTICLES.versioned(settings.index_prefix)}/_settings"
    assert cluster.ask("PUT", path, {"index.blocks.write": blocked})[0] == 200


def test_name_documents_are_as_the_docs_say(index: tuple[Settings, Cluster]) -> None:
    """A name says whose it is and which; written twice it is one document."""
    settings, cluster = index
    one: Action = write(NAMES.alias(settings.index_prefix), "x", {"kind": "story", "member": "m", "cluster": "c"})
    assert [answer.error for answer in cluster.bulk([one])] == [None]
    work_off(settler(settings, cluster), [arrival(naming("ج", "ا"))] * 2)
    assert documents(settings, NAMES)[f"h-{ident('ج')}"] == {
        "kind": "headline",
        "member": ident("ج"),
        "cluster": ident("ا"),
    }
