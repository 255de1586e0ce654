"""Pages in, what each stage of the pipeline costs out, in CPU time of this process: no server, no wall clock."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from typing import Any, Final

from bench.corpus import page
from bench.outcomes import articles
from schemas import EnrichedArticle, RawArticle, decode, encode
from schemas.identity import article_id
from schemas.memory import set_aside
from schemas.message import Message
from streams.boundary import Worker, load
from streams.clusters import Clusters
from streams.pipeline import process
from streams.wiring import chains

from .results import Figures

WARM: Final = 4
"""Times as many pages as are measured that make words known before: news never runs out of new ones."""
SIZES: Final = ((1, 2), (3, 5), (8, 14), (24, 32), (90, 110), (360, 400))
"""Paragraphs of the pages that cost is measured against size with."""


def by_stage(count: int, repeats: int) -> list[Figures]:
    """Return microseconds an article of each step, by repeat; measured in a fresh process."""
    return _apart(_by_stage, count, repeats)


def crowding(count: int, cores: int) -> Figures:
    """Return the microseconds of an article where one process runs the pure pipeline, and where one does on each core.

    Cores share caches, memory and often more than that, so that CPU time itself grows when all are busy.
    """
    alone = _crowd(count, 1)
    beside = _crowd(count, cores)
    return {"alone": alone, "beside": beside, "dearer": beside / alone}


def _crowd(count: int, processes: int) -> float:
    with ProcessPoolExecutor(processes, mp_context=get_context("spawn")) as pool:
        return statistics.fmean(pool.map(_whole, [count] * processes))


def _whole(count: int) -> float:
    """Measure the pipeline on pages that are new; half as many before tell it the words."""
    raws = list(articles(3 * count // 2))
    process(raws[count:])
    set_aside()
    began = time.process_time()
    process(raws[:count])
    return 1e6 * (time.process_time() - began) / count


def by_size(count: int, repeats: int) -> list[Figures]:
    """Return the bytes of an article and its microseconds through the whole pipeline, by size and repeat."""
    return _apart(_by_size, count, repeats)


def _apart(work: Callable[[int, int], list[Figures]], count: int, repeats: int) -> list[Figures]:
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(work, count, repeats).result()


def _by_stage(count: int, repeats: int) -> list[Figures]:
    warm = WARM * count
    raws = list(articles(warm + count * 2 * repeats))
    process(raws[:warm])  # words met for the first time are looked up and remembered; pages themselves stay new
    set_aside()  # as a worker looks for garbage: seldom, and not among what it has loaded
    stages = load(chains("fused")[0])
    return [
        _one(raws[start : start + count], raws[start + count : start + 2 * count], stages)
        for start in range(warm, len(raws), 2 * count)
    ]


def _one(raws: list[RawArticle], others: list[RawArticle], stages: tuple[Worker, ...]) -> Figures:
    """Measure each step on `raws`, and all of them together on `others`."""
    figures: Figures = {}
    messages: list[bytes] = [encode(raw) for raw in raws]
    items: list[Any] = list(_timed(figures, "decode", messages, lambda one: (decode(RawArticle, one),), len(raws)))
    tellings: list[Any] = []
    for stage in stages:
        tell = stage.tell
        items = list(_timed(figures, stage.stage, items, stage.step, len(raws)))
        if tell:
            tellings = list(_timed(figures, "tell", items, tell, len(raws)))
    list(_timed(figures, "encode", items, lambda one: (encode(one),), len(raws)))
    clusters = Clusters()
    list(_timed(figures, "dedupe and match", [tellings], lambda all_: clusters.tell(all_) or (), len(raws)))
    began = time.process_time()
    process(others)
    figures["whole pipeline"] = 1e6 * (time.process_time() - began) / len(others)
    figures["bytes"] = sum(len(raw.text.encode()) for raw in raws) / len(raws)
    figures["documents"] = sum(isinstance(item, EnrichedArticle) for item in items) / len(raws)
    figures["tellings"] = len(tellings) / len(raws)
    return figures


def _timed(figures: Figures, name: str, items: list[Any], step: Callable[[Any], Any], count: int) -> Iterator[Message]:
    began = time.process_time()
    made = [output for item in items for output in step(item)]
    figures[str(name)] = 1e6 * (time.process_time() - began) / count
    yield from made


def _by_size(count: int, repeats: int) -> list[Figures]:
    now, found = datetime(2025, 4, 20, tzinfo=UTC), []
    for paragraphs in SIZES:
        number = max(4, min(count, count * 14 // paragraphs[1]))
        texts = [page(index, paragraphs=paragraphs).text for index in range(number)]
        raws = [
            RawArticle(article_id=article_id(text), text=text, paths=("a.txt",), path_count=1, encoding="utf-8",
                       captured_at=now, read_at=now)
            for text in texts
        ]  # fmt: skip
        process(raws)
        set_aside()
        for _ in range(repeats):
            began = time.process_time()
            process(raws)
            spent = time.process_time() - began
            size = sum(len(text.encode()) for text in texts) / number
            found.append({"bytes": size, "microseconds": 1e6 * spent / number})
    return found
