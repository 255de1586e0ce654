"""What all sightings of a headline come to enters, in all its wordings; the headline as the index shows it leaves."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from schemas import Headline, HeadlineSighting, Sighting

from .tally import Tally


def as_headline(headline_id: str, members: Iterable[str], tally: Tally) -> Headline:
    """Describe the cluster `headline_id`, whose `members` articles carry.

    Every field follows from the set of sightings alone. The canonical text is the form printed most often, then the
    one captured first, then the least in code points.
    """
    return Headline.trusted(
        headline_id=headline_id,
        members=tuple(sorted(members)),
        text=min(tally.texts, key=lambda text: (-tally.texts[text], tally.earliest[text], text), default=""),
        variants=tuple(sorted(tally.texts)),
        sightings=tuple(map(_as_shown, tally.first)),
        article_count=tally.articles,
        articles=tuple(dict.fromkeys(one.article_id for one in tally.first)),
        title_of=tuple(dict.fromkeys(one.article_id for one in tally.titles)),
        sources=tuple(sorted(tally.sources)),
        dates=tuple(sorted(tally.dates)),
        first_seen=tally.first[0].captured_at if tally.first else None,
        last_seen=tally.last_seen,
    )


_FIELDS: Final = tuple(Sighting.model_fields)


def _as_shown(sighting: HeadlineSighting) -> Sighting:
    fields = sighting.__dict__
    return Sighting.trusted(**{name: fields[name] for name in _FIELDS})
