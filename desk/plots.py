"""Counts over time in, shapes of a drawing 1,000 wide and 100 high out; time runs as the reader's writing does."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

WIDTH: Final = 1000.0
HEIGHT: Final = 100.0
WIDEST: Final = 36.0
"""Width of the widest bar: a lonely day is no wall."""

LEAST: Final = 3.0
"""Height of the lowest bar that is not empty, so that one article among thousands is still seen."""


@dataclass(frozen=True)
class Bar:
    """One bar: its place in the drawing, and what it counts since when."""

    x: float
    y: float
    width: float
    height: float
    start: str
    count: int


def draw_bars(buckets: Sequence[tuple[str, int]], *, mirrored: bool) -> tuple[Bar, ...]:
    """Draw `buckets` (start, count) as bars side by side; `mirrored` puts the first at the right.

    >>> [(bar.x, bar.height) for bar in draw_bars([("2025-01", 1), ("2025-02", 2)], mirrored=True)]
    [(732.0, 50.0), (232.0, 100.0)]
    """
    if not buckets:
        return ()
    step = WIDTH / len(buckets)
    most = max(count for _, count in buckets) or 1
    bars = []
    for place, (start, count) in enumerate(buckets):
        x = WIDTH - (place + 1) * step if mirrored else place * step
        height = max(count * HEIGHT / most, LEAST) if count else 0.0
        width = min(step, WIDEST)
        left = x + (step - width) / 2
        bars.append(Bar(round(left, 2), round(HEIGHT - height, 2), round(width, 2), round(height, 2), start, count))
    return tuple(bars)


def draw_steps(moments: Sequence[float], *, mirrored: bool) -> str:
    """Draw how many of `moments` (seconds) had come at each time, as the points of a line of steps.

    >>> draw_steps([0.0, 10.0], mirrored=False)
    '0.0,100.0 0.0,50.0 1000.0,50.0 1000.0,0.0'
    """
    if not moments:
        return ""
    ordered = sorted(moments)
    begin, span = ordered[0], (ordered[-1] - ordered[0]) or 1.0
    points, height = [(0.0, HEIGHT)], HEIGHT
    for number, moment in enumerate(ordered, 1):
        x = round((moment - begin) * WIDTH / span, 2)
        points.append((x, height))
        height = round(HEIGHT - number * HEIGHT / len(ordered), 2)
        points.append((x, height))
    points.append((WIDTH, height))
    turned = [(WIDTH - x if mirrored else x, y) for x, y in points]
    return " ".join(f"{x},{y}" for x, y in dict.fromkeys(turned))
