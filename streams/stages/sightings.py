"""Sightings of one fingerprint enter; a set of them leaves that knows what has changed since it was read.

A headline may be carried by a hundred thousand articles, and each new one must cost the same: so what stands is looked
up place by place, and what changed is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from schemas import HeadlineRole, HeadlineSighting

from .moments import moment, ticks

Place = tuple[str, HeadlineRole]
"""Where a fingerprint can stand once: an article's id, as its title or as a link."""


class Seen(NamedTuple):
    """A sighting as members keep it; moments are microseconds of the Unix epoch (`moments.py`).

    It begins with what sightings are shown by: first by capture.
    """

    captured: int
    article_id: str
    role: HeadlineRole
    headline_id: str
    text: str
    source: str | None
    date: str | None
    told: int


Change = tuple[Place, Seen | None, Seen | None]
"""A place, what stood there, and what stands there now."""

_NONE: Final[Mapping[Place, Seen]] = {}


def seen(one: HeadlineSighting) -> Seen:
    """Keep what is told."""
    return Seen(
        ticks(one.captured_at),
        one.article_id,
        one.role,
        one.headline_id,
        one.text,
        one.source,
        one.date,
        ticks(one.told_at),
    )


def as_told(one: Seen, *, retracted: bool = False) -> HeadlineSighting:
    """Tell of what is kept, or take it back."""
    return HeadlineSighting.trusted(
        headline_id=one.headline_id,
        text=one.text,
        article_id=one.article_id,
        role=one.role,
        source=one.source,
        date=one.date,
        captured_at=moment(one.captured),
        told_at=moment(one.told),
        retracted=retracted,
    )


class Sightings(Mapping[Place, Seen]):
    """Each sighting under its place: a set, so repeats and order leave no trace. Never changed, only succeeded.

    `read` is what was there first; it may look places up one by one (streams/state.py). `changed` is what came
    since, null where something was taken back.
    """

    __slots__ = ("_count", "changed", "read")

    def __init__(
        self,
        read: Mapping[Place, Seen] = _NONE,
        changed: Mapping[Place, Seen | None] | None = None,
        count: int | None = None,
    ) -> None:
        self.read = read
        self.changed = changed or {}
        self._count = len(read) if count is None else count

    def __getitem__(self, place: Place) -> Seen:
        found = self.changed[place] if place in self.changed else self.read.get(place)
        if found is None:
            raise KeyError(place)
        return found

    def get(self, place: object, default: Any = None) -> Any:  # noqa: ANN401 as Mapping's own, without its exception
        """Return what stands in `place`."""
        found = self.changed[place] if place in self.changed else self.read.get(place)  # type: ignore[index,call-overload]
        return default if found is None else found

    def __iter__(self) -> Iterator[Place]:
        if not self.changed:
            return iter(self.read)
        return iter([*(place for place in self.read if place not in self.changed), *self._added()])

    def _added(self) -> list[Place]:
        return [place for place, one in self.changed.items() if one is not None]

    def __len__(self) -> int:
        return self._count

    def all(self) -> list[Seen]:
        """Give what stands in all places."""
        if not self.changed:
            return list(self.read.values())
        standing = [one for place, one in self.read.items() if place not in self.changed]
        return standing + [one for one in self.changed.values() if one is not None]

    def changes(self, before: Mapping[Place, Seen]) -> Iterator[Change]:
        """Tell in what these differ from those of `before`: quickly, if these succeeded them."""
        if isinstance(before, Sightings) and before.read is self.read:
            places: Iterable[Place] = self.changed if before.changed is not self.changed else ()
            places = {**dict.fromkeys(places), **dict.fromkeys(before.changed)} if before.changed else places
        else:
            places = dict.fromkeys((*self, *before))
        for place in places:
            old, new = before.get(place), self.get(place)
            if old is not new:
                yield place, old, new


def told(sightings: Iterable[HeadlineSighting], known: Mapping[Place, Seen]) -> Sightings:
    """Add `sightings` to those `known`, or take back the retracted ones.

    Of several tellings about one place the latest read holds, whichever arrives first; of equally late ones a
    retraction, then the earliest captured, then the least text. Returns `known` itself when nothing changed.
    """
    before = known if isinstance(known, Sightings) else Sightings(known)
    changed: dict[Place, Seen | None] = {}
    count = len(before)
    for sighting in sightings:
        place = (sighting.article_id, sighting.role)
        standing = changed[place] if place in changed else before.get(place)
        one = seen(sighting)
        if _holds(standing, one, sighting.retracted):
            continue
        changed[place] = None if sighting.retracted else one
        count += (not sighting.retracted) - (standing is not None)
    return Sightings(before.read, {**before.changed, **changed}, count) if changed else before


def _holds(standing: Seen | None, one: Seen, retracted: bool) -> bool:
    """Say whether what is `standing` in the place of `one` stays as it is, when that is told or retracted."""
    if standing is None:
        return retracted
    if standing.told != one.told:
        return standing.told > one.told
    return not retracted and rank(standing) <= rank(one)


def rank(one: Seen) -> tuple[object, ...]:
    """Give all that a document shows of a sighting, but its place: what decides between equally late tellings."""
    return (one.captured, one.text, one.date or "", one.source or "")
