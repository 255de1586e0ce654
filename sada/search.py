"""Words in, found articles out; also the most repeated headlines, the newest articles, rejects and counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from elasticsearch import (  # noqa: TID251 (questions to the index are asked here)
    ApiError,
    Elasticsearch,
    NotFoundError,
    TransportError,
)

from schemas.indices import ARTICLES, HEADLINES, REJECTED
from schemas.settings import Settings
from sinks.refusals import refusal

_STEMMED = ("title^4", "keywords^2", "names^2", "body")
_EXACT = ("title.exact^4", "keywords.exact^2", "names.exact^2", "body.exact", "source.text", "dateline")
_RELATED = "related_headlines.text"
_RELATED_WEIGHT = 0.2
"""What only a link to another article says counts little."""

_QUOTED = re.compile(r'"([^"]+)"|«([^»]+)»|“([^”]+)”')
_MOST_WORDS = "2<75%"
"""Of one or two words all must be found, of more three quarters."""

_ANALYSED = 1_000_000
"""Characters of a text that are looked at for a snippet: the server's own limit, beyond which it would refuse."""


_BY_STORY = {"collapse": {"field": "story_id", "inner_hits": {"name": "copies", "size": 0}}}


class SearchError(RuntimeError):
    """The question cannot be answered; the text says why, in one line."""


@dataclass(frozen=True)
class Named:
    """Who or what an article names, and how often."""

    entity_id: str
    name: str
    kind: str
    mentions: int


@dataclass(frozen=True)
class Hit:
    """One article found. `date` is as printed; `snippet` the best passage, its found words between the marks.

    `copies` is how many of the articles found tell its story, itself included; 1 where each was to be shown.
    """

    article_id: str
    score: float
    title: str | None
    date: str | None
    source: str | None
    snippet: str
    entities: tuple[Named, ...]
    parent_id: str | None
    paths: tuple[str, ...]
    story_id: str
    copies: int = 1


@dataclass(frozen=True)
class Repeated:
    """One headline and how many articles carry it."""

    headline_id: str
    text: str
    article_count: int
    sources: tuple[str, ...]
    first_seen: str
    last_seen: str


@dataclass(frozen=True)
class Counts:
    """What the indices hold."""

    main: int
    embedded: int
    headlines: int
    rejects: dict[str, int]

    @property
    def articles(self) -> int:
        """All articles, those that pages embed among them."""
        return self.main + self.embedded


def search(  # noqa: PLR0913 - each a choice of its own
    client: Elasticsearch,
    settings: Settings,
    query: str,
    size: int = 10,
    marks: tuple[str, str] = ("*", "*"),
    *,
    every_copy: bool = False,
) -> list[Hit]:
    """Return the `size` articles that answer `query` best; of each story's copies the best one, or `every_copy`.

    Words are found in every spelling that Arabic folding and light stemming make one (امريكا finds أمريكا, رئيس finds
    الرئيس); "quoted phrases" only as they stand, spelling folded. `marks` stand around what was found.

    Raises:
        SearchError: no index yet, or no answer.
    """
    body = {"query": build_query(query), "highlight": _highlight(marks)} | ({} if every_copy else _BY_STORY)
    return _hits(_ask(client, settings, ARTICLES.alias(settings.index_prefix), size, body))


def recent(client: Elasticsearch, settings: Settings, size: int = 10) -> list[Hit]:
    """Return the `size` articles that were read last.

    Raises:
        SearchError: no index yet, or no answer.
    """
    body = {"query": {"match_all": {}}, "sort": [{"read_at": "desc"}, {"article_id": "asc"}]}
    return _hits(_ask(client, settings, ARTICLES.alias(settings.index_prefix), size, body))


def most_repeated(
    client: Elasticsearch, settings: Settings, size: int = 10, since: datetime | None = None
) -> list[Repeated]:
    """Return the `size` headlines that most articles carry; of those seen after `since`, where given.

    Raises:
        SearchError: no index yet, or no answer.
    """
    query = {"range": {"last_seen": {"gte": since.isoformat()}}} if since else {"match_all": {}}
    body = {
        "query": query,
        "sort": [{"article_count": "desc"}, {"last_seen": "desc"}, {"headline_id": "asc"}],
        "_source": ["headline_id", "text", "article_count", "sources", "first_seen", "last_seen"],
    }
    found = _ask(client, settings, HEADLINES.alias(settings.index_prefix), size, body)
    return [
        Repeated(**({"sources": ()} | hit["_source"] | {"sources": tuple(hit["_source"].get("sources", ()))}))
        for hit in found["hits"]["hits"]
    ]


def rejected_documents(client: Elasticsearch, settings: Settings, size: int = 100) -> list[dict[str, Any]]:
    """Return the `size` latest rejects as the index holds them, without their payloads.

    Raises:
        SearchError: no index yet, or no answer.
    """
    body = {
        "query": {"match_all": {}},
        "sort": [{"rejected_at": "desc"}, {"reject_id": "asc"}],
        "_source": {"excludes": ["payload"]},
    }
    found = _ask(client, settings, REJECTED.alias(settings.index_prefix), size, body)
    return [hit["_source"] for hit in found["hits"]["hits"]]


def counts(client: Elasticsearch, settings: Settings) -> Counts:
    """Count what the indices hold at this moment (as far as refreshed).

    Raises:
        SearchError: no index yet, or no answer.
    """
    prefix = settings.index_prefix
    articles = _ask(client, settings, ARTICLES.alias(prefix), 0, {"aggs": {"of": {"terms": {"field": "embedded"}}}})
    headlines = _ask(client, settings, HEADLINES.alias(prefix), 0, {})
    reasons = {"aggs": {"of": {"terms": {"field": "reason", "size": 100}}}}
    rejects = _ask(client, settings, REJECTED.alias(prefix), 0, reasons)
    kinds = {bucket["key_as_string"]: bucket["doc_count"] for bucket in articles["aggregations"]["of"]["buckets"]}
    return Counts(
        main=kinds.get("false", 0),
        embedded=kinds.get("true", 0),
        headlines=headlines["hits"]["total"]["value"],
        rejects={bucket["key"]: bucket["doc_count"] for bucket in rejects["aggregations"]["of"]["buckets"]},
    )


def build_query(query: str) -> dict[str, Any]:
    """Return the Elasticsearch query for what a person typed.

    Words must be found across the fields together, stemmed; found unstemmed too they weigh more.
    """
    phrases = [next(filter(None, groups)) for groups in _QUOTED.findall(query)]
    words = " ".join(_QUOTED.sub(" ", query).replace('"', " ").split())
    if not words and not phrases:
        return {"match_all": {}}
    must: list[dict[str, Any]] = [
        {"multi_match": {"query": phrase, "type": "phrase", "fields": [*_EXACT, f"{_RELATED}.exact^{_RELATED_WEIGHT}"]}}
        for phrase in phrases
    ]
    if words:
        related = {"query": words, "minimum_should_match": _MOST_WORDS, "boost": _RELATED_WEIGHT}
        must.append(
            {"bool": {"should": [_words(words, _STEMMED), _words(words, _EXACT), {"match": {_RELATED: related}}]}}
        )
    return {"bool": {"must": must}}


def _words(words: str, fields: tuple[str, ...]) -> dict[str, Any]:
    return {"combined_fields": {"query": words, "fields": list(fields), "minimum_should_match": _MOST_WORDS}}


def _highlight(marks: tuple[str, str]) -> dict[str, Any]:
    field = {"number_of_fragments": 1, "fragment_size": 200, "no_match_size": 0}
    return {
        "pre_tags": [marks[0]],
        "post_tags": [marks[1]],
        "max_analyzed_offset": _ANALYSED,
        "fields": {"body": field, "body.exact": field},
    }


def _hits(found: Mapping[str, Any]) -> list[Hit]:
    return [_hit(hit) for hit in found["hits"]["hits"]]


def _hit(hit: Mapping[str, Any]) -> Hit:
    source = hit["_source"]
    passages = hit.get("highlight", {})
    copies = hit.get("inner_hits", {}).get("copies")
    best = passages.get("body") or passages.get("body.exact") or [source.get("body", "")[:200]]
    return Hit(
        article_id=source["article_id"],
        score=hit["_score"] or 0.0,
        title=source.get("title"),
        date=source.get("published"),
        source=source.get("source"),
        snippet=" ".join(best[0].split()),
        entities=_named(source.get("entities", ())),
        parent_id=source.get("parent_id"),
        paths=tuple(source["paths"]),
        story_id=source.get("story_id", source["article_id"]),
        copies=1 if copies is None else copies["hits"]["total"]["value"],
    )


def _named(mentions: list[dict[str, Any]]) -> tuple[Named, ...]:
    """Gather mentions by who or what they mean, the most often named first."""
    times: dict[str, list[dict[str, Any]]] = {}
    for mention in mentions:
        times.setdefault(mention["entity_id"], []).append(mention)
    named = [Named(entity_id, group[0]["name"], group[0]["kind"], len(group)) for entity_id, group in times.items()]
    return tuple(sorted(named, key=lambda one: -one.mentions))


def _ask(
    client: Elasticsearch, settings: Settings, index: str, size: int, body: Mapping[str, Any]
) -> Mapping[str, Any]:
    with _in_one_line(settings):
        answer: Mapping[str, Any] = client.search(
            index=index, size=size, track_total_hits=True, **_arguments(body)
        ).body
    return answer


def _arguments(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"source" if name == "_source" else name: value for name, value in body.items()}


@contextmanager
def _in_one_line(settings: Settings) -> Iterator[None]:
    try:
        yield
    except NotFoundError as error:
        raise SearchError(
            f"no index {settings.index_prefix}-* in Elasticsearch at {settings.elasticsearch} yet; the sink makes it"
        ) from error
    except (ApiError, TransportError) as error:
        raise SearchError(f"Elasticsearch at {settings.elasticsearch}{_trouble(error, settings)}") from error


def _trouble(error: ApiError | TransportError, settings: Settings) -> str:
    why = refusal(error, [address.strip() for address in settings.elasticsearch.split(",")])
    if why is not None:
        return f": {why}"
    if isinstance(error, ApiError):
        return f": {error.meta.status} {error.message}"
    return f" does not answer: {error.message}"
