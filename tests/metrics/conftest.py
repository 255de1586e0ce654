"""Fixtures for numbers, logs and traces."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.metrics.collector import Collector, collect


@pytest.fixture
def collector() -> Iterator[Collector]:
    """A collector of traces on loopback."""
    with collect() as running:
        yield running
