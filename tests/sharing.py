"""Shares the tests among pytest's workers: which stay together, which begin first, how many workers."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

GIB = 1024**3
WORKER_BYTES = 2 * GIB
"""A worker with a Kafka and an Elasticsearch, and now and then a second pair that a test starts itself."""

MOST_WORKERS = 6
QUOTA = Path("/sys/fs/cgroup/cpu.max")

LONG = (
    "test_readme.py",
    "test_commands.py",
    "test_up.py",
    "test_line.py",
    "test_hostile_inbox.py",
    "test_refusals.py",
    "test_secured_line.py",
    "test_stuck.py",
    "test_repair.py",
    "test_app.py",
    "test_restore.py",
    "test_watcher_on_kafka.py",
    "test_listening.py",
    "test_servers.py",
)
"""Files of tests on servers, those first that hold a worker longest."""

APART = {
    "test_app.py",
    "test_line.py",
    "test_naming_on_servers.py",
    "test_pitfalls.py",
    "test_repair.py",
    "test_restore.py",
    "test_servers.py",
    "test_sink_on_servers.py",
}
"""Files on servers whose tests share nothing with each other but those."""

SECURED = {"test_refusals.py", "test_secured_line.py"}
"""Files that share the secured servers."""


class Scheduler(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out part by part, in the order of collection; xdist's own groups need more of pytest than it promises."""

    def __init__(self, config: pytest.Config, log: Producer | None = None) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return part(nodeid)


def part(nodeid: str) -> str:
    """Name what a test stays together with: the tests of its file, unless those stand apart or share more.

    >>> part("tests/streams/test_fold.py::test_marks[ar]")
    'tests/streams/test_fold.py'
    >>> part("tests/security/test_refusals.py::test_password")
    'secured'
    >>> part("tests/line/test_line.py::test_samples[fused]")
    'tests/line/test_line.py::test_samples[fused]'
    """
    file = nodeid.partition("::")[0]
    name = PurePath(file).name
    if name in SECURED:
        return "secured"
    return nodeid if name in APART else file


def rank(item: pytest.Item) -> int:
    """Return the place of an item: long files in their order, other tests on servers, all others."""
    if item.get_closest_marker("servers") is None:
        return len(LONG) + 1
    return LONG.index(item.path.name) if item.path.name in LONG else len(LONG)


def cores(quota: Path = QUOTA) -> int:
    """Count the cores that this process may use: those it may run on, less where a container has a share of them."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    share, _, period = quota.read_text().partition(" ") if quota.exists() else ("max", "", "")
    return allowed if share == "max" else max(1, min(allowed, int(share) // int(period)))


def workers(cores: int, free_bytes: int) -> int:
    """Choose the number of workers: one more than cores, as many tests wait; fewer where memory is short."""
    return max(1, min(cores + 1, free_bytes // WORKER_BYTES, MOST_WORKERS))
