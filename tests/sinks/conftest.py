"""What the tests of the sink on real servers share: empty topics, indices of their own, a log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from schemas import Settings
from streams.topics import ensure_topics
from tests.sinks.line import drop_indices


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None) -> Iterator[Settings]:
    """Settings for empty topics and indices of their own."""
    made = settings(partitions=4)
    ensure_topics(made)
    yield made
    drop_indices(made)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Where the sinks of a test write their log."""
    return tmp_path / "sink.log"
