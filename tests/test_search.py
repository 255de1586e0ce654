"""Questions to the index: what is asked, and what the real index answers."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from elasticsearch import Elasticsearch  # noqa: TID251 - the test fills the index

from sada.search import SearchError, counts, most_repeated, search
from schemas import EntityKind, Headline, Settings
from schemas.indices import INDICES
from sinks.client import Cluster, connect
from sinks.plan import Planner
from sinks.templates import ensure
from tests.sinks.line import drop_indices
from tests.sinks.messages import NOON, arrival, article, embedded, headline, ident, mention, reject, related

DOCS = Path(__file__).parents[1] / "docs" / "index.md"
SCIENCE = (
    "أعلن فريق من الباحثين في جامعة وهران عن كشف أثري جديد قرب الساحل، وقال رئيس الفريق إن القطع تعود إلى عصر بعيد."
)
TYPED = "ترمب"


@pytest.fixture(scope="module")
def shelf(elasticsearch_url: str) -> Iterator[tuple[Elasticsearch, Settings]]:
    """A small index: a page with an embedded article, an article on archaeology, three headlines, two rejects."""
    settings = Settings(_env_file=None, elasticsearch=elasticsearch_url, index_prefix="tsearch")
    week = datetime.now(UTC) - timedelta(days=1)
    now = headline("عنوان هذا الأسبوع", ["a"])
    fresh = [sighting.model_copy(update={"captured_at": week}) for sighting in now.sightings]
    messages: list[Any] = [
        article("a", embedded_ids=(ident("e"),), facts={"keywords": ("طاقة", "استثمار")}),
        embedded("e", "a", title="ملحق عن السياحة", body="يزور السياح الساحل في الصيف.", entities=()),
        article(
            "s",
            title="كشف أثري قرب وهران",
            body=SCIENCE,
            entities=(),
            related_headlines=(related("قمة الطاقة في الجزائر"),),
            facts={"published": "2025-05-02", "source": "صحيفة الساحل"},
            read_at=NOON + timedelta(hours=1),
        ),
        headline("افتتاح محطة الطاقة الجديدة", ["a", "e", "s"]),
        headline("خبر آخر", ["a", "s"]),
        Headline(**(now.model_dump() | {"sightings": fresh, "first_seen": week, "last_seen": week})),
        reject("r1"),
        reject("r2", reason="empty", rejected_at=NOON + timedelta(hours=1)),
    ]
    with connect(settings) as client:
        cluster = Cluster(client)
        ensure(cluster, settings)
        planner = Planner("tsearch", NOON, 1000)
        for wave in planner.waves(map(arrival, messages)):
            actions = [*wave.actions, *planner.article_actions(wave, {})]
            assert {answer.error for answer in cluster.bulk(actions)} == {None}
        cluster.refresh([index.alias("tsearch") for index in INDICES])
        yield client, settings
    drop_indices(settings)


@pytest.mark.servers
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("رئيس", {"a", "s"}),
        ("الرئيس الجزائري", {"a"}),
        ("امريكا", {"a"}),
        ("أمريكا", {"a"}),
        ("للمشروع", {"a"}),
        ("الولايات المتحدة", {"a"}),
        ("Algeria", {"a", "s"}),
        ("ترامب", {"a"}),
        ('"رجال الاعمال"', {"a"}),
        ('"الأعمال رجال"', set()),
        ('"رجال الأعمال" الساحل', set()),
        ("أثرى", {"s"}),
        ("صحيفة الساحل", {"s"}),
        ("قمة الطاقة", {"a", "s"}),
        ("السياحة", {"e"}),
        ("كلمة لا توجد", set()),
    ],
)
def test_search_finds_every_spelling(shelf: tuple[Elasticsearch, Settings], query: str, found: set[str]) -> None:
    """Stems, foldings, canonical and English names and phrases find what they should and no more."""
    assert {hit.article_id for hit in search(shelf[1], query).hits} == {ident(name) for name in found}


@pytest.mark.servers
def test_own_title_comes_before_a_link(shelf: tuple[Elasticsearch, Settings]) -> None:
    """The article that a headline is the title of stands above the one that only links to it."""
    assert [hit.article_id for hit in search(shelf[1], "قمة الطاقة").hits] == [ident("a"), ident("s")]


@pytest.mark.servers
def test_hit_tells_what_a_person_wants_to_know(shelf: tuple[Elasticsearch, Settings]) -> None:
    """Title, printed date, source, entities with their number of mentions, and the passage with its marks."""
    (hit,) = search(shelf[1], "المتحدث").hits
    assert (hit.title, hit.date, hit.source) == ("قمة الطاقة في الجزائر", "2025-04-20T11:04", "وكالة الواحة")
    assert "*المتحدث*" in hit.snippet
    assert [(one.name, one.kind, one.mentions) for one in hit.entities] == [
        ("الجزائر", "LOC", 1),
        ("الولايات المتحدة", "LOC", 1),
        ("دونالد ترامب", "PER", 1),
    ]
    assert orjson.loads(orjson.dumps(hit))["paths"] == ["a.txt"]


@pytest.mark.servers
def test_name_printed_otherwise_is_found_by_its_canonical_form(settings: Callable[..., Settings]) -> None:
    """The tagger's canonical name finds an article that prints another spelling, and not the other way round."""
    made = settings()
    body = f"قال {TYPED} إن العمل يبدأ غدا."
    with connect(made) as client:
        cluster = Cluster(client)
        ensure(cluster, made)
        other = mention("أمريكا", EntityKind.PERSON, "per:donald-trump", "دونالد ترامب")
        tagged = other.model_copy(update={"text": TYPED, "start": 4, "end": 8})
        planner = Planner(made.index_prefix, NOON, 1000)
        (wave,) = planner.waves([arrival(article("x", body=body, entities=(tagged,)))])
        cluster.bulk(planner.article_actions(wave, {}))
        cluster.refresh([INDICES[0].alias(made.index_prefix)])
        assert len(search(made, "ترامب").hits) == len(search(made, TYPED).hits) == 1
    drop_indices(made)


@pytest.mark.servers
def test_very_long_article_has_its_snippet(settings: Callable[..., Settings]) -> None:
    """A body beyond what the server will highlight is found all the same, by words near its start and its end."""
    made = settings()
    body = f"البداية هنا. {'جملة عادية تتكرر. ' * 70_000} والخاتمة هنا."
    with connect(made) as client:
        cluster = Cluster(client)
        ensure(cluster, made)
        planner = Planner(made.index_prefix, NOON, 1000)
        (wave,) = planner.waves([arrival(article("x", body=body, entities=()))])
        assert [answer.error for answer in cluster.bulk(planner.article_actions(wave, {}))] == [None]
        cluster.refresh([INDICES[0].alias(made.index_prefix)])
        (early,), (late,) = search(made, "البداية").hits, search(made, "الخاتمة").hits
    drop_indices(made)
    assert len(body) > 1_000_000
    assert "*البداية*" in early.snippet
    assert late.snippet.startswith("البداية هنا")


@pytest.mark.servers
def test_copies_of_a_story_are_one_hit(settings: Callable[..., Settings]) -> None:
    """The best copy stands for its story and says how many were found; all are shown on request."""
    made = settings()
    copies = [article(name, body=f"{SCIENCE} نسخة {name}", entities=(), title=f"كشف {name}") for name in "abc"]
    other = article("d", title="كشف آخر", body=SCIENCE, entities=())
    with connect(made) as client:
        cluster = Cluster(client)
        ensure(cluster, made)
        planner = Planner(made.index_prefix, NOON, 1000)
        (wave,) = planner.waves(map(arrival, [*copies, other]))
        names = {f"s-{ident(name)}": ident("a") for name in "bc"}
        assert {answer.error for answer in cluster.bulk(planner.article_actions(wave, names))} == {None}
        cluster.refresh([INDICES[0].alias(made.index_prefix)])
        best, every = search(made, "وهران").hits, search(made, "وهران", every_copy=True).hits
        top = search(made, "وهران", size=1).hits
    drop_indices(made)
    assert {hit.story_id: hit.copies for hit in best} == {ident("a"): 3, ident("d"): 1}
    assert len(top) == 1
    assert {(hit.article_id, hit.copies) for hit in every} == {(ident(name), 1) for name in "abcd"}


@pytest.mark.servers
def test_most_repeated_come_first(shelf: tuple[Elasticsearch, Settings]) -> None:
    """Headlines in order of how many articles carry them."""
    assert [(one.text, one.article_count) for one in most_repeated(shelf[1])] == [
        ("افتتاح محطة الطاقة الجديدة", 3),
        ("خبر آخر", 2),
        ("عنوان هذا الأسبوع", 1),
    ]


@pytest.mark.servers
def test_counts_by_kind_and_reason(shelf: tuple[Elasticsearch, Settings]) -> None:
    """Documents by kind, rejects by reason."""
    counted = counts(shelf[1])
    assert (counted.main, counted.embedded, counted.articles, counted.headlines) == (2, 1, 3, 3)
    assert counted.rejects == {"binary": 1, "empty": 1}


@pytest.mark.servers
def test_missing_index_and_server_are_said_in_one_line(shelf: tuple[Elasticsearch, Settings]) -> None:
    """Before the first sink, and with nobody at the address, the error says what to do."""
    _, settings = shelf
    with pytest.raises(SearchError, match="the sink makes it"):
        search(settings.model_copy(update={"index_prefix": "nowhere"}), "خبر")
    with pytest.raises(SearchError, match="does not answer"):
        search(settings.model_copy(update={"elasticsearch": "http://127.0.0.1:9"}), "خبر")


@pytest.mark.servers
def test_question_has_its_language_and_notes(shelf: tuple[Elasticsearch, Settings]) -> None:
    """Filters, exclusions and dates narrow what is found; what is not understood is told."""
    found = search(shelf[1], "شخص:ترمب -السياحة تاريخ:2025-04 لون:أحمر")
    assert found.notes == ("no field is called “لون”; searched as words",)
    assert search(shelf[1], "شخص:ترمب -السياحة تاريخ:2025-04").hits[0].article_id == ident("a")
    assert search(shelf[1], "مكان:Algeria -مشروع").hits == ()


QUESTIONS = re.findall(
    r"^### (.+?)\n.*?`POST /sada-(\w+)/_search`\n\n```json\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.S | re.M
)


@pytest.mark.servers
@pytest.mark.parametrize(("name", "index", "body"), QUESTIONS, ids=[question[0] for question in QUESTIONS])
def test_documented_questions_have_answers(
    shelf: tuple[Elasticsearch, Settings], name: str, index: str, body: str
) -> None:
    """Every query of docs/index.md runs as printed and finds something."""
    client, _ = shelf
    answer = client.perform_request(
        "POST",
        f"/tsearch-{index}/_search",
        headers={"content-type": "application/json", "accept": "application/json"},
        body=json.loads(body),
    )
    hits = answer.body["hits"]["hits"]
    assert hits, name
    for part in answer.body.get("aggregations", {}).values():
        assert part["buckets"], name
    for hit in hits:
        for inner in hit.get("inner_hits", {}).values():
            assert inner["hits"]["hits"], name


def test_docs_show_at_least_five_questions() -> None:
    """The page has its queries: full text, most repeated, this week, first carrier, a story's copies, person, date."""
    assert len(QUESTIONS) >= 8
