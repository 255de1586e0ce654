"""Every metric of every role, as one table: what it counts, in which unit, under which labels, told by whom."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from schemas.rejects import StageName


class Kind(StrEnum):
    """Prometheus' kinds of metric."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True)
class Metric:
    """One row. `roles` tell it; `buckets` are a histogram's upper bounds, in the unit that the name ends with."""

    name: str
    kind: Kind
    help: str
    labels: tuple[str, ...] = ()
    roles: tuple[str, ...] = ("watch", "work", "sink")
    buckets: tuple[float, ...] = ()


WATCH: Final = ("watch",)
WORK: Final = ("work",)
SINK: Final = ("sink",)
ALL: Final = ("watch", "work", "sink", "desk")

FOLDS: Final = (StageName.DEDUPE, StageName.MATCH)
"""The stages that take in tellings, and no articles."""

STAGES_OF: Final = {
    "watch": (StageName.READ,),
    "work": tuple(stage for stage in StageName if stage not in {StageName.READ, StageName.INDEX, *FOLDS}),
    "sink": (StageName.INDEX,),
}
"""The stages through which articles go, by role, in the order of `StageName`."""


class Dropped(StrEnum):
    """Why a file that was read is neither sent nor rejected; nothing is lost by it."""

    KNOWN = "known"
    COPY = "copy"
    FORGOTTEN = "forgotten"


_STAGE_SECONDS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
_BATCH_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_LATENCY_SECONDS = (0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0)
_SIZES = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0)

RECEIVED: Final = Metric(
    "sada_articles_received_total",
    Kind.COUNTER,
    "Articles that a stage took in: files read, messages decoded or not. Each is sent, rejected or dropped.",
    ("stage",),
)
SENT: Final = Metric(
    "sada_articles_sent_total",
    Kind.COUNTER,
    "Articles that a stage took in and passed on; of `index`: that are in the index.",
    ("stage",),
)
REJECTED: Final = Metric(
    "sada_articles_rejected_total",
    Kind.COUNTER,
    "Articles that a stage took in and rejected (docs/rejects.md).",
    ("stage", "reason"),
)
DROPPED: Final = Metric(
    "sada_articles_dropped_total",
    Kind.COUNTER,
    "Files read that need no message: their text is `known`, a `copy` in the same batch, or `forgotten`.",
    ("stage", "reason"),
    WATCH,
)
EMBEDDED: Final = Metric(
    "sada_articles_embedded_total",
    Kind.COUNTER,
    "Articles that `split` found inside pages, beside the pages' own: `tag` takes in these and what `split` sent.",
    (),
    WORK,
)
RETRACTED: Final = Metric(
    "sada_articles_retracted_total",
    Kind.COUNTER,
    "Articles taken back (edited or forgotten files): null values sent, passed on or carried out.",
    ("stage",),
)
TELLINGS_RECEIVED: Final = Metric(
    "sada_tellings_received_total",
    Kind.COUNTER,
    "What members and bands were told (sightings, stories, ties, guests, probes). Each is taken or rejected.",
    ("stage",),
    WORK,
)
TELLINGS_TAKEN: Final = Metric(
    "sada_tellings_taken_total",
    Kind.COUNTER,
    "Tellings that were entered into the table.",
    ("stage",),
    WORK,
)
TELLINGS_REJECTED: Final = Metric(
    "sada_tellings_rejected_total",
    Kind.COUNTER,
    "Tellings that were rejected; a message that could not be read counts as one.",
    ("stage", "reason"),
    WORK,
)
MESSAGES_INDEXED: Final = Metric(
    "sada_messages_indexed_total",
    Kind.COUNTER,
    "Messages of each topic that the sink has dealt with and committed.",
    ("topic",),
    SINK,
)
STAGE_SECONDS: Final = Metric(
    "sada_stage_seconds",
    Kind.HISTOGRAM,
    "Seconds that one article spent in a stage's function, waiting left out.",
    ("stage",),
    (*WATCH, *WORK),
    _STAGE_SECONDS,
)
BATCH_SECONDS: Final = Metric(
    "sada_batch_seconds",
    Kind.HISTOGRAM,
    "Seconds from a batch at hand to its last acknowledgement.",
    ("agent",),
    buckets=_BATCH_SECONDS,
)
BATCH_MESSAGES: Final = Metric(
    "sada_batch_messages",
    Kind.HISTOGRAM,
    "Messages in a batch; of `read`: files.",
    ("agent",),
    buckets=_SIZES,
)
LATENCY: Final = Metric(
    "sada_article_latency_seconds",
    Kind.HISTOGRAM,
    "Seconds from the reading of an article's file to its place in the index, by the two machines' clocks.",
    (),
    SINK,
    _LATENCY_SECONDS,
)
LAG: Final = Metric(
    "sada_lag_messages",
    Kind.GAUGE,
    "Messages that are the role's to take and not finished, as far as it knows (docs/health.md).",
    ("role",),
)
LIVE: Final = Metric("sada_live", Kind.GAUGE, "1 while the role gets on, as `/live` says; else 0.", ("role",), ALL)
READY: Final = Metric(
    "sada_ready", Kind.GAUGE, "1 while the role can take work, as `/ready` says; else 0.", ("role",), ALL
)
WAITING: Final = Metric(
    "sada_waiting", Kind.GAUGE, "1 while the role waits for a server or a disk that is away; else 0.", ("role",), ALL
)
PROGRESS: Final = Metric(
    "sada_last_progress_timestamp_seconds",
    Kind.GAUGE,
    "When the role last finished something, in seconds since 1970; 0 before it has.",
    ("role",),
)

METRICS: Final = (
    *(RECEIVED, SENT, REJECTED, DROPPED, EMBEDDED, RETRACTED),
    *(TELLINGS_RECEIVED, TELLINGS_TAKEN, TELLINGS_REJECTED, MESSAGES_INDEXED),
    *(STAGE_SECONDS, BATCH_SECONDS, BATCH_MESSAGES, LATENCY),
    *(LAG, LIVE, READY, WAITING, PROGRESS),
)


def table() -> str:
    """Return the table of docs/metrics.md.

    >>> print(table().splitlines()[2])
    | `sada_articles_received_total` | counter | `stage` | watch, work, sink | Articles that a stage took in: \
files read, messages decoded or not. Each is sent, rejected or dropped. |
    """
    head = "| metric | kind | labels | told by | what it says |\n| --- | --- | --- | --- | --- |\n"
    return head + "".join(
        f"| `{metric.name}` | {metric.kind} | {' '.join(f'`{label}`' for label in metric.labels)} "
        f"| {', '.join(metric.roles)} | {metric.help} |\n"
        for metric in METRICS
    )
