"""What the registry knows of files that are gone in, the articles to take back out; too many at once are refused."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Set

from structlog import get_logger

from schemas.topics import RAW

from .folder import look
from .plan import Outgoing
from .publisher import Publisher
from .registry import Place, Registry

log = get_logger(__name__)

AT_ONCE = 1000
"""Articles taken back between two looks at the registry's file."""


def find_vanished(registry: Registry) -> dict[str, list[Place]]:
    """Return the articles whose last path is gone, with their paths: by the registry, and by a look at the disk."""
    return {
        article_id: places
        for article_id, places in registry.vanished().items()
        if all(look(place.root, place.path) is None for place in places)
    }


def too_many(vanished: int, present: int) -> bool:
    """Tell whether so many files gone at once, beside `present` ones, look like an inbox that is not mounted.

    >>> too_many(1, 1), too_many(2, 1), too_many(1, 0)
    (False, True, True)
    """
    return vanished > present


class Retractor:
    """Takes articles back whose last file is gone, and still is at the next scan; for `SADA_RETRACT_DELETED`."""

    def __init__(self, registry: Registry, publisher: Publisher, stop: threading.Event) -> None:
        self._registry = registry
        self._publisher = publisher
        self._stop = stop
        self._suspects: Set[str] = frozenset()

    def after_scan(self) -> int:
        """Take back what was gone after the last scan and is now; return how many. Nothing else may be under way."""
        vanished = find_vanished(self._registry)
        sure = sorted(vanished.keys() & self._suspects)
        self._suspects = frozenset(vanished)
        files, present = sum(map(len, vanished.values())), self._registry.count()
        if too_many(files, present):
            log.warning(
                "deletions_refused",
                vanished=files,
                present=present,
                hint="more than half of the inbox is gone: mount it again, or confirm with: sada forget --deleted",
            )
            return 0
        return sum(self._retract(sure[at : at + AT_ONCE]) for at in range(0, len(sure), AT_ONCE))

    def _retract(self, articles: list[str]) -> int:
        """Send the tombstones; the registry learns of them after the acks, so a crash between sends them again."""
        if self._stop.is_set():
            return 0
        self._publisher.send([Outgoing(RAW.name, article_id.encode(), None) for article_id in articles])
        while not self._publisher.acknowledged(0.2):
            if self._stop.is_set():
                return 0
        try:
            self._registry.retracted(articles)
        except sqlite3.OperationalError as error:
            log.error("registry_unwritable", error=str(error), hint="free disk space under SADA_STATE_DIR")
            return 0
        log.info("deleted_retracted", articles=len(articles))
        return len(articles)
