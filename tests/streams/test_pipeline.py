"""The pipeline: the whole line on lists, with no broker."""

from __future__ import annotations

import pytest

from schemas import Kind, Reason, Rejected, StageName
from streams.pipeline import process, process_one
from tests.raws import raw_article
from tests.streams.standins import STAND_INS

PAGE = "قمة الرياض\n- خبر ذو صلة\nمتن\n###\nخبر ثان\nمتن ثان"


def test_the_line_gives_documents_headlines_and_rejects() -> None:
    """Every page ends as documents or as one reject, every headline once with all who carry it."""
    pages = [raw_article(PAGE), raw_article("خبر ذو صلة\nمتن"), raw_article("عنوان\n!empty")]
    output = process(pages, STAND_INS)
    assert [article.facts.title for article in output.articles] == ["قمة الرياض", "خبر ثان", "خبر ذو صلة"]
    carried = {headline.text: headline.article_count for headline in output.headlines}
    assert carried == {"قمة الرياض": 1, "خبر ثان": 1, "خبر ذو صلة": 2}
    assert [(reject.stage, reject.reason) for reject in output.rejected] == [(StageName.CLEAN, Reason.NO_TEXT)]


def test_the_same_page_twice_is_one_page() -> None:
    """Replays change nothing."""
    once, twice = process([raw_article(PAGE)], STAND_INS), process([raw_article(PAGE)] * 3, STAND_INS)
    assert twice == once


def test_a_tombstone_takes_everything_back() -> None:
    """A page that is gone takes its embedded article and its sightings with it, and nothing of the others."""
    page, other = raw_article(PAGE), raw_article("خبر ذو صلة\nمتن")
    output = process([page, other, (page.article_id, None)], STAND_INS)
    alone = process([other], STAND_INS)
    assert output == alone


def test_an_edited_page_replaces_its_earlier_text() -> None:
    """A page that supersedes another leaves nothing of it behind."""
    before = raw_article(PAGE)
    after = raw_article("قمة الرياض\nمتن جديد", supersedes=(before.article_id,))
    assert process([before, after], STAND_INS) == process([after], STAND_INS)


def test_one_page_alone() -> None:
    """One page gives its articles, the main one first, or its reject."""
    articles = process_one(raw_article(PAGE), STAND_INS)
    assert not isinstance(articles, Rejected)
    main, embedded = articles
    assert (main.embedded_ids, embedded.parent_id) == ((embedded.article_id,), main.article_id)
    reject = process_one(raw_article("عنوان\n!broken"), STAND_INS)
    assert isinstance(reject, Rejected)
    assert (reject.reason, reject.path) == (Reason.STAGE_FAILED, "خبر.txt")


@pytest.mark.parametrize("text", ["", "س", "\n\n\n", "\u200f", "a" * 100_000])
def test_odd_pages_come_through_the_real_stages(text: str) -> None:
    """The real stages answer any text with documents or a reject."""
    outcome = process_one(raw_article(text))
    assert isinstance(outcome, Rejected) or outcome[0].article_id == raw_article(text).article_id


def printed(title: str, related: str, body: list[str], source: str) -> str:
    """Print an article as an aggregator does."""
    return "\n".join([title, "الأحد 20 أبريل 2025", *body, f"المصدر: {source}", "مقالات ذات صلة", f"• {related}"])


BODY = [
    "أعلنت وزارة الزراعة في مسقط يوم الأحد أن موسم حصاد التمور سيبدأ قبل موعده بأسبوعين في ولايات الداخلية والظاهرة.",
    "وقال المهندس سالم الهنائي في لقاء مع المزارعين إن المشاتل وزعت 12 ألف فسيلة من صنفي الخلاص والفرض هذا العام.",
    "وأوضح أن برنامج مكافحة سوسة النخيل شمل 340 قرية، وأن نسبة الإصابة انخفضت إلى أقل من ثلاثة في المئة.",
    "وتصدر السلطنة التمور إلى الهند وماليزيا والمغرب، وتعمل شركتان على إنتاج الدبس وسكر التمر في نزوى وبهلاء.",
    "ويشارك في معرض النخيل المقبل نحو سبعين عارضا من دول الخليج والأردن ومصر، وفق ما ذكره المنظمون.",
]


def test_wordings_and_copies_meet() -> None:
    """Two sites print one article under reworded headlines: one headline in all its wordings, and one story."""
    first = raw_article(
        printed("سلطنة عمان: موسم حصاد التمور يبدأ قبل موعده بأسبوعين", "خبر آخر عن المطر", BODY, "العمانية")
    )
    second = raw_article(
        printed("عاجل | موسم حصاد التمور في سلطنة عمان يبدأ قبل موعده بأسبوعين", "خبر ثالث عن البحر", BODY, "الشبيبة")
    )
    output = process([first, second])
    story = min(first.article_id, second.article_id)
    assert {name: root for (kind, name), root in output.names.items() if kind is Kind.STORY} == {
        max(first.article_id, second.article_id): story
    }
    headline = next(one for one in output.headlines if len(one.title_of) == 2)
    assert len(headline.members) == len(headline.variants) == headline.article_count == 2
    others = [one for one in output.headlines if one is not headline]
    assert [one.article_count for one in others] == [1, 1]
