"""A page's text enters; it is read by clean and split as in the line, and the CPU time of that leaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from sada.gold_page import read_gold_page
from schemas.articles import CleanArticle, RawArticle
from streams.stages.clean import clean
from streams.stages.errors import StageError
from streams.stages.split import sightings, split
from streams.text.sites import SiteRules, load_rules

PAGES = Path(__file__).parents[1] / "tests" / "gold" / "pages"
SAMPLES = Path(__file__).parents[1] / "samples"
CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)


def raw(text: str) -> RawArticle:
    """Make the message that the producer sends of a file with this text."""
    return RawArticle.model_construct(
        article_id="0" * 32, text=text, paths=("page.txt",), path_count=1, encoding="utf-8",
        captured_at=CAPTURED, read_at=CAPTURED, supersedes=(),
    )  # fmt: skip


@cache
def rules() -> SiteRules:
    """Load the layout rules once, as a worker does."""
    return load_rules()


def read(article: RawArticle) -> CleanArticle | None:
    """Clean and split a page and list its headlines; a page without an article is an answer too."""
    try:
        page = clean(article, rules())
        for part in split(page):
            sightings(part)
    except StageError:
        return None
    return page


def own_pages() -> tuple[str, ...]:
    """Read the project's gold pages and samples."""
    gold = [read_gold_page(path).raw for path in sorted(PAGES.glob("*.page"))]
    return (*gold, *(path.read_text(encoding="utf-8") for path in sorted(SAMPLES.glob("*.txt"))))


def cpu(work: Callable[[], object], repeats: int = 1) -> list[float]:
    """Measure the CPU time of each of `repeats` calls, in seconds."""
    times = []
    for _ in range(repeats):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return times
