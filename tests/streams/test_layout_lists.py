"""Lists of headlines and what only looks like one: dialogues, timelines, numbered headings, furniture of the page."""

from __future__ import annotations

import pytest

from schemas.spans import Label
from streams.text.layout import read_layout
from streams.text.markers import finder_of
from streams.text.page import Page
from streams.text.sites import GENERIC, load_rules
from streams.text.spans import spans_of

HEAD = ("بلدية الميناء تفتتح سوق السمك الجديد", "3 مارس 2020")
STORY = (
    "افتتحت بلدية الميناء، صباح اليوم، سوق السمك الجديد بعد عامين من أعمال البناء والتجهيز.",
    "وقال رئيس البلدية إن السوق يضم ستين محلا ومعملا للثلج ومرسى صغيرا للقوارب.",
)


def read(*lines: str) -> dict[Label, list[str]]:
    """Label a page: the texts of each label."""
    text = "\n".join((*HEAD, *STORY, *lines))
    page: Page = read_layout(text, finder_of(load_rules(), GENERIC), None)
    found: dict[Label, list[str]] = {}
    for span in spans_of(page):
        found.setdefault(span.label, []).append(text[span.start : span.end])
    return found


@pytest.mark.parametrize(
    "lines",
    [
        ("س: متى يبدأ العمل في المرحلة الثانية؟", "ج: قبل نهاية الصيف", "س: ومن يمولها؟", "ج: صندوق البلديات"),
        ("12': هدف أول من ركلة حرة مباشرة", "77': هدف التعادل برأسية الظهير"),
        ("أولا: يفتح السوق عند الخامسة فجرا", "ثانيا: يمنع دخول الشاحنات بعد الظهر"),
        ("2001", "وضع حجر الأساس.", "4 مايو 2009", "توقف الأعمال", "8 يونيو 2018", "استؤنف البناء بمنحة جديدة."),
    ],
)
def test_lines_of_the_story_are_no_headlines(lines: tuple[str, ...]) -> None:
    """Dialogue, match minutes, articles of a decree and a timeline stay in the story."""
    found = read(*lines)
    assert Label.RELATED_HEADLINE not in found
    assert "\n".join(found[Label.BODY]).count("\n") == len(STORY) + len(lines) - 1


def test_an_inline_marker_closes_with_its_line() -> None:
    """The numbered heading below it is the story's."""
    found = read(
        "اقرأ أيضا: وصول أول باخرة سياحية إلى الميناء",
        "3. مواقف السيارات",
        "تتسع الساحة الخلفية لمئتي سيارة في اليوم الواحد.",
    )
    assert found[Label.RELATED_HEADLINE] == ["وصول أول باخرة سياحية إلى الميناء"]
    assert "3. مواقف السيارات" in found[Label.BODY]


@pytest.mark.parametrize(
    "line",
    [
        "وكتب على اللافتة عند المدخل: «اقرأ أيضا». العبارة أضحكت الصيادين والزوار.",
        "اقرأ أيضا، يقول بائع الكتب لزبائنه، ولا تكتف بالعناوين وحدها.",
    ],
)
def test_marker_words_that_are_spoken_of_open_nothing(line: str) -> None:
    """In quotation marks or before a comma they are words of the story."""
    found = read(line)
    assert line in found[Label.BODY]
    assert Label.RELATED_MARKER not in found


@pytest.mark.parametrize("label", ["مقالات أخرى من قسم الاقتصاد", "المزيد في أخبار الميناء", "في نفس السياق"])
def test_a_label_may_name_its_section(label: str) -> None:
    """The rest of the label is no headline."""
    found = read(label, "ارتفاع أسعار الوقود البحري", "قوارب جديدة لخفر السواحل")
    assert found[Label.RELATED_HEADLINE] == ["ارتفاع أسعار الوقود البحري", "قوارب جديدة لخفر السواحل"]


def test_dates_in_brackets_are_not_of_the_headline() -> None:
    """They are dates beside it."""
    found = read("أخبار ذات صلة", "ترميم المنارة القديمة (01-02-2020)", "معرض للقوارب الخشبية (15-01-2020)")
    assert found[Label.RELATED_HEADLINE] == ["ترميم المنارة القديمة", "معرض للقوارب الخشبية"]
    assert len(found[Label.RELATED_DATE]) == 2


def test_numbers_count_as_list_marks_only_in_order() -> None:
    """`6 أنواع` begins a headline, `1 …` and `2 …` number them."""
    single = read("شاهد أيضا", "6 أنواع من السمك تباع في الشتاء", "كيف تعرف السمك الطازج؟")
    assert single[Label.RELATED_HEADLINE][0] == "6 أنواع من السمك تباع في الشتاء"
    numbered = read("الأكثر قراءة", "1 غلق الطريق الساحلي", "2 عاصفة رملية في الجنوب")
    assert numbered[Label.RELATED_HEADLINE] == ["غلق الطريق الساحلي", "عاصفة رملية في الجنوب"]


def test_section_names_before_bars_are_list_marks() -> None:
    """Where two lines of a list have them."""
    found = read("مواضيع متعلقة", "اقتصاد | أسعار السمك تتراجع في المزاد", "سياحة | رحلات بحرية مجانية للأطفال")
    assert found[Label.RELATED_HEADLINE] == ["أسعار السمك تتراجع في المزاد", "رحلات بحرية مجانية للأطفال"]


def test_teasers_under_headlines_are_left_out() -> None:
    """A list whose headlines have a paragraph and a link under each ends the page without leaking into the story."""
    found = read(
        "مواضيع ذات صلة",
        "الصيادون يطالبون بدعم الوقود",
        "طالب الصيادون الحكومة بدعم الوقود وتخفيض رسوم المرسى قبل بداية الموسم.",
        "اقرأ المزيد",
        "غواصون ينظفون قاع الميناء",
        "نظف غواصون متطوعون قاع الميناء من الشباك القديمة والإطارات في يوم واحد.",
        "اقرأ المزيد",
    )
    assert found[Label.RELATED_HEADLINE] == ["الصيادون يطالبون بدعم الوقود", "غواصون ينظفون قاع الميناء"]
    assert found[Label.BODY] == list(STORY)


@pytest.mark.parametrize(
    "line",
    [
        "اضغط للمشاركة على تويتر (فتح في نافذة جديدة)",
        "نستخدم ملفات تعريف الارتباط لتحسين الموقع",
        "أبلغ عن إعلان مخالف في هذه الصفحة",
        "تخطي إلى الجزء التالي من الصفحة",
        "احفظ اسمي وبريدي في هذا المتصفح للمرة القادمة",
    ],
)
def test_furniture_is_neither_story_nor_headline(line: str) -> None:
    """Share links, cookie notices and comment forms speak to the reader."""
    found = read(line, line)
    assert found[Label.BODY] == list(STORY)
    assert Label.RELATED_HEADLINE not in found


def test_numbered_comments_are_no_headlines() -> None:
    """A number, a reader's name and a date over each tell that what stands below is a comment, without a label too."""
    first, second = "شكرا لكم على فتح السوق قبل العيد", "متى تفتحون سوق الخضار القديم يا جماعة"
    found = read("2", "1 - زائر", "3 مارس 2020 - 13:22", first, "2 - ولد البلاد", "3 مارس 2020 - 14:01", second)
    assert Label.RELATED_HEADLINE not in found
    assert {first, second} <= set(found[Label.JUNK])


def test_a_notice_of_an_advertisement_is_not_the_story() -> None:
    """That the text goes on below an advertisement is said by the site."""
    found = read("تابع القراءة أسفل الإعلان", "وأوضح أن المحال توزع بالقرعة بين الصيادين المسجلين في الجمعية.")
    assert found[Label.JUNK] == ["تابع القراءة أسفل الإعلان"]
