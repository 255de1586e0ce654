"""What clean and split cost: `python bench/split_cost.py [--svg FILE]`, for pages up to 1 MB and for hostile ones."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from math import log10
from pathlib import Path

from sada.gold_page import read_gold_page
from schemas.articles import RawArticle
from streams.stages.clean import clean
from streams.stages.errors import StageError
from streams.stages.split import sightings, split
from streams.text.sites import load_rules

PAGES = Path(__file__).parents[1] / "tests" / "gold" / "pages"
SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
CAPTURED = datetime(2026, 1, 1, tzinfo=UTC)
HOSTILE = {
    "one line of words": "كلمة ",
    "markers alone": "اقرأ أيضا: ",
    "marker lines": "اقرأ أيضا\n",
    "short lines": "خبر قصير عن أمر ما\n",
    "dates": "14 أبريل 2024\n",
    "headlines run together": "مواضيع ذات صلة " + "خبر عن أمر هام جدا في البلاد " * 30 + "\n",
    "vowel marks": "قَالَ الرَّئِيسُ.وأكد أنَّ الأمر مُهِمٌّ ",
    "bidi controls": "\u202b\u202a \u200f",
    "blank lines": "\n",
    "keywords": "كلمات دلالية: روسيا الصين\n",
}


def read(text: str) -> None:
    """Run both stages on `text`; a page without an article is an answer too."""
    raw = RawArticle.model_construct(
        article_id="0" * 32, text=text, paths=("page.txt",), path_count=1, encoding="utf-8",
        captured_at=CAPTURED, read_at=CAPTURED, supersedes=(),
    )  # fmt: skip
    try:
        for article in split(clean(raw, load_rules())):
            sightings(article)
    except StageError:
        return


def seconds(work: Callable[[], None], repeats: int) -> float:
    """Give the least CPU time of one call, in seconds."""
    best = float("inf")
    for _ in range(repeats):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best


def of_size(unit: str, size: int) -> str:
    """Repeat `unit` up to `size` bytes."""
    return (unit * (size // len(unit.encode()) + 1)).encode()[:size].decode("utf-8", "ignore")


def svg(points: list[tuple[int, float]]) -> str:
    """Draw seconds over bytes on logarithmic axes; a straight rise of one decade in a decade is linear."""

    def place(size: int, cost: float) -> str:
        return f"{60 + 140 * (log10(size) - 3):.0f},{400 - 90 * (log10(cost) + 4):.0f}"

    line = " ".join(place(size, cost) for size, cost in points)
    dots = []
    for size, cost in points:
        left, top = place(size, cost).split(",")
        said = f"{size:,} B: {1000 * cost:.2f} ms"
        dots.append(f'<circle cx="{left}" cy="{top}" r="4"/><text x="{left}" y="{int(top) - 10}">{said}</text>')
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="640" height="440" font-family="sans-serif" font-size="11" '
        f'text-anchor="middle"><polyline points="{line}" fill="none" stroke="#1565c0" stroke-width="2"/>'
        f"{''.join(dots)}</svg>\n"
    )


def main() -> int:
    """Print milliseconds for 10 KB by size and by kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--svg", type=Path, help="write a plot of cost over size")
    options = parser.parse_args()
    pages = "\n".join(read_gold_page(path).raw for path in sorted(PAGES.glob("*.page")))
    read(pages)
    points = [(size, seconds(partial(read, of_size(pages, size)), 5)) for size in SIZES]
    for size, cost in points:
        print(f"{size:>9,} B of pages       {1e3 * cost:9.3f} ms  {1e7 * cost / size:7.3f} ms/10 KB")
    for name, unit in HOSTILE.items():
        cost = seconds(partial(read, of_size(unit, 200_000)), 2)
        print(f"  200,000 B of {name:<24} {1e7 * cost / 200_000:7.3f} ms/10 KB")
    if options.svg:
        options.svg.write_text(svg(points), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
