"""Sightings enter and leave one by one; what a headline's document says of them all stays true, without counting anew.

Every figure follows from the set of sightings alone. Adding one is always possible; taking one back is, unless it was
the first, the last or one of those that are shown: then all must be looked through again.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from schemas import HeadlineRole
from schemas.headlines import SIGHTINGS_KEPT

from .sightings import Change, Place, Seen, Sightings, rank

Carried = Mapping[str, Mapping[Place, Seen]]
"""The sightings of a cluster, by member."""

TITLE: Final = HeadlineRole.TITLE


@dataclass
class Tally:
    """What the sightings of a cluster come to; `first` and `titles` are the first `SIGHTINGS_KEPT`, in order.

    Moments are microseconds of the Unix epoch (`moments.py`).
    """

    articles: int = 0
    sightings: int = 0
    titled: int = 0
    texts: Counter[str] = field(default_factory=Counter)
    earliest: dict[str, int] = field(default_factory=dict)
    sources: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)
    first: list[Seen] = field(default_factory=list)
    titles: list[Seen] = field(default_factory=list)
    last_seen: int | None = None
    last_told: int | None = None

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

    def add(self, one: Seen) -> None:
        """Count a sighting; articles are counted by `count`."""
        self.sightings += 1
        self.texts[one.text] += 1
        self.earliest[one.text] = min(one.captured, self.earliest.get(one.text, one.captured))
        if one.source:
            self.sources[one.source] += 1
        if one.date:
            self.dates[one.date] += 1
        _keep(one, self.first)
        if one.role is TITLE:
            self.titled += 1
            _keep(one, self.titles)
        self.last_seen = max(one.captured, self.last_seen or one.captured)
        self.last_told = max(one.told, self.last_told or one.told)

    def remove(self, one: Seen) -> bool:
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
        if one.role is TITLE:
            self.titled -= 1
            whole &= _drop(one, self.titles, self.titled)
        if one.text not in self.texts:
            del self.earliest[one.text]
        elif self.earliest[one.text] == one.captured:
            return False
        return whole and one.captured != self.last_seen


def _keep(one: Seen, kept: list[Seen]) -> None:
    """Put a sighting among those shown; no two are alike in all that they are ordered by."""
    if len(kept) < SIGHTINGS_KEPT or one < kept[-1]:
        insort(kept, one)
        del kept[SIGHTINGS_KEPT:]


def _drop(one: Seen, kept: list[Seen], left: int) -> bool:
    """Take a sighting from those shown, where it is one; of no use if another, which is not known, takes its place."""
    at = bisect_left(kept, one[:4])
    if at == len(kept) or kept[at][:4] != one[:4]:
        return True
    del kept[at]
    return left == len(kept)


def _less(name: str, counts: Counter[str]) -> None:
    counts[name] -= 1
    if not counts[name]:
        del counts[name]


def count(carried: Carried) -> Tally:
    """Count all that is `carried`."""
    shown = sorted([one for sightings in carried.values() for one in everything(sightings)])
    if not shown:
        return Tally()
    earliest: dict[str, int] = {}
    for one in shown:
        earliest.setdefault(one.text, one.captured)
    titles = [one for one in shown if one.role is TITLE]
    return Tally(
        articles=len({one.article_id for one in shown}),
        sightings=len(shown),
        titled=len(titles),
        texts=Counter([one.text for one in shown]),
        earliest=earliest,
        sources=Counter([one.source for one in shown if one.source]),
        dates=Counter([one.date for one in shown if one.date]),
        first=shown[:SIGHTINGS_KEPT],
        titles=titles[:SIGHTINGS_KEPT],
        last_seen=shown[-1].captured,
        last_told=max([one.told for one in shown]),
    )


def everything(sightings: Mapping[Place, Seen]) -> Iterable[Seen]:
    """Give all sightings of a member."""
    return sightings.all() if isinstance(sightings, Sightings) else sightings.values()


def recount(tally: Tally, before: Carried, after: Carried) -> Tally:
    """Bring the tally of what was carried `before` up to what is carried now; `tally` itself stays as it is."""
    counted = tally.copy()
    touched: set[str] = set()
    for _, (article, _), old, new in changes(before, after):
        touched.add(article)
        if old is not None and new is not None and rank(old) == rank(new):
            counted.last_told = max(new.told, counted.last_told or new.told)
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
        now, then = after.get(member, {}), before.get(member, {})
        if now is then:
            continue
        differ = (now if isinstance(now, Sightings) else Sightings(now)).changes(then)
        yield from ((member, place, old, new) for place, old, new in differ)


def _stands(article: str, carried: Carried) -> bool:
    return any((article, role) in sightings for sightings in carried.values() for role in HeadlineRole)
