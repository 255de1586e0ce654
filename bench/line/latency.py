"""Single files dropped in, the seconds until a search finds each out: on an idle line, and at half load."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from elasticsearch import Elasticsearch  # noqa: TID251 - the bench asks the index itself

from bench.chaos.files import put
from bench.corpus import page
from schemas.identity import article_id
from schemas.indices import ARTICLES

from .pool import Pool
from .results import Figures
from .stand import Stand

ASK: Final = 0.01
"""Seconds between two searches."""
FIRST: Final = 5_000_000
"""Number of the first page that is dropped: no pool holds it."""
CHUNK: Final = 0.2
"""Seconds between two handfuls of files of the load."""
LIMIT: Final = 60.0

Take = Callable[[str, Figures], None]


def session(stand: Stand, pool: Pool, rate: float, probes: int, take: Take) -> None:
    """Drop `probes` files on an idle line of one worker, then as many while `rate` files a second come in besides.

    Raises:
        StallError: something did not come to its end in time.
    """
    warm = pool.folder("warm", pool.warm, stand.home)
    stand.open()
    stand.start("watch", "sink", "work-1")
    stand.warm(warm, len(pool.warm))
    for one in _idle(stand, probes):
        take("latency/idle", {"seconds": one})
    load = _Load(stand.settings.inbox, rate)
    load.start()
    try:
        time.sleep(min(5.0, probes / 10))
        for one in _under_load(stand, probes):
            take("latency/half load", {"seconds": one, "rate": rate})
    finally:
        load.end()


def _idle(stand: Stand, probes: int) -> list[float]:
    chance, taken = random.Random(1), []
    for number in range(probes):
        time.sleep(chance.uniform(0.1, 0.5))
        name = _drop(stand.settings.inbox, FIRST + number)
        begun = time.monotonic()
        while not _found(stand, [name]):
            stand.check(begun + LIMIT, "a file is found")
            time.sleep(ASK)
        taken.append(time.monotonic() - begun)
    return taken


def _under_load(stand: Stand, probes: int) -> list[float]:
    """Drop four files a second and ask for all that are not found yet at once."""
    waiting: dict[str, float] = {}
    taken: list[float] = []
    dropped, due = 0, time.monotonic()
    while len(taken) < probes:
        now = time.monotonic()
        if dropped < probes and now >= due:
            waiting[_drop(stand.settings.inbox, FIRST + 1_000_000 + dropped)] = time.monotonic()
            dropped, due = dropped + 1, now + 0.25
        for name in _found(stand, list(waiting)):
            taken.append(time.monotonic() - waiting.pop(name))
        stand.check(min(waiting.values(), default=now) + LIMIT, "a file is found")
        time.sleep(ASK)
    return taken


def _drop(inbox: Path, number: int) -> str:
    """Drop a page; return the id of its article."""
    made = page(number)
    put(inbox, f"probes/{made.name}", made.text.encode())
    return article_id(made.text)


def _found(stand: Stand, names: list[str]) -> list[str]:
    client: Elasticsearch = stand.client
    query: dict[str, Any] = {"ids": {"values": names}}
    alias = ARTICLES.alias(stand.settings.index_prefix)
    answer = client.search(index=alias, query=query, size=len(names), source=False) if names else None
    return [hit["_id"] for hit in answer["hits"]["hits"]] if answer else []


class _Load(threading.Thread):
    """Drops so many files a second, a handful at a time, each as a scraper does."""

    def __init__(self, inbox: Path, rate: float) -> None:
        super().__init__(daemon=True)
        self._inbox, self._rate = inbox, rate
        self._over = threading.Event()

    def run(self) -> None:
        """Drop until the end."""
        begun, dropped = time.monotonic(), 0
        while not self._over.wait(CHUNK):
            wanted = int((time.monotonic() - begun) * self._rate)
            for number in range(dropped, wanted):
                made = page(FIRST + 2_000_000 + number)
                put(self._inbox, f"load/{number // 1000:03d}/{made.name}", made.text.encode())
            dropped = max(dropped, wanted)

    def end(self) -> None:
        """End the thread."""
        self._over.set()
        self.join()
