"""What all sightings of a headline come to enters, in all its wordings; the headline as the index shows it leaves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from schemas import Headline, Sighting

from .moments import moment
from .sightings import Seen
from .tally import Tally


def as_headline(headline_id: str, members: Iterable[str], tally: Tally) -> Headline:
    """Describe the cluster `headline_id`, whose `members` articles carry."""
    fields = headline_fields(headline_id, members, tally)
    shown = tuple(Sighting.trusted(**one) for one in fields["sightings"])
    return Headline.trusted(**{**fields, "sightings": shown})


def headline_fields(headline_id: str, members: Iterable[str], tally: Tally) -> Mapping[str, Any]:
    """Give the fields of that `Headline`, those of its sightings among them.

    Every field follows from the set of sightings alone. The canonical text is the form printed most often, then the
    one captured first, then the least in code points.
    """
    texts = tally.texts
    return {
        "headline_id": headline_id,
        "members": tuple(sorted(members)),
        "text": min(texts, key=lambda text: (-texts[text], tally.earliest[text], text), default=""),
        "variants": tuple(sorted(texts)),
        "sightings": [_shown(one) for one in tally.first],
        "article_count": tally.articles,
        "articles": tuple(dict.fromkeys([one.article_id for one in tally.first])),
        "title_of": tuple(dict.fromkeys([one.article_id for one in tally.titles])),
        "sources": tuple(sorted(tally.sources)),
        "dates": tuple(sorted(tally.dates)),
        "first_seen": moment(tally.first[0].captured) if tally.first else None,
        "last_seen": None if tally.last_seen is None else moment(tally.last_seen),
        "closed_at": None,
    }


def _shown(one: Seen) -> dict[str, Any]:
    return {
        "headline_id": one.headline_id,
        "text": one.text,
        "article_id": one.article_id,
        "role": one.role,
        "source": one.source,
        "date": one.date,
        "captured_at": moment(one.captured),
    }
