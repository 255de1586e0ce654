"""Sightings of one headline and what was known of it enter; what is known now leaves, whatever the order of arrival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from schemas import Headline, HeadlineRole, HeadlineSighting, Sighting
from schemas.headlines import SIGHTINGS_KEPT

Place = tuple[str, HeadlineRole]
"""Where a headline can stand once: an article's id, as its title or as a link."""


@dataclass(frozen=True)
class HeadlineState:
    """One headline's sightings, each under its place: a set, so repeats and order leave no trace."""

    headline_id: str
    sightings: Mapping[Place, HeadlineSighting]


def dedupe(sightings: Iterable[HeadlineSighting], known: HeadlineState | None) -> HeadlineState:
    """Add `sightings` of one headline to what is `known` of it, or take back the retracted ones.

    Of several tellings about one place the latest read holds, whichever arrives first; of equally late ones a
    retraction, then the earliest captured, then the least text. Returns `known` itself when nothing changed.

    Raises:
        ValueError: sightings of different headlines, or none at all.
    """
    places = dict(known.sightings) if known else {}
    headline = known.headline_id if known else None
    changed = False
    for sighting in sightings:
        headline = headline or sighting.headline_id
        if sighting.headline_id != headline:
            raise ValueError(f"sightings of two headlines: {headline} and {sighting.headline_id}")
        changed |= _apply(sighting, places)
    if headline is None:
        raise ValueError("no sightings and nothing known")
    if known is not None and not changed:
        return known
    return HeadlineState(headline, MappingProxyType(places))


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


def as_headline(state: HeadlineState) -> Headline:
    """Describe `state` as the index shows it; every field follows from the set of sightings alone.

    The canonical text is the form printed most often, then the one captured first, then the least in code points.
    """
    ordered = sorted(state.sightings.values(), key=lambda one: (one.captured_at, one.article_id, one.role))
    articles = tuple(dict.fromkeys(one.article_id for one in ordered))
    titles = tuple(one.article_id for one in ordered if one.role is HeadlineRole.TITLE)
    return Headline(
        headline_id=state.headline_id,
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
    return Sighting.model_construct(**{name: getattr(sighting, name) for name in _FIELDS})


def _canonical(ordered: list[HeadlineSighting]) -> str:
    """Choose among the printed forms of sightings that are `ordered` by capture; no sighting, no text."""
    if len(ordered) == 1:  # most headlines, for good
        return ordered[0].text
    counts = Counter(one.text for one in ordered)
    earliest: dict[str, HeadlineSighting] = {}
    for one in ordered:
        earliest.setdefault(one.text, one)
    return min(counts, key=lambda text: (-counts[text], earliest[text].captured_at, text), default="")
