"""A number of processes in, what an article costs the pure pipeline in that many at once right now out.

The speed of a machine changes from one quarter of an hour to the next, and falls as more of its cores are in use. The
same pages, known to every process beforehand, measure that beside each run of the line, without any of its parts.
"""

from __future__ import annotations

import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from types import TracebackType
from typing import Final, Self

from bench.outcomes import articles
from schemas import RawArticle
from streams.pipeline import process

from .results import Figures

PAGES: Final = 60
PASSES: Final = 4


class Pace:
    """Processes that wait to be asked; each has the pipeline loaded and its pages at hand."""

    def __init__(self, processes: int, pages: int = PAGES) -> None:
        self._most, self._pages = processes, pages
        self._pool = ProcessPoolExecutor(processes, mp_context=get_context("spawn"))
        self._known = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(cancel_futures=True)

    def measure(self, processes: int) -> Figures:
        """Return the CPU microseconds of an article, where so many processes are at work; at most as many as wait."""
        if not self._known:
            self._known = bool(self._at_once(self._most))
        at_once = min(processes, self._most)
        return {"microseconds": self._at_once(at_once), "processes": float(at_once)}

    def _at_once(self, processes: int) -> float:
        """Let each of so many processes take one turn: a turn is longer than it takes to hand them all out."""
        turns = [self._pool.submit(_turn, self._pages) for _ in range(processes)]
        return statistics.fmean(turn.result() for turn in turns)


def _turn(count: int) -> float:
    raws = _pages(count)
    began = time.process_time()
    for _ in range(PASSES):
        process(raws)
    return 1e6 * (time.process_time() - began) / (PASSES * count)


@cache
def _pages(count: int) -> list[RawArticle]:
    """Make the pages, and let the pipeline see them once: what it remembers of words is then the same ever after."""
    raws = list(articles(count))
    process(raws)
    return raws
