"""Tagging an article: exact offsets, clitics, spellings, identities."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas import EnrichedArticle, Entity, SplitArticle
from schemas.articles import Facts
from streams.stages.tag import tag
from streams.text.ner import Tagger, load_tagger


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    """Load the shipped tagger once."""
    return load_tagger()


def _ids(entities: tuple[Entity, ...]) -> list[tuple[str, str]]:
    return [(entity.text, entity.entity_id) for entity in entities]


def test_tag_keeps_the_article_and_adds_entities(tagger: Tagger) -> None:
    """Every field of the split article is kept; offsets count the body's characters."""
    moment = datetime(2025, 1, 1, tzinfo=UTC)
    article = SplitArticle(
        article_id="0" * 32,
        root_id="0" * 32,
        paths=("a.txt",),
        path_count=1,
        encoding="utf-8",
        captured_at=moment,
        read_at=moment,
        site="default",
        rules_version="1",
        facts=Facts(title="عنوان"),
        body="وصل وزير الخارجية إلى القاهرة.\nثم غادر لبيروت.",
    )
    enriched = tag(article, tagger)
    assert isinstance(enriched, EnrichedArticle)
    assert enriched.model_dump(exclude={"entities"}) == article.model_dump()
    assert [article.body[e.start : e.end] for e in enriched.entities] == ["القاهرة", "بيروت"]
    assert EnrichedArticle.model_validate_json(enriched.model_dump_json()) == enriched


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("التقى بوتين وترمب في الرياض", ["per:vladimir-putin", "per:donald-trump", "loc:riyadh"]),
        ("دونالد ترامب يهاتف زيلنسكي", ["per:donald-trump", "per:volodymyr-zelenskyy"]),
        ("أمريكا وأميركا والولايات المتحدة", ["loc:US", "loc:US", "loc:US"]),
        ("الناتو أو حلف شمال الأطلسي", ["org:nato", "org:nato"]),
        ("السيسى يزور عبدالعزيز بوتفليقة", ["per:abdel-fattah-el-sisi", "per:abdelaziz-bouteflika"]),
    ],
)
def test_spellings_of_one_name_meet(tagger: Tagger, text: str, expected: list[str]) -> None:
    """One identity for all printed forms of a name."""
    assert [entity.entity_id for entity in tagger.find(text)] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("قال وبوتين معه", [("بوتين", "per:vladimir-putin")]),
        ("سافر لروسيا", [("روسيا", "loc:RU")]),
        ("وصل للرياض", [("لرياض", "loc:riyadh")]),
        ("اجتمعوا بالرياض", [("الرياض", "loc:riyadh")]),
        ("عاد من لندن", [("لندن", "loc:london")]),
    ],
)
def test_a_clitic_is_no_part_of_the_name(tagger: Tagger, text: str, expected: list[tuple[str, str]]) -> None:
    """The offsets start after the clitic; the article stays where the name has one."""
    assert _ids(tagger.find(text)) == expected


@pytest.mark.parametrize("text", ["والد الطفل بالغ في القلق", "استقبلوه بحماس كبير", "القرار الأميركي والموقف الروسي"])
def test_words_that_only_look_like_names(tagger: Tagger, text: str) -> None:
    """Neither a first letter like a clitic nor a nationality adjective makes a name."""
    assert tagger.find(text) == ()


def test_invisible_marks_are_no_part_of_a_name(tagger: Tagger) -> None:
    """Direction marks and line ends of any kind beside a name stay outside it."""
    assert _ids(tagger.find("\u200fبوتين\u200f\r\nموسكو")) == [("بوتين", "per:vladimir-putin"), ("موسكو", "loc:moscow")]


@pytest.mark.parametrize("text", ["", "\n\n", "و", "ـ", "🙂", "a" * 5000])
def test_texts_without_names(tagger: Tagger, text: str) -> None:
    """Nothing is found in nothing, and nothing breaks."""
    assert tagger.find(text) == ()


def test_glued_words_are_parted(tagger: Tagger) -> None:
    """A word that a scraper glued behind ta marbuta does not hide the name after it."""
    assert ("بوتين", "per:vladimir-putin") in _ids(tagger.find("اتصالات أمريكية روسيةوأشار بوتين إلى ذلك"))
