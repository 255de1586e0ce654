"""The newest articles' times, asked of the index: what the line's page makes its waits of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from schemas import Settings
from schemas.indices import ARTICLES

from .answers import DeskError
from .client import Searcher, connect
from .watch import Times

NUMBER: Final = 500
SECONDS: Final = 5.0


class Newest:
    """Asks for the articles that were read last."""

    def __init__(self, settings: Settings) -> None:
        self._client = connect(settings, SECONDS)
        self._searcher = Searcher(self._client, settings)

    async def ask(self) -> Sequence[Times]:
        """Return their times; none where the index does not answer, which the page says elsewhere."""
        body = {
            "query": {"term": {"embedded": False}},
            "sort": [{"read_at": "desc"}],
            "size": NUMBER,
            "_source": ["article_id", "captured_at", "read_at"],
            "track_total_hits": False,
        }
        try:
            found = await self._searcher.search(ARTICLES, body)
        except DeskError:
            return ()
        return [_times(hit["_source"]) for hit in found["hits"]["hits"]]

    async def close(self) -> None:
        """Close the connections."""
        await self._client.close()


def _times(source: dict[str, str]) -> Times:
    captured_at, read_at = (datetime.fromisoformat(source[name]) for name in ("captured_at", "read_at"))
    return Times(source["article_id"], captured_at, read_at)
