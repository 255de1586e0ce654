"""The desk's questions put to a real index: pages however deep, facets, time, articles, headlines, names, faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from bench.relevance import drop, fill
from desk.answers import Hit, NoIndexError, Period, UnavailableError
from desk.client import Index
from desk.query import Field, from_params, parse
from schemas.indices import ARTICLES, REJECTED
from schemas.settings import Settings
from sinks.client import Cluster, connect
from sinks.templates import ensure
from tests.relevance.collection import Collection, build_collection

pytestmark = [pytest.mark.servers, pytest.mark.timeout(300)]
HOSTILE = '<script>alert("x")</script> <mark>خبر</mark> عن القرصنة & <b>الاختراق</b>'


@pytest.fixture(scope="module")
def collection() -> Collection:
    return build_collection()


@pytest.fixture(scope="module")
def settings(elasticsearch_url: str, collection: Collection) -> Iterator[Settings]:
    """An index of the relevance collection, a hostile article and three rejects."""
    made = Settings(_env_file=None, elasticsearch=elasticsearch_url, index_prefix="tdesk")
    with connect(made) as client:
        ensure(Cluster(client), made)
        fill(client, made, collection)
        hostile = collection.articles[-1] | {
            "article_id": "f" * 32,
            "story_id": "f" * 32,
            "title": HOSTILE,
            "body": HOSTILE,
        }
        client.index(index=ARTICLES.alias("tdesk"), id="f" * 32, document=hostile, refresh=True)
        for number, (stage, reason) in enumerate([("read", "empty"), ("read", "empty"), ("clean", "too_slow")]):
            moment = datetime(2025, 6, 1, number, tzinfo=UTC).isoformat()
            reject = {
                "reject_id": f"{number}" * 32,
                "stage": stage,
                "reason": reason,
                "message": "m",
                "rejected_at": moment,
            }
            client.index(index=REJECTED.alias("tdesk"), id=reject["reject_id"], document=reject, refresh=True)
        yield made
        drop(client, "tdesk")


def stories(collection: Collection) -> set[str]:
    return {str(one["story_id"]) for one in collection.articles} | {"f" * 32}


async def numbered_pages(index: Index, collection: Collection) -> list[Hit]:
    """Turn all pages of a hundred stories by their number."""
    pages = range(1, len(collection.articles) // 100 + 2)
    return [hit for page in pages for hit in (await index.search(parse(""), page=page, size=100)).hits]


async def test_pages_show_each_story_once_however_they_are_turned(settings: Settings, collection: Collection) -> None:
    """By number, and by cursor through one held moment, every story comes once and the pages agree."""
    async with Index(settings) as index:
        query = parse("")
        numbered = [hit.story_id for hit in await numbered_pages(index, collection)]
        results = await index.search(query, size=30)
        turned = [hit.story_id for hit in results.hits]
        while results.next:
            results = await index.search(query, size=30, after=results.next)
            turned += [hit.story_id for hit in results.hits]
    assert turned == numbered
    assert len(turned) == len(set(turned))
    assert set(turned) == stories(collection)


async def test_copies_stand_behind_their_best(settings: Settings, collection: Collection) -> None:
    """A story's copies are counted, shown on demand, and lead where the most carried come first."""
    async with Index(settings) as index:
        (hit,) = (await index.search(parse('"الناقل الوطني" عنوان:الأردن'))).hits
        both = await index.search(parse('"الناقل الوطني" عنوان:الأردن'), every_copy=True)
        deep = await index.search(parse(""), every_copy=True, size=100, after=None)
        found = len(deep.hits)
        while deep.next:
            deep = await index.search(parse(""), every_copy=True, size=100, after=deep.next)
            found += len(deep.hits)
        carried = await index.search(parse("sort:carried"), size=5)
    assert hit.copies == 2
    assert len(both.hits) == both.total == 2
    told = Counter(str(one["story_id"]) for one in collection.articles)
    assert [one.copies for one in carried.hits] == sorted(told.values(), reverse=True)[:5]
    assert all(one.copies == told[one.story_id] for one in carried.hits[:2])
    assert found == len(collection.articles) + 1


async def test_every_page_counts_the_copies_of_its_stories(settings: Settings, collection: Collection) -> None:
    """On pages with a number and behind a cursor, a story has as many copies as the collection tells of it."""
    told = Counter([str(one["story_id"]) for one in collection.articles] + ["f" * 32])
    async with Index(settings) as index:
        numbered = await numbered_pages(index, collection)
        results = await index.search(parse(""), size=10)
        turned = list(results.hits)
        while results.next:
            results = await index.search(parse(""), size=10, after=results.next)
            turned += results.hits
    assert max(told.values()) > 1
    for hits in (numbered, turned):
        assert {hit.story_id: hit.copies for hit in hits} == {hit.story_id: told[hit.story_id] for hit in hits}


async def test_facets_count_and_narrow(settings: Settings) -> None:
    """A facet's value narrows to as many articles as it says, shows its name, and is chosen afterwards."""
    async with Index(settings) as index:
        results = await index.search(parse("مصر"))
        for facet in results.facets:
            for value in facet.values[:2]:
                query = parse("مصر").with_filter(facet.field, value.value)
                narrowed = await index.search(from_params(query.to_params()))
                assert narrowed.total == value.count, (facet.field, value)
                chosen = next(one for one in narrowed.facets if one.field is facet.field).values
                assert {one.value for one in chosen if one.chosen} == {value.value}
    places = next(one for one in results.facets if one.field is Field.PLACE)
    assert ("loc:EG", "مصر") in {(one.value, one.name) for one in places.values}


async def test_passages_are_safe_html(settings: Settings) -> None:
    """Tags of a title or body are shown as text; only the words found are marked."""
    async with Index(settings) as index:
        (hit,) = (await index.search(parse("القرصنة"))).hits
    for text in (hit.title_html, hit.passage_html):
        assert "<script" not in text
        assert "<b>" not in text
        assert text.count("<mark>") == text.count("</mark>") == 1
        assert "<mark>القرصنة</mark>" in text


async def test_time_adds_up(settings: Settings, collection: Collection) -> None:
    """The bars and the undated articles are all; a range of days keeps what it says."""
    async with Index(settings) as index:
        timeline = await index.timeline(parse(""), bars=400)
        april = await index.search(parse("شهر:2025-04"), size=100)
    assert sum(bar.count for bar in timeline.bars) + timeline.undated == len(collection.articles) + 1
    assert april.total
    assert {(hit.published or "")[:7] for hit in april.hits} == {"2025-04"}


async def test_suggestions_lead_on(settings: Settings) -> None:
    """A name comes with its id, and what a suggestion searches for is found."""
    async with Index(settings) as index:
        told = await index.suggest("غوت")
        found = [(one, await index.search(parse(one.query))) for one in told]
        assert await index.suggest(" - ") == ()
        assert {one.kind for one in await index.suggest("غ")} == {"person", "place", "org"}
    assert told[0].kind == "person"
    assert told[0].entity_id == "per:antonio-guterres"
    assert all(results.total for one, results in found if one.kind != "headline" or one.article_id)


async def test_article_has_what_hangs_on_it(settings: Settings, collection: Collection) -> None:
    """Embedded and parent articles, copies, and in how many articles each headline stands."""
    ids = {key: name for name, key in collection.keys.items()}
    async with Index(settings) as index:
        page = await index.article(ids["01-aggregator-water"])
        inside = await index.article(ids["01-aggregator-water+1"])
        assert await index.article("0" * 32) is None
    assert page is not None
    assert inside is not None
    assert [one.article_id for one in page.embedded] == [inside.article_id]
    assert inside.parent is not None
    assert inside.parent.article_id == page.article_id
    assert {one.article_id for one in inside.copies} == {inside.article_id, ids["11-jordan-copy"]}
    assert inside.own is not None
    assert inside.own.article_count == 3
    assert all(page.body[one.start : one.end] == one.text for one in page.mentions)


async def test_headlines_are_counted_listed_and_shown(settings: Settings) -> None:
    """The most repeated first, of all time or of a week that had them; its carriers in order of capture."""
    async with Index(settings) as index:
        ever = await index.headlines(Period.ALL, text="الذهب")
        week = await index.headlines(Period.WEEK, now=datetime(2025, 6, 3, tzinfo=UTC), size=3)
        never = await index.headlines(Period.DAY, now=datetime(2030, 1, 1, tzinfo=UTC))
        shown = await index.headline(ever.rows[0].headline_id)
        assert await index.headline("0" * 32) is None
    assert (ever.rows[0].repeated, ever.rows[0].article_count) == (4, 4)
    assert "<mark>الذهب</mark>" in ever.rows[0].text_html
    assert [row.repeated for row in week.rows] == [4, 3, 3]
    assert never.rows == ()
    assert shown is not None
    assert shown.first == shown.carriers[0]
    moments = [one.captured_at for one in shown.carriers]
    assert moments == sorted(moments)
    assert sum(bar.count for bar in shown.spread.bars) == 4


async def test_entity_has_its_company(settings: Settings) -> None:
    """A person's articles, forms, time, sources and those named with it; names are found by their beginning."""
    async with Index(settings) as index:
        shown = await index.entity("per:donald-trump")
        assert await index.entity("per:nobody") is None
        (first, *_) = await index.entities(Field.PLACE, size=3)
        named = await index.entities(Field.PERSON, text="زيلين")
        assert await index.labels([first.value, "per:nobody", "x"]) == {first.value: first.name}
    assert shown is not None
    assert shown.name == "دونالد ترامب"
    assert shown.article_count == len(shown.hits)
    assert {"ترمب", "دونالد ترمب"} & {form.value for form in shown.forms}
    assert "per:volodymyr-zelenskyy" in {one.entity_id for one in shown.together}
    assert [one.name for one in named] == ["فولوديمير زيلينسكي"]


async def test_export_gives_every_document_whole(settings: Settings, collection: Collection) -> None:
    """In batches of any size, all documents as the index has them; of each story the first alone on demand."""
    async with Index(settings) as index:
        every = [one async for one in index.export(parse(""), batch=50)]
        best = [one async for one in index.export(parse("sort:oldest"), every_copy=False)]
    assert {one["article_id"] for one in every} == {one["article_id"] for one in collection.articles} | {"f" * 32}
    assert len(every) == len(collection.articles) + 1
    assert next(one for one in every if one["article_id"] == collection.articles[0]["article_id"])["body"]
    assert len(best) == len(stories(collection))


async def test_rejects_and_counts(settings: Settings, collection: Collection) -> None:
    """Rejects by reason over all, the latest first, narrowed on demand; everything counted."""
    async with Index(settings) as index:
        every, empty = await index.rejects(), await index.rejects(reason="empty")
        counted = await index.counts()
    assert [(one.reason, one.count) for one in every.counts] == [("empty", 2), ("too_slow", 1)]
    assert [row.reason for row in every.rows] == ["too_slow", "empty", "empty"]
    assert empty.total == 2
    assert empty.counts == every.counts
    assert counted.articles == len(collection.articles) + 1
    assert counted.rejects == {"empty": 2, "too_slow": 1}


async def test_faults_are_told_apart(settings: Settings) -> None:
    """No index yet, and nobody at the address, each with what to do; a bad cursor is the first page."""
    async with Index(settings.model_copy(update={"index_prefix": "nowhere"})) as index:
        with pytest.raises(NoIndexError, match="the sink makes it") as missing:
            await index.search(parse("خبر"))
        with pytest.raises(NoIndexError):
            await index.suggest("خبر")
    async with Index(settings.model_copy(update={"elasticsearch": "http://127.0.0.1:9"})) as index:
        with pytest.raises(UnavailableError, match="does not answer"):
            await index.search(parse("خبر"))
    async with Index(settings) as index:
        assert (await index.search(parse(""), after="nonsense")).page == 1
    assert missing.value.remedy
