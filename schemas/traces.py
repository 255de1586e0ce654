"""Stretches of articles' ways in, OpenTelemetry spans out to a collector: no header travels with the messages.

An article's id is 128 bits, just as long as a trace's, so it *is* the trace's; a span's id follows from the article
and the stage. So each role knows by itself what the others call their spans, and a message that is worked off twice
writes the same span twice. An article that a page embeds has a trace of its own, linked to the page's `split`.
"""

from __future__ import annotations

import hashlib
import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol

import structlog

from schemas.metrics import STAGES_OF
from schemas.rejects import StageName

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
    from opentelemetry.trace import SpanContext

log = structlog.get_logger(__name__)

EXPORT_SECONDS: Final = 2.0
"""How long one batch of spans may take to reach the collector, tries included."""

CLOSE_SECONDS: Final = 2.0

_WAY: Final = (StageName.READ, *STAGES_OF["work"], StageName.INDEX)

BEFORE: Final = {stage: before for before, stage in pairwise(_WAY)} | {StageName.DEDUPE: StageName.SPLIT}
"""The stage whose span is a stage's parent."""


class Stretch(NamedTuple):
    """One article's time in one stage, in nanoseconds since 1970.

    `page` is the article of the page that embeds it, if one does; `failed` says why it goes no further.
    """

    article_id: str
    stage: StageName
    began: int
    ended: int
    page: str | None = None
    failed: str | None = None


class Sink(Protocol):
    """Who takes stretches."""

    def add(self, stretches: Iterable[Stretch]) -> None:
        """Take `stretches`; must not wait."""

    def close(self) -> None:
        """Send what is still here."""


class Tracer:
    """Makes spans of stretches and gives them to OpenTelemetry's `processor`."""

    def __init__(
        self,
        role: str,
        processor: SpanProcessor,
        ratio: float = 1.0,
        give_up: Callable[[], None] = lambda: None,
    ) -> None:
        """Trace the `ratio` (0 to 1) of all articles; which ones follows from their ids, alike in every role.

        `give_up` lets go of a collector that takes nothing.
        """
        from opentelemetry.sdk.resources import Resource
        from opentelemetry.sdk.util.instrumentation import InstrumentationScope

        self._processor = processor
        self._give_up = give_up
        self._least = int(ratio * 2**32)
        self._given: dict[str, Any] = {
            "resource": Resource.create({"service.name": f"sada-{role}"}),
            "instrumentation_scope": InstrumentationScope("sada"),
        }

    def add(self, stretches: Iterable[Stretch]) -> None:
        """Hand over the spans of those `stretches` whose articles are traced."""
        for stretch in stretches:
            if int(stretch.article_id[:8], 16) < self._least:
                self._processor.on_end(self._span(stretch))

    def close(self) -> None:
        """Send what waits, for `CLOSE_SECONDS` at most: a collector that is away must not keep a role from ending."""
        ending = threading.Thread(target=self._processor.shutdown, name="traces-end", daemon=True)
        ending.start()
        ending.join(CLOSE_SECONDS)
        if ending.is_alive():
            self._give_up()

    def _span(self, stretch: Stretch) -> ReadableSpan:
        from opentelemetry.sdk.trace import ReadableSpan
        from opentelemetry.trace import Link, Status, StatusCode

        before = BEFORE.get(stretch.stage)
        embedded = stretch.page is not None and stretch.page != stretch.article_id
        starts_here = before is None or (embedded and before is StageName.SPLIT)
        page = (_context(stretch.page, StageName.SPLIT),) if embedded and starts_here and stretch.page else ()
        return ReadableSpan(
            str(stretch.stage),
            context=_context(stretch.article_id, stretch.stage),
            parent=None if starts_here or before is None else _context(stretch.article_id, before),
            links=[Link(context) for context in page],
            attributes={"sada.article_id": stretch.article_id, "sada.stage": str(stretch.stage)},
            status=Status(StatusCode.OK) if stretch.failed is None else Status(StatusCode.ERROR, stretch.failed),
            start_time=stretch.began,
            end_time=stretch.ended,
            **self._given,
        )


def span_id(article_id: str, stage: StageName) -> int:
    """Return the 64 bits that name an article's span in a stage.

    >>> f"{span_id('0' * 32, StageName.CLEAN):016x}"
    '8e5a05fc77e4ae52'
    """
    return int.from_bytes(hashlib.sha256(f"{article_id}/{stage}".encode()).digest()[:8]) or 1


def open_tracer(role: str, endpoint: str, ratio: float) -> Tracer:
    """Trace to the collector at `endpoint` (OTLP over HTTP, such as `http://127.0.0.1:4318/v1/traces`).

    Raises:
        ImportError: the extra `traces` is not installed.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult

    # It warns at each try, of each batch; once is enough, and `_Collector` says it.
    logging.getLogger("opentelemetry").setLevel(logging.CRITICAL)

    class _Collector(SpanExporter):
        """The collector; says when it goes away and when it is back."""

        def __init__(self) -> None:
            self._way = OTLPSpanExporter(endpoint=endpoint, timeout=EXPORT_SECONDS)
            self._away = False

        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            """Send `spans`; those that cannot be sent in time are lost."""
            result = self._way.export(spans)
            away = result is not SpanExportResult.SUCCESS
            if away != self._away:
                self._away = away
                say = log.warning if away else log.info
                say("traces_lost" if away else "traces_reached", endpoint=endpoint)
            return result

        def shutdown(self) -> None:
            """Let go of the connection; what is being sent is given up."""
            self._way.shutdown()  # type: ignore[no-untyped-call] # the library forgot it

    collector = _Collector()
    return Tracer(role, BatchSpanProcessor(collector), ratio, collector.shutdown)


def _context(article_id: str, stage: StageName) -> SpanContext:
    from opentelemetry.trace import SpanContext, TraceFlags

    sampled = TraceFlags(TraceFlags.SAMPLED)
    return SpanContext(int(article_id, 16), span_id(article_id, stage), is_remote=False, trace_flags=sampled)
