"""The boundary: a part that fails is named with its reason, the others go on, nothing is raised."""

from __future__ import annotations

import re
import signal
import threading
import time

import pytest

from schemas import Reason, StageName
from streams.boundary import Origin, TooSlowError, Walk, Worker, deadline, load, rejected, root_of, walk
from streams.wiring import chains
from tests.raws import CAPTURED, raw_article
from tests.streams.standins import STAND_INS

WORKERS = load(chains("fused", STAND_INS)[0])


def reasons(result: Walk) -> list[tuple[StageName, Reason]]:
    return [(failure.stage, failure.reason) for failure in result.failures]


def test_a_page_becomes_its_articles_and_their_sightings() -> None:
    """A page with an embedded article gives two documents under one root, and a sighting of each headline."""
    page = raw_article("قمة الرياض\n- خبر ذو صلة\nمتن\n###\nخبر ثان\nمتن ثان")
    result = walk(WORKERS, page)
    assert [root_of(document) for document in result.documents] == [page.article_id] * 2
    assert sorted(one.text for one in result.tellings) == sorted(["قمة الرياض", "خبر ذو صلة", "خبر ثان"])
    assert result.failures == []


@pytest.mark.parametrize(
    ("word", "reason"),
    [
        ("!empty", Reason.NO_TEXT),
        ("!broken", Reason.STAGE_FAILED),
        ("!panic", Reason.STAGE_FAILED),
        ("!endless", Reason.TOO_SLOW),
    ],
)
def test_each_way_to_fail_has_its_reason(word: str, reason: Reason) -> None:
    """A hopeless text, a defect of a stage and a text without end each become a failure of that stage."""
    result = walk(WORKERS, raw_article(f"عنوان\n{word}"), seconds=0.05)
    assert reasons(result) == [(StageName.CLEAN, reason)]
    assert result.documents == []


def test_a_defect_is_told_with_its_type() -> None:
    """The reject of a defect says which exception it was."""
    (failure,) = walk(WORKERS, raw_article("عنوان\n!broken")).failures
    assert failure.message == "KeyError: 'a defect of the stage'"


def test_one_part_failing_leaves_the_others() -> None:
    """An embedded article that cannot be tagged is rejected under its own id; its page is indexed all the same."""
    page = raw_article("قمة الرياض\nمتن\n###\nخبر ثان\n!untaggable")
    result = walk(WORKERS, page)
    assert [root_of(document) for document in result.documents] == [page.article_id]
    assert reasons(result) == [(StageName.TAG, Reason.NO_TEXT)]
    assert result.failures[0].article_id != page.article_id


def test_a_runaway_pattern_is_stopped() -> None:
    """The deadline interrupts the regular expression engine too, which holds the interpreter while it searches."""
    began = time.monotonic()
    with pytest.raises(TooSlowError), deadline(0.1):
        re.match(r"(a+)+$", "a" * 40 + "b")
    assert time.monotonic() - began < 60


def test_a_stage_cannot_swallow_its_deadline() -> None:
    """A stage that catches every Exception is still stopped."""

    def stubborn(_item: object) -> tuple[()]:
        while True:
            try:
                time.sleep(0.01)
            except Exception:  # noqa: BLE001 that is what the test is about
                continue

    result = walk([Worker(StageName.CLEAN, stubborn)], raw_article("خبر"), seconds=0.1)
    assert reasons(result) == [(StageName.CLEAN, Reason.TOO_SLOW)]


def test_the_deadline_leaves_no_timer_behind() -> None:
    """After a stage that was in time no alarm is set, and the handler is who it was before."""
    before = signal.getsignal(signal.SIGALRM)
    with deadline(60):
        assert signal.getitimer(signal.ITIMER_REAL)[0] > 0
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before


def test_another_thread_has_no_deadline() -> None:
    """Outside the main thread, where no timer can strike, a stage runs to its end."""
    results: list[Walk] = []
    page = raw_article("عنوان\n!heavy")
    thread = threading.Thread(target=lambda: results.append(walk(WORKERS, page, seconds=0.01)))
    thread.start()
    thread.join()
    assert results[0].failures == []


def test_a_reject_is_the_same_whenever_it_happens() -> None:
    """Its id comes from stage and article: read again later and elsewhere it is the same, another article is not."""
    page = raw_article("عنوان\n!empty")
    origin = Origin("articles.raw", page.article_id.encode(), b"{}")
    (failure,) = walk(WORKERS, page).failures
    first, again = rejected(failure, origin, CAPTURED), rejected(failure, origin, CAPTURED)
    later = rejected(failure, Origin("articles.raw", page.article_id.encode(), b"[]"), CAPTURED)
    (of_another,) = walk(WORKERS, raw_article("عنوان آخر\n!empty")).failures
    assert first == again
    assert later.reject_id == first.reject_id
    assert rejected(of_another, origin, CAPTURED).reject_id != first.reject_id
    assert (first.payload, first.topic, first.key, first.path) == (b"{}", "articles.raw", page.article_id, "خبر.txt")
