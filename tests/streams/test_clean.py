"""Clean: every character labelled, facts lifted, on any input."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.articles import CleanArticle
from schemas.rejects import Reason
from schemas.spans import Label
from streams.stages.clean import clean
from streams.stages.errors import StageError
from streams.text.sites import load_rules
from tests.raws import raw_article

LATER = datetime(2025, 12, 1, tzinfo=UTC)

LINES = st.sampled_from(
    [
        "اقرأ أيضاً:", "أخبار ذات صلة", "المصدر: وكالات", "كلمات دلالية: مصر النيل", "الأكثر قراءة", "شارك", "التعليقات",
        "  • وزير الري يتفقد القناطر الخيرية", "12 مارس 2025 - 10:15 صباحا", "القاهرة (أ ش أ)",
        "(اقرأ أيضا: خبر آخر قصير)",
        "أعلنت وزارة الري، اليوم الأربعاء، أن منسوب المياه في بحيرة ناصر بلغ أعلى مستوى منذ عشر سنوات.",
        "وأضافت الوزارة أن القناطر تعمل بكامل طاقتها.وأوضحت أن الصيانة انتهت",
        "أخبار ذات صلةأعلن الوزير عن مشروع جديد في الدلتا.",
        "خبر   ثم   خبر", "قَالَ الوَزِيرُ", "\u202bنص\u202c", "#وسم #آخر", "", " ", "...",
    ]
)  # fmt: skip
CONTROLS = st.text(st.sampled_from("\r\n\u2028\u202b\u202c\ufeff\u064b \t\x0b\x1cا.و"))
PAGES = st.one_of(
    CONTROLS, st.text(), st.lists(LINES | st.text(max_size=20)).map("\n".join), st.lists(LINES).map(" ".join)
)


def cleaned(*lines: str) -> CleanArticle:
    return clean(raw_article("\n".join(lines), captured_at=LATER), load_rules())


def labelled(page: CleanArticle, label: Label) -> list[str]:
    return [page.raw.text[span.start : span.end] for span in page.spans if span.label is label]


@pytest.fixture(scope="module", autouse=True)
def _word_lists() -> None:
    """Load every word list before a test is timed: the first page with a date pays for all."""
    cleaned(
        "الرئيسية / مياه / وزير الري يتفقد القناطر الخيرية",
        "12 مارس 2025 - 10:15 صباحا",
        "أعلنت وزارة الري، اليوم الأربعاء، أن منسوب المياه في بحيرة ناصر بلغ أعلى مستوى منذ عشر سنوات.",
        "كلمات دلالية: مصر النيل",
    )


@given(PAGES)
def test_the_spans_joined_are_the_page(text: str) -> None:
    """Every character of any page stands in exactly one span, in order, with a rule."""
    try:
        page = clean(raw_article(text), load_rules())
    except StageError:
        return
    assert "".join(text[span.start : span.end] for span in page.spans) == text
    assert all(one.end == two.start for one, two in zip(page.spans, page.spans[1:], strict=False))
    assert page.spans[0].start == 0
    assert page.spans[-1].end == len(text)
    assert all(span.rule and span.start < span.end for span in page.spans)


def test_a_page_is_read_alike_each_time() -> None:
    """Clean is a function: the same page gives the same spans and facts."""
    lines = ("عنوان الخبر عن الري في مصر", "أعلنت وزارة الري أن منسوب النهر ارتفع مترا كاملا هذا الأسبوع.")
    assert cleaned(*lines) == cleaned(*lines)


def test_facts_are_what_the_page_prints() -> None:
    """Title, date with zone, dateline, byline, source and keywords are read off their lines."""
    page = cleaned(
        "ارتفاع منسوب النيل في الخرطوم مع بدء موسم الفيضان",
        "تاريخ النشر: 3 أغسطس 2025 - 14:05 بتوقيت مكة",
        "كتب: حسن الطيب",
        "الخرطوم (وكالات)",
        "ارتفع منسوب النيل الأزرق في الخرطوم، الأحد، بمقدار 30 سنتيمترا خلال يوم واحد.",
        "وقال مهندس الري عمر عثمان إن الوضع تحت السيطرة في جميع المحطات.",
        "المصدر: سونا",
        "كلمات دلالية: النيل، الخرطوم، الفيضان",
    )
    facts = page.facts
    assert facts.title == "ارتفاع منسوب النيل في الخرطوم مع بدء موسم الفيضان"
    assert (facts.published, facts.published_zone) == ("2025-08-03T14:05", "+03:00")
    assert facts.dateline == "الخرطوم (وكالات)"
    assert facts.authors == ("حسن الطيب",)
    assert facts.source == "سونا"
    assert facts.keywords == ("النيل", "الخرطوم", "الفيضان")


def test_facts_not_printed_are_null() -> None:
    """A page of bare paragraphs has no title, date, source or keywords."""
    facts = cleaned(
        "قال وزير الصحة، اليوم، إن الوزارة استلمت الدفعة الأولى من لقاحات الإنفلونزا الموسمية.",
        "وأضاف أن التطعيم يبدأ الأسبوع المقبل في المراكز الصحية كافة.",
    ).facts
    assert (facts.title, facts.published, facts.source, facts.dateline) == (None, None, None, None)
    assert facts.keywords == ()


def test_a_quoted_source_is_no_source() -> None:
    """«وقال المصدر:» is a sentence of the story, not a label."""
    page = cleaned(
        "مصدر أمني ينفي إغلاق الجسر",
        "نفى مصدر أمني ما تردد عن إغلاق جسر الجمهورية أمام حركة السير مساء اليوم.",
        "وقال المصدر: إن الجسر مفتوح في الاتجاهين وإن الصيانة انتهت أمس.",
        "المصدر: إن أضيفت نقطتان بلا قول فهي تسمية، وهذه الجملة أطول من أن تكون اسما لموقع إخباري واحد معروف.",
    )
    assert page.facts.source is None or not page.facts.source.startswith("وقال")
    assert "وقال المصدر: إن الجسر مفتوح في الاتجاهين وإن الصيانة انتهت أمس." in labelled(page, Label.BODY)


def test_a_news_flash_is_body() -> None:
    """A page of one short line is an article without a title."""
    page = cleaned("زلزال بقوة خمس درجات يضرب بحر إيجه")
    assert page.facts.title is None
    assert labelled(page, Label.BODY) == ["زلزال بقوة خمس درجات يضرب بحر إيجه"]


@pytest.mark.parametrize("text", ["", "   \n ", "شارك\nنسخ الرابط", "...", "\u202b\u202c", "12 مارس 2025"])
def test_a_page_without_text_is_hopeless(text: str) -> None:
    """A page of nothing but furniture is rejected with `no_text`."""
    with pytest.raises(StageError) as caught:
        clean(raw_article(text), load_rules())
    assert caught.value.reason is Reason.NO_TEXT


def test_the_rules_version_is_on_the_page() -> None:
    """Each page names the version of the rules that read it."""
    assert cleaned("قال الوزير إن العمل مستمر في جميع المواقع حتى نهاية العام.").rules_version == load_rules().version
