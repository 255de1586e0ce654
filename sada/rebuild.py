"""Kafka's topics in, new versions of all indices as the topics tell them out; what topics hold no more is copied."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from schemas import Reason, Rejected, Settings, decode
from schemas.indices import ARTICLES, INDICES, Index
from schemas.letter import Letter
from schemas.topics import ENRICHED, FORGOTTEN, NAMED, REJECTED, SEEN, UNIQUE
from sinks.actions import Arrival, write
from sinks.bulk import Sender
from sinks.client import Cluster
from sinks.patience import Patience as SinkPatience
from sinks.plan import Planner, Wave
from sinks.settle import Settler
from sinks.templates import put_templates

from .alone import alone
from .closed import open_again
from .copying import Patience, Site
from .errors import UserError
from .passing import Message, Passing, Places
from .reindex import ID_FIELDS, Renewed, Say, current, exchange, nobody_writing, versions

TOPICS = (FORGOTTEN, ENRICHED, NAMED, UNIQUE, REJECTED)
AT_ONCE = 500
FEW = 500
"""Messages of a round after which the rest can be read while writers wait."""

PAGE = 200


class _Aside:
    """Where time passes while a server is away."""

    def idle(self, seconds: float) -> None:
        """Let it pass."""
        time.sleep(seconds)


class Quiet:
    """Hears what a sink would say: retractions and rejects were said when the messages came first."""

    def __init__(self) -> None:
        self.refused: list[Rejected] = []

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Remember what the new indices refuse; all else is known."""
        told = [decode(Rejected, one.value) for one in letters if one.topic != SEEN.name and one.value is not None]
        self.refused += [one for one in told if one.reason is Reason.REFUSED_BY_INDEX]


@dataclass
class Rebuilding:
    """New indices behind aliases of their own, into which messages are indexed as the sink does it."""

    site: Site
    passing: Passing
    settings: Settings
    moves: dict[Index, tuple[str, str]]
    at: Places = field(default_factory=dict)
    gone: set[tuple[str, str]] = field(default_factory=set)
    quiet: Quiet = field(default_factory=Quiet)
    read: int = 0

    @property
    def prefix(self) -> str:
        """The prefix of the aliases that the new indices have until they are in use."""
        return next_prefix(self.settings)

    def round(self, say: Say) -> int:
        """Index what has been said since the last round; return how many messages that was."""
        before, end = self.read, self.passing.ends([topic.name for topic in TOPICS])
        for messages in _runs(self.passing.read(self.at, end)):
            self._index(messages)
            self.read += len(messages)
            say(f"{self.read:,} messages indexed anew")
        self.at = end
        return self.read - before

    def _index(self, messages: Sequence[Message]) -> None:
        planner = Planner(self.prefix, datetime.now(UTC), self.settings.max_message_bytes)
        arrivals = [
            Arrival(one.place.topic, one.place.partition, one.offset, one.key or None, one.value) for one in messages
        ]
        for wave in planner.waves(arrivals):
            self._settler.settle(wave, planner)
            self._note(wave)
        if self.quiet.refused:
            first = self.quiet.refused[0]
            raise UserError(
                f"{len(self.quiet.refused)} message(s) do not fit, that of {first.key} first: {first.message}",
                "nothing has changed for searches; correct the mapping, then do this again",
            )

    @property
    def _settler(self) -> Settler:
        patience = SinkPatience(_Aside(), lambda: None, lambda: None)
        sender = Sender(self.site.cluster, self.settings.bulk_documents, self.settings.bulk_bytes, patience.wait)
        return Settler(self.site.cluster, self.quiet, sender, patience, self.prefix, self.settings.partitions)

    def _note(self, wave: Wave) -> None:
        """Remember what was said to be gone, as long as nothing else is said of it."""
        articles = ARTICLES.alias(self.prefix)
        for action in wave.actions:
            (self.gone.add if action.source is None else self.gone.discard)((action.index, action.id))
        self.gone |= {(articles, one) for one in wave.withdrawn}
        self.gone -= {(articles, article.root_id) for article, _ in wave.articles}

    def fill(self, say: Say) -> int:
        """Copy the documents of which the topics tell nothing any more; return how many those were."""
        copied = 0
        for index, (old, _) in self.moves.items():
            alias = index.alias(self.prefix)
            for documents in self._pages(old):
                missing = self._untold(index, alias, documents)
                refused = self._settler.sender.send([write(alias, one, documents[one]) for one in missing])
                if refused:
                    problem = f"{refused[0].action.id} of {old} does not fit: {refused[0].reason}"
                    raise UserError(problem, "correct the mapping, then do this again")
                copied += len(missing)
                say(f"{copied:,} documents copied that topics hold no more")
        return copied

    def _untold(self, index: Index, alias: str, documents: dict[str, dict[str, Any]]) -> list[str]:
        roots = {one: document.get("root_id", one) for one, document in documents.items()}
        asked = {*documents, *(roots.values() if index is ARTICLES else ())}
        there = self.site.patience.persist(lambda: self.site.cluster.fetch(alias, asked, (ID_FIELDS[index],)))
        return [
            one
            for one, root in roots.items()
            if not {one, root} & there.keys() and not {(alias, one), (alias, root)} & self.gone
        ]

    def _pages(self, old: str) -> Iterator[dict[str, dict[str, Any]]]:
        """Yield the documents of `old`, page by page, as they stood when the first was asked for."""
        found = self.site.ask("POST", f"/{old}/_search?scroll=10m", {"size": PAGE, "sort": ["_doc"]})
        while found["hits"]["hits"]:
            yield {hit["_id"]: hit["_source"] for hit in found["hits"]["hits"]}
            found = self.site.ask("POST", "/_search/scroll", {"scroll": "10m", "scroll_id": found["_scroll_id"]})
        self.site.ask("DELETE", "/_search/scroll", {"scroll_id": found["_scroll_id"]})


def next_prefix(settings: Settings) -> str:
    """Return the prefix of the aliases of indices that are being built."""
    return f"{settings.index_prefix}-next"


def rebuild(passing: Passing, cluster: Cluster, settings: Settings, say: Say) -> list[Renewed]:
    """Build all indices anew from the topics, and let the aliases point there, all in one step.

    All of them, since articles say what names do. Broken off, it begins anew.

    Raises:
        UserError: an index is not there, a document does not fit, or another call is at work.
        Unavailable, Denied: no answer.
    """
    site = Site(cluster, Patience())
    with alone(settings.state_dir, "reindex"):
        open_again(cluster, settings, INDICES, say)
        put_templates(cluster, settings)
        work = Rebuilding(site, passing, settings, _prepare(site, settings))
        work.at = passing.begins([topic.name for topic in TOPICS])
        some = work.round(say)
        work.fill(say)
        before = 2 * some
        while some > FEW and some <= before // 2:
            before, some = some, work.round(say)
        began = time.monotonic()
        olds = [old for old, _ in work.moves.values()]
        with nobody_writing(site, olds):
            work.round(say)
            site.ask("POST", f"/{','.join(new for _, new in work.moves.values())}/_refresh")
            exchange(site, {index.alias(settings.index_prefix): move for index, move in work.moves.items()})
        waited = time.monotonic() - began
        _unname(site, settings, work.moves)
        return [_renewed(site, settings, index, move, waited) for index, move in work.moves.items()]


def _prepare(site: Site, settings: Settings) -> dict[Index, tuple[str, str]]:
    """Make the next version of each index, empty, behind an alias of its own; what an earlier call left goes."""
    moves = {}
    for index in INDICES:
        alias, later = index.alias(settings.index_prefix), index.alias(next_prefix(settings))
        old = current(site, alias)
        _clear(site, later, old)
        new = f"{alias}-v{max(versions(site, alias)) + 1}"
        site.ask("PUT", f"/{new}", {"aliases": {later: {"is_write_index": True}}})
        moves[index] = (old, new)
    return moves


def _clear(site: Site, later: str, used: str) -> None:
    """Remove what an earlier call began and did not finish; of the index in `used` only the second name."""
    status, found = site.patience.persist(lambda: site.cluster.ask("GET", f"/_alias/{later}"))
    for name in found if status == 200 else ():
        if name == used:
            site.ask("POST", "/_aliases", {"actions": [{"remove": {"index": name, "alias": later}}]})
        else:
            site.ask("DELETE", f"/{name}")


def _unname(site: Site, settings: Settings, moves: dict[Index, tuple[str, str]]) -> None:
    removed = [
        {"remove": {"index": new, "alias": index.alias(next_prefix(settings))}} for index, (_, new) in moves.items()
    ]
    site.ask("POST", "/_aliases", {"actions": removed})


def _renewed(site: Site, settings: Settings, index: Index, move: tuple[str, str], waited: float) -> Renewed:
    old, new = move
    return Renewed(
        index.alias(settings.index_prefix), new, old, int(site.ask("GET", f"/{new}/_count")["count"]), waited
    )


def _runs(messages: Iterable[Message]) -> Iterator[list[Message]]:
    them = iter(messages)
    while some := list(islice(them, AT_ONCE)):
        yield some
