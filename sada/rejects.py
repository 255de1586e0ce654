"""Filters in, rejects out as the index holds them: found in pages, counted, or whole."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import orjson

from schemas import Reason, Rejected, Settings, StageName
from schemas.indices import REJECTED
from sinks.client import Cluster

from .errors import UserError

PAGE, WHOLE_PAGE = 500, 50
"""Rejects read at once: without their payloads, and with them, which may be megabytes each."""

_SPAN = re.compile(r"(\d+)\s*([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}

Document = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """Which rejects are meant; all where nothing is given. `path` is a glob, `ids` the rejects' own."""

    ids: tuple[str, ...] = ()
    reason: Reason | None = None
    stage: StageName | None = None
    since: datetime | None = None
    path: str | None = None
    article_id: str | None = None
    limit: int | None = None

    @property
    def query(self) -> Document:
        """The Elasticsearch query."""
        terms = {"reason": self.reason, "stage": self.stage, "article_id": self.article_id}
        clauses: list[Document] = [{"term": {field: value}} for field, value in terms.items() if value is not None]
        if self.ids:
            clauses.append({"terms": {"reject_id": list(self.ids)}})
        if self.since is not None:
            clauses.append({"range": {"rejected_at": {"gte": self.since.isoformat()}}})
        if self.path is not None:
            clauses.append({"wildcard": {"path": {"value": self.path.replace("\\", "\\\\")}}})
        return {"bool": {"filter": clauses}} if clauses else {"match_all": {}}


def parse_since(text: str, now: datetime) -> datetime:
    """Read a moment: a date, a date with a time (UTC where no zone is given), or how long ago.

    Raises:
        UserError: neither.

    >>> parse_since("2h", datetime(2025, 4, 20, 12, tzinfo=UTC)).isoformat()
    '2025-04-20T10:00:00+00:00'
    """
    span = _SPAN.fullmatch(text.strip())
    try:
        if span is not None:
            return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
        moment = datetime.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise UserError(f"--since {text!r} is no moment", "give 2025-04-20, 2025-04-20T11:04, or 30m, 2h, 7d") from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)


def find(cluster: Cluster, settings: Settings, wanted: Wanted, *, payloads: bool = False) -> Iterator[Document]:
    """Yield the rejects that are `wanted`, the latest first; without their payloads unless asked for.

    Raises:
        UserError: the index is not there yet, or refuses the question.
        Unavailable, Denied: no answer.
    """
    page, left = WHOLE_PAGE if payloads else PAGE, wanted.limit
    after: list[Any] | None = None
    while left is None or left > 0:
        body: Document = {
            "query": wanted.query,
            "size": page if left is None else min(page, left),
            "sort": [{"rejected_at": "desc"}, {"reject_id": "asc"}],
        }
        body |= {} if payloads else {"_source": {"excludes": ["payload"]}}
        body |= {} if after is None else {"search_after": after}
        hits = _search(cluster, settings, body)["hits"]["hits"]
        yield from (hit["_source"] for hit in hits)
        if len(hits) < body["size"]:
            return
        after = hits[-1]["sort"]
        left = None if left is None else left - len(hits)


def count(cluster: Cluster, settings: Settings, wanted: Wanted) -> int:
    """Count the rejects that are `wanted`; as `find`."""
    answer = _search(cluster, settings, {"query": wanted.query, "size": 0, "track_total_hits": True})
    total = int(answer["hits"]["total"]["value"])
    return total if wanted.limit is None else min(total, wanted.limit)


def count_by(cluster: Cluster, settings: Settings, wanted: Wanted, field: str) -> dict[str, int]:
    """Count the rejects that are `wanted` by `reason` or `stage`; as `find`."""
    body = {"query": wanted.query, "size": 0, "aggs": {"of": {"terms": {"field": field, "size": 100}}}}
    buckets = _search(cluster, settings, body)["aggregations"]["of"]["buckets"]
    return {bucket["key"]: bucket["doc_count"] for bucket in buckets}


def get(cluster: Cluster, settings: Settings, reject_id: str) -> Document:
    """Return one reject, whole.

    Raises:
        UserError: there is none of that id.
        Unavailable, Denied: no answer.
    """
    if re.fullmatch(r"[0-9a-f]{32}", reject_id) is None:
        raise UserError(f"{reject_id!r} is no id of a reject", "sada rejected list shows the ids: 32 digits 0-9 a-f")
    status, answer = cluster.ask("GET", f"/{REJECTED.alias(settings.index_prefix)}/_doc/{reject_id}")
    if status != 200 or not answer.get("found"):
        raise UserError(f"there is no reject {reject_id}", "sada rejected list shows those there are")
    found: Document = answer["_source"]
    return found


def payload_of(document: Mapping[str, Any]) -> bytes | None:
    """Return the original message or file of a reject; null where it was too large to carry, or there was none."""
    carried = document.get("payload")
    return None if carried is None else base64.b64decode(carried)


def message_of(document: Mapping[str, Any], **changes: object) -> Rejected:
    """Return the message that a reject's document was made of, with `changes`."""
    plain = {name: value for name, value in document.items() if name not in {"payload", "reduced"}}
    message = Rejected.model_validate_json(orjson.dumps(plain))
    return message.model_copy(update={"payload": payload_of(document), **changes})


def _search(cluster: Cluster, settings: Settings, body: Document) -> Document:
    alias = REJECTED.alias(settings.index_prefix)
    status, answer = cluster.ask("POST", f"/{alias}/_search", body)
    if status == 404:
        raise UserError(
            f"no index {alias} in Elasticsearch at {settings.elasticsearch} yet", "the sink makes it: sada up"
        )
    if status != 200:
        raise UserError(f"Elasticsearch refuses the question: {answer['error']['root_cause'][0]['reason']}")
    found: Document = answer
    return found
