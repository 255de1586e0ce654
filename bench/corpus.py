"""Make any number of pages from sentences of our own, with the repeats that real folders have: seeded, reproducible."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from .vocabulary import Writer, headline

SOURCES = ("صحيفة الاتحاد", "بوابة الأهرام", "صحيفة عكاظ", "صدى البلد", "هسبريس", "وكالة الأناضول")
MONTHS = ("January", "February", "March", "April", "May", "June", "July", "August", "September", "October")


@dataclass(frozen=True)
class Page:
    """One generated page: its file name and its text."""

    name: str
    text: str


POPULAR: Final = 20_000
"""Headlines that pages link to besides those of other pages."""
COPIES: Final = 0.05
"""Pages whose text is that of an earlier page, under another headline and signature."""
_OWN: Final = 1_000_000
"""Number of the first page's own headline."""


def paragraph(rng: random.Random) -> str:
    """Write one paragraph of two to four sentences."""
    return _paragraph(Writer(rng, about=False), rng)


def page(index: int, seed: int = 7, paragraphs: tuple[int, int] = (8, 14)) -> Page:
    """Make page number `index`: a pure function of its arguments; 4 to 8 KB with the default `paragraphs`."""
    rng = random.Random(f"{seed}/{index}")
    writer = Writer(rng, about=False)
    day, month = rng.randint(1, 28), rng.choice(MONTHS)
    lines = [
        _printed(headline(_OWN + index), rng),
        f"تاريخ النشر: {day}th, {month} 2025 GMT",
        f"{rng.choice(('عمان', 'القاهرة', 'الرياض', 'الدوحة'))} (وكالات)",
        *_body(index, seed, paragraphs, rng),
        f"المصدر: {rng.choice(SOURCES)}",
        f"كلمات دلالية: {writer.say('phrase')} {writer.say('phrase')}",
    ]
    if rng.random() < 0.3:
        embedded = [_paragraph(writer, rng) for _ in range(rng.randint(3, 5))]
        lines += ["إقرأ أيضاً:", headline(_popular(rng)), *embedded]
    related = {_printed(headline(_linked(index, rng)), rng): None for _ in range(rng.randint(3, 10))}
    lines += ["مقالات مشابهة", *(f"  • {text}" for text in related)]
    return Page(f"{index:07d}.txt", "\n".join(lines) + "\n")


def _body(index: int, seed: int, paragraphs: tuple[int, int], rng: random.Random) -> list[str]:
    """Write the paragraphs of a page, or take those of an earlier one as agencies' customers do."""
    source = rng.randrange(index) if index and rng.random() < COPIES else index
    return story(source, seed, paragraphs)


def story(index: int, seed: int = 7, paragraphs: tuple[int, int] = (8, 14)) -> list[str]:
    """Write the paragraphs that page `index` prints if it copies no other's."""
    rng = random.Random(f"{seed}/body/{index}")
    writer = Writer(rng)
    return [_paragraph(writer, rng) for _ in range(rng.randint(*paragraphs))]


def _paragraph(writer: Writer, rng: random.Random) -> str:
    return writer.say("text", rng.randint(2, 4))


def _linked(index: int, rng: random.Random) -> int:
    """Choose a headline to link to: that of another page near by, or a popular one."""
    return _OWN + max(0, index - rng.randint(1, 50)) if rng.random() < 0.4 else _popular(rng)


def _popular(rng: random.Random) -> int:
    """Draw a headline as readers do: a few are in one page of twenty, most are rare (Pareto, shape 1.1)."""
    return min(int(rng.paretovariate(1.1) * 85) - 85, POPULAR - 1)


def _printed(text: str, rng: random.Random) -> str:
    """Print a headline as sites do: mostly as it is, else behind a label, before the site's name, or cut off."""
    roll = rng.random()
    if roll < 0.04:
        return f"عاجل | {text}"
    if roll < 0.08:
        return f"{text} - {rng.choice(('الجزيرة نت', 'بوابة الأهرام', 'صدى البلد'))}"
    words = text.split()
    return f"{' '.join(words[:-2])}..." if roll < 0.12 and len(words) > 7 else text


def write_pages(folder: Path, count: int, seed: int = 7, start: int = 0) -> None:
    """Write pages `start` to `start + count` into `folder`, each complete at once (written aside, then renamed)."""
    folder.mkdir(parents=True, exist_ok=True)
    for index in range(start, start + count):
        made = page(index, seed)
        aside = folder / f"{made.name}.part"
        aside.write_text(made.text, encoding="utf-8")
        aside.rename(folder / made.name)


def pages(count: int, seed: int = 7) -> Iterator[Page]:
    """Yield pages 0 to `count`."""
    return (page(index, seed) for index in range(count))
