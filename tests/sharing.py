"""Shares the collected tests among pytest's workers: which stay together, which begin first, how many workers."""

from __future__ import annotations

import os
from pathlib import Path, PurePath

import pytest

GIB = 1024**3
WORKER_BYTES = 2 * GIB
"""A worker with a Kafka and an Elasticsearch, and now and then a second pair that a test starts itself."""

LONG = (
    "test_readme.py",
    "test_up.py",
    "test_line.py",
    "test_hostile_inbox.py",
    "test_refusals.py",
    "test_stuck.py",
    "test_repair.py",
    "test_app.py",
    "test_restore.py",
    "test_watcher_on_kafka.py",
    "test_listening.py",
    "test_servers.py",
)
"""Files of tests on servers, those first that hold a worker longest."""


MOST_WORKERS = 6
QUOTA = Path("/sys/fs/cgroup/cpu.max")


def cores(quota: Path = QUOTA) -> int:
    """Count the cores that this process may use: those it may run on, less where a container has a share of them."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    share, _, period = quota.read_text().partition(" ") if quota.exists() else ("max", "", "")
    return allowed if share == "max" else max(1, min(allowed, int(share) // int(period)))


def workers(cores: int, free_bytes: int) -> int:
    """Choose the number of workers: one more than cores, as many tests wait; fewer where memory is short."""
    return max(1, min(cores + 1, free_bytes // WORKER_BYTES, MOST_WORKERS))


def share(items: list[pytest.Item]) -> None:
    """Put together what shares a costly fixture or a file's caches, and the long parts first, so that none is last.

    A worker is a session of its own with its own servers, so any two parts may run at the same time.
    """
    for item in items:
        if name := part(item):
            item.add_marker(pytest.mark.xdist_group(name))
    items.sort(key=rank)


def part(item: pytest.Item) -> str | None:
    """Name what `item` stays together with; None for a test on servers that stands alone."""
    if item.get_closest_marker("servers") is None:
        return item.path.stem
    scopes = wide_scopes(item)
    if "package" in scopes:
        return item.path.parent.name
    return item.path.stem if scopes else None


def wide_scopes(item: pytest.Item) -> set[str]:
    """Return the scopes between a test's and the session's of the fixtures that `item` uses."""
    found = getattr(item, "_fixtureinfo", None)
    definitions = found.name2fixturedefs.values() if found else ()
    return {one[-1].scope for one in definitions if one[-1].baseid} & {"class", "module", "package"}


def rank(item: pytest.Item) -> int:
    """Return the place of an item's part: long files in their order, other tests on servers, all others."""
    name = PurePath(item.path).name
    if item.get_closest_marker("servers") is None:
        return len(LONG) + 1
    return LONG.index(name) if name in LONG else len(LONG)
