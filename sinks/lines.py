"""A message in, its line of a JSON Lines file out; which topics become which files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import orjson

from schemas.articles import EnrichedArticle
from schemas.clusters import Naming
from schemas.codec import DecodeError, decode
from schemas.headlines import Headline
from schemas.rejects import Rejected
from schemas.topics import ENRICHED, NAMED, REJECTED, UNIQUE

from .actions import Arrival
from .documents import article_document, headline_document, name_document, reject_document
from .names import name_id

FILES: Final[Mapping[str, str]] = {
    ENRICHED.name: "articles",
    NAMED.name: "names",
    UNIQUE.name: "headlines",
    REJECTED.name: "rejected",
}
"""The topics that are written, and how their files' names begin."""


def line_of(arrival: Arrival) -> bytes:
    r"""Return the line of `arrival`: its offset, the id of what it tells of, and the document as it is from here on.

    The document is null where the message takes it back. What cannot be decoded has `error`, its reason, instead.

    >>> line_of(Arrival("articles.enriched", 0, 7, b"4c97b1d2", None))
    b'{"offset":7,"id":"4c97b1d2","document":null}\n'
    >>> line_of(Arrival("articles.enriched", 0, 8, b"4c97b1d2", b"?"))
    b'{"offset":8,"id":"4c97b1d2","error":"not_a_message"}\n'
    """
    fields: dict[str, object] = {"offset": arrival.offset, "id": (arrival.key or b"").decode("utf-8", "replace")}
    try:
        fields |= {"document": None} if arrival.value is None else _read(arrival.topic, arrival.value)
    except DecodeError as error:
        fields["error"] = error.reason
    return orjson.dumps(fields, option=orjson.OPT_APPEND_NEWLINE)


def _read(topic: str, value: bytes) -> Mapping[str, object]:
    """Name what a message tells of: its key may be another's, as an embedded article travels under its page's."""
    if topic == ENRICHED.name:
        article = decode(EnrichedArticle, value)
        return {"id": article.article_id, "document": article_document(article)}
    if topic == NAMED.name:
        naming = decode(Naming, value)
        return {"id": name_id(naming.kind, naming.member), "document": name_document(naming)}
    if topic == UNIQUE.name:
        headline = decode(Headline, value)
        return {"id": headline.headline_id, "document": headline_document(headline) if headline.sightings else None}
    reject = decode(Rejected, value)
    return {"id": reject.reject_id, "document": reject_document(reject)}
