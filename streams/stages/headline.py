"""Sightings of a headline and of its other wordings enter; the headline as the index shows it leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from schemas import Headline, HeadlineRole, HeadlineSighting, Sighting
from schemas.headlines import SIGHTINGS_KEPT

Place = tuple[str, HeadlineRole]
"""Where a fingerprint can stand once: an article's id, as its title or as a link."""

Sightings = Mapping[Place, HeadlineSighting]
"""Sightings of one fingerprint, each under its place: a set, so repeats and order leave no trace."""


def told(sightings: Iterable[HeadlineSighting], known: Sightings) -> Sightings:
    """Add `sightings` to those `known`, or take back the retracted ones.

    Of several tellings about one place the latest read holds, whichever arrives first; of equally late ones a
    retraction, then the earliest captured, then the least text. Returns `known` itself when nothing changed.
    """
    places = dict(known)
    changed = False
    for sighting in sightings:
        changed |= _apply(sighting, places)
    return places if changed else known


def _apply(sighting: HeadlineSighting, places: dict[Place, HeadlineSighting]) -> bool:
    """Put `sighting` in its place or take it out; say whether that changed anything."""
    place = (sighting.article_id, sighting.role)
    standing = places.get(place)
    if standing is not None and standing.told_at > sighting.told_at:
        return False
    if sighting.retracted:
        return places.pop(place, None) is not None
    if standing is not None and standing.told_at == sighting.told_at and _rank(standing) <= _rank(sighting):
        return False
    places[place] = sighting
    return True


_FIELDS: Final = tuple(Sighting.model_fields)


def _rank(sighting: Sighting) -> tuple[object, ...]:
    return (sighting.captured_at, sighting.text, sighting.date or "", sighting.source or "")


def as_headline(headline_id: str, members: Mapping[str, Sightings]) -> Headline:
    """Describe the cluster `headline_id`, given the sightings of each of its `members`.

    Every field follows from the sets of sightings alone. The canonical text is the form printed most often, then the
    one captured first, then the least in code points.
    """
    found = [one for sightings in members.values() for one in sightings.values()]
    ordered = sorted(found, key=lambda one: (one.captured_at, one.article_id, one.role, one.headline_id))
    articles = tuple(dict.fromkeys(one.article_id for one in ordered))
    titles = tuple(dict.fromkeys(one.article_id for one in ordered if one.role is HeadlineRole.TITLE))
    return Headline.trusted(
        headline_id=headline_id,
        members=tuple(sorted(member for member, sightings in members.items() if sightings)),
        text=_canonical(ordered),
        variants=tuple(sorted({one.text for one in ordered})),
        sightings=tuple(_as_shown(one) for one in ordered[:SIGHTINGS_KEPT]),
        article_count=len(articles),
        articles=articles[:SIGHTINGS_KEPT],
        title_of=titles[:SIGHTINGS_KEPT],
        sources=tuple(sorted({one.source for one in ordered if one.source})),
        dates=tuple(sorted({one.date for one in ordered if one.date})),
        first_seen=ordered[0].captured_at if ordered else None,
        last_seen=ordered[-1].captured_at if ordered else None,
    )


def _as_shown(sighting: HeadlineSighting) -> Sighting:
    fields = sighting.__dict__
    return Sighting.trusted(**{name: fields[name] for name in _FIELDS})


def _canonical(ordered: list[HeadlineSighting]) -> str:
    """Choose among the printed forms of sightings that are `ordered` by capture; no sighting, no text."""
    if len(ordered) == 1:  # most headlines, for good
        return ordered[0].text
    counts = Counter(one.text for one in ordered)
    earliest: dict[str, HeadlineSighting] = {}
    for one in ordered:
        earliest.setdefault(one.text, one)
    return min(counts, key=lambda text: (-counts[text], earliest[text].captured_at, text), default="")
