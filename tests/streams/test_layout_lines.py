"""The layout's single decisions: glue, boxes, run-together lists, unmarked lines, heads and feet."""

from __future__ import annotations

import pytest

from schemas.spans import Label
from streams.text.glue import glued_sentences, is_glued
from streams.text.layout import read_layout
from streams.text.markers import finder_of
from streams.text.pieces import Piece, fold_layout, raw_offset
from streams.text.sites import GENERIC, load_rules

STORY = (
    "أعلنت وزارة الزراعة، اليوم الأحد، بدء موسم حصاد القمح في محافظات الدلتا قبل موعده بأسبوع.",
    "وأوضحت الوزارة أن الإنتاج المتوقع يزيد على عشرة ملايين طن بفضل الأصناف الجديدة.",
    "وأضافت أن الصوامع مستعدة لاستقبال المحصول على مدار الساعة.",
)


def read(*lines: str) -> list[tuple[str, str, str]]:
    """Label a page: (label, rule, text) of each part."""
    text = "\n".join(lines)
    page = read_layout(text, finder_of(load_rules(), GENERIC), None)
    return [(part.label.value if part.label else "", part.rule, text[part.start : part.end]) for part in page.parts]


def texts(parts: list[tuple[str, str, str]], label: Label) -> list[str]:
    return [text for name, _, text in parts if name == label.value]


@pytest.mark.parametrize("verb", ["أعرب", "استقبل", "وقال", "فأكد", "كشفت"])
def test_a_word_glued_to_a_marker_keeps_its_part(verb: str) -> None:
    """The marker goes, the word stays, with or without a teh marbuta to part them."""
    line = f"{verb} الوزير عن ارتياحه لسير العمل في مشروع الصوامع الجديدة بمحافظة البحيرة."
    parts = read(STORY[0], f"أخبار ذات صلة{line}")
    assert texts(parts, Label.RELATED_MARKER) == ["أخبار ذات صلة"]
    assert line in texts(parts, Label.BODY)


@pytest.mark.parametrize("word", ["وكشفية", "المقاولون", "مشاورات", "قالب", "وقالب", "أكدار", "تابعة", "نفوذ"])
def test_words_that_only_begin_like_a_verb_are_not_cut(word: str) -> None:
    """A verb's letters inside a longer word are no verb."""
    assert glued_sentences(fold_layout(f"كلمة{word} أخرى")) == []


@pytest.mark.parametrize("rest", ["اعرب الوزير", "وقال الوزير", "«الوزير»", "12 شخصا"])
def test_what_may_follow_a_marker_without_a_space(rest: str) -> None:
    """A verb, or anything that is no letter."""
    assert is_glued(rest)


def test_sentences_glued_without_a_space_are_paragraphs() -> None:
    """`.وأوضح` begins a paragraph; the characters stay as printed."""
    joined = STORY[0] + STORY[1]
    assert texts(read(joined), Label.BODY) == [STORY[0], STORY[1]]


def test_a_subheading_glued_to_a_sentence_is_parted() -> None:
    """`روسيةوأشار` is the end of a sub-heading and the beginning of a paragraph."""
    parts = read(STORY[0], f"أصناف جديدة{STORY[1]}", STORY[2])
    assert texts(parts, Label.BODY) == [STORY[0], "أصناف جديدة", STORY[1], STORY[2]]


def test_a_box_in_mid_story_ends_where_the_story_goes_on() -> None:
    """Headlines under a marker are related; the sentence that begins with "and" is the story's."""
    heads = ["صوامع جديدة في بني سويف", "أسعار الأسمدة تتراجع للشهر الثالث"]
    parts = read(STORY[0], "أخبار ذات صلة", *heads, *STORY[1:])
    assert texts(parts, Label.RELATED_HEADLINE) == heads
    assert texts(parts, Label.BODY) == list(STORY)


def test_an_inline_marker_takes_its_line_only() -> None:
    """`اقرأ أيضا:` with a headline behind it does not swallow the sub-heading below."""
    parts = read(STORY[0], "اقرأ أيضا: البورصة السلعية تعلن أسعار القمح", "أصناف جديدة", *STORY[1:])
    assert texts(parts, Label.RELATED_HEADLINE) == ["البورصة السلعية تعلن أسعار القمح"]
    assert texts(parts, Label.BODY) == [STORY[0], "أصناف جديدة", *STORY[1:]]


def test_another_article_behind_the_closing_facts_is_embedded() -> None:
    """Title and lead behind the source line are a second article, not a box."""
    parts = read(
        "بدء موسم حصاد القمح في الدلتا",
        *STORY,
        "المصدر: الأهرام",
        "إقرأ أيضاً:",
        "وزير التموين يتفقد صومعة برقاش",
        "تفقد وزير التموين صومعة برقاش بمحافظة الجيزة للتأكد من جاهزيتها لاستقبال القمح.",
        "وقال إن السداد للمزارعين خلال يومين.",
    )
    assert texts(parts, Label.RELATED_TITLE) == ["وزير التموين يتفقد صومعة برقاش"]
    assert len(texts(parts, Label.RELATED_BODY)) == 2
    assert texts(parts, Label.BODY) == list(STORY)


def test_headlines_with_dates_between_them_are_parted() -> None:
    """A line of headlines and dates is cut at the dates, and before the sentence glued to the last."""
    line = "أخبار قد تهمك فتح باب التوريد مبكرا 2 أبريل 2025 - 9:00 صباحاً صرف الأسمدة المدعمة 1 أبريل 2025 - 8:15 مساءً"
    parts = read(STORY[0], line + STORY[1], STORY[2])
    assert texts(parts, Label.RELATED_HEADLINE) == ["فتح باب التوريد مبكرا", "صرف الأسمدة المدعمة"]
    assert texts(parts, Label.RELATED_DATE) == ["2 أبريل 2025 - 9:00 صباحاً", "1 أبريل 2025 - 8:15 مساءً"]
    assert texts(parts, Label.BODY) == list(STORY)


def test_an_unmarked_headline_between_paragraphs_is_found() -> None:
    """A long line about something else, between paragraphs, links to another article, and its rule says so."""
    head = "بعد فوزه بكأس السوبر.. الأهلي يعود إلى التدريبات استعدادا لرحلة المغرب"
    parts = read(*STORY[:2], head, STORY[2])
    assert ("related_headline", "feature.unmarked-headline", head) in parts


def test_a_subheading_stays_in_the_body() -> None:
    """A line that shares its words with the paragraph below it is the story's own."""
    head = "الأصناف الجديدة تزيد الإنتاج المتوقع"
    assert head in texts(read(STORY[0], head, *STORY[1:]), Label.BODY)


def test_what_the_site_says_of_itself_is_no_body() -> None:
    """A paragraph about comments and opinions is the site's, even behind the last paragraph."""
    notice = "الآراء الواردة في التعليقات لا تعبر عن رأي الموقع بل عن أصحابها، وننصح بمراجعة شروط الاستخدام."
    assert texts(read(*STORY, notice), Label.JUNK) == [notice]


def test_a_row_of_links_is_navigation() -> None:
    """Names between bars are links."""
    row = "الرئيسية | سياسة | اقتصاد | رياضة | ثقافة"
    assert texts(read(*STORY, row), Label.NAVIGATION) == [row]


def test_offsets_are_found_behind_dropped_marks() -> None:
    """An offset in the folded copy leads to the same letter of the text, vowel marks and controls apart."""
    text = "\u202bقَالَ\u202c مُحَمَّدٌ"
    folded = fold_layout(text)
    piece = Piece(0, len(text), 0, len(folded), 1)
    assert folded == "قال محمد"
    assert [text[raw_offset(text, piece, at)] for at in (4, 5)] == ["م", "ح"]


def test_a_page_without_line_ends_is_unrolled() -> None:
    """Navigation, title and date are cut off the front of a page that is one line."""
    page = (
        "الرئيسية اقتصاد وزارة الزراعة تعلن بدء موسم الحصاد الأحد 20 أبريل 2025 " + " ".join(STORY) + " المصدر: الأهرام"
    )
    parts = read(page)
    assert texts(parts, Label.TITLE) == ["وزارة الزراعة تعلن بدء موسم الحصاد"]
    assert texts(parts, Label.PUBLISHED) == ["الأحد 20 أبريل 2025"]
    assert " ".join(texts(parts, Label.BODY)) == " ".join(STORY)


def test_headlines_between_bars_are_parted() -> None:
    """Bars and bullets on one line part headlines, and are no part of them."""
    heads = ["صوامع جديدة في محافظة بني سويف", "أسعار الأسمدة تتراجع للشهر الثالث", "فتح باب التوريد أمام المزارعين"]
    for sign in ("|", "•", "*"):
        parts = read(*STORY, f"مواضيع ذات صلة: {f' {sign} '.join(heads)}")
        assert texts(parts, Label.RELATED_HEADLINE) == [heads[0], *(f"{sign} {head}" for head in heads[1:])]


def test_wrapped_headlines_between_double_spaces_are_parted_where_they_begin() -> None:
    """A double space is where a headline begins, or where its line was wrapped; the words tell which."""
    line = "اقرأ أيضاً: وزير الزراعة يفتتح صومعة  جديدة في الفيوم  إيران: ارتفاع أسعار الخبز  يثير احتجاجات في أصفهان"
    assert texts(read(*STORY, line), Label.RELATED_HEADLINE) == [
        "وزير الزراعة يفتتح صومعة  جديدة في الفيوم",
        "إيران: ارتفاع أسعار الخبز  يثير احتجاجات في أصفهان",
    ]


def test_headlines_with_nothing_between_them_are_parted_by_reading() -> None:
    """A run of headlines is cut where headlines begin, and ends at the past verb of the story's lead."""
    line = (
        "مواضيع ذات صلة السيسي: لن نسمح بالمساس بحصة مصر من المياه وزير الري: مخزون السد العالي آمن هذا العام "
        "إثيوبيا تعلن اكتمال الملء الرابع لخزان سد النهضة أعلنت وزارة الري، اليوم الأحد، بدء موسم الفيضان مبكرا."
    )
    parts = read("منسوب النيل يرتفع", line)
    assert texts(parts, Label.BODY) == ["أعلنت وزارة الري، اليوم الأحد، بدء موسم الفيضان مبكرا."]
    assert "وزير الري: مخزون السد العالي آمن هذا العام" in texts(parts, Label.RELATED_HEADLINE)
    assert len(texts(parts, Label.RELATED_HEADLINE)) == 3


def test_a_marker_that_no_rule_knows_is_known_by_its_words() -> None:
    """A line made of nothing but words of markers opens a box; one with other words does not."""
    head = "البورصة السلعية تعلن أسعار القمح المحلي"
    parts = read(STORY[0], "مواضيع لها علاقة بالخبر", head, *STORY[1:])
    assert ("related_marker", "feature.marker-words", "مواضيع لها علاقة بالخبر") in parts
    assert texts(parts, Label.RELATED_HEADLINE) == [head]


def test_an_embedded_article_is_found_behind_an_unknown_marker() -> None:
    """Behind the closing facts, a title and a lead are another article whatever stands over them."""
    parts = read(
        "بدء موسم حصاد القمح في الدلتا",
        *STORY,
        "المصدر: الأهرام",
        "من جعبتنا",
        "وزير التموين يتفقد صومعة برقاش بالجيزة",
        "تفقد وزير التموين صومعة برقاش بمحافظة الجيزة للتأكد من جاهزيتها لاستقبال القمح.",
        "وقال إن السداد للمزارعين خلال يومين من تاريخ التوريد.",
    )
    assert texts(parts, Label.RELATED_TITLE) == ["وزير التموين يتفقد صومعة برقاش بالجيزة"]
    assert texts(parts, Label.BODY) == list(STORY)


def test_dates_below_the_comments_are_readers() -> None:
    """A date line under the comments is not the article's."""
    parts = read(*STORY, "التعليقات", "أحمد", "3 مارس 2025 - 10:15", "شكرا لكم على هذا الخبر المفيد جدا للمزارعين.")
    assert texts(parts, Label.PUBLISHED) == []
    assert texts(parts, Label.BODY) == list(STORY)
