"""The first and last moment and a number of bars in, the calendar's stretches between them out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import Final

from .answers import Bar, Interval, Timeline

_DAYS: Final[dict[Interval, float]] = {"hour": 1 / 24, "day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365}
_MOST_BARS: Final = 400
"""Bars that are made, however far apart two dates are (a page may print the year 1203)."""


def choose_interval(first: datetime, last: datetime, bars: int, finest: Interval = "day") -> Interval:
    """Return the finest interval of which about `bars` or fewer reach from `first` to `last`.

    >>> choose_interval(datetime(2024, 1, 1), datetime(2024, 12, 31), 60)
    'week'
    """
    days = (last - first) / timedelta(days=1) + 1e-9
    fitting = [interval for interval, length in _DAYS.items() if length >= _DAYS[finest] and days / length <= bars]
    return fitting[0] if fitting else "year"


def begin(moment: datetime, interval: Interval) -> datetime:
    """Return the beginning of the stretch that `moment` lies in; weeks begin on Monday, as Elasticsearch's do.

    >>> begin(datetime(2024, 5, 16, 9, 30), "quarter").isoformat()
    '2024-04-01T00:00:00'
    """
    if interval == "hour":
        return moment.replace(minute=0, second=0, microsecond=0, tzinfo=None)
    day = moment.date()
    if interval == "week":
        day -= timedelta(days=day.weekday())
    elif interval != "day":
        months = {"month": 1, "quarter": 3, "year": 12}[interval]
        day = date(day.year, (day.month - 1) // months * months + 1, 1)
    return datetime.combine(day, time())


def following(start: datetime, interval: Interval) -> datetime:
    """Return where the stretch ends that begins at `start`."""
    if interval in ("hour", "day", "week"):
        return start + timedelta(days=_DAYS[interval])
    months = start.month - 1 + {"month": 1, "quarter": 3, "year": 12}[interval]
    return start.replace(year=start.year + months // 12, month=months % 12 + 1)


def lay_out(counts: dict[datetime, int], interval: Interval, undated: int = 0) -> Timeline:
    """Return the bars of `counts` (by beginning), gaps filled with zeroes, the latest where there are too many."""
    if not counts:
        return Timeline(interval, (), undated)
    starts = list(_starts(min(counts), max(counts), interval))[-_MOST_BARS:]
    return Timeline(interval, tuple(_bar(start, interval, counts.get(start, 0)) for start in starts), undated)


def count_moments(moments: Iterable[datetime], bars: int, finest: Interval = "hour") -> Timeline:
    """Count `moments` in about `bars` stretches."""
    every = sorted(moments)
    if not every:
        return Timeline("day", (), 0)
    interval = choose_interval(every[0], every[-1], bars, finest)
    counts: dict[datetime, int] = {}
    for moment in every:
        start = begin(moment, interval)
        counts[start] = counts.get(start, 0) + 1
    return lay_out(counts, interval)


def _starts(first: datetime, last: datetime, interval: Interval) -> Iterator[datetime]:
    start = first
    while start <= last and start.year < 9999:
        yield start
        start = following(start, interval)


def _bar(start: datetime, interval: Interval, count: int) -> Bar:
    if interval == "hour":
        return Bar(start.isoformat(), start.isoformat(), count)
    last = following(start, interval) - timedelta(days=1)
    return Bar(start.date().isoformat(), last.date().isoformat(), count)
