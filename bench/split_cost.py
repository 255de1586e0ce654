"""What clean and split cost: `python bench/split_cost.py [--plot FOLDER]`, from articles of 5 KB to pages of 1 MB."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from functools import partial
from math import exp, log
from pathlib import Path
from statistics import linear_regression, median

from bench.corpus import page, pages
from bench.reading import cpu, own_pages, raw, read
from streams.text.cutter import known_lines
from streams.text.dates.find import known_line
from streams.text.fold import headline_id
from streams.text.keywords import known_word

SIZES = (1_000, 3_000, 10_000, 30_000, 100_000, 300_000, 1_000_000)
ARTICLE = range(4_000, 6_001)
"""Bytes of an article of about 5 KB."""
BEFORE, STREAM, ROUNDS = 1_000, 1_300, 5
"""Pages that are read before one is measured, all pages of a round, and how often all are read."""
LINEAR_FROM = 10_000
"""Bytes from which on a page's cost is its size's: below, the steps taken once for a page count."""
ROOM = 0.3
"""Seconds that one point may take, so that small pages are measured often."""
HOSTILE = {
    "one line of words": "كلمة ",
    "markers alone": "اقرأ أيضا: ",
    "marker lines": "اقرأ أيضا\n",
    "short lines": "خبر قصير عن أمر ما\n",
    "wrapped lines": "وهذه سطور مقطوعة عند عرض واحد كما تفعل صفحات قديمة بالفقرات كلها\n",
    "dates": "14 أبريل 2024\n",
    "headlines run together": "مواضيع ذات صلة " + "خبر عن أمر هام جدا في البلاد " * 30 + "\n",
    "vowel marks": "قَالَ الرَّئِيسُ.وأكد أنَّ الأمر مُهِمٌّ ",
    "bidi controls": "\u202b\u202a \u200f",
    "blank lines": "\n",
    "keywords": "كلمات دلالية: روسيا الصين\n",
    "tabulators": "خبر\t\tعن\t أمر\t\t\t",
}


def article(size: int) -> str:
    """Write one article with its boxes, of about `size` bytes."""
    paragraphs = max(1, size // 430)
    return cut(page(3, paragraphs=(paragraphs, paragraphs)).text, size)


def joined_pages(size: int) -> str:
    """Join the project's own pages, each of another layout."""
    return cut("\n".join(own_pages()), size)


def one_line(size: int) -> str:
    """Write the pages of a size on one line, as a dump does."""
    return joined_pages(size).replace("\n", " ")


def headlines(size: int) -> str:
    """List headlines under a marker."""
    lines = [line for one in own_pages() for line in one.splitlines() if 20 < len(line) < 80]
    return cut("قال الوزير إن العمل مستمر في جميع المواقع حتى نهاية العام.\nاقرأ أيضا\n" + "\n".join(lines), size)


SHAPES: dict[str, Callable[[int], str]] = {
    "one long article": article,
    "pages joined": joined_pages,
    "one line": one_line,
    "a list of headlines": headlines,
}


def cut(unit: str, size: int) -> str:
    """Repeat `unit` up to `size` bytes."""
    return (unit * (size // len(unit.encode()) + 1)).encode()[:size].decode("utf-8", "ignore")


def point(text: str) -> float:
    """Measure the undisturbed CPU time of reading `text`, in seconds: the least of some readings."""
    work = partial(read, raw(text))
    first = min(cpu(work, 2))
    return min(cpu(work, max(5, min(101, int(ROOM / first)))))


def exponent(points: list[tuple[int, float]]) -> tuple[float, float]:
    """Fit cost = factor * size ** exponent, from `LINEAR_FROM` bytes on; 1 is linear. Gives exponent and factor."""
    large = [(log(size), log(cost)) for size, cost in points if size >= LINEAR_FROM]
    slope, offset = linear_regression(*zip(*large, strict=True))
    return slope, exp(offset)


def forget() -> None:
    """Empty what lines, headlines and dates read before are remembered in."""
    known_lines().clear()
    for memory in (headline_id, known_line, known_word):
        memory.cache_clear()


def articles(*, repeats: bool) -> tuple[float, float, str]:
    """Measure generated articles of about 5 KB: median milliseconds, the same undisturbed, and what they were.

    Each is read once a round, behind as many others as a worker would have read before: its related headlines are new
    or repeated as in the corpus, its paragraphs its own. Without `repeats` nothing is remembered from page to page.
    Undisturbed is the least of an article's rounds: other programs on the machine take caches and shared cores.
    """
    stream = [raw(one.text) for one in pages(STREAM)]
    sizes = [len(one.text.encode()) for one in stream]
    chosen = [at for at in range(BEFORE, STREAM) if sizes[at] in ARTICLE]
    times: dict[int, list[float]] = {at: [] for at in chosen}
    for _ in range(ROUNDS):
        forget()
        for at, one in enumerate(stream if repeats else stream[BEFORE:], 0 if repeats else BEFORE):
            if not repeats:
                forget()
            spent = cpu(partial(read, one))
            if at in times:
                times[at] += spent
    mean = sum(sizes[at] for at in chosen) // len(chosen)
    known = "behind 1,000 others" if repeats else "nothing remembered"
    said = f"{len(chosen)} articles, {mean:,} B on average, {known}"
    return 1e3 * median(map(median, times.values())), 1e3 * median(map(min, times.values())), said


def main() -> int:
    """Print milliseconds by size, shape and kind of page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--plot", type=Path, metavar="FOLDER", help="write split_cost.png and .svg (needs matplotlib)")
    options = parser.parse_args()
    for repeats in (False, True):
        cost, undisturbed, said = articles(repeats=repeats)
        print(f"an article of 4 to 6 KB: median {cost:.3f} ms CPU, undisturbed {undisturbed:.3f} ms ({said})")
    found: dict[str, list[tuple[int, float]]] = {}
    for name, made in SHAPES.items():
        texts = [made(size) for size in SIZES]
        found[name] = [(len(text.encode()), point(text)) for text in texts]
        for size, seconds in found[name]:
            print(f"{size:>9,} B  {name:<22} {1e3 * seconds:9.3f} ms  {1e7 * seconds / size:7.3f} ms/10 KB")
        print(f"           {name:<22} cost grows with size to the power of {exponent(found[name])[0]:.3f}")
    for name, unit in HOSTILE.items():
        seconds = point(cut(unit, 200_000))
        print(f"  200,000 B of {name:<24} {1e7 * seconds / 200_000:7.3f} ms/10 KB")
    if options.plot:
        from bench.split_plot import draw

        draw(options.plot, found, {name: exponent(points) for name, points in found.items()}, undisturbed)
    return 0


if __name__ == "__main__":
    sys.exit(main())
