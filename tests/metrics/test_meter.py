"""The meter: what a role's numbers look like, when they are told, and what that costs."""

from __future__ import annotations

import time
import urllib.request
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.error import HTTPError

import pytest
from prometheus_client.parser import text_string_to_metric_families

from producers.reading import read_articles
from schemas import RawArticle, Reason, Settings, StageName, decode, encode
from schemas.health import Beat
from schemas.health_page import HealthPage
from schemas.meter import Meter
from schemas.metrics import DROPPED, METRICS, RECEIVED, REJECTED, SENT, STAGE_SECONDS, Kind
from schemas.pulse import Pulse
from schemas.topics import RAW
from streams.boundary import Origin, Pace, load
from streams.counting import count_paces
from streams.wiring import chains
from streams.work import Parcel, Workshop

ROOT = Path(__file__).parents[2]
SETTINGS = Settings(_env_file=None)
REPEATS = 1000
BEAT = Beat(
    role="work", pid=1, written=1, turned=1, moved=1, joined=True, waiting_for=None, committed={}, lag=7,
    last_progress=datetime(2026, 3, 1, tzinfo=UTC),
)  # fmt: skip


def numbers(meter: Meter, beat: Beat = BEAT, live: bool = True) -> dict[tuple[str, ...], float]:
    """Read a meter's text as Prometheus would: values by sample name and label values, labels in order of name."""
    families = text_string_to_metric_families(meter.render(beat, live).decode())
    samples = [one for family in families for one in family.samples]
    return {(one.name, *(value for _, value in sorted(one.labels.items()))): one.value for one in samples}


def workshop() -> Workshop:
    chain = chains("fused")[0]
    return Workshop(SETTINGS, load(chain), chain.reads, chain.writes, lambda: datetime(2026, 1, 1, tzinfo=UTC))


def origins() -> list[Origin]:
    """The samples as messages of `articles.raw`."""
    found = read_articles(sorted((ROOT / "samples").glob("*.txt")), Settings(_env_file=None))
    pages = [one for one in found if isinstance(one, RawArticle)]
    return [Origin(RAW.name, page.article_id.encode(), encode(page)) for page in pages]


@pytest.mark.parametrize("role", ["watch", "work", "sink", "desk"])
def test_each_role_tells_its_rows_of_the_catalogue(role: str) -> None:
    """What a role shows is what the catalogue says, by name, kind and labels, and nothing else of ours."""
    families = {
        family.name: family
        for family in text_string_to_metric_families(
            Meter(role).render(BEAT.model_copy(update={"role": role}), True).decode()
        )
        if family.name.startswith("sada_")
    }
    wanted = {metric.name.removesuffix("_total"): metric for metric in METRICS if role in metric.roles}
    assert families.keys() == wanted.keys()
    for name, family in families.items():
        assert family.type == wanted[name].kind
        assert {label for one in family.samples for label in one.labels} - {"le"} <= set(wanted[name].labels)


def test_names_follow_prometheus_ways() -> None:
    """Counters end in `_total`, only they do; units are base units; every metric has its help."""
    for metric in METRICS:
        assert metric.name.startswith("sada_")
        assert metric.name.endswith("_total") == (metric.kind is Kind.COUNTER)
        assert not any(word in metric.name for word in ("_ms", "_minutes", "_kb", "_percent"))
        assert metric.help.endswith(".")
        assert bool(metric.buckets) == (metric.kind is Kind.HISTOGRAM)
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_a_batch_counts_when_it_is_closed() -> None:
    """Before that nothing shows, so a batch that fails on its way is never counted; series begin at 0."""
    meter = Meter("work")
    tally = meter.tally("clean-split-tag", 3)
    tally.count(RECEIVED, StageName.CLEAN, by=3)
    tally.count(SENT, StageName.CLEAN, by=2)
    tally.count(REJECTED, StageName.CLEAN, Reason.NO_TEXT)
    tally.observe(STAGE_SECONDS, 0.003, StageName.CLEAN)
    assert numbers(meter)["sada_articles_received_total", "clean"] == 0
    tally.close()
    told = numbers(meter)
    assert told["sada_articles_received_total", "clean"] == 3
    assert told["sada_articles_rejected_total", "no_text", "clean"] == 1
    assert told["sada_articles_rejected_total", "too_slow", "tag"] == 0
    assert told["sada_stage_seconds_bucket", "0.005", "clean"] == 1
    assert told["sada_stage_seconds_bucket", "0.0025", "clean"] == 0
    assert told["sada_batch_messages_sum", "clean-split-tag"] == 3


def test_gauges_say_how_the_role_is() -> None:
    """Lag, alive, ready and waiting are those of the moment of asking."""
    meter = Meter("work")
    told = numbers(meter)
    assert told["sada_lag_messages", "work"] == 7
    assert (told["sada_live", "work"], told["sada_ready", "work"], told["sada_waiting", "work"]) == (1, 1, 0)
    assert told["sada_last_progress_timestamp_seconds", "work"] == BEAT.last_progress.timestamp()  # type: ignore[union-attr]
    later = numbers(meter, BEAT.model_copy(update={"waiting_for": "Kafka", "lag": 0}), live=False)
    assert (later["sada_live", "work"], later["sada_ready", "work"], later["sada_waiting", "work"]) == (0, 0, 1)
    assert later["sada_lag_messages", "work"] == 0
    assert ("sada_lag_messages", "work") not in numbers(Meter("work"), BEAT.model_copy(update={"lag": None}))


def test_a_label_that_was_not_declared_is_a_mistake() -> None:
    """A metric of another role cannot be told."""
    meter = Meter("sink")
    tally = meter.tally("index")
    tally.count(DROPPED, StageName.READ, "known")
    with pytest.raises(KeyError):
        tally.close()


def test_the_page_shows_the_numbers(tmp_path: Path) -> None:
    """`/metrics` answers in Prometheus' text format beside `/live`; a page without a meter knows no such path."""
    pulse = Pulse(Settings(_env_file=None, state_dir=tmp_path), "watch")
    page, bare = HealthPage(pulse.beat, 0, 60, meter=pulse.meter), HealthPage(pulse.beat, 0, 60)
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{page.port}/metrics", timeout=5) as found:
            assert found.headers["Content-Type"].startswith("text/plain; version=0.0.4")
            text = found.read().decode()
        assert "# TYPE sada_articles_received_total counter" in text
        assert 'sada_ready{role="watch"} 0.0' in text
        assert "process_resident_memory_bytes" in text
        with pytest.raises(HTTPError) as refused:
            urllib.request.urlopen(f"http://127.0.0.1:{bare.port}/metrics", timeout=5)
        refused.value.close()
    finally:
        page.close()
        bare.close()


def test_the_page_listens_where_it_is_told(tmp_path: Path) -> None:
    """`SADA_HEALTH_HOST` moves the page; loopback of the other family serves as well."""
    pulse = Pulse(Settings(_env_file=None, state_dir=tmp_path), "watch")
    page = HealthPage(pulse.beat, 0, 60, "::1", pulse.meter)
    try:
        with urllib.request.urlopen(f"http://[::1]:{page.port}/metrics", timeout=5) as found:
            assert found.status == 200
    finally:
        page.close()


def test_a_message_is_counted_in_every_stage_of_its_chain() -> None:
    """Pages, tombstones, what is no message and what is too large: each adds up, stage by stage."""
    made = workshop()
    parcel = Parcel(tally=Meter("work").tally("clean-split-tag"))
    for origin in origins():
        made.open(origin, parcel)
    made.open(Origin(RAW.name, b"0" * 32, None), parcel)
    made.open(Origin(RAW.name, None, None), parcel)
    made.open(Origin(RAW.name, b"x", b"{}"), parcel)
    counts = by_fate(parcel)
    pages = len(origins())
    assert counts["received_total", "clean"] == pages + 2
    assert counts["sent_total", "clean"] == pages
    assert counts["rejected_total", "clean", "not_a_message"] == 1
    assert counts["received_total", "tag"] == pages + counts[("embedded_total",)]
    assert counts["retracted_total", "tag"] == 1


def test_both_topologies_count_alike() -> None:
    """An article's numbers do not depend on where Kafka is hopped through."""
    fused = run(workshop(), origins(), Meter("work")).tally.counts
    staged: Counter[tuple[str, tuple[str, ...]]] = Counter()
    messages = origins()
    for chain in chains("staged")[: len(chains("fused")[0].stages)]:
        one = Workshop(SETTINGS, load(chain), chain.reads, chain.writes, lambda: datetime(2026, 1, 1, tzinfo=UTC))
        parcel = run(one, messages, Meter("work"))
        staged += parcel.tally.counts
        messages = [Origin(sent.topic, sent.key, sent.value) for sent in parcel.letters]
    assert staged == fused


def by_fate(parcel: Parcel) -> dict[tuple[str, ...], int]:
    counts = parcel.tally.counts
    return {(name.removeprefix("sada_articles_"), *labels): number for (name, labels), number in counts.items()}


def test_a_document_too_large_is_rejected_and_not_sent() -> None:
    """What `tag` made and no topic takes was taken in once and ended once."""
    made = workshop()
    tight = Workshop(
        made.settings.model_copy(update={"max_message_bytes": 10}), made.workers, made.reads, made.writes, made.now
    )
    parcel = Parcel(tally=Meter("work").tally("clean-split-tag"))
    for origin in origins():
        tight.open(origin, parcel)
    counts = by_fate(parcel)
    assert counts["sent_total", "tag"] == 0
    assert counts["received_total", "tag"] == counts["rejected_total", "tag", "message_too_large"] > 0
    parcel.tally.close()


def test_counting_costs_less_than_a_hundredth() -> None:
    """A batch's numbers cost under 1 % of the CPU time in which the stages make its articles."""
    made, messages = workshop(), origins()
    meter = Meter("work")
    run(made, messages, meter)  # models are loaded, caches warm
    shares = sorted(share_of_counting(made, messages, meter) for _ in range(5))
    assert shares[2] < 0.01, shares


def run(made: Workshop, messages: Sequence[Origin], meter: Meter) -> Parcel:
    parcel = Parcel(tally=meter.tally("clean-split-tag", len(messages)))
    for origin in messages:
        made.open(origin, parcel)
    return parcel


def share_of_counting(made: Workshop, messages: Sequence[Origin], meter: Meter) -> float:
    """Set what the numbers of one article cost (clock, counts, meter) beside what its stages cost."""
    began = time.process_time()
    run(made, messages, meter)
    worked = (time.process_time() - began) / len(messages)
    tally, page = meter.tally("clean-split-tag", REPEATS), decode(RawArticle, messages[0].value or b"")
    began = time.process_time()
    for _ in range(REPEATS):
        paces = []
        for stage in (StageName.CLEAN, StageName.SPLIT, StageName.TAG):
            moment = time.perf_counter()
            paces.append(Pace(stage, page, moment, time.perf_counter(), 1))
        count_paces(tally, paces, [])
    tally.close()
    return (time.process_time() - began) / REPEATS / worked
