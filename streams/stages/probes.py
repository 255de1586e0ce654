"""A member's text enters; the questions leave by which its like are found among all others."""

from __future__ import annotations

from schemas import HeadlineSighting, Kind, Probe, Story
from streams.text.fold import headline_key
from streams.text.match import probe
from streams.text.story import story_bands


def headline_probes(sighting: HeadlineSighting) -> list[Probe]:
    """Ask the bands of a headline's key: equal for all its printed forms, whichever of them comes first."""
    key = headline_key(sighting.text)
    found = probe(key)
    if found is None:
        return []
    return [
        Probe(
            kind=Kind.HEADLINE,
            band=b"h" + band,
            member=sighting.headline_id,
            print=key.encode("utf-8", "surrogatepass"),
            sign=found.sign,
            told_at=sighting.told_at,
        )
        for band in found.bands
    ]


def story_probes(story: Story) -> list[Probe]:
    """Ask the bands of an article's sketch."""
    return [
        Probe(kind=Kind.STORY, band=b"s" + band, member=story.article_id, print=story.sketch, told_at=story.told_at)
        for band in story_bands(story.sketch)
    ]
