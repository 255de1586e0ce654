"""Embedded articles that only a date or a dateline of their own opens, and facts that stand a line away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.articles import Facts, RawArticle
from schemas.spans import Label
from streams.stages.clean import clean
from streams.text.sites import load_rules

HEAD = "بلدية نزوى ترمم سوق الحرفيين القديم\n3 مارس 2024\n"
STORY = (
    "بدأت بلدية نزوى، اليوم الأحد، ترميم سوق الحرفيين القديم على أن ينتهي العمل قبل الخريف.\n"
    "وقال مدير البلدية إن التجار سينتقلون إلى ساحة مجاورة خلال ستة أشهر.\n"
)
SECOND = (
    "رياح قوية تغلق ميناء صحار أمام السفن\n",
    "1 مارس 2024\n",
    "أغلقت رياح قوية ميناء صحار أمام السفن الصغيرة، بحسب ما أعلنت إدارة الميناء مساء الجمعة.\n",
)


def read(text: str) -> tuple[Facts, str | None]:
    """Read a page: the facts of its main article, and the title of the embedded one."""
    article = clean(RawArticle.model_construct(text=text, captured_at=datetime(2026, 1, 1, tzinfo=UTC)), load_rules())
    titles = [text[span.start : span.end] for span in article.spans if span.label is Label.RELATED_TITLE]
    return article.facts, titles[0] if titles else None


@pytest.mark.parametrize("before", ["", "شارك\n", "خبر آخر\n"])
def test_a_title_over_its_own_date_opens_an_article(before: str) -> None:
    """The paragraph below says the title again, and the story before it has ended."""
    facts, title = read(HEAD + STORY + before + "".join(SECOND))
    assert title == SECOND[0].strip()
    assert facts.published == "2024-03-03"


@pytest.mark.parametrize(
    "stretch",
    [
        "افتتاح السوق الأول\n5 مايو 1970\nاستقبل السوق في عامه الأول خمسين حرفيا من صاغة الفضة وصناع الخناجر.\n",
        SECOND[0] + SECOND[1] + "وأضاف المدير أن كلفة الترميم بلغت مليون ريال عماني، تدفعها الوزارة على مرحلتين.\n",
        SECOND[0] + SECOND[1] + "تشمل الخطة رصف الأزقة وتغيير الأسقف الخشبية التي أتلفتها الأمطار في العام الماضي.\n",
    ],
    ids=["another-subject", "goes-on", "says-nothing-of-it"],
)
def test_a_date_under_a_line_in_the_story_opens_nothing(stretch: str) -> None:
    """Stages of a chronicle and links between paragraphs have dates as well."""
    assert read(HEAD + STORY + stretch + STORY)[1] is None


def test_a_dateline_under_a_listed_headline_opens_an_article() -> None:
    """No story goes on with a place and an agency after a list."""
    page = HEAD + STORY + "مواضيع ذات صلة\n" + SECOND[0] + "صحار - العمانية للأنباء\n" + SECOND[2]
    assert read(page)[1] == SECOND[0].strip()


def test_a_source_may_stand_under_its_label() -> None:
    """Before the story as behind it, a colon says that a name comes."""
    assert read(HEAD + "المصدر:\nمسقط - الشبيبة\n" + STORY)[0].source == "مسقط - الشبيبة"


def test_the_printed_day_goes_before_how_long_ago() -> None:
    """How long ago it was depends on when the page was fetched."""
    title, day = HEAD.splitlines()
    assert read(f"{title}\nمنذ 3 ساعات\n{day}\n{STORY}")[0].published == "2024-03-03"
    assert read(f"{title}\nمنذ 3 ساعات\n{STORY}")[0].published == "2025-12-31T21:00"


def test_a_title_that_breadcrumbs_cut_short_is_read_in_full() -> None:
    """The line below begins with the last of the breadcrumbs and goes on."""
    title, day = HEAD.splitlines()
    crumbs = "الرئيسية » محليات » بلدية نزوى ترمم سوق الحرفيين\n"
    assert read(f"{crumbs}{title}\n{day}\n{STORY}")[0].title == title


def test_the_last_tag_of_a_column_may_be_said_behind_a_preposition() -> None:
    """`لنزوى` says the tag `نزوى`; a tag that a line of the head prints stays whole."""
    story = STORY + "وخصصت الوزارة لظفار منحة مماثلة لترميم أسواقها في صلالة ومرباط خلال العام المقبل.\n"
    page = HEAD + story + "الكلمات المفتاحية: بلدية نزوى\nسوق الحرفيين\nظفار\nالأكثر قراءة\nأمطار على الجبل الأخضر\n"
    assert read(page)[0].keywords == ("بلدية نزوى", "سوق الحرفيين", "ظفار")
    assert read(f"{HEAD}سالم المحروقي\n{STORY}كلمات مفتاحية\nسالم المحروقي\n")[0].keywords == ("سالم المحروقي",)


def test_a_title_over_its_own_dateline_opens_an_article() -> None:
    """Behind a story that has ended, a line and the dateline under it are the head of what the paragraph tells."""
    assert read(HEAD + STORY + SECOND[0] + "صحار - وكالات\n" + SECOND[2])[1] == SECOND[0].strip()


@pytest.mark.parametrize(
    "stretch",
    [
        SECOND[0]
        + "صحار - وكالات\n"
        + "وأضاف المدير أن كلفة الترميم بلغت مليون ريال عماني، تدفعها الوزارة على مرحلتين.\n",
        "تفاصيل خطة الترميم\nمن 2024 - إلى 2026\n" + SECOND[2],
    ],
    ids=["goes-on", "says-nothing-of-it"],
)
def test_a_dateline_under_a_line_in_the_story_opens_nothing(stretch: str) -> None:
    """The story goes on below it, or the paragraph does not say the line again."""
    assert read(HEAD + STORY + stretch)[1] is None


def test_a_dated_article_may_follow_an_embedded_one() -> None:
    """The second one opens as the first did, though the page's own story ended before."""
    third = SECOND[0].replace("صحار", "الدقم") + SECOND[1] + SECOND[2].replace("صحار", "الدقم")
    text = HEAD + STORY + "".join(SECOND) + third
    article = clean(RawArticle.model_construct(text=text, captured_at=datetime(2026, 1, 1, tzinfo=UTC)), load_rules())
    assert [span.article for span in article.spans if span.label is Label.RELATED_TITLE] == [1, 2]


def test_what_a_company_tells_of_itself_is_no_article() -> None:
    """Behind the end of its news, `نبذة عن …` opens what is printed under all of them."""
    about = "-انتهى-\nنبذة عن بلدية نزوى\nتأسست بلدية نزوى عام 1980 وهي من أقدم بلديات السلطنة وأكثرها سكانا.\n"
    assert read(HEAD + STORY + about)[1] is None
