"""Real workers on a real broker: both topologies give what the pipeline gives, whatever dies meanwhile."""

from __future__ import annotations

import random
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from schemas import Headline, RawArticle, Rejected, Settings
from streams.pipeline import process
from streams.topics import TopicError, ensure_topics
from streams.wiring import STAGES, Stage
from tests.raws import raw_article
from tests.streams.line import Result, feed, lag, read, result, wait_until_drained, workers
from tests.streams.standins import STAND_INS

pytestmark = [pytest.mark.servers, pytest.mark.usefixtures("fresh_topics")]

Make = Callable[..., Settings]

SAMPLES = Path(__file__).parents[2] / "samples"
WORDS = ("وزير", "قمة", "الرياض", "بيان", "مجلس", "الأمن", "اجتماع", "القاهرة", "اتفاق", "هدنة")


def pages(number: int, seed: int = 7, *, heavy: bool = False) -> list[RawArticle]:
    """Write pages that share headlines; a tenth embed an article, a few cannot be processed.

    A `heavy` one takes 20 ms, so that a kill falls in the middle on however fast a machine.
    """
    chance = random.Random(seed)
    made = []
    for index in range(number):
        lines = [" ".join(chance.choices(WORDS, k=3)) + f" {index % 40}"]
        lines += ["- " + " ".join(chance.choices(WORDS, k=2)) for _ in range(4)]
        lines.append(f"متن الخبر رقم {index}")
        if index % 10 == 0:
            lines += ["###", f"خبر ثان {index % 20}", "متنه"]
        if index % 50 == 7:
            lines.append("!empty")
        if heavy:
            lines.append("!heavy")
        made.append(raw_article("\n".join(lines)))
    return made


def carriers(headlines: Iterable[Headline]) -> set[str]:
    """Name each sighting of each headline on a line of its own: what a failure should show first."""
    return {f"{headline.text} | {one.article_id} | {one.role}" for headline in headlines for one in headline.sightings}


def assert_same(found: Result, given: list[RawArticle], stages: tuple[Stage, ...] = STAND_INS) -> None:
    """Compare what the workers made, document for document, with the in-memory pipeline."""
    expected = process(given, stages)
    assert found.articles == {article.article_id: article for article in expected.articles}
    assert carriers(found.headlines.values()) == carriers(expected.headlines)
    assert found.headlines == {headline.headline_id: headline for headline in expected.headlines}
    assert found.names == expected.names
    assert {name: timeless(reject) for name, reject in found.rejected.items()} == {
        reject.reject_id: timeless(reject) for reject in expected.rejected
    }


def timeless(reject: Rejected) -> dict[str, object]:
    return reject.model_dump(exclude={"rejected_at"})


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_both_topologies_give_what_the_pipeline_gives(topology: str, settings: Make, tmp_path: Path) -> None:
    """Two workers of either topology make the very documents, headlines and rejects of the pipeline in memory."""
    mine, given = settings(topology=topology), pages(400)
    ensure_topics(mine)
    feed(mine, given)
    with workers(mine, tmp_path, 2):
        wait_until_drained(mine)
    assert_same(result(mine), given)


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_the_real_stages_give_what_they_give_in_memory(topology: str, settings: Make, tmp_path: Path) -> None:
    """The project's own samples come through real workers as through the pipeline, in both topologies."""
    mine = settings(topology=topology)
    given = [raw_article(path.read_text(encoding="utf-8")) for path in sorted(SAMPLES.glob("*.txt"))]
    assert len(given) >= 8
    ensure_topics(mine)
    feed(mine, given)
    with workers(mine, tmp_path, stages="real"):
        wait_until_drained(mine)
    found = result(mine)
    assert_same(found, given, STAGES)
    assert found.rejected == {}


def test_a_killed_worker_changes_nothing(settings: Make, tmp_path: Path) -> None:
    """Three SIGKILLs half-way, each followed by a new worker, leave the final set as if nothing had happened."""
    mine, given = settings(work_batch=20, stage_deadline_seconds=2), pages(500, heavy=True)
    ensure_topics(mine)
    feed(mine, given)
    for _ in range(3):
        before = lag(mine)
        with workers(mine, tmp_path) as (worker,):
            while lag(mine) > before - 50:
                time.sleep(0.05)
            worker.process.kill()
        assert lag(mine) > 0
    with workers(mine, tmp_path):
        wait_until_drained(mine)
    assert_same(result(mine), given)


def test_workers_come_and_go(settings: Make, tmp_path: Path) -> None:
    """A second worker joins half-way and the first one is killed: partitions move, nothing is lost or invented."""
    mine, given = settings(work_batch=20, stage_deadline_seconds=2), pages(500, seed=8, heavy=True)
    ensure_topics(mine)
    with workers(mine, tmp_path) as (first,):
        feed(mine, given[:250])
        while lag(mine) > 200:
            time.sleep(0.05)
        with workers(mine, tmp_path / "second") as _second:
            feed(mine, given[250:])
            time.sleep(2)
            first.process.kill()
            wait_until_drained(mine)
    assert_same(result(mine), given)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_drains(number: signal.Signals, settings: Make, tmp_path: Path) -> None:
    """On SIGTERM and SIGINT the worker ends with status 0 in time, and commits nothing that it has not sent."""
    mine = settings(work_batch=20, topology="fused")
    given = [raw_article(f"خبر {index}\n!heavy") for index in range(400)]
    ensure_topics(mine)
    feed(mine, given)
    with workers(mine, tmp_path) as (worker,):
        while lag(mine) > 350:
            time.sleep(0.05)
        began = time.monotonic()
        assert worker.stop(number) == 0
        assert time.monotonic() - began < 10
    left = lag(mine)
    assert left > 0
    assert len(result(mine).articles) >= len(given) - left
    with workers(mine, tmp_path):
        wait_until_drained(mine)
    assert_same(result(mine), given)


@pytest.mark.parametrize("topology", ["fused", "staged"])
def test_tombstones_pass_in_order(topology: str, settings: Make, tmp_path: Path) -> None:
    """A page, its tombstone, the page again: each reaches the sink's topic in that order."""
    mine = settings(topology=topology)
    kept, gone = raw_article("خبر يبقى\nمتن"), raw_article("خبر يزول\nمتن\n###\nخبر ثان\nمتن")
    back = (gone.article_id.encode(), None)
    ensure_topics(mine)
    feed(mine, [gone, kept, back, gone, back])
    with workers(mine, tmp_path):
        wait_until_drained(mine)
    mark = [value is None for key, value in read(mine, "articles.enriched") if key == back[0]]
    assert mark == [False, False, True, False, False, True]
    assert set(result(mine).articles) == {kept.article_id}


def test_the_table_survives_its_worker(settings: Make, tmp_path: Path) -> None:
    """A second worker, started afresh, knows from the changelog what the first one was told."""
    mine = settings()
    first, second = raw_article("خبر مشترك\nمتن أول"), raw_article("خبر مشترك\nمتن ثان")
    ensure_topics(mine)
    for page in (first, second):
        feed(mine, [page])
        with workers(mine, tmp_path) as (worker,):
            wait_until_drained(mine)
            assert worker.stop() == 0
    (headline,) = result(mine).headlines.values()
    assert set(headline.articles) == {first.article_id, second.article_id}


def test_topics_of_another_width_are_refused(settings: Make) -> None:
    """Topics with another number of partitions stop the worker at its start, with what to do about it."""
    mine = settings()
    ensure_topics(mine)
    ensure_topics(mine)
    with pytest.raises(TopicError, match=r"articles\.raw has 4.*SADA_PARTITIONS is 6"):
        ensure_topics(settings(partitions=6))


def test_no_kafka_is_told_in_one_line(settings: Make) -> None:
    """With no broker to be reached the error names the address and the setting."""
    with pytest.raises(TopicError, match=r"no Kafka at 127\.0\.0\.1:1 .*SADA_KAFKA"):
        ensure_topics(settings(kafka="127.0.0.1:1"), wait_seconds=0.2)
