"""Settings in, an index that answers the desk's questions out; the only file of the room with Elasticsearch."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Self

from elasticsearch import ApiError, AsyncElasticsearch, TransportError  # noqa: TID251 (this is the file for it)

from schemas.elasticsearch_options import open_client
from schemas.elasticsearch_refusals import refusal
from schemas.indices import Index as Stored
from schemas.settings import Settings

from . import looking, paging
from .answers import (
    Article,
    Counts,
    DeskError,
    EntityView,
    FacetValue,
    HeadlineList,
    HeadlineView,
    NoIndexError,
    NoMomentError,
    Period,
    RefusedError,
    Rejects,
    Results,
    Suggestion,
    Timeline,
    UnavailableError,
)
from .asking import HTML
from .asking_query import Body
from .labels import Labels
from .query import Query
from .query_terms import Field
from .reading import Answer

_MOMENT = "3m"
"""How long a moment is held that nobody asks for again."""


def connect(settings: Settings, timeout: float) -> AsyncElasticsearch:
    """Open a client to the addresses of `settings`; `timeout` in seconds a request. Asks nothing yet.

    Raises:
        SettingsError: an address that is none, half a login, or a certificate that is none; names the variable.
    """
    return open_client(AsyncElasticsearch, settings, timeout)


class Searcher:
    """The requests that the desk makes (`asks.Asks`), with faults told apart."""

    def __init__(self, client: AsyncElasticsearch, settings: Settings) -> None:
        self._client = client
        self._addresses = settings.elasticsearch
        self._prefix = settings.index_prefix

    async def search(self, index: Stored, body: Body, pit: str | None = None) -> Answer:
        """Return the answer to one search, of the moment `pit` where given."""
        where: dict[str, Any] = {"index": index.alias(self._prefix)}
        if pit is not None:
            where, body = {}, body | {"pit": {"id": pit, "keep_alive": _MOMENT}}
        try:
            answer: Answer = (await self._client.search(**where, body=body)).body
        except (ApiError, TransportError) as error:
            raise await self._fault(error) from error
        return answer

    async def searches(self, asked: Sequence[tuple[Stored, Body]]) -> list[Answer]:
        """Return the answers to several searches, made in one request."""
        lines = [line for index, body in asked for line in ({"index": index.alias(self._prefix)}, body)]
        try:
            answers: list[Answer] = (await self._client.msearch(searches=lines)).body["responses"]
        except (ApiError, TransportError) as error:
            raise await self._fault(error) from error
        for answer in answers:
            if "error" in answer:
                raise self._told(answer["status"], answer["error"])
        return answers

    async def open_moment(self, index: Stored) -> str:
        """Hold an index as it is at this moment; returns what to pass as `pit`."""
        alias = index.alias(self._prefix)
        try:
            return str((await self._client.open_point_in_time(index=alias, keep_alive=_MOMENT)).body["id"])
        except (ApiError, TransportError) as error:
            raise await self._fault(error) from error

    async def close_moment(self, pit: str) -> None:
        """Let a moment go; one that is gone already is no matter."""
        try:
            await self._client.close_point_in_time(id=pit)
        except (ApiError, TransportError):
            logging.getLogger(__name__).debug("a moment was gone before it was closed")

    async def _fault(self, error: ApiError | TransportError) -> DeskError:
        """Tell a failed request apart; the texts name no credentials, the client keeps those in headers."""
        at = f"Elasticsearch at {self._addresses}"
        why = await asyncio.to_thread(refusal, error, self._addresses.split(","))
        if why is not None:
            said, _, remedy = why.partition("; ")
            return RefusedError(f"{at}: {said}", remedy)
        if isinstance(error, TransportError):
            away = f"{at} does not answer: {error.message}"
            return UnavailableError(away, "start it (sada up), or set SADA_ELASTICSEARCH")
        body = error.body if isinstance(error.body, Mapping) else {}
        told = body.get("error", {"reason": error.message})
        return self._told(error.meta.status, told if isinstance(told, Mapping) else {"reason": str(told)})

    def _told(self, status: int, said: Mapping[str, Any]) -> DeskError:
        causes = [str(cause.get("type")) for cause in said.get("root_cause", ())]
        reason, at = said.get("reason"), f"Elasticsearch at {self._addresses}"
        if "search_context_missing_exception" in causes:
            return NoMomentError("the moment held for paging is gone")
        if status == 404:
            return NoIndexError(f"no index {self._prefix}-* in {at} yet; the sink makes it", "start the line (sada up)")
        if status in (401, 403):
            remedy = "docs/security.md lists those that Sada needs"
            return RefusedError(f"{at}: {status} {reason}: a privilege is missing", remedy)
        if status in (408, 429) or status >= 500:
            return UnavailableError(f"{at}: {status} {reason}", "ask again in a moment")
        return RefusedError(f"{at}: {status} {reason}", "")


class Index:
    """The index as the desk asks it (docs/search.md). All raise `DeskError`; one object serves any number of readers.

    Raises:
        SettingsError: the settings cannot reach any index; names the variable.
    """

    def __init__(self, settings: Settings, *, timeout: float = 10.0) -> None:
        self._client = connect(settings, timeout)
        self._asks = Searcher(self._client, settings)
        self._labels = Labels(self._asks)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()

    async def search(  # noqa: PLR0913 - each a choice of its own
        self,
        query: Query,
        *,
        page: int = 1,
        after: str | None = None,
        size: int = 20,
        every_copy: bool = False,
        facets: bool = True,
        marks: tuple[str, str] = HTML,
    ) -> Results:
        """Return a page of the articles that answer `query`.

        Args:
            query: the question.
            page: its number, 1 and up; beyond the 10,000th article the last within reach.
            after: `Results.next` of the page before, which goes on however deep; wins over `page`.
            size: articles on a page, at most 200.
            every_copy: show each copy of a story, not the best one alone.
            facets: count by person, place, organisation, source, site and keyword, too.
            marks: what stands around what was found; with the usual ones all else is escaped for HTML.
        """
        wish = paging.Wish(max(1, page), min(max(1, size), paging.LARGEST_PAGE), every_copy, facets, marks)
        cursor = paging.Cursor.read(after) if after else None
        if cursor is None:
            return await paging.find_page(self._asks, self._labels, query, wish)
        return await paging.find_following(self._asks, self._labels, query, cursor, wish)

    async def timeline(self, query: Query, *, bars: int = 60) -> Timeline:
        """Count the articles found by day, week, month, quarter or year: the finest of which `bars` suffice."""
        return await looking.find_timeline(self._asks, query, bars)

    async def suggest(self, text: str, *, size: int = 8) -> tuple[Suggestion, ...]:
        """Return what a person may be typing: names, headlines, titles that have a word beginning so."""
        return await looking.find_suggestions(self._asks, self._labels, text, size)

    async def article(self, article_id: str) -> Article | None:
        """Return an article with all that hangs on it; null if there is none."""
        return await looking.find_article(self._asks, article_id)

    async def headlines(
        self,
        period: Period = Period.WEEK,
        *,
        text: str = "",
        page: int = 1,
        size: int = 20,
        now: datetime | None = None,
    ) -> HeadlineList:
        """Return the headlines repeated most in `period` before `now`, those about `text`."""
        now = now or datetime.now(UTC)
        page, size = max(1, page), min(max(1, size), paging.LARGEST_PAGE)
        return await looking.find_headlines(self._asks, period, text=text, page=page, size=size, now=now)

    async def headline(self, headline_id: str) -> HeadlineView | None:
        """Return a headline by the id of any of its forms; null if there is none."""
        return await looking.find_headline(self._asks, headline_id)

    async def entity(self, entity_id: str) -> EntityView | None:
        """Return a person, place or organisation; null if no article names it."""
        return await looking.find_entity(self._asks, self._labels, entity_id)

    async def entities(self, field: Field, *, text: str = "", size: int = 50) -> tuple[FacetValue, ...]:
        """Return the most named of `Field.PERSON`, `PLACE` or `ORG`: ids with names and numbers of articles."""
        return await looking.find_entities(self._asks, self._labels, field, text, size)

    async def labels(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the names of entity ids; unknown ones are left out."""
        return await self._labels.of(ids)

    def export(self, query: Query, *, every_copy: bool = True, batch: int = 500) -> AsyncIterator[dict[str, Any]]:
        """Yield every document found, whole, as the index has it, all of one moment, in the question's order."""
        return paging.export_all(self._asks, query, every_copy=every_copy, batch=batch)

    async def rejects(
        self, *, stage: str | None = None, reason: str | None = None, page: int = 1, size: int = 50
    ) -> Rejects:
        """Return rejects, the latest first, narrowed to a stage or reason; their numbers are of all."""
        page, size = max(1, page), min(max(1, size), paging.LARGEST_PAGE)
        return await looking.find_rejects(self._asks, stage, reason, page, size)

    async def counts(self) -> Counts:
        """Count what the indices hold at this moment."""
        return await looking.find_counts(self._asks)
