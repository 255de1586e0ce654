"""A worker's life outside its agents: what it tells of its health, and how it leaves before it has begun."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from faust.types import TP  # noqa: TID251 - the shape that Faust keeps its offsets in

from schemas import Settings
from streams.worker import Health
from tests.streams.line import workers


def test_a_worker_that_has_not_begun_is_not_ready() -> None:
    """Before the first app there is nothing to be ready and nothing committed."""
    health = Health()
    assert (health.ready, health.committed, health.starts) == (False, {}, 0)


def test_health_tells_of_progress() -> None:
    """Ready once the table is restored; offsets by partition, those never committed left out."""
    offsets = {TP("articles.raw", 0): 17, TP("articles.raw", 1): None}
    recovery = SimpleNamespace(completed=SimpleNamespace(is_set=lambda: True))
    app: Any = SimpleNamespace(
        tables=SimpleNamespace(recovery=recovery), consumer=SimpleNamespace(_committed_offset=offsets)
    )
    health = Health(line=SimpleNamespace(app=app))  # type: ignore[arg-type]
    assert health.ready
    assert health.committed == {"articles.raw-0": 17}


def test_a_worker_that_waits_for_kafka_leaves_at_once(tmp_path: Path) -> None:
    """Stopped before it has reached Kafka, a worker ends with status 0: there is nothing to drain."""
    mine = Settings(_env_file=None, kafka="127.0.0.1:1", state_dir=tmp_path)
    with workers(mine, tmp_path) as (worker,):
        until = time.monotonic() + 20
        while b"waiting_for_kafka" not in worker.log.read_bytes() and time.monotonic() < until:
            time.sleep(0.05)
        assert worker.stop(signal.SIGTERM) == 0
