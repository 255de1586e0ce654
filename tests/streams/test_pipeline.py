"""The pipeline: the whole line on lists, with no broker."""

from __future__ import annotations

import pytest

from schemas import Reason, Rejected, StageName
from streams.pipeline import process, process_one
from tests.streams.standins import STAND_INS, raw_article

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
