"""A member's text enters; the questions leave by which its like are found among all others."""

from __future__ import annotations

from typing import Final

from schemas import HeadlineSighting, Kind, Probe, Story
from streams.text.fold import headline_key
from streams.text.match import probe
from streams.text.story import story_bands

_BEGINNING: Final = b"b"
"""How the bands of headlines that begin alike begin; others with `h`, those of stories with `s`."""


def headline_probe(sighting: HeadlineSighting) -> Probe | None:
    """Ask the bands of a headline's key: equal for all its printed forms, whichever of them comes first."""
    key = headline_key(sighting.text)
    found = probe(key)
    if found is None:
        return None
    bands = tuple(b"h" + band for band in found.bands)
    if found.beginning:
        bands = (*bands, _BEGINNING + found.beginning)
    return Probe.trusted(
        kind=Kind.HEADLINE,
        bands=bands,
        member=sighting.headline_id,
        print=key.encode("utf-8", "surrogatepass"),
        sign=found.sign,
        told_at=sighting.told_at,
    )


def story_probe(story: Story) -> Probe:
    """Ask the bands of an article's sketch."""
    bands = tuple(b"s" + band for band in story_bands(story.sketch))
    return Probe.trusted(
        kind=Kind.STORY, bands=bands, member=story.article_id, print=story.sketch, told_at=story.told_at
    )


def begin_alike(band: bytes) -> bool:
    """Tell whether a band is one of headlines that begin alike."""
    return band.startswith(_BEGINNING)
