"""Two looks at the line in, what each role does and how fast out: rates, lag, CPU, memory, rejects, newest articles."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import psutil

from schemas import Settings
from schemas.health import FOLDER, Beat, read_beat
from schemas.indices import ARTICLES
from schemas.message import Record
from sinks.client import Cluster, connect
from sinks.faults import Denied, Unavailable

from .state import Process, Run, describe
from .status import Lag, Report, gather_status

NEWEST = 5
"""Articles shown."""


class RoleNow(Record):
    """A process of the line. `rate` counts messages finished a second, null before two looks; `cpu` percent of a core.

    `memory` is in bytes; `lag` are the messages that are its to take; `state` is what it says of itself.
    """

    name: str
    pid: int
    state: str
    rate: float | None
    lag: int | None
    cpu: float | None
    memory: int | None
    restarts: int


class Newest(Record):
    """An article that was read lately."""

    title: str | None
    source: str | None
    read_at: datetime


class Top(Record):
    """The line at one moment."""

    at: datetime
    phase: str | None
    kafka: str | None
    elasticsearch: str | None
    roles: tuple[RoleNow, ...]
    queues: tuple[Lag, ...]
    documents: dict[str, int]
    documents_rate: float | None
    rejects: dict[str, int]
    newest: tuple[Newest, ...]


@dataclass
class _Seen:
    """What the last look saw of a process."""

    at: float
    done: int | None
    meter: psutil.Process | None


@dataclass
class Lookout:
    """Looks at the line again and again; a rate is what has changed since the last look."""

    settings: Settings
    seen: dict[int, _Seen] = field(default_factory=dict)
    counted: tuple[float, int] | None = None

    def look(self, run: Run | None) -> Top:
        """Look once; a server that is away is told, not raised."""
        report = gather_status(self.settings, run)
        processes = self._processes(run)
        healths = {role.pid: role.health for role in report.roles}
        roles = tuple(self._role(process, healths.get(process.pid)) for process in processes)
        self.seen = {pid: seen for pid, seen in self.seen.items() if pid in {one.pid for one in roles}}
        return Top(
            at=datetime.now(UTC),
            phase=None if report.phase is None else str(report.phase),
            kafka=report.kafka.trouble,
            elasticsearch=report.elasticsearch.trouble,
            roles=roles,
            queues=report.lags,
            documents=report.documents,
            documents_rate=self._documents_rate(report),
            rejects=report.rejects,
            newest=tuple(_newest(self.settings)) if report.documents else (),
        )

    def _processes(self, run: Run | None) -> list[Process]:
        """Return the line's processes, and roles that somebody started by hand in the same state folder."""
        ours = [] if run is None else [run.supervisor, *run.processes]
        pids = {process.pid for process in ours}
        return ours + [process for process in _by_hand(self.settings) if process.pid not in pids and process.alive]

    def _role(self, process: Process, health: str | None) -> RoleNow:
        beat = read_beat(self.settings.state_dir, process.name.partition("-")[0], process.pid)
        before = self.seen.get(process.pid)
        meter = before.meter if before is not None else _meter(process)
        at = time.monotonic() if beat is None else beat.written
        now = self.seen[process.pid] = _Seen(at, _finished(beat), meter)
        cpu, memory = _used(meter)
        return RoleNow(
            name=process.name,
            pid=process.pid,
            state=_state(process, beat, health),
            rate=_rate(before, now),
            lag=None if beat is None else beat.lag,
            cpu=None if before is None else cpu,
            memory=memory,
            restarts=process.restarts,
        )

    def _documents_rate(self, report: Report) -> float | None:
        before, now = self.counted, time.monotonic()
        total = report.documents.get("articles")
        if total is None:
            return None
        self.counted = (now, total)
        return None if before is None else round((total - before[1]) / (now - before[0]), 1)


def _by_hand(settings: Settings) -> Iterator[Process]:
    for file in sorted((settings.state_dir / FOLDER).glob("*-*.json")):
        role, _, pid = file.stem.rpartition("-")
        if pid.isdigit():
            yield describe(role, int(pid))


def _rate(before: _Seen | None, now: _Seen) -> float | None:
    """Return how much was finished a second between two beats; null where there are no two that say so."""
    if before is None or before.done is None or now.done is None or now.at <= before.at:
        return None
    return round(max(0, now.done - before.done) / (now.at - before.at), 1)


def _finished(beat: Beat | None) -> int | None:
    return None if beat is None or not beat.committed else sum(beat.committed.values())


def _state(process: Process, beat: Beat | None, health: str | None) -> str:
    if not process.alive:
        return "gone"
    if health is None and beat is not None:
        return "ready" if beat.ready else f"waits for {beat.waiting_for or 'its group'}"
    return health or "runs"


def _meter(process: Process) -> psutil.Process | None:
    try:
        return psutil.Process(process.pid)
    except psutil.NoSuchProcess:
        return None


def _used(meter: psutil.Process | None) -> tuple[float | None, int | None]:
    """Return percent of a core since the last call, and bytes of memory; null of what is gone or not ours to see."""
    if meter is None:
        return None, None
    try:
        return meter.cpu_percent(), int(meter.memory_info().rss)
    except psutil.Error:
        return None, None


def _newest(settings: Settings) -> Iterator[Newest]:
    body: dict[str, Any] = {
        "size": NEWEST,
        "query": {"term": {"embedded": False}},
        "sort": [{"read_at": "desc"}, {"article_id": "asc"}],
        "_source": ["title", "source", "read_at"],
    }
    try:
        with closing(Cluster(connect(settings, timeout=5.0))) as cluster:
            status, answer = cluster.ask("POST", f"/{ARTICLES.alias(settings.index_prefix)}/_search", body)
    except (Unavailable, Denied):
        return
    for hit in answer["hits"]["hits"] if status == 200 else ():
        found = hit["_source"]
        yield Newest(title=found.get("title"), source=found.get("source"), read_at=found["read_at"])
