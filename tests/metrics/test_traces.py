"""Traces: one article's spans from the inbox to the index, joined without a header, and nothing at all when off."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from opentelemetry.sdk.trace import ReadableSpan
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from structlog.testing import capture_logs

from producers.intake import Intake
from producers.registry import Registry
from schemas import EnrichedArticle, Settings, StageName, decode
from schemas.letter import Letter
from schemas.meter import Meter
from schemas.pulse import Pulse
from schemas.topics import ENRICHED, RAW, SEEN
from schemas.traces import Stretch, Tracer, open_tracer, span_id
from sinks.actions import Arrival
from sinks.counting import count_wave
from sinks.plan import Planner
from streams.boundary import Origin, load
from streams.counting import trace_tellings
from streams.ledger import Ledger
from streams.mail import member_letters
from streams.wiring import chains
from streams.work import Parcel, Workshop
from tests.metrics.collector import Collector
from tests.producers.fakes import Broker

SAMPLES = Path(__file__).parents[2] / "samples"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def exporter() -> InMemorySpanExporter:
    return InMemorySpanExporter()


@pytest.fixture
def house(tmp_path: Path) -> Settings:
    (tmp_path / "inbox").mkdir()
    return Settings(_env_file=None, inbox=tmp_path / "inbox", state_dir=tmp_path / "state", settle_seconds=0.0)


def meter(role: str, exporter: InMemorySpanExporter, ratio: float = 1.0) -> Meter:
    return Meter(role, Tracer(role, SimpleSpanProcessor(exporter), ratio))


def watch(house: Settings, told: Meter) -> list[Origin]:
    """Read the inbox as the watcher does; return its articles as the worker gets them."""
    pulse, broker = Pulse(house, "watch"), Broker()
    pulse.meter = told
    with closing(Registry(house.state_dir / "registry.sqlite", house.inbox)) as registry:
        intake = Intake(house, registry, broker, threading.Event(), pulse=pulse)
        for file in sorted(house.inbox.iterdir()):
            intake.add(file.name)
        assert intake.drain()
    return [Origin(one.topic, one.key, one.value) for one in broker.messages if one.topic == RAW.name]


def work(house: Settings, told: Meter, origins: Sequence[Origin]) -> list[Letter]:
    """Take articles through clean, split and tag, and their headlines into the ledger; return the documents."""
    chain = chains("fused")[0]
    workshop = Workshop(house, load(chain), chain.reads, chain.writes, lambda: NOW)
    parcel = Parcel(tally=told.tally(chain.name, len(origins)))
    for origin in origins:
        workshop.open(origin, parcel)
    parcel.tally.close()
    tellings = told.tally("dedupe")
    ledger = Ledger(house, lambda _, __: None, lambda: NOW)
    letters = member_letters(parcel.tellings, house)
    entry = ledger.enter((letter.partition or 0, Origin(SEEN.name, None, letter.value)) for letter in letters)
    trace_tellings(tellings, StageName.DEDUPE, entry.articles, time.perf_counter())
    tellings.close()
    return [letter for letter in parcel.letters if letter.topic == ENRICHED.name]


def index(told: Meter, letters: Sequence[Letter]) -> list[EnrichedArticle]:
    """Plan documents as the sink does, and count their waves as those that are in the index."""
    arrivals = [Arrival(one.topic, 0, offset, one.key, one.value) for offset, one in enumerate(letters)]
    for wave in Planner("t", NOW, 1_000_000).waves(arrivals):
        tally = told.tally("index", len(wave.arrivals))
        count_wave(tally, wave, [], NOW)
        tally.close()
    return [decode(EnrichedArticle, one.value) for one in letters if one.value is not None]


def travel(house: Settings, exporter: InMemorySpanExporter, sample: str) -> list[EnrichedArticle]:
    (house.inbox / sample).write_bytes((SAMPLES / sample).read_bytes())
    origins = watch(house, meter("watch", exporter))
    return index(meter("sink", exporter), work(house, meter("work", exporter), origins))


def spans(exporter: InMemorySpanExporter, article_id: str) -> dict[str, ReadableSpan]:
    """The spans of one article by stage: its trace is named as it is."""
    found = [span for span in exporter.get_finished_spans() if f"{span.context.trace_id:032x}" == article_id]
    assert len({span.name for span in found}) == len(found)
    return {span.name: span for span in found}


def test_one_article_is_followed_through_all_roles(house: Settings, exporter: InMemorySpanExporter) -> None:
    """Its trace has a span in each stage, each below the one before, in the order of time."""
    (article,) = travel(house, exporter, "06-skynews-space.txt")
    way = spans(exporter, article.article_id)
    steps = ["read", *(str(stage.name) for stage in chains("fused")[0].stages), "index"]
    parents = dict(itertools.pairwise(reversed(steps))) | {"dedupe": "split"}
    assert set(way) == {*steps, "dedupe"}
    for stage, before in parents.items():
        assert way[stage].parent == way[before].context
        assert way[stage].start_time >= way[before].start_time  # type: ignore[operator]
    assert way["read"].parent is None
    assert [way[stage].resource.attributes["service.name"] for stage in ("read", "tag", "index")] == [
        "sada-watch",
        "sada-work",
        "sada-sink",
    ]
    for span in way.values():
        assert span.attributes == {"sada.article_id": article.article_id, "sada.stage": span.name}
        assert span.status.is_ok
        assert span.end_time >= span.start_time  # type: ignore[operator]
        assert span.to_json()


def test_an_embedded_article_is_linked_to_its_page(house: Settings, exporter: InMemorySpanExporter) -> None:
    """Its own trace begins behind `split`, with a link to where the page was split."""
    page, embedded = travel(house, exporter, "01-aggregator-water.txt")
    way = spans(exporter, embedded.article_id)
    assert embedded.parent_id == page.article_id
    first, *onward = [str(stage.name) for stage in chains("fused")[0].stages][2:]
    assert set(way) == {first, *onward, "dedupe", "index"}
    assert way[first].parent is None
    (link,) = way[first].links
    assert link.context == spans(exporter, page.article_id)["split"].context
    assert way["index"].parent == way["tag"].context


def test_what_cannot_be_sent_ends_its_trace(exporter: InMemorySpanExporter, house: Settings) -> None:
    """A document too large for its topic has no span in the index."""
    (house.inbox / "page.txt").write_text("خبر قصير\nيكفي سطرا واحدا فقط.")
    origins = watch(house, meter("watch", exporter))
    tight = house.model_copy(update={"max_message_bytes": 10})
    assert work(tight, meter("work", exporter), origins) == []
    key = origins[0].key
    assert key is not None
    way = spans(exporter, key.decode())
    assert "index" not in way


def test_a_stage_that_fails_says_why(exporter: InMemorySpanExporter) -> None:
    """A stretch with a failure is a span with that error."""
    Tracer("work", SimpleSpanProcessor(exporter)).add([Stretch("ab" * 16, StageName.CLEAN, 1, 2, failed="too_slow")])
    (span,) = exporter.get_finished_spans()
    assert not span.status.is_ok
    assert span.status.description == "too_slow"


def test_every_role_traces_the_same_part(exporter: InMemorySpanExporter) -> None:
    """Of many articles the given part is traced, and in each role the same ones."""
    ids = [f"{span_id(str(number), StageName.READ):016x}" * 2 for number in range(1000)]
    chosen = []
    for role in ("watch", "sink"):
        exporter.clear()
        Tracer(role, SimpleSpanProcessor(exporter), 0.1).add(Stretch(one, StageName.READ, 1, 2) for one in ids)
        chosen.append({span.context.trace_id for span in exporter.get_finished_spans()})
    assert chosen[0] == chosen[1]
    assert 50 < len(chosen[0]) < 150


def test_off_costs_nothing(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without an endpoint no stretch is taken down, and OpenTelemetry is not even imported."""
    for name in [name for name in sys.modules if name.startswith("opentelemetry")]:
        monkeypatch.delitem(sys.modules, name)
    told = Pulse(house, "work").meter
    (house.inbox / "page.txt").write_bytes((SAMPLES / "06-skynews-space.txt").read_bytes())
    origins = watch(house, Meter("watch"))
    chain = chains("fused")[0]
    parcel = Parcel(tally=told.tally(chain.name))
    for origin in origins:
        Workshop(house, load(chain), chain.reads, chain.writes, lambda: NOW).open(origin, parcel)
    assert parcel.letters
    assert parcel.tally.stretches == []
    assert not any(name.startswith("opentelemetry") for name in sys.modules)


def test_a_missing_package_costs_the_traces_alone(house: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """A role whose environment lacks the extra runs on without traces."""
    monkeypatch.setitem(sys.modules, "opentelemetry.sdk.trace.export", None)
    told = Pulse(house.model_copy(update={"traces_endpoint": "http://127.0.0.1:1/v1/traces"}), "work").meter
    assert not told.tally("dedupe").traces


def test_a_collector_that_is_away_keeps_nobody() -> None:
    """A role ends in time although its spans reach nobody; it says so once."""
    tracer = open_tracer("sink", "http://127.0.0.1:1/v1/traces", 1.0)
    with capture_logs() as lines:
        tracer.add(Stretch("cd" * 16, StageName.INDEX, 10, 20) for _ in range(3000))
        began = time.monotonic()
        tracer.close()
        assert time.monotonic() - began < 60
        deadline = time.monotonic() + 5
        while not lines and time.monotonic() < deadline:
            time.sleep(0.05)
    assert [line["event"] for line in lines] == ["traces_lost"]


def test_spans_reach_a_collector(collector: Collector) -> None:
    """What was added is with the collector once the tracer is closed, as OTLP over HTTP."""
    tracer = open_tracer("sink", collector.endpoint, 1.0)
    tracer.add([Stretch("cd" * 16, StageName.INDEX, 10, 20)])
    tracer.close()
    ((service, span),) = collector.spans()
    assert service == "sada-sink"
    assert span.trace_id.hex() == "cd" * 16
    assert span.name == "index"
    assert int.from_bytes(span.parent_span_id) == span_id("cd" * 16, StageName.TAG)
