"""Sightings of one fingerprint enter; a set of them leaves that knows what has changed since it was read.

A headline may be carried by a hundred thousand articles, and each new one must cost the same: so what stands is looked
up place by place, and what changed is kept beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from schemas import HeadlineRole, HeadlineSighting, Sighting

Place = tuple[str, HeadlineRole]
"""Where a fingerprint can stand once: an article's id, as its title or as a link."""

Change = tuple[Place, HeadlineSighting | None, HeadlineSighting | None]
"""A place, what stood there, and what stands there now."""

_NONE: Final[Mapping[Place, HeadlineSighting]] = {}


class Sightings(Mapping[Place, HeadlineSighting]):
    """Each sighting under its place: a set, so repeats and order leave no trace. Never changed, only succeeded.

    `read` is what was there first; it may look places up one by one (streams/state.py). `changed` is what came
    since, null where something was taken back.
    """

    __slots__ = ("_count", "changed", "read")

    def __init__(
        self,
        read: Mapping[Place, HeadlineSighting] = _NONE,
        changed: Mapping[Place, HeadlineSighting | None] | None = None,
        count: int | None = None,
    ) -> None:
        self.read = read
        self.changed = changed or {}
        self._count = len(read) if count is None else count

    def __getitem__(self, place: Place) -> HeadlineSighting:
        found = self.changed[place] if place in self.changed else self.read.get(place)
        if found is None:
            raise KeyError(place)
        return found

    def get(self, place: object, default: Any = None) -> Any:  # noqa: ANN401 as Mapping's own, without its exception
        """Return what stands in `place`."""
        found = self.changed[place] if place in self.changed else self.read.get(place)  # type: ignore[index,call-overload]
        return default if found is None else found

    def __iter__(self) -> Iterator[Place]:
        yield from (place for place in self.read if place not in self.changed)
        yield from (place for place, one in self.changed.items() if one is not None)

    def __len__(self) -> int:
        return self._count

    def changes(self, before: Mapping[Place, HeadlineSighting]) -> Iterator[Change]:
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


def told(sightings: Iterable[HeadlineSighting], known: Mapping[Place, HeadlineSighting]) -> Sightings:
    """Add `sightings` to those `known`, or take back the retracted ones.

    Of several tellings about one place the latest read holds, whichever arrives first; of equally late ones a
    retraction, then the earliest captured, then the least text. Returns `known` itself when nothing changed.
    """
    before = known if isinstance(known, Sightings) else Sightings(known)
    changed: dict[Place, HeadlineSighting | None] = {}
    count = len(before)
    for sighting in sightings:
        place = (sighting.article_id, sighting.role)
        standing = changed[place] if place in changed else before.get(place)
        if _holds(standing, sighting):
            continue
        changed[place] = None if sighting.retracted else sighting
        count += (not sighting.retracted) - (standing is not None)
    return Sightings(before.read, {**before.changed, **changed}, count) if changed else before


def _holds(standing: HeadlineSighting | None, sighting: HeadlineSighting) -> bool:
    """Say whether what is `standing` in the place of `sighting` stays as it is."""
    if standing is None:
        return sighting.retracted
    if standing.told_at != sighting.told_at:
        return standing.told_at > sighting.told_at
    return not sighting.retracted and rank(standing) <= rank(sighting)


def rank(sighting: Sighting) -> tuple[object, ...]:
    """Give all that a document shows of a sighting, but its place: what decides between equally late tellings."""
    return (sighting.captured_at, sighting.text, sighting.date or "", sighting.source or "")
