"""An inbox in, what the index must hold of it out: the same stages in memory, less the fields that tell of a run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from elasticsearch import Elasticsearch  # noqa: TID251  # the tests ask the index itself
from elasticsearch.helpers import scan  # noqa: TID251  # as above

from producers.reading import read_articles
from schemas import RawArticle, Rejected, Settings
from sinks.documents import article_document, headline_document
from streams.pipeline import Output

Documents = dict[str, dict[str, Any]]
"""Documents of one index by `_id`."""

HISTORY = ("read_at", "supersedes")
"""Fields that say how a run went rather than what the inbox holds."""


def read_inbox(settings: Settings) -> tuple[dict[str, RawArticle], list[tuple[str, str]]]:
    """Read the inbox, equal texts under several names merged, as the watcher's registry does; refusals apart."""
    merged: dict[str, RawArticle] = {}
    refused = []
    for found in read_articles([settings.inbox], settings):
        if isinstance(found, Rejected):
            refused.append((str(Path(found.path or "").relative_to(settings.inbox)), str(found.reason)))
            continue
        here = [str(Path(path).relative_to(settings.inbox)) for path in found.paths]
        before = merged.get(found.article_id)
        paths = tuple(sorted([*here, *(before.paths if before else ())]))
        captured = min(found.captured_at, before.captured_at if before else found.captured_at)
        change = {"paths": paths, "path_count": len(paths), "captured_at": captured}
        merged[found.article_id] = (before or found).model_copy(update=change)
    return merged, refused


def documents_of(output: Output) -> dict[str, Documents]:
    """Return the articles and headlines of the pipeline in memory as the index holds them."""
    names = {f"{kind[0]}-{member}": cluster for (kind, member), cluster in output.names.items()}
    return {
        "articles": {one.article_id: lasting(article_document(one, names)) for one in output.articles},
        "headlines": {one.headline_id: lasting(headline_document(one)) for one in output.headlines},
    }


def read_index(client: Elasticsearch, alias: str) -> Documents:
    """Return every document behind `alias`; none where there is no such index yet."""
    if not client.indices.exists(index=alias):
        return {}
    client.indices.refresh(index=alias)
    return {hit["_id"]: lasting(hit["_source"]) for hit in scan(client, index=alias, size=500)}


def lasting(document: dict[str, Any]) -> dict[str, Any]:
    """Return `document` as plain JSON without the fields of `HISTORY`."""
    kept = {name: value for name, value in document.items() if name not in HISTORY}
    plain: dict[str, Any] = orjson.loads(orjson.dumps(kept))
    return plain
