"""Every regular expression that meets outside input takes time in proportion to it, whatever it is fed."""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from types import FrameType, ModuleType

import pytest

import producers
import streams.text
from bench.corpus import page
from producers.folder import Signature
from producers.messages import Spread, raw_article
from producers.outcomes import Found
from schemas import RawArticle
from schemas.identity import article_id
from streams.boundary import load, walk
from streams.wiring import chains

SIZE = 2_000
"""Letters of the longest string; the other is a quarter of it."""

FAST = 0.02
"""Seconds for the longest string below which growth is not looked at: the clock's own noise."""

MOST_GROWTH = 9.0
"""Four times the letters may take so much longer; quadratic growth takes sixteen times."""

PATIENCE = 1.0
"""Seconds after which a search is broken off: it has shown what it is."""

PAGE = 50_000
DEADLINE = 10.0
"""Letters of a whole page, and the seconds that a stage may take for it (SADA_STAGE_DEADLINE_SECONDS)."""

UNITS = (
    " ", "\t", "\n", " \n", "\u00a0", "1", "1 ", "12:", "1/", ".", "…", "،", "-", "- ", "|", "(", ")", "«", "«»", "_",
    "ـ", '"', "a", "aA", "a ", "ا", "ا ", "وال", "ال", "و", "بَّ", "َ", "ًا ", "أخبار ", "قال ", "عن ", "إقرأ أيضا ",
    "المصدر: ", "تابعنا ", "20 أبريل ", "20 أبريل 2025 - 11:04 مساء ", "منذ 3 ", "http://", "www.", "@", "#", "&",
    "&amp;", "<", "<a ", "*", "• ", ":", ": ", "؟", "!", "٢", "٢٠", "\u200f", "\u200f ", "\ufeff", "ØÙ", "طظ", "\\",
    "/", "a/", "يوم الاثنين ",
)  # fmt: skip
TAILS = ("", "!", "ا", " ا.", "\x00")
"""What follows the run: a pattern that almost matches tries again from each letter."""


def modules() -> Iterator[ModuleType]:
    for package in (producers, streams.text):
        yield package
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not found.name.endswith((".transformer",)):  # optional, and without patterns
                yield importlib.import_module(found.name)


def patterns() -> dict[str, re.Pattern[str]]:
    """Find the module-level patterns by name; one that is imported elsewhere counts once."""
    found: dict[int, tuple[str, re.Pattern[str]]] = {}
    for module in modules():
        for name, value in vars(module).items():
            for place, pattern in _compiled(f"{module.__name__}.{name}", value):
                found.setdefault(id(pattern), (place, pattern))
    return dict(found.values())


def _compiled(place: str, value: object) -> Iterator[tuple[str, re.Pattern[str]]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield place, value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from _compiled(f"{place}[{key!r}]", inner)
    elif isinstance(value, tuple | list):
        for number, inner in enumerate(value):
            yield from _compiled(f"{place}[{number}]", inner)


class TooLong(Exception):
    """A search did not end in time."""


def give_up(_signal: int, _frame: FrameType | None) -> None:
    """End the search under way, as a stage's deadline does."""
    raise TooLong


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Search all of `text`, and match it from its first letter, as the callers do."""
    began = time.perf_counter()
    signal.setitimer(signal.ITIMER_REAL, PATIENCE)
    try:
        for _ in pattern.finditer(text):
            pass
        pattern.fullmatch(text)
    except TooLong:
        return PATIENCE
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
    return time.perf_counter() - began


def is_linear(pattern: re.Pattern[str], unit: str, tail: str) -> bool:
    """Tell whether the time for a run of `unit` grows about as the run does; of slow ones the best try counts."""
    short, long = (unit * (letters // len(unit)) + tail for letters in (SIZE // 4, SIZE))
    if seconds(pattern, long) < FAST:
        return True
    most = MOST_GROWTH * min(seconds(pattern, short) for _ in range(3))
    return any(seconds(pattern, long) < max(FAST, most) for _ in range(3))


def first_slow(pattern: re.Pattern[str]) -> tuple[str, str] | None:
    """Return what first takes `pattern` out of proportion, if anything does."""
    before = signal.signal(signal.SIGALRM, give_up)
    try:
        return next(((unit, tail) for unit in UNITS for tail in TAILS if not is_linear(pattern, unit, tail)), None)
    finally:
        signal.signal(signal.SIGALRM, before)


PATTERNS = patterns()


def test_patterns_are_found() -> None:
    """The rooms that read outside input have their patterns at module level, where this test sees them."""
    assert sum(name.startswith("producers.") for name in PATTERNS) >= 8
    assert sum(name.startswith("streams.text.") for name in PATTERNS) >= 50


@pytest.mark.parametrize("name", sorted(name for name in PATTERNS if name.startswith("producers.")))
def test_the_door_is_linear(name: str) -> None:
    """What every byte of every file passes takes time in proportion, for runs of all that pages are made of."""
    assert first_slow(PATTERNS[name]) is None


@pytest.mark.parametrize("form", ["alone", "inside", "lines"])
def test_the_stages_are_bounded(form: str) -> None:
    """A page with 50,000 letters of any such run passes all stages well within the deadline that bounds the rest."""
    workers = load(chains("fused")[0])
    slow = {}
    for unit in UNITS:
        began = time.perf_counter()
        walk(workers, raw_page(unit, form), seconds=DEADLINE)
        took = time.perf_counter() - began
        if took > DEADLINE / 2:
            slow[unit] = round(took, 2)
    assert slow == {}


def raw_page(unit: str, form: str) -> RawArticle:
    """Return a page with a run of `unit`: alone, between two articles, or as hundreds of lines."""
    run = unit * (PAGE // len(unit))
    story = page(3).text
    text = {
        "alone": f"{run}خبر",
        "inside": f"{story}\n{run}\n{story}",
        "lines": story + "\n".join([run[:300]] * (PAGE // 300)) + story,
    }[form]
    now = datetime(2025, 3, 1, tzinfo=UTC)
    found = Found("a.txt", Signature(1, 0, 0, 1), text, "utf-8", article_id(text))
    return raw_article(found, Spread(["a.txt"], 1, 0), now)
