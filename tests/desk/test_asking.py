"""Questions as Elasticsearch is asked them: what weighs, what only narrows, how pages are cut."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.answers import Period
from desk.asking import HTML, deep_body, export_body, facet_aggs, highlighted, order, page_body, totals_body
from desk.asking_headlines import list_body, rejects_body, since
from desk.asking_names import entity_query, names_body, pattern
from desk.asking_query import build_query
from desk.query import Field, Query, Sort, parse


def asked(text: str) -> Any:
    return build_query(parse(text))["bool"]


@pytest.mark.parametrize("nothing", ["", "   ", '"', "!!"])
def test_nothing_asked_is_everything(nothing: str) -> None:
    """An empty question matches all, the newest first."""
    assert build_query(parse(nothing)) == {"match_all": {}}
    assert "published" in order(parse(nothing))[0]


def test_words_are_looked_for_stemmed_exact_and_in_links() -> None:
    """All words in one combined question, in three ways; standing together they weigh more."""
    (words,) = asked("أسعار النفط")["must"]
    stemmed, exact, links = words["bool"]["should"]
    assert stemmed["combined_fields"]["query"] == exact["combined_fields"]["query"] == "أسعار النفط"
    assert links["match"]["related_headlines.text"]["boost"] < 1
    (near,) = asked("أسعار النفط")["should"]
    assert near["multi_match"]["type"] == "phrase"
    assert "should" not in asked("النفط")


@pytest.mark.parametrize("quoted", ['"رجال الأعمال"', "«رجال الأعمال»", "“رجال الأعمال”"])
def test_quotes_of_any_kind_make_a_phrase(quoted: str) -> None:
    """A phrase is looked for unstemmed; the words beside it as words."""
    words, phrase = asked(f"{quoted} وفد")["must"]
    assert phrase["multi_match"]["query"] == "رجال الأعمال"
    assert phrase["multi_match"]["type"] == "phrase"
    fields = [field.split("^")[0] for field in phrase["multi_match"]["fields"]]
    assert all(field.endswith((".exact", ".text", "dateline")) for field in fields)
    assert words["bool"]["should"][0]["combined_fields"]["query"] == "وفد"


def test_words_that_only_ask_are_left_out() -> None:
    """«من التقى» asks for who met; asked alone, such words are words."""
    (words,) = asked("من التقى وزير الخارجية")["must"]
    assert words["bool"]["should"][0]["combined_fields"]["query"] == "التقى وزير الخارجية"
    (alone,) = asked("من هو")["must"]
    assert alone["bool"]["should"][0]["combined_fields"]["query"] == "من هو"


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("person:per:donald-trump", {"term": {"entity_ids": "per:donald-trump"}}),
        ('شخص:="دونالد ترامب"', {"term": {"persons": "دونالد ترامب"}}),
        ('مصدر:="وكالة"', {"term": {"source": "وكالة"}}),
        ("source:الأهرام", {"match_phrase": {"source.text": "الأهرام"}}),
        ("keyword:نفط", {"match_phrase": {"keywords": "نفط"}}),
        ("site:rt", {"term": {"site": "rt"}}),
        ("country:eg", {"term": {"countries": "EG"}}),
        ("story:abc", {"term": {"story_id": "abc"}}),
        ("date:2024-04", {"range": {"published": {"gte": "2024-04-01", "lt": "2024-05-01"}}}),
        ("date:..2024-04-30", {"range": {"published": {"lt": "2024-05-01"}}}),
        ("date:9999", {"range": {"published": {"gte": "9999-01-01", "lte": "9999-12-31"}}}),
    ],
)
def test_filters_narrow_and_do_not_weigh(text: str, body: dict[str, Any]) -> None:
    """Each filter stands in the filter part, as a term or words of its field."""
    assert asked(text) == {"filter": [body]}


def test_name_is_looked_for_in_any_spelling() -> None:
    """A filter by name without an equals sign finds words of the canonical name, or the whole of it."""
    ((either),) = asked("person:ترمب")["filter"]
    assert {"match_phrase": {"persons.text": "ترمب"}} in either["bool"]["should"]


def test_exclusions_and_ors() -> None:
    """What is excluded must not be there; of what an OR joins one must, and it weighs."""
    assert asked('-النفط -"رجال الأعمال" -person:ترامب').keys() == {"must_not"}
    (either,) = asked("النفط OR place:الكويت OR -الذهب")["must"]
    assert len(either["bool"]["should"]) == 3
    assert either["bool"]["should"][2]["bool"].keys() == {"must_not"}


def test_word_that_goes_on_is_found_with_and_without_article() -> None:
    """A beginning is looked for as it is and with «ال», beside the whole words."""
    whole, beginning = build_query(parse("أسعار نف", typing=True))["bool"]["must"]
    assert whole["bool"]["should"][0]["combined_fields"]["query"] == "أسعار"
    assert [one["multi_match"]["query"] for one in beginning["bool"]["should"]] == ["نف", "النف"]


def test_order_is_total() -> None:
    """Every order ends in the article's id, so that no page repeats or skips."""
    for sort in Sort:
        assert order(parse("نفط").with_sort(sort))[-1] == {"article_id": "asc"}
    assert order(parse("نفط"))[0] == {"_score": "desc"}
    assert order(parse("person:ترامب"))[0].keys() == {"published"}


def test_page_has_stories_facets_and_escaped_passages() -> None:
    """A page shows the best of each story, counts facets, and escapes all but its own marks."""
    body = highlighted(page_body(parse("نفط"), 20, 10))
    assert (body["from"], body["size"], body["collapse"]["field"]) == (20, 10, "story_id")
    assert set(facet_aggs()) <= set(totals_body(parse("نفط"))["aggs"])
    assert not set(facet_aggs()) & set(totals_body(parse("نفط"), facets=False)["aggs"])
    assert body["highlight"]["encoder"] == "html"
    assert body["highlight"]["pre_tags"] == [HTML[0]]
    assert "encoder" not in highlighted(body, ("*", "*"))["highlight"]
    assert "collapse" not in page_body(parse("نفط"), 0, 10, every_copy=True)


def test_deep_pages_and_exports_go_on_from_sort_values() -> None:
    """What follows is asked by the last sort values, never by a number."""
    assert deep_body(parse("نفط"), 10, [1.5, "a"])["search_after"] == [1.5, "a"]
    assert "search_after" not in export_body(parse("نفط"), 500, None)
    assert export_body(parse("نفط"), 500, [1, "b"])["search_after"] == [1, "b"]


def test_headlines_of_a_period_are_counted_within_it() -> None:
    """A period sums its sightings first; all time goes by the number of articles."""
    now = datetime(2025, 6, 8, tzinfo=UTC)
    start = since(Period.WEEK, now)
    assert start == datetime(2025, 6, 1, tzinfo=UTC)
    assert list_body(start, "", 0, 10)["sort"][0] == {"_score": "desc"}
    assert list_body(since(Period.ALL, now), "الذهب", 0, 10)["sort"][0] == {"article_count": "desc"}


def test_rejects_are_counted_over_all_and_listed_by_choice() -> None:
    """A chosen stage or reason narrows the list, not the counts; payloads stay in the index."""
    body = rejects_body("read", None, 0, 50)
    assert body["post_filter"]["bool"]["filter"] == [{"term": {"stage": "read"}}]
    assert body["query"] == {"match_all": {}}
    assert body["_source"] == {"excludes": ["payload"]}


@pytest.mark.parametrize(
    ("typed", "name", "fits"),
    [
        ("غوت", "أنطونيو غوتيريش", True),
        ("احم", "أحمد فؤاد", True),
        ("القاهره", "القاهرة", True),
        ("قاه", "القاهرة", True),
        ("محمد", "مُحَمَّد السادس", True),
        ("تري", "أنطونيو غوتيريش", False),
        ("nat", "حلف NATO", True),
        ("a.b(c", "x", False),
    ],
)
def test_names_are_found_by_the_beginning_of_a_word(typed: str, name: str, fits: bool) -> None:
    """Any word of the name may begin so, spelling folded, the article before it or not."""
    assert (re.fullmatch(pattern([typed]), name) is not None) is fits


@given(st.text(max_size=20))
def test_any_beginning_makes_a_harmless_pattern(typed: str) -> None:
    """Whatever is typed, nothing of it has a meaning in the pattern."""
    assert re.compile(pattern([typed]))
    assert not set(pattern([typed])) & set('#@&<>~"')


def test_names_without_a_beginning_are_the_most_named() -> None:
    """With nothing typed every name counts."""
    assert "include" not in names_body([], 5, [Field.PERSON])["aggs"]["person"]["terms"]


def test_entity_is_asked_for_by_its_kind() -> None:
    """The question for an entity reads as a person would write it."""
    assert str(entity_query("loc:EG")) == "place:loc:EG"
    assert str(entity_query("per:~ab")) == "person:per:~ab"


@given(st.text(max_size=60))
def test_every_question_can_be_asked(typed: str) -> None:
    """Whatever is typed comes to a body."""
    query = parse(typed, typing=True)
    assert isinstance(query, Query)
    assert page_body(query, 0, 10)["query"]
