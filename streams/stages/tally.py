"""Sightings enter and leave one by one; what a headline's document says of them all stays true, without counting anew.

Every figure follows from the set of sightings alone. Adding one is always possible; taking one back is, unless it was
the first, the last or one of those that are shown: then all must be looked through again.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from schemas import HeadlineRole, HeadlineSighting
from schemas.headlines import SIGHTINGS_KEPT
from schemas.message import Moment

from .sightings import Change, Place, Sightings, rank

Carried = Mapping[str, Mapping[Place, HeadlineSighting]]
"""The sightings of a cluster, by member."""


def order(sighting: HeadlineSighting) -> tuple[Any, ...]:
    """Give the order in which sightings are shown: by capture."""
    return (sighting.captured_at, sighting.article_id, sighting.role, sighting.headline_id)


@dataclass
class Tally:
    """What the sightings of a cluster come to; `first` and `titles` are the first `SIGHTINGS_KEPT`, in order."""

    articles: int = 0
    sightings: int = 0
    titled: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    earliest: dict[str, Moment] = field(default_factory=dict)
    sources: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)
    first: list[HeadlineSighting] = field(default_factory=list)
    titles: list[HeadlineSighting] = field(default_factory=list)
    last_seen: Moment | None = None
    last_told: Moment | None = None

    def copy(self) -> Tally:
        """Copy all that changes."""
        return replace(
            self,
            texts=self.texts.copy(),
            earliest=self.earliest.copy(),
            sources=self.sources.copy(),
            dates=self.dates.copy(),
            first=self.first.copy(),
            titles=self.titles.copy(),
        )

    def add(self, one: HeadlineSighting) -> None:
        """Count a sighting; articles are counted by `count`."""
        self.sightings += 1
        self.texts[one.text] += 1
        self.earliest[one.text] = min(one.captured_at, self.earliest.get(one.text, one.captured_at))
        if one.source:
            self.sources[one.source] += 1
        if one.date:
            self.dates[one.date] += 1
        _keep(one, self.first)
        if one.role is HeadlineRole.TITLE:
            self.titled += 1
            _keep(one, self.titles)
        self.last_seen = max(one.captured_at, self.last_seen or one.captured_at)
        self.last_told = max(one.told_at, self.last_told or one.told_at)

    def remove(self, one: HeadlineSighting) -> bool:
        """Count a sighting no more; say whether that could be done without looking at all the others.

        `last_told` stays, later than true: what was told of is quiet the later for it.
        """
        self.sightings -= 1
        _less(one.text, self.texts)
        if one.source:
            _less(one.source, self.sources)
        if one.date:
            _less(one.date, self.dates)
        whole = _drop(one, self.first, self.sightings)
        if one.role is HeadlineRole.TITLE:
            self.titled -= 1
            whole &= _drop(one, self.titles, self.titled)
        if one.text not in self.texts:
            del self.earliest[one.text]
        elif self.earliest[one.text] == one.captured_at:
            return False
        return whole and one.captured_at != self.last_seen


def _keep(one: HeadlineSighting, kept: list[HeadlineSighting]) -> None:
    if len(kept) < SIGHTINGS_KEPT or order(one) < order(kept[-1]):
        insort(kept, one, key=order)
        del kept[SIGHTINGS_KEPT:]


def _drop(one: HeadlineSighting, kept: list[HeadlineSighting], left: int) -> bool:
    """Take a sighting from those shown, where it is one; of no use if another, which is not known, takes its place."""
    at = bisect_left(kept, order(one), key=order)
    if at == len(kept) or order(kept[at]) != order(one):
        return True
    del kept[at]
    return left == len(kept)


def _less(name: str, counts: Counter[str]) -> None:
    counts[name] -= 1
    if not counts[name]:
        del counts[name]


def count(carried: Carried) -> Tally:
    """Count all that is `carried`."""
    tally = Tally(articles=len({article for sightings in carried.values() for article, _ in sightings}))
    for sightings in carried.values():
        for one in sightings.values():
            tally.add(one)
    return tally


def recount(tally: Tally, before: Carried, after: Carried) -> Tally:
    """Bring the tally of what was carried `before` up to what is carried now; `tally` itself stays as it is."""
    counted = tally.copy()
    touched: set[str] = set()
    for _, (article, _), old, new in changes(before, after):
        touched.add(article)
        if old is not None and new is not None and rank(old) == rank(new):
            counted.last_told = max(new.told_at, counted.last_told or new.told_at)
            continue
        if old is not None and not counted.remove(old):
            return count(after)
        if new is not None:
            counted.add(new)
    counted.articles += sum(_stands(article, after) - _stands(article, before) for article in touched)
    return counted


def changes(before: Carried, after: Carried) -> Iterable[tuple[str, *Change]]:
    """Tell what changed in the sightings of a cluster: member, place, what stood there and what stands there now."""
    for member in dict.fromkeys((*before, *after)):
        now = after.get(member, {})
        differ = (now if isinstance(now, Sightings) else Sightings(now)).changes(before.get(member, {}))
        yield from ((member, place, old, new) for place, old, new in differ)


def _stands(article: str, carried: Carried) -> bool:
    return any((article, role) in sightings for sightings in carried.values() for role in HeadlineRole)
