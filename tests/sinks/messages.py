"""Messages for the sink's tests, as workers would send them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from schemas import (
    EnrichedArticle,
    Entity,
    EntityKind,
    Headline,
    HeadlineRole,
    Kind,
    Naming,
    Reason,
    Rejected,
    RelatedHeadline,
    Sighting,
    StageName,
    encode,
)
from schemas.articles import Facts
from schemas.identity import digest
from schemas.topics import ENRICHED, NAMED, REJECTED, UNIQUE
from sinks.actions import Arrival

NOON = datetime(2025, 4, 20, 12, 0, tzinfo=UTC)

BODY = (
    "استقبل الرئيس الجزائري في العاصمة وفدا من رجال الأعمال، وبحث معهم فرص الاستثمار في الطاقة الشمسية. "
    "وأكد المتحدث باسم الحكومة أن أمريكا أبدت اهتماما بالمشروع، وأن العمل يبدأ في الخريف المقبل."
)


def ident(name: str) -> str:
    """Make an id out of a word."""
    return digest("test", name)


def related(text: str, date: str | None = None) -> RelatedHeadline:
    """Make a headline that a page links to."""
    return RelatedHeadline(text=text, headline_id=ident(text), date=date)


def mention(text: str, kind: EntityKind, entity_id: str, name: str, **more: str) -> Entity:
    """Make an entity where `text` stands in `BODY`."""
    start = BODY.index(text)
    return Entity(text=text, kind=kind, start=start, end=start + len(text), entity_id=entity_id, name=name, **more)


def article(name: str, title: str | None = "قمة الطاقة في الجزائر", **changes: Any) -> EnrichedArticle:
    """Make a main article; `changes` replace fields, `facts` being merged."""
    facts = {"title": title, "published": "2025-04-20T11:04", "source": "وكالة الواحة", "keywords": ("طاقة", "استثمار")}
    values: dict[str, Any] = {
        "article_id": ident(name),
        "root_id": ident(name),
        "paths": (f"{name}.txt",),
        "path_count": 1,
        "encoding": "utf-8",
        "captured_at": NOON,
        "read_at": NOON + timedelta(seconds=1),
        "site": "generic",
        "rules_version": "1",
        "facts": Facts(**(facts | changes.pop("facts", {}))),
        "headline_id": None if title is None else ident(title),
        "body": BODY,
        "related_headlines": (related("افتتاح محطة رياح جديدة", "2025-04-19"),),
        "entities": (
            mention("الجزائري", EntityKind.PLACE, "loc:DZ", "الجزائر", name_en="Algeria", country="DZ"),
            mention("أمريكا", EntityKind.PLACE, "loc:US", "الولايات المتحدة", name_en="United States", country="US"),
            mention("الرئيس", EntityKind.PERSON, "per:~1", "دونالد ترامب"),
        ),
    }
    return EnrichedArticle(**(values | changes))


def embedded(name: str, parent: str, **changes: Any) -> EnrichedArticle:
    """Make an article that the page `parent` embeds."""
    return article(name, **({"root_id": ident(parent), "parent_id": ident(parent)} | changes))


def headline(text: str, carriers: Sequence[str], days: int = 0) -> Headline:
    """Make a headline carried by the articles named, seen an hour apart."""
    sightings = tuple(
        Sighting(
            headline_id=ident(text),
            text=text,
            article_id=ident(name),
            role=HeadlineRole.RELATED,
            source="واحة",
            captured_at=NOON + timedelta(days=days, hours=hour),
        )
        for hour, name in enumerate(carriers)
    )
    return Headline(
        headline_id=ident(text),
        text=text,
        variants=(text,) if carriers else (),
        sightings=sightings,
        article_count=len(sightings),
        articles=tuple(sighting.article_id for sighting in sightings),
        sources=("واحة",) if carriers else (),
        first_seen=sightings[0].captured_at if carriers else None,
        last_seen=sightings[-1].captured_at if carriers else None,
    )


def naming(member: str, cluster: str, carriers: Sequence[str] = (), kind: Kind = Kind.HEADLINE) -> Naming:
    """Say that the headline `member` belongs to the cluster of the headline `cluster`; a story's, of articles."""
    carried = (member,) if kind is Kind.STORY else carriers
    return Naming(
        kind=kind, member=ident(member), cluster=ident(cluster), articles=tuple(ident(name) for name in carried)
    )


def reject(name: str, **changes: Any) -> Rejected:
    """Make a reject of the reading stage."""
    values: dict[str, Any] = {
        "reject_id": ident(name),
        "stage": StageName.READ,
        "reason": Reason.BINARY,
        "message": "نص غير مقروء",
        "path": f"{name}.txt",
        "payload": b"\x00\xff" + name.encode(),
        "rejected_at": NOON,
    }
    return Rejected(**(values | changes))


def arrival(message: EnrichedArticle | Headline | Naming | Rejected, offset: int = 0) -> Arrival:
    """Put a message on its topic."""
    if isinstance(message, Naming):
        return Arrival(NAMED.name, 0, offset, message.member.encode(), encode(message))
    if isinstance(message, EnrichedArticle):
        return Arrival(ENRICHED.name, 0, offset, message.root_id.encode(), encode(message))
    if isinstance(message, Headline):
        return Arrival(UNIQUE.name, 0, offset, message.headline_id.encode(), encode(message))
    return Arrival(REJECTED.name, 0, offset, message.reject_id.encode(), encode(message))


def tombstone(topic: str, key: str) -> Arrival:
    """Take back what `key` names."""
    return Arrival(topic, 0, 0, key.encode(), None)
