"""A question in, found articles out; also the most repeated headlines and counts of what the indices hold."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

from desk.answers import Counts, DeskError, Period
from desk.answers import Hit as DeskHit
from desk.client import Index
from desk.query import parse
from schemas.settings import Settings

T = TypeVar("T")
PATIENCE: Final = 20.0
"""Seconds that a question may take."""

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
    results = _ask(
        settings,
        lambda index: index.search(query, size=size, every_copy=every_copy, facets=False, marks=MARKS),
    )
    notes = tuple(note.say("en") for note in query.notes)
    return Found(tuple(map(_hit, results.hits)), results.total, results.stories, notes)


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


def most_repeated(settings: Settings, size: int = 10) -> list[Repeated]:
    """Return the `size` headlines that most articles carry.

    Raises:
        SearchError: no index yet, or no answer.
    """
    found = _ask(settings, lambda index: index.headlines(Period.ALL, size=size))
    return [
        Repeated(one.headline_id, one.text, one.article_count, one.sources, one.first_seen, one.last_seen)
        for one in found.rows
    ]


def counts(settings: Settings, timeout: float = PATIENCE) -> Counts:
    """Count what the indices hold at this moment (as far as refreshed); `timeout` in seconds.

    Raises:
        SearchError: no index yet, or no answer.
    """
    return _ask(settings, lambda index: index.counts(), timeout)


def _ask(settings: Settings, question: Callable[[Index], Awaitable[T]], timeout: float = PATIENCE) -> T:
    async def asked() -> T:
        async with Index(settings, timeout=timeout) as index:
            return await question(index)

    try:
        return asyncio.run(asked())
    except DeskError as error:
        raise SearchError(str(error), error.remedy) from error
