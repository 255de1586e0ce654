"""Tags: labels of every style, tags without a label, and what only looks like them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from schemas.articles import Facts, RawArticle
from streams.stages.clean import clean
from streams.text.sites import load_rules

HEAD = "صفاقس تفتتح مكتبة عمومية للأطفال\n12 فبراير 2024\n"
STORY = (
    "افتتحت بلدية صفاقس، اليوم الاثنين، مكتبة عمومية للأطفال في المدينة العتيقة بعد عامين من الترميم.\n"
    "وقالت مديرة المكتبة إن وزارة الثقافة قدمت سبعة آلاف كتاب.\n"
)
END = "مواضيع ذات صلة\nانطلاق معرض الكتاب في سوسة بمشاركة عربية\nترميم المسرح البلدي في بنزرت قبل الصيف\n"
TAGS = ("صفاقس", "وزارة الثقافة", "المكتبة")


def facts(text: str) -> Facts:
    raw = RawArticle.model_construct(text=text, captured_at=datetime(2026, 1, 1, tzinfo=UTC))
    return clean(raw, load_rules()).facts


@pytest.mark.parametrize(
    "printed",
    [
        "الوسوم: صفاقس، وزارة الثقافة، المكتبة",
        "موسوم صفاقس, وزارة الثقافة, المكتبة",
        "الكلمات الأساسية: صفاقس | وزارة الثقافة | المكتبة",
        "Tags\nصفاقس\nوزارة الثقافة\nالمكتبة",
        "كلمات مفتاحية\n#صفاقس\n#وزارة الثقافة\n#المكتبة",
        "#صفاقس#وزارة الثقافة#المكتبة",
        "الوسوم\nصفاقس (41) وزارة الثقافة (7) المكتبة (3)",
        "المصدر: وات\nصفاقس - وزارة الثقافة - المكتبة",
        "صوت المدينة على واتساب\nفي هذا الخبر\nصفاقس\nوزارة الثقافة\nالمكتبة",
        "حول هذه القصة: صفاقس - وزارة الثقافة - المكتبة",
        "and tagged\nصفاقس, وزارة الثقافة, المكتبة",
        "مواضيع ذات صلة:\nصفاقس\nوزارة الثقافة\nالمكتبة",
        "صفاقس\nوزارة الثقافة\nالمكتبة",
        "شارك\nفيسبوك\nصفاقس\nوزارة الثقافة\nالمكتبة",
        "صفاقس\tوزارة الثقافة\tالمكتبة",
    ],
)
def test_tags_are_read_however_they_are_printed(printed: str) -> None:
    """A label of any style, hashtags, or three phrases that the article says, right behind it."""
    assert facts(f"{HEAD}{STORY}{printed}\n{END}").keywords == TAGS


@pytest.mark.parametrize(
    "printed",
    [
        "وتضم المجموعة:\nصفاقس\nوزارة الثقافة\nالمكتبة",
        "صفاقس\nسوسة\nبنزرت",
        "وأطلق القراء وسم: المكتبة للجميع.",
    ],
)
def test_other_short_lines_are_no_tags(printed: str) -> None:
    """A list that the story announces, names that it does not say, and a sentence about a hashtag stay out."""
    assert facts(f"{HEAD}{STORY}{printed}\n{END}").keywords == ()


def test_tags_in_mid_line_end_at_the_next_box() -> None:
    """On a page of one line the list of tags ends where the box of links begins."""
    line = f"{HEAD}{STORY} الكلمات المفتاحية: صفاقس، المكتبة مواضيع قد تهمك معرض الكتاب في سوسة".replace("\n", " ")
    assert facts(line).keywords == ("صفاقس", "المكتبة")


@pytest.mark.parametrize(
    ("first", "title"),
    [
        ("الرئيسية / ثقافة / صفاقس تفتتح مكتبة للأطفال", "صفاقس تفتتح مكتبة للأطفال"),
        ("الرئيسية ثقافةإطلاق مكتبة عمومية في صفاقس", "إطلاق مكتبة عمومية في صفاقس"),
        ("صفاقس تفتتح مكتبة للأطفال | صحيفة الساحل", "صفاقس تفتتح مكتبة للأطفال"),
        ("صفاقس تفتتح مكتبة للأطفال - موقع الساحل الثقافي", "صفاقس تفتتح مكتبة للأطفال"),
        ("«للصغار أولا».. صفاقس تفتتح مكتبة\nبعد عامين من ترميم المدينة العتيقة", "«للصغار أولا».. صفاقس تفتتح مكتبة"),
        ("أسعار الكتب في صفاقس اليوم 12-2-2024", "أسعار الكتب في صفاقس اليوم 12-2-2024"),
    ],
)
def test_the_title_leaves_what_is_wrapped_around_it(first: str, title: str) -> None:
    """Breadcrumbs, the site's name and the deck are cut off; the title's own date stays."""
    assert facts(f"{first}\n12 فبراير 2024\n{STORY}").title == title


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("الأحد 05-09-2021 17:20 | سمير الطيب | عدد القراء: 512", "2021-09-05T17:20"),
        ("صحيفة الساحل - العدد 2214 - السنة التاسعة - الخميس 16 تشرين الثاني 2006 - محليات", "2006-11-16"),
        ("11-28-2012 08:05 PM", "2012-11-28T20:05"),
        ("آخر تحديث: 15 أبريل 2024\nنشر: 14 أبريل 2024", "2024-04-14"),
    ],
)
def test_the_date_is_read_beside_names_and_counters(line: str, published: str) -> None:
    """What stands beside the date hides it not, and an update is not the publication."""
    assert facts(f"صفاقس تفتتح مكتبة عمومية للأطفال\n{line}\n{STORY}").published == published


def test_a_date_glued_to_the_story_is_cut_off() -> None:
    """The date before the first word is the page's, the word the story's."""
    assert facts(f"صفاقس تفتتح مكتبة عمومية للأطفال\n15 يوليو 2021{STORY}").published == "2021-07-15"


@pytest.mark.parametrize(
    ("line", "source"),
    [("المصدر رويترز", "رويترز"), ("نقلا عن وكالة الأناضول", "وكالة الأناضول"), ("المصدر طلب عدم ذكر اسمه.", None)],
)
def test_a_source_needs_no_colon(line: str, source: str | None) -> None:
    """A known name behind the label is the source; a sentence about one is not."""
    assert facts(f"{HEAD}{STORY}{line}\n{END}").source == source


def test_a_reprint_names_its_newspaper() -> None:
    """An aggregator prints the newspaper on its date line."""
    read = facts(f"صفاقس تفتتح مكتبة عمومية للأطفال\nنشر في الساحل يوم 21 - 06 - 2012\n{STORY}")
    assert (read.source, read.published) == ("الساحل", "2012-06-21")


def test_a_row_of_a_table_is_title_and_text() -> None:
    """A page saved as `title,"text"` has both."""
    row = 'صفاقس تفتتح مكتبة عمومية للأطفال,"' + STORY.replace("\n", " ").strip() + '"'
    assert facts(row).title == "صفاقس تفتتح مكتبة عمومية للأطفال"


def test_a_hashtag_stays_as_printed() -> None:
    """The sign before it goes, the lines between its words stay."""
    assert facts(f"{HEAD}{STORY}#صفاقس #وزارة_الثقافة\n{END}").keywords == ("صفاقس", "وزارة_الثقافة")


def test_hashtags_between_date_and_story_are_tags() -> None:
    """A line of hashtags under the title is no dateline."""
    found = facts(f"{HEAD}#صفاقس #المكتبة\n{STORY}{END}")
    assert (found.keywords, found.dateline) == (("صفاقس", "المكتبة"), None)


@pytest.mark.parametrize(
    "below", ["شارك برأيك", "الأخبار الثقافية\nعودة ليالي المتحف في سوسة\nمعرض للخط في المهدية غدا"]
)
def test_tags_end_where_the_site_goes_on(below: str) -> None:
    """A site's own line under the tags, or the label of a list of headlines, takes no tag away and adds none."""
    assert facts(f"{HEAD}{STORY}وسوم\nصفاقس\nوزارة الثقافة\nالمكتبة\n{below}\n").keywords == TAGS


@pytest.mark.parametrize(
    "rest",
    ["الطقس\nصفاقس 18\nسوسة 19\nتونس 17", "سياسة\nجهات\nثقافة\nرياضة", "كريم\nشكرا للبلدية\nسامية"],
)
def test_rests_that_the_story_does_not_say_are_no_tags(rest: str) -> None:
    """A weather box, names of sections and comments behind the foot of the page stay what they are."""
    assert facts(f"{HEAD}{STORY}جميع الحقوق محفوظة\n{rest}\n").keywords == ()
