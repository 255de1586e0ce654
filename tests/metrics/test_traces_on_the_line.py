"""The real line's traces: one article's spans come from all three roles and join to one way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from schemas import Settings
from tests.line.harness import Line
from tests.metrics.collector import Collector

SAMPLE = Path(__file__).parents[2] / "samples" / "06-skynews-space.txt"
SERVICES = {
    "read": "sada-watch",
    "clean": "sada-work",
    "split": "sada-work",
    "tag": "sada-work",
    "dedupe": "sada-work",
    "index": "sada-sink",
}
ABOVE = {"clean": "read", "split": "clean", "tag": "split", "dedupe": "split", "index": "tag"}


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None, collector: Collector) -> Iterator[Line]:
    line = Line(settings(rescan_seconds=1.0, traces_endpoint=collector.endpoint))
    yield line
    line.stop()


@pytest.mark.servers
def test_an_articles_way_is_one_trace(line: Line, collector: Collector) -> None:
    """Three processes that exchange no header name the same trace, and each span's parent is one that was sent."""
    line.start()
    line.drop("page.txt", SAMPLE.read_bytes())
    line.wait_for(1, 1)
    line.settled(still=1)
    assert set(line.stop_roles().values()) == {0}
    (article_id,) = line.documents()["articles"]
    way: dict[str, Any] = {}
    for service, span in collector.spans():
        assert span.trace_id.hex() == article_id
        assert SERVICES[span.name] == service
        way.setdefault(span.name, span)
        assert span.span_id == way[span.name].span_id, "told twice, named alike"
    assert set(way) == set(SERVICES)
    for stage, before in ABOVE.items():
        assert way[stage].parent_span_id == way[before].span_id
        assert way[stage].start_time_unix_nano >= way[before].start_time_unix_nano
    assert way["index"].end_time_unix_nano > way["read"].start_time_unix_nano
