"""A folder in, all of its pages searchable or rejected out: what was sent, what became of it, what is still missing."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from producers.folder import globs
from producers.once import Part, Sent, Standing, ids_of, part_of, send_part
from producers.publisher import PublishingRefused
from schemas import Settings
from schemas.indices import ARTICLES, REJECTED
from schemas.message import Record
from sinks.client import Cluster, connect
from sinks.faults import Denied, Unavailable
from streams.door import DoorClosed, DoorRefused, knock
from streams.topics import ensure_topics

from .broker import REMEDY
from .errors import UserError
from .status import is_idle

AT_ONCE = 1000
"""Articles that the index is asked for in one question."""

LOOK_SECONDS = 0.5
QUIET_SECONDS = 5.0
"""Time without news after which the line is asked whether it has anything left to do."""

Show = Callable[[str, int, int, str], None]


class Summary(Record):
    """What a call came to.

    Attributes:
        folder: what was sent.
        files: its files that are articles by their names.
        known: of these, sent by an earlier call as they are.
        sent: read and acknowledged by Kafka in this call.
        left: still being written; the next call takes them.
        articles: distinct texts that the files hold.
        searchable: of these, those in the index; null where nobody waited.
        rejected: files and articles that were rejected, by reason; null where nobody waited.
        missing: neither the one nor the other when the waiting ended; null where nobody waited.
        seconds: how long it took.
        complete: whether all files are sent and, where waited for, all searchable or rejected.
    """

    folder: Path
    files: int
    known: int
    sent: int
    left: tuple[str, ...]
    articles: int | None = None
    searchable: int | None = None
    rejected: dict[str, int] | None = None
    missing: int | None = None
    seconds: float
    complete: bool

    @property
    def good(self) -> bool:
        """Whether all is as it was wished: nothing rejected, nothing missing, nothing left."""
        return self.complete and not self.left and not self.rejected


def ingest(  # noqa: PLR0913 - each an option of the command
    settings: Settings, folder: Path, show: Show, stop: threading.Event, *, wait: bool, patience: float
) -> Summary:
    """Send what is new in `folder`, the newest first; with `wait` until all of it is searchable or rejected.

    `patience` is how many seconds without any news are borne. After a stop the summary says how far it came.

    Raises:
        UserError: a folder that cannot be sent, or Kafka or Elasticsearch is away.
    """
    began = time.monotonic()
    part = _checked(folder, settings)
    _open_the_door(settings)
    sent = _send(settings, part, show, stop)
    arrival = _wait(settings, part, show, stop, patience) if wait and sent.complete else None
    return Summary(
        folder=folder,
        files=sent.files,
        known=sent.known,
        sent=sent.read,
        left=sent.left,
        articles=None if arrival is None else arrival.articles,
        searchable=None if arrival is None else arrival.searchable,
        rejected=None if arrival is None else dict(sorted(arrival.rejected.items())),
        missing=None if arrival is None else arrival.pending,
        seconds=round(time.monotonic() - began, 1),
        complete=sent.complete and (arrival is None or not arrival.pending),
    )


def _checked(folder: Path, settings: Settings) -> Part:
    if settings.inbox.resolve().is_relative_to(folder.resolve()) and folder.resolve() != settings.inbox.resolve():
        raise UserError(f"the inbox {settings.inbox} lies in {folder}", "give the inbox itself, or a folder beside it")
    part, wanted = part_of(folder, settings), globs(settings)
    steps = part.below.split("/") if part.below else []
    if any(wanted.skips("/".join(steps[: at + 1])) for at in range(len(steps))):
        raise UserError(f"{folder} is left alone, by SADA_EXCLUDE", "move it, or change that setting")
    return part


def _open_the_door(settings: Settings) -> None:
    try:
        knock(settings)
        ensure_topics(settings, wait_seconds=10.0)
    except (DoorClosed, DoorRefused) as error:
        raise UserError(str(error), REMEDY) from error


def _send(settings: Settings, part: Part, show: Show, stop: threading.Event) -> Sent:
    def tell(standing: Standing) -> None:
        away = "" if standing.waiting_for is None else f"waits for {standing.waiting_for}"
        show("sending", standing.done, standing.total, away)

    # What is rejected stands in the summary, what is away in the moving line.
    for name in ("producers.intake", "producers.publisher"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    try:
        return send_part(settings, part, stop, tell)
    except PublishingRefused as error:
        raise UserError(str(error), "check SADA_KAFKA_* and the user's rights") from error


def _wait(settings: Settings, part: Part, show: Show, stop: threading.Event, patience: float) -> Arrival:
    """Look until all has arrived, nothing moves any more, or a stop comes."""
    arrival = Arrival(settings, ids_of(settings, part))
    with closing(Cluster(connect(settings))) as cluster:
        news = quiet = time.monotonic()
        while arrival.pending and not stop.is_set():
            away = _looked(arrival, cluster)
            show("waiting for the index", arrival.done, arrival.done + arrival.pending, away)
            now = time.monotonic()
            if arrival.moved:
                news = quiet = now
            elif now - news > patience:
                break
            elif now - quiet > QUIET_SECONDS:
                quiet = now
                if not away and is_idle(settings):
                    cluster.refresh([index.alias(settings.index_prefix) for index in (ARTICLES, REJECTED)])
                    _looked(arrival, cluster)
                    break
            stop.wait(LOOK_SECONDS if arrival.pending else 0)
    return arrival


def _looked(arrival: Arrival, cluster: Cluster) -> str:
    try:
        arrival.look(cluster)
    except Denied as error:
        raise UserError(str(error), "check SADA_ELASTICSEARCH_* and the user's rights") from error
    except Unavailable:
        return "Elasticsearch does not answer"
    return ""


class Arrival:
    """What has arrived in the index of the articles and rejects that are waited for."""

    def __init__(self, settings: Settings, expected: Iterator[tuple[set[str], set[str]]]) -> None:
        self._prefix = settings.index_prefix
        articles: dict[str, None] = {}
        rejects: dict[str, None] = {}
        for some, others in expected:
            articles |= dict.fromkeys(sorted(some))
            rejects |= dict.fromkeys(sorted(others))
        self._articles, self._rejects = list(articles), list(rejects)
        self.articles = len(articles)
        self.searchable = 0
        self.rejected: Counter[str] = Counter()
        self.moved = False

    @property
    def pending(self) -> int:
        """How many are still to come."""
        return len(self._articles) + len(self._rejects)

    @property
    def done(self) -> int:
        """How many have come."""
        return self.searchable + self.rejected.total()

    def look(self, cluster: Cluster) -> None:
        """Ask for those that are still to come, a thousand after the other while most of them are there.

        Raises:
            Unavailable, Denied: no answer.
        """
        before = self.pending
        self._rejects = self._ask(self._rejects, lambda some: self._are_rejected(cluster, some, "reject_id"))
        self._articles = self._ask(self._articles, lambda some: self._have_come(cluster, some))
        self.moved = self.pending < before

    @staticmethod
    def _ask(ids: list[str], ask: Callable[[Sequence[str]], set[str]]) -> list[str]:
        """Return those of `ids` that have not come; the later ones unasked where few of the earlier have."""
        left: list[str] = []
        for at in range(0, len(ids), AT_ONCE):
            some = ids[at : at + AT_ONCE]
            come = ask(some)
            left += [one for one in some if one not in come]
            if len(come) < len(some) // 2:
                return left + ids[at + AT_ONCE :]
        return left

    def _have_come(self, cluster: Cluster, ids: Sequence[str]) -> set[str]:
        found = {hit["_id"] for hit in self._hits(cluster, ARTICLES.alias(self._prefix), "article_id", ids, [])}
        self.searchable += len(found)
        return found | self._are_rejected(cluster, [one for one in ids if one not in found], "article_id")

    def _are_rejected(self, cluster: Cluster, ids: Sequence[str], field: str) -> set[str]:
        hits = self._hits(cluster, REJECTED.alias(self._prefix), field, ids, [field, "reason"])
        found = {hit["_source"][field]: hit["_source"]["reason"] for hit in hits}
        self.rejected.update(found.values())
        return set(found)

    @staticmethod
    def _hits(cluster: Cluster, alias: str, field: str, ids: Sequence[str], source: list[str]) -> list[dict[str, Any]]:
        if not ids:
            return []
        body = {"size": 10 * AT_ONCE, "_source": source, "query": {"terms": {field: list(ids)}}}
        status, answer = cluster.ask("POST", f"/{alias}/_search", body)
        if status != 200:  # the sink has not made its indices yet
            return []
        hits: list[dict[str, Any]] = answer["hits"]["hits"]
        return hits
