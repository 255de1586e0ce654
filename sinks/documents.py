"""Messages in, index documents out: what an article, a headline and a reject look like in Elasticsearch."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import UTC
from types import MappingProxyType

from schemas.articles import EnrichedArticle, Entity, EntityKind
from schemas.clusters import Naming
from schemas.forgotten import Forgotten
from schemas.headlines import Headline, Sighting
from schemas.rejects import Rejected

from .names import name_fields

Document = dict[str, object]

_OWN_NAMES: Mapping[str, str] = MappingProxyType({})

MESSAGE_KEPT = 1000
"""Characters of a reject's message that its reduced document keeps."""


def article_document(article: EnrichedArticle, names: Mapping[str, str] = _OWN_NAMES) -> Document:
    """Return the document of `article`: its facts lifted to the top, its entities nested and as flat lists.

    `names` say which clusters its headlines and itself belong to where these are not their own (`names.name_id`).
    """
    facts = article.facts
    carried = headline_ids(article)
    return _without_nothing(
        {
            "article_id": article.article_id,
            "root_id": article.root_id,
            "parent_id": article.parent_id,
            "embedded_ids": article.embedded_ids,
            "embedded": article.parent_id is not None,
            "supersedes": article.supersedes,
            "paths": article.paths,
            "path_count": article.path_count,
            "encoding": article.encoding,
            "captured_at": article.captured_at,
            "read_at": article.read_at,
            "site": article.site,
            "rules_version": article.rules_version,
            "title": facts.title,
            "headline_id": article.headline_id,
            "headline_ids": carried,
            **name_fields(article.article_id, carried, names),
            "published": facts.published,
            "published_zone": facts.published_zone,
            "dateline": facts.dateline,
            "source": facts.source,
            "authors": facts.authors,
            "keywords": tuple(one.replace("_", " ") for one in facts.keywords),  # one asks for a hashtag's words
            "body": article.body,
            "related_headlines": [
                _without_nothing({"text": related.text, "headline_id": related.headline_id, "date": related.date})
                for related in article.related_headlines
            ],
            **_entity_fields(article.entities),
        }
    )


def headline_ids(article: EnrichedArticle) -> list[str]:
    """Return the ids of all headlines that `article` carries, its own title's first, each once."""
    carried = [related.headline_id for related in article.related_headlines]
    if article.headline_id is not None:
        carried.insert(0, article.headline_id)
    return list(dict.fromkeys(carried))


def _entity_fields(entities: tuple[Entity, ...]) -> Document:
    # One pass by hand: mentions are most of a document, and most of what making it costs.
    of_kind: dict[EntityKind, dict[str, None]] = {kind: {} for kind in EntityKind}
    meant: dict[str, Entity] = {}
    for entity in entities:
        of_kind[entity.kind][entity.name] = None
        meant[entity.entity_id] = entity
    countries: dict[str | None, None] = {}
    names: dict[str | None, None] = {}
    for entity in meant.values():
        countries[entity.country] = names[entity.name] = names[entity.name_en] = None
    countries.pop(None, None)
    names.pop(None, None)
    return {
        "entities": [_mention(entity) for entity in entities],
        "entity_ids": list(meant),
        "persons": list(of_kind[EntityKind.PERSON]),
        "places": list(of_kind[EntityKind.PLACE]),
        "organisations": list(of_kind[EntityKind.ORGANISATION]),
        "countries": list(countries),
        "names": list(names),
    }


def _mention(entity: Entity) -> Document:
    mention: Document = {
        "text": entity.text,
        "kind": entity.kind,
        "start": entity.start,
        "end": entity.end,
        "entity_id": entity.entity_id,
        "name": entity.name,
    }
    if entity.name_en is not None:
        mention["name_en"] = entity.name_en
    if entity.country is not None:
        mention["country"] = entity.country
    return mention


def headline_document(headline: Headline) -> Document:
    """Return the document of `headline` with its sightings nested."""
    return _without_nothing(
        {
            "headline_id": headline.headline_id,
            "members": headline.members,
            "text": headline.text,
            "variants": headline.variants,
            "article_count": headline.article_count,
            "articles": headline.articles,
            "title_of": headline.title_of,
            "sources": headline.sources,
            "dates": headline.dates,
            "first_seen": headline.first_seen,
            "last_seen": headline.last_seen,
            "closed_at": headline.closed_at,
            "sightings": [_sighting(sighting) for sighting in headline.sightings],
        }
    )


def closed_id(headline: Headline) -> str:
    """Return the id under which `headline`, being closed, is kept: its own, with the day."""
    day = "" if headline.closed_at is None else f"{headline.closed_at.astimezone(UTC):%Y%m%d}"
    return f"{headline.headline_id}-{day}"


def name_document(naming: Naming) -> Document:
    """Return the document that remembers `naming`; its articles say so themselves."""
    return {"kind": naming.kind, "member": naming.member, "cluster": naming.cluster}


def forgotten_document(forgotten: Forgotten) -> Document:
    """Return the document that keeps `forgotten` out of the index."""
    return {"article_id": forgotten.article_id, "forgotten_at": forgotten.forgotten_at}


def _sighting(sighting: Sighting) -> Document:
    seen: Document = {"article_id": sighting.article_id, "role": sighting.role, "text": sighting.text}
    if sighting.source is not None:
        seen["source"] = sighting.source
    if sighting.date is not None:
        seen["date"] = sighting.date
    seen["captured_at"] = sighting.captured_at
    return seen


def reject_document(reject: Rejected) -> Document:
    """Return the document of `reject`; its payload in base64."""
    payload = None if reject.payload is None else base64.b64encode(reject.payload).decode()
    return _without_nothing(
        {
            "reject_id": reject.reject_id,
            "stage": reject.stage,
            "reason": reject.reason,
            "message": reject.message,
            "attempt": reject.attempt,
            "path": reject.path,
            "article_id": reject.article_id,
            "topic": reject.topic,
            "key": reject.key,
            "payload": payload,
            "rejected_at": reject.rejected_at,
        }
    )


def reduced_reject_document(reject: Rejected) -> Document:
    """Return the least document of a reject that the index refused in full, marked `reduced`."""
    return {
        "reject_id": reject.reject_id,
        "stage": reject.stage,
        "reason": reject.reason,
        "message": reject.message[:MESSAGE_KEPT],
        "rejected_at": reject.rejected_at,
        "reduced": True,
    }


def _without_nothing(fields: Document) -> Document:
    """Leave out what is null or empty: the index has no use for it, and replays stay equal to the letter."""
    return {name: value for name, value in fields.items() if value is not None and value not in ((), [])}
