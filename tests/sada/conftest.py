"""A whole line for tests of the front door, as processes of their own."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from schemas import Settings
from tests.line.harness import Line


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None) -> Iterator[Line]:
    """All three roles."""
    line = Line(settings(partitions=2, rescan_seconds=1.0))
    line.start()
    yield line
    line.stop()
