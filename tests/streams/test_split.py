"""Split: one page taken apart into its articles and the headlines that each carries."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from schemas import identity
from schemas.articles import CleanArticle, SplitArticle
from schemas.headlines import HeadlineRole
from streams.stages.clean import clean
from streams.stages.errors import StageError
from streams.stages.split import sightings, split
from streams.text.fold import headline_id
from streams.text.sites import load_rules
from tests.raws import raw_article

LATER = datetime(2025, 12, 1, tzinfo=UTC)
COPIED = {"captured_at": LATER, "paths": ("a.txt", "b.txt"), "path_count": 2, "supersedes": ("0" * 32,)}

PAGE = """\
افتتاح جسر جديد على نهر دجلة في الموصل
تاريخ النشر: 14th, May 2025 GMT
الموصل (وكالات)
أخبار ذات صلةافتتحت محافظة نينوى، الأربعاء، جسرا جديدا على نهر دجلة يربط جانبي مدينة الموصل القديمة.
وقال المحافظ إن الجسر نفذ بأيد عراقية خلال 18 شهرا.
المصدر: واع
كلمات دلالية: الموصل دجلة
إقرأ أيضاً:
أمانة بغداد تباشر تبليط شوارع الأعظمية
بغداد (واع)
باشرت أمانة بغداد حملة لتبليط شوارع الأعظمية بعد إنجاز شبكات المجاري فيها.
أخبار قد تهمك إنارة حدائق أبو نواس بالطاقة الشمسية \
20 أبريل 2025 - 11:04 مساءً صيانة جسر الأئمة 18 أبريل 2025 - 9:30 صباحاً\
وأوضح مدير الدائرة أن العمل يستمر ليلا لتجنب الازدحام.
الأناضول
مقالات مشابهة
  • أمانة بغداد تباشر تبليط شوارع الأعظمية
  • البصرة تفتتح أطول نفق للمشاة
"""


def articles(text: str) -> tuple[SplitArticle, ...]:
    return split(clean(raw_article(text, **COPIED), load_rules()))


def test_the_main_article_comes_first_and_names_its_embedded_ones() -> None:
    """The page becomes a main article and an embedded one, linked both ways."""
    main, embedded = articles(PAGE)
    assert (main.parent_id, main.root_id) == (None, main.article_id)
    assert main.embedded_ids == (embedded.article_id,)
    assert (embedded.parent_id, embedded.root_id) == (main.article_id, main.article_id)
    assert embedded.supersedes == ()
    assert embedded.paths == main.paths


def test_each_article_has_its_own_text_and_facts() -> None:
    """Neither body holds a word of the other, nor of the boxes; glued words stay, their markers go."""
    main, embedded = articles(PAGE)
    assert main.body == (
        "افتتحت محافظة نينوى، الأربعاء، جسرا جديدا على نهر دجلة يربط جانبي مدينة الموصل القديمة.\n"
        "وقال المحافظ إن الجسر نفذ بأيد عراقية خلال 18 شهرا."
    )
    assert embedded.body == (
        "باشرت أمانة بغداد حملة لتبليط شوارع الأعظمية بعد إنجاز شبكات المجاري فيها.\n"
        "وأوضح مدير الدائرة أن العمل يستمر ليلا لتجنب الازدحام."
    )
    assert (embedded.facts.title, embedded.facts.dateline) == ("أمانة بغداد تباشر تبليط شوارع الأعظمية", "بغداد (واع)")
    assert (main.facts.source, embedded.facts.source) == ("واع", "الأناضول")


def test_headlines_keep_the_dates_printed_beside_them() -> None:
    """A date behind a headline is its date, bullets are no part of it; a closing list is the main article's."""
    found = [(head.text, head.date) for article in articles(PAGE) for head in article.related_headlines]
    assert found == [
        ("أمانة بغداد تباشر تبليط شوارع الأعظمية", None),
        ("البصرة تفتتح أطول نفق للمشاة", None),
        ("إنارة حدائق أبو نواس بالطاقة الشمسية", "2025-04-20T23:04"),
        ("صيانة جسر الأئمة", "2025-04-18T09:30"),
    ]


def test_a_date_in_front_of_each_headline_is_its_date() -> None:
    """Where a box begins with a date, the dates stand before their headlines."""
    (article,) = articles(
        "أعلنت الوزارة أن العمل في الطريق الدائري ينتهي قبل نهاية العام الجاري.\n"
        "آخر الأخبار\n10-06-2024 | 08:15\nالبلدية تزرع ألف شجرة في الحي\n11-06-2024 | 07:00\nإغلاق جسر المشاة للصيانة\n"
    )
    assert [head.date for head in article.related_headlines] == ["2024-06-10T08:15", "2024-06-11T07:00"]


def test_sightings_are_the_title_and_each_headline_once() -> None:
    """An article tells of its title first, then of its related headlines, none twice in one role."""
    main, embedded = articles(PAGE)
    told = sightings(main)
    assert [(one.role, one.text) for one in told][:1] == [(HeadlineRole.TITLE, main.facts.title)]
    assert told[0].headline_id == headline_id(main.facts.title or "")
    assert (told[0].date, told[0].source) == ("2025-05-14", "واع")
    for article in (main, embedded):
        keys = [(one.headline_id, one.role) for one in sightings(article)]
        assert len(keys) == len(set(keys))
        assert {one.article_id for one in sightings(article)} == {article.article_id}


def test_an_article_without_title_tells_of_no_title() -> None:
    """No title, no title sighting, no headline id."""
    (article,) = articles("قال الوزير إن العمل مستمر في جميع المواقع حتى نهاية العام الجاري.")
    assert article.headline_id is None
    assert sightings(article) == ()


def test_the_same_page_gives_the_same_ids() -> None:
    """Ids come from the content alone, so a replay writes the same documents."""
    assert [one.article_id for one in articles(PAGE)] == [one.article_id for one in articles(PAGE)]
    assert articles(PAGE)[1].article_id == identity.embedded_id(
        articles(PAGE)[0].article_id, "أمانة بغداد تباشر تبليط شوارع الأعظمية", articles(PAGE)[1].body
    )


@given(
    st.lists(st.sampled_from([*PAGE.splitlines(), "اقرأ أيضا: خبر قصير عن النهر", "الأكثر قراءة", ""])).map("\n".join)
)
def test_any_mixture_of_lines_is_split(text: str) -> None:
    """Whatever order the lines come in, split gives articles with text, and valid messages."""
    try:
        page = clean(raw_article(text, **COPIED), load_rules())
        found = split(page)
    except StageError:
        return
    assert all(article.body for article in found)
    assert len({article.article_id for article in found}) == len(found)
    assert CleanArticle.model_validate_json(page.model_dump_json()) == page
    for article in found:
        assert SplitArticle.model_validate_json(article.model_dump_json()) == article
        assert all(one.captured_at == LATER for one in sightings(article))


def test_a_listed_headline_keeps_the_word_it_begins_with() -> None:
    """`شاهد:` in front of a listed headline belongs to it; alone in mid-story it is a marker."""
    story = "أعلنت الوزارة أن العمل في الطريق الدائري ينتهي قبل نهاية العام الجاري."
    (article,) = articles(f"{story}\nأخبار ذات صلة\nالبلدية تزرع ألف شجرة في الحي\nشاهد: إنارة جسر المشاة\n")
    assert [head.text for head in article.related_headlines] == [
        "البلدية تزرع ألف شجرة في الحي",
        "شاهد: إنارة جسر المشاة",
    ]
    (article,) = articles(f"{story}\nشاهد: إنارة جسر المشاة\nوأضافت أن الإنارة تعمل بالطاقة الشمسية.\n")
    assert [head.text for head in article.related_headlines] == ["إنارة جسر المشاة"]


def test_glued_sentences_are_paragraphs_of_the_body() -> None:
    """What was glued stands on lines of its own; wide blanks inside a paragraph part nothing."""
    (article,) = articles(
        "أعلنت الوزارة أن العمل ينتهي  قبل نهاية العام الجاري.وأوضح الوزير أن الميزانية كافية.\n"
        "خطة العام المقبلوأشار إلى أن الطريق سيضاء بالطاقة الشمسية من أوله إلى آخره.\n"
    )
    assert article.body.split("\n") == [
        "أعلنت الوزارة أن العمل ينتهي  قبل نهاية العام الجاري.",
        "وأوضح الوزير أن الميزانية كافية.",
        "خطة العام المقبل",
        "وأشار إلى أن الطريق سيضاء بالطاقة الشمسية من أوله إلى آخره.",
    ]
