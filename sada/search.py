"""A question in, found articles out; also the most repeated headlines and counts of what the indices hold."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from elasticsearch import (  # noqa: TID251 (questions to the index are asked here)
    ApiError,
    Elasticsearch,
    NotFoundError,
    TransportError,
)

from desk import asking_query
from desk.answers import DeskError, Results
from desk.answers import Hit as DeskHit
from desk.client import Index
from desk.query import Query, parse
from schemas.elasticsearch_refusals import refusal
from schemas.indices import ARTICLES, HEADLINES, REJECTED
from schemas.settings import Settings

MARKS = ("*", "*")
"""What stands around the words found in a snippet."""


class SearchError(RuntimeError):
    """The question cannot be answered; the text says why, in one line, `remedy` what to do."""

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.remedy = remedy


@dataclass(frozen=True)
class Named:
    """Who or what an article names, and how often."""

    entity_id: str
    name: str
    kind: str
    mentions: int


@dataclass(frozen=True)
class Hit:
    """One article found. `date` is as printed; `snippet` the best passages, found words between `MARKS`.

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


@dataclass(frozen=True)
class Found:
    """The best of `total` articles found, which tell `stories` different stories; `notes` on the question."""

    hits: tuple[Hit, ...]
    total: int
    stories: int
    notes: tuple[str, ...]


def search(settings: Settings, text: str, size: int = 10, *, every_copy: bool = False) -> Found:
    """Return the `size` articles that answer `text` best; of each story's copies the best one, or `every_copy`.

    `text` is a question in the language of docs/search.md: words in any form, "phrases", `person:` and other filters.

    Raises:
        SearchError: no index yet, or no answer.
    """
    query = parse(text)
    try:
        results = asyncio.run(_ask_desk(settings, query, size, every_copy=every_copy))
    except DeskError as error:
        raise SearchError(str(error), error.remedy) from error
    notes = tuple(note.say("en") for note in query.notes)
    return Found(tuple(map(_hit, results.hits)), results.total, results.stories, notes)


async def _ask_desk(settings: Settings, query: Query, size: int, *, every_copy: bool) -> Results:
    async with Index(settings, timeout=20) as index:
        return await index.search(query, size=size, every_copy=every_copy, facets=False, marks=MARKS)


def _hit(hit: DeskHit) -> Hit:
    return Hit(
        article_id=hit.article_id,
        score=hit.score or 0.0,
        title=hit.title,
        date=hit.published,
        source=hit.source,
        snippet=hit.passage_html,
        entities=tuple(Named(one.entity_id, one.name, one.kind, one.mentions) for one in hit.names),
        parent_id=hit.parent_id,
        paths=hit.paths,
        story_id=hit.story_id,
        copies=hit.copies,
    )


def build_query(text: str) -> dict[str, Any]:
    """Return the Elasticsearch query for what a person typed."""
    return asking_query.build_query(parse(text))


def most_repeated(client: Elasticsearch, settings: Settings, size: int = 10) -> list[Repeated]:
    """Return the `size` headlines that most articles carry.

    Raises:
        SearchError: no index yet, or no answer.
    """
    body = {
        "query": {"match_all": {}},
        "sort": [{"article_count": "desc"}, {"last_seen": "desc"}, {"headline_id": "asc"}],
        "_source": ["headline_id", "text", "article_count", "sources", "first_seen", "last_seen"],
    }
    found = _ask(client, settings, HEADLINES.alias(settings.index_prefix), size, body)
    return [
        Repeated(**({"sources": ()} | hit["_source"] | {"sources": tuple(hit["_source"].get("sources", ()))}))
        for hit in found["hits"]["hits"]
    ]


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
