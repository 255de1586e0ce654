"""Paths of the inbox in, acknowledged messages and registry rows out: reading runs ahead while Kafka answers."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from structlog import get_logger

from schemas import Rejected, Settings, StageName, decode
from schemas.metrics import STAGE_SECONDS
from schemas.pulse import Pulse
from schemas.reject_log import log_rejects
from schemas.topics import RAW, REJECTED

from .counting import count_files, trace_files
from .folder import Signature
from .gather import gather
from .outcomes import Found, Outcome, Unfinished
from .plan import Outgoing, Plan, plan
from .publisher import Publisher
from .reading import read
from .registry import Registry

log = get_logger(__name__)

BATCH_FILES = 500
BATCH_CHARACTERS = 2_000_000
"""A batch is sent, acknowledged and written to the registry together."""

GRACE = 3.0
"""Seconds that a stop waits, all in all, for acks under way."""


@dataclass(frozen=True)
class Progress:
    """Counts since the start: files read, articles and rejects sent, articles replaced by an edit."""

    read: int = 0
    articles: int = 0
    rejects: int = 0
    replaced: int = 0


class Intake:
    """Reads, plans and publishes in batches, and writes the registry only after the acks."""

    def __init__(  # noqa: PLR0913, PLR0917 its parts, each made by the watcher
        self,
        settings: Settings,
        registry: Registry,
        publisher: Publisher,
        stop: threading.Event,
        on_progress: Callable[[Progress], None] = lambda _: None,
        pulse: Pulse | None = None,
    ) -> None:
        self._root = settings.inbox.resolve()
        self._settings = settings
        self._registry = registry
        self._publisher = publisher
        self._stop = stop
        self._on_progress = on_progress
        self._pulse = pulse or Pulse(settings, "watch")
        self._batch: dict[str, Outcome] = {}
        self._characters = 0
        self._flying: dict[str, Signature] = {}
        self._plan: Plan | None = None
        self._tally = self._pulse.meter.tally(StageName.READ)
        self._sent = self._tally
        self._messages: list[Outgoing] = []
        self._patience = 0.0
        self.progress = Progress()

    def add(self, path: str) -> Unfinished | None:
        """Read `path` and put it into the batch, which goes out when full. Returns it if it is still being written."""
        began = time.perf_counter()
        if not self._batch:
            self._tally = self._pulse.meter.tally(StageName.READ)
        outcome = read(self._root, path, self._settings)
        if isinstance(outcome, Unfinished):
            return outcome
        self._tally.observe(STAGE_SECONDS, time.perf_counter() - began, StageName.READ)
        self._batch[path] = outcome
        self._characters += len(outcome.text) if isinstance(outcome, Found) else 0
        if len(self._batch) >= BATCH_FILES or self._characters >= BATCH_CHARACTERS:
            self.ship()
        return None

    def holds(self, path: str, signature: Signature) -> bool:
        """Tell whether just this state of `path` is read already and waits for its ack."""
        waiting = self._batch.get(path)
        return self._flying.get(path) == signature or (
            waiting is not None and getattr(waiting, "signature", None) == signature
        )

    def ship(self) -> bool:
        """Send the batch once the one before it is acknowledged. False if a stop came first."""
        if not self.settle():
            return False
        if self._batch:
            outcomes = list(self._batch.values())
            self._batch, self._characters = {}, 0
            known = self._registry.rows(outcome.path for outcome in outcomes)
            others = gather(outcomes, known, self._registry, self._settings)
            now = self._registry.moment(datetime.now(UTC))
            planned = plan(outcomes, known, others, now)
            if not self._wrote(lambda: self._registry.intend(planned.intents, now)):
                return False
            self._plan = planned
            self._flying = {row.path: row.signature for row in planned.rows}
            self._count(read=len(outcomes))
            forgotten = {article_id.encode() for article_id in self._registry.forgotten()}
            messages = _unforgotten(planned.messages, forgotten)
            count_files(self._tally, outcomes, messages, forgotten)
            self._sent, self._messages = self._tally, messages
            self._tally.messages = len(outcomes)
            self._publisher.send(messages)
        return True

    def drain(self) -> bool:
        """Send what is left and wait for all acks. False if a stop came first."""
        return self.ship() and self.settle()

    def settle(self) -> bool:
        """Wait until the batch under way is acknowledged and written. False if a stop came first."""
        if self._plan is None:
            return True
        while not self._publisher.acknowledged(0.2):
            if self._stop.is_set():
                self._patience = self._patience or time.monotonic() + GRACE
                if time.monotonic() >= self._patience:
                    return False
        acknowledged = self._plan
        if not self._wrote(lambda: self._registry.save(acknowledged.rows)):
            return False
        self._plan, self._flying = None, {}
        trace_files(self._sent, self._messages, time.time_ns())
        self._sent.close()
        told = [one.value for one in self._messages if one.topic == REJECTED.name and one.value is not None]
        log_rejects(log, [decode(Rejected, value) for value in told])
        self._messages = []
        self._count(acknowledged.articles, acknowledged.rejects, acknowledged.replaced)
        return True

    def _wrote(self, write: Callable[[], None]) -> bool:
        """Write to the registry, waiting while its disk is full or another program holds it. False if stopped."""
        while True:
            try:
                write()
                self._pulse.wait_for(None)
                return True
            except sqlite3.OperationalError as error:
                log.error("registry_unwritable", error=str(error), hint="free disk space under SADA_STATE_DIR")
                if self._stop.is_set():
                    return False
                self._pulse.turn()
                self._pulse.wait_for("the registry to be writable")
                time.sleep(1.0)

    def _count(self, articles: int = 0, rejects: int = 0, replaced: int = 0, *, read: int = 0) -> None:
        self.progress = replace(
            self.progress,
            read=self.progress.read + read,
            articles=self.progress.articles + articles,
            rejects=self.progress.rejects + rejects,
            replaced=self.progress.replaced + replaced,
        )
        self._on_progress(self.progress)


def _unforgotten(messages: Sequence[Outgoing], forgotten: set[bytes]) -> list[Outgoing]:
    """Leave out articles that are forgotten: the sink would drop them, but their text need not travel."""
    return [one for one in messages if one.topic != RAW.name or one.value is None or one.key not in forgotten]
