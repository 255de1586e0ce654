"""An index and a new one in, the new one holding what the old one does out: copied in slices, resumed, caught up.

Every write to a shard has a number (`_seq_no`) that only grows, and a document bears that of its last write. So
what stands above a number is what was written since: the first copy, what a copy that broke off had left, and what
has changed meanwhile are all found by one question. Deletions leave no document; they are found by counting.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, TypeVar
from urllib.parse import quote

import orjson

from sinks.actions import Action
from sinks.bulk import Sender
from sinks.client import Answer, Cluster
from sinks.faults import Denied, Unavailable
from sinks.patience import pause

from .errors import UserError

PATIENCE_SECONDS = 120.0
"""How long a server that does not answer is waited for."""

PAGE_BYTES = 4_000_000
"""Pages are made larger or smaller to be about so large."""

SAVE_SECONDS = 1.0
LEAF = 500
"""Documents whose ids are compared one by one; of more, parts are counted."""

HEX = "0123456789abcdef"

T = TypeVar("T")
Range = list[int]
"""What is still to be copied of a shard: above the first number, up to the second."""


class Patience:
    """Asks again while a server is away, up to `PATIENCE_SECONDS`."""

    def wait(self, attempt: int, why: str) -> None:
        """Wait before another attempt.

        Raises:
            UserError: it has been tried for long enough.
        """
        if attempt > PATIENCE_SECONDS / 5:
            raise UserError(f"Elasticsearch does not do it: {why}", "do this again later: it goes on where it stopped")
        time.sleep(pause(attempt))

    def persist(self, ask: Callable[[], T]) -> T:
        """Ask until there is an answer."""
        attempt = 0
        while True:
            try:
                return ask()
            except Denied:
                raise
            except Unavailable as error:
                self.wait(attempt, str(error))
                attempt += 1


@dataclass(frozen=True)
class Site:
    """The cluster, asked with patience."""

    cluster: Cluster
    patience: Patience

    def ask(self, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - whatever it answers
        """Ask, and return the answer.

        Raises:
            UserError: the cluster refuses the question.
        """
        status, answer = self.patience.persist(lambda: self.cluster.ask(method, path, body))
        if status >= 400:
            reason = answer["error"]["reason"] if isinstance(answer.get("error"), dict) else answer
            raise UserError(f"Elasticsearch refuses {method} {path}: {reason}")
        return answer

    def bulk(self, actions: Any) -> list[Answer]:  # noqa: ANN401 - as the sink's
        """Send actions to indices by their own names."""
        return self.cluster.bulk(actions, by_alias=False)


@dataclass
class Journal:
    """How far the copy of each shard is: all up to `to`, except what is `left`. Kept in the new index's mapping."""

    to: dict[str, int] = field(default_factory=dict)
    left: dict[str, list[Range]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it as the new index keeps it."""
        return {"to": self.to, "left": self.left}


class Copier:
    """Copies `old` into `new`; `meta` is what else the new index says of itself."""

    def __init__(  # noqa: PLR0913 - what it needs, each of its own kind
        self, site: Site, old: str, new: str, journal: Journal, *, id_field: str, meta: dict[str, Any], slices: int
    ) -> None:
        self._site, self._old, self._new = site, old, new
        self._journal, self._id_field, self._meta, self._slices = journal, id_field, meta, slices
        self._sender = Sender(site, 1000, PAGE_BYTES, site.patience.wait)
        self._lock = threading.Lock()
        self._saved = 0.0
        self.copied = 0

    def round(self, tell: Callable[[int], None], *, save: bool = True) -> int:
        """Copy what is left and what has been written since; return how many documents that was.

        Only up to the number below which every write is finished: one above may become visible before one below it.
        """
        before, reached = self.copied, self._checkpoints()
        self._site.ask("POST", f"/{self._old}/_refresh")
        for shard, end in reached.items():
            begin = self._journal.to.get(shard, -1)
            if end > begin:
                self._journal.left.setdefault(shard, []).extend(self._cut(begin, end, len(reached)))
                self._journal.to[shard] = end
        if save:
            self._save(force=True)
        todo = [(shard, one) for shard, ranges in self._journal.left.items() for one in ranges]
        with ThreadPoolExecutor(self._slices) as pool:
            for _ in pool.map(lambda one: self._copy(one[0], one[1], tell), todo):
                pass
        self._journal.left = {}
        if save:
            self._save(force=True)
        return self.copied - before

    def _cut(self, begin: int, end: int, shards: int) -> Iterator[Range]:
        """Cut a shard's numbers into slices, if there are many."""
        parts = max(1, self._slices // shards) if end - begin > 10_000 else 1
        edges = [begin + (end - begin) * part // parts for part in range(parts + 1)]
        yield from ([low, high] for low, high in pairwise(edges))

    def _checkpoints(self) -> dict[str, int]:
        path = f"/{self._old}/_stats/docs?level=shards&filter_path=indices.*.shards.*.seq_no,indices.*.shards.*.routing"
        shards = self._site.ask("GET", path)["indices"][self._old]["shards"]
        return {
            number: max(copy["seq_no"]["global_checkpoint"] for copy in copies if copy["routing"]["primary"])
            for number, copies in shards.items()
        }

    def _copy(self, shard: str, todo: Range, tell: Callable[[int], None]) -> None:
        size = 100
        while todo[0] < todo[1]:
            hits = self._page(shard, todo, size)
            actions = [Action(self._new, hit["_id"], orjson.dumps(hit["_source"])) for hit in hits]
            self._write(actions)
            todo[0] = hits[-1]["sort"][0] if len(hits) == size else todo[1]
            volume = sum(len(action.source or b"") for action in actions)
            size = max(5, min(2000, size * 2, size * PAGE_BYTES // max(1, volume)))
            with self._lock:
                self.copied += len(hits)
            tell(self.copied)
            self._save()

    def _page(self, shard: str, todo: Range, size: int) -> list[dict[str, Any]]:
        body = {
            "size": size,
            "query": {"range": {"_seq_no": {"gt": todo[0], "lte": todo[1]}}},
            "sort": [{"_seq_no": "asc"}],
            "track_total_hits": False,
        }
        found = self._site.ask("POST", f"/{self._old}/_search?preference=_shards:{shard}", body)
        if found["_shards"]["failed"]:
            raise UserError(f"shard {shard} of {self._old} does not answer", "see to the cluster, then do this again")
        hits: list[dict[str, Any]] = found["hits"]["hits"]
        return hits

    def _write(self, actions: list[Action]) -> None:
        refused = self._sender.send(actions)
        if refused:
            raise UserError(
                f"{len(refused)} document(s) do not fit into {self._new}, {refused[0].action.id} first: "
                f"{refused[0].reason}",
                "nothing has changed for searches; correct the mapping, then do this again",
            )

    def _save(self, *, force: bool = False) -> None:
        with self._lock:
            if not force and time.monotonic() - self._saved < SAVE_SECONDS:
                return
            self._saved = time.monotonic()
            said = {"_meta": {"reindex": {**self._meta, **self._journal.as_json()}}}
            # Other slices move their ranges meanwhile, forward only: what is saved may be behind, never ahead.
            self._site.ask("PUT", f"/{self._new}/_mapping", orjson.loads(orjson.dumps(said)))

    def sweep(self) -> int:
        """Delete from the new index what the old one no longer has; return how many. Both are compared as refreshed.

        Where the counts of a part are equal, so are its documents, provided that the new index lacks none: that is
        certain after a round while nobody writes, and before that a sweep only saves time later.
        """
        self._site.ask("POST", f"/{self._old},{self._new}/_refresh")
        return sum(self._sweep_part(part) for part in self._unequal(""))

    def _unequal(self, prefix: str) -> list[str]:
        parts = [prefix + digit for digit in HEX]
        filters = {part: {"prefix": {self._id_field: part}} for part in parts}
        body = {"size": 0, "aggs": {"of": {"filters": {"filters": filters}}}}
        old, new = (
            self._site.ask("POST", f"/{name}/_search", body)["aggregations"]["of"]["buckets"]
            for name in (self._old, self._new)
        )
        counts = {part: (old[part]["doc_count"], new[part]["doc_count"]) for part in parts}
        return [
            leaf
            for part, (here, there) in counts.items()
            if here != there
            for leaf in ([part] if max(here, there) <= LEAF else self._unequal(part))
        ]

    def _sweep_part(self, prefix: str) -> int:
        there = self._ids(self._new, prefix) - self._ids(self._old, prefix)
        if not there:
            return 0
        # Asked by id: what was written since the last refresh is there, too.
        kept = self._site.patience.persist(lambda: self._site.cluster.fetch(self._old, there, (self._id_field,)))
        strays = sorted(there - kept.keys())
        self._write([Action(self._new, one, None) for one in strays])
        return len(strays)

    def _ids(self, name: str, prefix: str) -> set[str]:
        body = {"size": 10_000, "query": {"prefix": {self._id_field: prefix}}, "_source": False}
        return {hit["_id"] for hit in self._site.ask("POST", f"/{quote(name)}/_search", body)["hits"]["hits"]}

    def counts(self) -> tuple[int, int]:
        """Return how many documents the old and the new index have, as refreshed."""
        self._site.ask("POST", f"/{self._old},{self._new}/_refresh")
        old, new = (int(self._site.ask("GET", f"/{name}/_count")["count"]) for name in (self._old, self._new))
        return old, new
