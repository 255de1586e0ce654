"""What batches came to in, a role's numbers as Prometheus' text out; told once a batch, not once a message."""

from __future__ import annotations

import time
from collections import Counter as Counts
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from schemas.health import Beat
from schemas.metrics import (
    BATCH_MESSAGES,
    BATCH_SECONDS,
    FOLDS,
    LAG,
    LIVE,
    METRICS,
    PROGRESS,
    READY,
    RECEIVED,
    REJECTED,
    RETRACTED,
    SENT,
    STAGES_OF,
    TELLINGS_RECEIVED,
    TELLINGS_REJECTED,
    TELLINGS_TAKEN,
    WAITING,
    Kind,
    Metric,
)
from schemas.rejects import Reason
from schemas.traces import Sink, Stretch

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass
class Tally:
    """What one batch came to, told to the meter in one go by `close` once the batch is safe.

    A batch that fails, or is left to another role, is never closed and so never counted. `traces` says whether
    anybody wants `stretches`.
    """

    agent: str = ""
    traces: bool = False
    tell: Callable[[Tally], None] = lambda _: None
    messages: int = 0
    began: float = field(default_factory=time.perf_counter)
    began_ns: int = field(default_factory=time.time_ns)
    counts: Counts[tuple[str, tuple[str, ...]]] = field(default_factory=Counts)
    values: list[tuple[str, tuple[str, ...], float]] = field(default_factory=list)
    stretches: list[Stretch] = field(default_factory=list)

    def count(self, metric: Metric, *labels: str, by: int = 1) -> None:
        """Add `by` to a counter."""
        self.counts[metric.name, labels] += by

    def observe(self, metric: Metric, value: float, *labels: str) -> None:
        """Add `value`, in the metric's unit, to a histogram."""
        self.values.append((metric.name, labels, value))

    def wall(self, moment: float) -> int:
        """Turn a reading of `time.perf_counter` into nanoseconds since 1970."""
        return self.began_ns + int((moment - self.began) * 1e9)

    def close(self) -> None:
        """Tell the meter: all that the batch led to is where it belongs."""
        self.tell(self)


class Meter:
    """The numbers of one role, in a registry of its own; they begin at 0 with each process."""

    def __init__(self, role: str, spans: Sink | None = None) -> None:
        """Make the metrics that `role` tells; `spans` takes the articles' stretches, where traces are on."""
        from prometheus_client import CollectorRegistry, ProcessCollector
        from prometheus_client import metrics as kinds

        kinds.disable_created_metrics()  # type: ignore[no-untyped-call] # they double the series and say little
        self._role = role
        self._spans = spans
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)  # memory, CPU, files: `process_*`
        self._metrics: dict[str, Any] = {}
        self._bound: dict[tuple[str, tuple[str, ...]], Any] = {}
        for metric in METRICS:
            if role not in metric.roles:
                continue
            more = {"buckets": metric.buckets} if metric.kind is Kind.HISTOGRAM else {}
            make = {Kind.COUNTER: kinds.Counter, Kind.GAUGE: kinds.Gauge, Kind.HISTOGRAM: kinds.Histogram}[metric.kind]
            name = metric.name.removesuffix("_total")
            self._metrics[metric.name] = make(name, metric.help, metric.labels, registry=self._registry, **more)
        self._begin_at_zero()

    def tally(self, agent: str, messages: int = 0) -> Tally:
        """Begin to count a batch of `agent`."""
        return Tally(agent, self._spans is not None, self._add, messages)

    def render(self, beat: Beat, live: bool) -> bytes:
        """Return all numbers as text; `beat` and `live` are how the role is this moment."""
        from prometheus_client import generate_latest

        progress = 0.0 if beat.last_progress is None else beat.last_progress.timestamp()
        now = {LAG: beat.lag, LIVE: live, READY: beat.ready, WAITING: beat.waiting_for is not None, PROGRESS: progress}
        for metric, value in now.items():
            if metric.name in self._metrics and value is not None:  # a lag that is not known yet is not 0
                self._metric(metric.name, (self._role,)).set(value)
        return generate_latest(self._registry)

    def close(self) -> None:
        """Send the spans that are still here."""
        if self._spans is not None:
            self._spans.close()

    def _add(self, tally: Tally) -> None:
        for (name, labels), number in tally.counts.items():
            self._metric(name, labels).inc(number)
        for name, labels, value in tally.values:
            self._metric(name, labels).observe(value)
        self._metric(BATCH_SECONDS.name, (tally.agent,)).observe(time.perf_counter() - tally.began)
        self._metric(BATCH_MESSAGES.name, (tally.agent,)).observe(tally.messages)
        if self._spans is not None:
            self._spans.add(tally.stretches)

    def _metric(self, name: str, labels: tuple[str, ...]) -> Any:  # noqa: ANN401 the library's kinds share no type
        """Return the metric under these labels; looked up once each, as the library takes its time."""
        found = self._bound.get((name, labels))
        if found is None:
            metric = self._metrics[name]
            found = self._bound[name, labels] = metric.labels(*labels) if labels else metric
        return found

    def _begin_at_zero(self) -> None:
        """Show each series before its first event: a rate cannot see the step from nothing to one."""
        for stage in STAGES_OF.get(self._role, ()):
            for metric in (RECEIVED, SENT, RETRACTED):
                self._metric(metric.name, (stage,))
            for reason in Reason:
                self._metric(REJECTED.name, (stage, reason))
        for stage in FOLDS if self._role == "work" else ():
            for metric in (TELLINGS_RECEIVED, TELLINGS_TAKEN):
                self._metric(metric.name, (stage,))
            for reason in Reason:
                self._metric(TELLINGS_REJECTED.name, (stage, reason))
