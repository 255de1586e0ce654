"""Enriched articles, names, headlines and rejects in from Kafka, the index up to date out: the sink's entry point."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from typing import TypeVar

import structlog

from schemas.indices import ARTICLES, INDICES
from schemas.memory import Broom
from schemas.meter import Meter
from schemas.pulse import Pulse
from schemas.rejects import StageName
from schemas.settings import Settings
from schemas.topics import ENRICHED, FORGOTTEN, NAMED, REJECTED, UNIQUE

from .actions import Arrival
from .bulk import Sender
from .client import Cluster, connect
from .consumer import Consumer
from .counting import count_wave
from .faults import Abandoned, Denied, Lost, Unavailable
from .orders import Orders
from .outbox import Outbox
from .patience import Patience, pause
from .plan import Planner
from .recent import Recent
from .settle import Settler
from .templates import ensure

log = structlog.get_logger(__name__)

TOPICS = (ENRICHED, NAMED, UNIQUE, REJECTED, FORGOTTEN)

REFRESH_SECONDS = 0.1
"""On a quiet line new documents are made searchable at once, yet no more often than this."""

BUSY_REFRESH_SECONDS = 1.0
"""As often on a busy line: each refresh leaves segments that must be merged. The index's own interval comes besides."""

SWEEP_SECONDS = 2.0
"""What timed-out polls leave are circles that hold the batch they were for (kafka-python ends them by an exception)."""

STAY_SECONDS = 0.001
"""Time for the group between two waves of one batch."""

T = TypeVar("T")


def run(settings: Settings, pulse: Pulse | None = None) -> int:
    """Index what the workers send until SIGTERM or SIGINT; then finish and commit what was read and return 0.

    Servers that are away are waited for, for ever. Returns 1 when one refuses us at the start (credentials,
    a mapping): nothing that waiting would mend. `pulse` is told how it gets on.
    """
    orders = Orders()
    orders.listen()
    try:
        return _run(settings, orders, pulse or Pulse(settings, "sink"))
    except Abandoned:
        log.warning("stopped_unfinished", note="what was not committed is indexed at the next start")
        return 0
    except (Denied, ValueError) as error:
        log.error("cannot_start", error=str(error))
        return 1
    finally:
        orders.rest()


def _run(settings: Settings, orders: Orders, pulse: Pulse) -> int:
    cluster = Cluster(connect(settings))
    outbox = Outbox(settings)
    try:
        pulse.wait_for("Elasticsearch")
        _insist(lambda: ensure(cluster, settings), orders)
        pulse.wait_for("Kafka's topics")
        consumer = _insist(lambda: Consumer(settings, [topic.name for topic in TOPICS], pulse), orders)
        pulse.wait_for(None)
        try:
            log.info("sink_ready", kafka=settings.kafka, elasticsearch=settings.elasticsearch)
            Indexer(settings, cluster, consumer, outbox, orders, pulse.wait_for, pulse.meter).work()
        finally:
            consumer.close()
    finally:
        outbox.close()
        cluster.close()
    return 0


def _insist(ask: Callable[[], T], orders: Orders) -> T:
    """Ask until the server is there. Being denied ends it: at the start that is a mistake in the settings."""
    attempt = 0
    while True:
        try:
            return ask()
        except Denied:
            raise
        except Unavailable as error:
            log.warning("waiting", reason=str(error), attempt=attempt + 1)
        if orders.stopping:
            raise Abandoned
        time.sleep(pause(attempt))
        attempt += 1


class Indexer:
    """Takes batch after batch from `consumer` and commits each once the index has all of it."""

    def __init__(  # noqa: PLR0913, PLR0917 the role's parts, each made and closed by `_run`
        self,
        settings: Settings,
        cluster: Cluster,
        consumer: Consumer,
        outbox: Outbox,
        orders: Orders,
        tell: Callable[[str], None] = lambda _: None,
        meter: Meter | None = None,
    ) -> None:
        self._settings = settings
        self._meter = meter or Meter("sink")
        self._cluster = cluster
        self._consumer = consumer
        self._orders = orders
        self._patience = Patience(consumer, lambda: ensure(cluster, settings), orders.check_time, tell)
        recent = Recent(ARTICLES.alias(settings.index_prefix))
        sender = Sender(cluster, settings.bulk_documents, settings.bulk_bytes, self._patience.wait, recent)
        self._settler = Settler(cluster, outbox, sender, self._patience, settings.index_prefix, settings.partitions)
        self._indices = [index.alias(settings.index_prefix) for index in INDICES]
        self._broom = Broom(SWEEP_SECONDS, circles=True)
        self._unseen = False
        self._refreshed_at = 0.0

    def work(self) -> None:
        """Index until the order to stop.

        Raises:
            Abandoned: the time to finish ran out.
        """
        while True:
            try:
                batch = self._consumer.take(self._is_stopping)
                if batch:
                    self._settle(batch)
                elif self._orders.stopping:
                    return
            except Lost as error:
                log.info("batch_left_to_others", reason=str(error))
            except Unavailable as error:
                log.warning("waiting", reason=str(error))
                time.sleep(pause(3))
            self._refresh_if_quiet()
            self._broom.sweep()

    def _settle(self, batch: list[Arrival]) -> None:
        started = time.monotonic()
        # Base64 makes a payload a third larger; what else a reject holds is small.
        planner = Planner(self._settings.index_prefix, datetime.now(UTC), self._settings.max_message_bytes * 7 // 10)
        waves = (wave for part in self._parts(batch) for wave in planner.waves(part))
        for number, wave in enumerate(waves):
            tally = self._meter.tally(StageName.INDEX, len(wave.arrivals))
            if number:
                # Many waves take long, and a group forgets who has not polled for minutes.
                self._patience.persist(partial(self._consumer.idle, STAY_SECONDS))
            rejects = self._settler.settle(wave, planner)
            done = self._patience.persist(partial(self._consumer.commit, wave.arrivals))
            count_wave(tally, wave, rejects, datetime.now(UTC), done - len(wave.arrivals))
            tally.close()
        self._unseen = True
        log.debug("indexed", messages=len(batch), seconds=round(time.monotonic() - started, 4))

    def _parts(self, batch: list[Arrival]) -> Iterator[list[Arrival]]:
        """Cut a batch of which much was held back, so that it is committed step by step."""
        for start in range(0, len(batch), self._settings.bulk_documents):
            yield batch[start : start + self._settings.bulk_documents]

    def _refresh_if_quiet(self) -> None:
        """Ask for a refresh when nothing waits, seldom while much comes; else the index's own interval does it."""
        now = time.monotonic()
        gap = BUSY_REFRESH_SECONDS if self._consumer.busy else REFRESH_SECONDS
        if not self._unseen or now - self._refreshed_at < gap or not self._consumer.caught_up:
            return
        try:
            self._cluster.refresh(self._indices)
        except Unavailable as error:
            log.debug("refresh_left_to_interval", reason=str(error))
        self._unseen = False
        self._refreshed_at = now

    def _is_stopping(self) -> bool:
        return self._orders.stopping
