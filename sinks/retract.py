"""Documents of articles taken back in, the messages that take their headline sightings back out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from schemas.clusters import MemberBatch
from schemas.codec import encode
from schemas.headlines import HeadlineRole, HeadlineSighting
from schemas.partition import partition_of

FIELDS = (
    "article_id",
    "embedded_ids",
    "captured_at",
    "read_at",
    "title",
    "headline_id",
    "published",
    "source",
    "related_headlines",
)
"""What must be read of an article's document to take its sightings back."""

BATCH = 1000
"""Most sightings in one message (about 300 bytes each)."""


def retractions(documents: Iterable[Mapping[str, Any]], partitions: int) -> list[tuple[int, bytes]]:
    """Return (partition, message) pairs that take back every headline that `documents` carry.

    A sighting goes to the partition of its headline, where the sighting itself went.
    """
    by_partition: dict[int, list[HeadlineSighting]] = {}
    for document in documents:
        for sighting in sightings(document):
            by_partition.setdefault(partition_of(sighting.headline_id.encode(), partitions), []).append(sighting)
    return [
        (partition, encode(MemberBatch(sightings=tuple(found[start : start + BATCH]))))
        for partition, found in sorted(by_partition.items())
        for start in range(0, len(found), BATCH)
    ]


def sightings(document: Mapping[str, Any]) -> Iterator[HeadlineSighting]:
    """Yield, as retracted, the headlines that an article's document carries: its title and its related headlines."""
    carried = [
        (HeadlineRole.RELATED, related["headline_id"], related["text"], related.get("date"))
        for related in document.get("related_headlines", ())
    ]
    if "headline_id" in document:
        carried.insert(
            0, (HeadlineRole.TITLE, document["headline_id"], document.get("title", ""), document.get("published"))
        )
    for role, headline_id, text, date in carried:
        yield HeadlineSighting(
            headline_id=headline_id,
            text=text,
            article_id=document["article_id"],
            role=role,
            source=document.get("source"),
            date=date,
            captured_at=document["captured_at"],
            told_at=document["read_at"],
            retracted=True,
        )
