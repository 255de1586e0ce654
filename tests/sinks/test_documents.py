"""What articles, headlines and rejects look like in the index."""

from __future__ import annotations

import base64
from datetime import timedelta, timezone
from typing import Any

import orjson
import pytest

from schemas.articles import EntityKind
from schemas.indices import ARTICLES, HEADLINES, NAMES, REJECTED
from schemas.settings import Settings
from sinks.actions import Place, delete, update, write
from sinks.documents import (
    article_document,
    closed_id,
    headline_document,
    headline_ids,
    name_document,
    reduced_reject_document,
    reject_document,
)
from sinks.templates import index_template
from tests.sinks.messages import BODY, NOON, article, embedded, headline, ident, mention, naming, reject, related


def test_article_carries_its_facts_at_the_top() -> None:
    """Title, printed date, source and keywords are fields of their own, as printed."""
    document = article_document(article("a", facts={"published_zone": "+01:00"}))
    assert document["title"] == "قمة الطاقة في الجزائر"
    assert document["published"] == "2025-04-20T11:04"
    assert document["published_zone"] == "+01:00"
    assert document["source"] == "وكالة الواحة"
    assert document["keywords"] == ("طاقة", "استثمار")


def test_a_hashtags_words_stand_apart_in_the_index() -> None:
    """Who asks for `سد النهضة` finds what was printed as one word with a line between."""
    document = article_document(article("a", facts={"keywords": ("سد_النهضة", "إثيوبيا")}))
    assert document["keywords"] == ("سد النهضة", "إثيوبيا")


def test_article_without_facts_has_no_empty_fields() -> None:
    """What the page does not print is absent, not null or empty."""
    document = article_document(article("a", title=None, facts={"published": None, "keywords": ()}, entities=()))
    assert not {"title", "published", "keywords", "headline_id", "entities", "persons", "parent_id"} & set(document)
    assert document["embedded"] is False


def test_embedded_article_names_its_parent() -> None:
    """An embedded article says so and names the page's article twice: as parent and as root."""
    document = article_document(embedded("e", "a"))
    assert (document["embedded"], document["parent_id"], document["root_id"]) == (True, ident("a"), ident("a"))


def test_entities_stand_nested_and_flat() -> None:
    """Each mention keeps its offsets; names, ids and countries stand once each in flat lists."""
    twice = mention("الجزائري", EntityKind.PLACE, "loc:DZ", "الجزائر", name_en="Algeria", country="DZ")
    document = article_document(article("a", entities=(*article("a").entities, twice)))
    mentions: Any = document["entities"]
    assert [BODY[one["start"] : one["end"]] for one in mentions] == ["الجزائري", "أمريكا", "الرئيس", "الجزائري"]
    assert document["places"] == ["الجزائر", "الولايات المتحدة"]
    assert document["persons"] == ["دونالد ترامب"]
    assert "organisations" not in document
    assert document["countries"] == ["DZ", "US"]
    assert document["entity_ids"] == ["loc:DZ", "loc:US", "per:~1"]
    assert document["names"] == ["الجزائر", "Algeria", "الولايات المتحدة", "United States", "دونالد ترامب"]


def test_headline_ids_are_each_named_once() -> None:
    """The own title comes first, a headline linked to twice counts once."""
    carried = (related("قمة الطاقة في الجزائر"), related("خبر"), related("خبر"))
    assert headline_ids(article("a", related_headlines=carried)) == [ident("قمة الطاقة في الجزائر"), ident("خبر")]


def test_headline_keeps_its_sightings() -> None:
    """A headline's document has its carriers in order of capture and each sighting in full."""
    document = headline_document(headline("عنوان", ["a", "b"]))
    sightings: Any = document["sightings"]
    assert document["articles"] == (ident("a"), ident("b"))
    assert [one["article_id"] for one in sightings] == [ident("a"), ident("b")]
    assert "headline_id" not in sightings[0]


def test_article_names_its_clusters() -> None:
    """Headlines and the article itself go by the names they were given, or by their own."""
    document = article_document(article("a"), {f"h-{ident('قمة الطاقة في الجزائر')}": "c1", f"s-{ident('a')}": "s1"})
    assert document["cluster_ids"] == ["c1", ident("افتتاح محطة رياح جديدة")]
    assert document["story_id"] == "s1"
    alone = article_document(article("a", title=None, related_headlines=()))
    assert "cluster_ids" not in alone
    assert alone["story_id"] == ident("a")


def test_closed_headline_is_kept_under_its_day() -> None:
    """The id carries the day in UTC on which the headline was closed; the field stays the headline's own id."""
    late = NOON.replace(hour=23, minute=30).astimezone(timezone(timedelta(hours=3)))
    closed = headline("عنوان", ["a"]).model_copy(update={"closed_at": late, "members": (ident("عنوان"),)})
    assert closed_id(closed) == f"{ident('عنوان')}-20250420"
    document = headline_document(closed)
    assert (document["headline_id"], document["closed_at"]) == (ident("عنوان"), late)
    assert document["members"] == (ident("عنوان"),)


def test_reject_carries_its_payload_in_base64() -> None:
    """The payload can be sent again to the byte; without one the field is absent."""
    payload = reject_document(reject("r"))["payload"]
    assert base64.b64decode(str(payload)) == b"\x00\xffr"
    assert "payload" not in reject_document(reject("r", payload=None))


def test_reduced_reject_says_that_it_is() -> None:
    """The least document drops what may have been refused and cuts the message."""
    least = reduced_reject_document(reject("r", message="س" * 5000))
    assert least["reduced"] is True
    assert len(str(least["message"])) == 1000
    assert not {"path", "payload", "key", "topic"} & set(least)


def test_actions_are_bulk_lines() -> None:
    """An action to write is two lines of the bulk body, one to delete is one; Arabic stays as it is."""
    lines = write("sada-articles", "x", {"title": "خبر"}).lines
    assert lines == '{"index":{"_index":"sada-articles","_id":"x"}}\n{"title":"خبر"}\n'.encode()
    lines = update("sada-articles", "x", {"story_id": "s"}, Place(7, 2)).lines
    head = b'{"update":{"_index":"sada-articles","_id":"x","if_seq_no":7,"if_primary_term":2}}'
    assert lines == head + b'\n{"doc":{"story_id":"s"}}\n'
    assert delete("sada-articles", 'a"b').lines == b'{"delete":{"_index":"sada-articles","_id":"a\\"b"}}\n'


def _undeclared(document: Any, mapping: Any, path: str = "") -> set[str]:
    found: set[str] = set()
    for name, value in document.items():
        declared = mapping["properties"].get(name)
        if declared is None:
            found.add(path + name)
        elif declared.get("type") == "nested":
            for part in value:
                found |= _undeclared(part, declared, f"{path}{name}.")
    return found


RARE_FACTS = {"authors": ("سلمى",), "dateline": "وهران (وكالات)", "published_zone": "+01:00"}


@pytest.mark.parametrize(
    ("index", "document"),
    [
        (ARTICLES, article_document(article("a", embedded_ids=(ident("e"),), supersedes=(ident("o"),)))),
        (ARTICLES, article_document(embedded("e", "a", facts=RARE_FACTS))),
        (HEADLINES, headline_document(headline("عنوان", ["a"]))),
        (HEADLINES, headline_document(headline("عنوان", ["a"]).model_copy(update={"closed_at": NOON, "members": "a"}))),
        (NAMES, name_document(naming("ج", "ا", ["m"]))),
        (REJECTED, reject_document(reject("r", topic="t", key="k", article_id=ident("a")))),
        (REJECTED, reduced_reject_document(reject("r"))),
    ],
)
def test_every_field_is_in_the_mapping(index: Any, document: Any) -> None:
    """The mappings are strict: a field that they do not name would be refused."""
    mapping = index_template(index, Settings(_env_file=None))["template"]["mappings"]
    assert mapping["dynamic"] == "strict"
    assert _undeclared(orjson.loads(orjson.dumps(document)), mapping) == set()
