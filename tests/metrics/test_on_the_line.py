"""The real line's numbers: each article is counted once in each stage, and what came in went somewhere."""

from __future__ import annotations

import json
import re
import time
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sada.local.ports import free_port
from schemas import Settings
from tests.line.harness import Line

ROOT = Path(__file__).parents[2]
ROLES = ("watch", "work", "sink")
STAGES = ("read", "clean", "split", "tag", "index")

Numbers = Counter[tuple[str, str]]
"""By metric and labels."""


def read_numbers(port: int) -> Numbers:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as found:
        text = found.read().decode()
    lines = re.findall(r"^(\w+)(?:\{(.*?)\})? (\S+)$", text, re.MULTILINE)
    return Counter({(name, labels): float(value) for name, labels, value in lines})  # type: ignore[arg-type]


def of(numbers: Numbers, name: str, stage: str) -> int:
    """Add up a counter of a stage over its other labels."""
    wanted = f'stage="{stage}"'
    return int(sum(value for (metric, labels), value in numbers.items() if metric == name and wanted in labels))


class MeteredLine(Line):
    """A line whose roles show their numbers, each on a port of its own; those of ended ones are remembered."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings)
        self.ports = {role: free_port() for role in ROLES}
        self.ended: Numbers = Counter()

    def restart(self, role: str) -> None:
        """Start one role on its port."""
        everyone, self.settings = self.settings, self.settings.model_copy(update={"health_port": self.ports[role]})
        super().restart(role)
        self.settings = everyone

    def kill(self, role: str) -> None:
        """End one role without warning, after a look at its numbers."""
        self.ended += read_numbers(self.ports[role])
        super().kill(role)

    def numbers(self) -> Numbers:
        """Add up the numbers of all roles, ended ones too."""
        return sum((read_numbers(port) for port in self.ports.values()), self.ended)


@pytest.fixture
def line(settings: Callable[..., Settings], fresh_topics: None) -> Iterator[MeteredLine]:
    line = MeteredLine(settings(rescan_seconds=1.0))
    yield line
    line.stop()


def drop_samples(line: Line, prefix: str) -> int:
    """Drop the samples, changed so that no two drops have the same text, a copy, and two hopeless files."""
    samples = sorted((ROOT / "samples").glob("*.txt"))
    for sample in samples:
        line.drop(f"{prefix}-{sample.name}", sample.read_bytes() + f"\nنشرة {prefix}\n".encode())
    line.drop(f"{prefix}-empty.txt", b"")
    line.drop(f"{prefix}-binary.txt", bytes(range(256)) * 4)
    return len(samples)


def check_sums(numbers: Numbers) -> None:
    """What a stage took in was sent, rejected or dropped; what one stage sent, the next took in."""
    for stage in STAGES:
        fates = [of(numbers, f"sada_articles_{fate}_total", stage) for fate in ("sent", "rejected", "dropped")]
        assert of(numbers, "sada_articles_received_total", stage) == sum(fates), stage
    sent = {stage: of(numbers, "sada_articles_sent_total", stage) for stage in STAGES}
    received = {stage: of(numbers, "sada_articles_received_total", stage) for stage in STAGES}
    embedded = int(numbers["sada_articles_embedded_total", ""])
    assert embedded > 0
    assert received["clean"] == sent["read"]
    assert received["split"] == sent["clean"]
    assert received["tag"] == sent["split"] + embedded
    assert received["index"] == sent["tag"]
    for stage in ("dedupe", "match"):
        fates = [of(numbers, f"sada_tellings_{fate}_total", stage) for fate in ("taken", "rejected")]
        assert of(numbers, "sada_tellings_received_total", stage) == sum(fates) > 0


@pytest.mark.servers
def test_the_numbers_add_up_across_the_roles_and_a_kill(line: MeteredLine) -> None:
    """Stage by stage and role by role the sums hold, agree with the index, and survive a killed worker and sink.

    A process begins at 0; what the killed ones had told by their end is added, as Prometheus' `increase` does.
    """
    line.start()
    pages = drop_samples(line, "one")
    line.wait_for(pages, 1)
    line.settled()
    first = await_rest(line)
    check_sums(first)
    assert of(first, "sada_articles_received_total", "read") == pages + 2
    assert of(first, "sada_articles_rejected_total", "read") == 2
    assert of(first, "sada_articles_sent_total", "index") == line.counts()["articles"]
    assert first["sada_article_latency_seconds_count", ""] == line.counts()["articles"]
    line.drop("a-copy.txt", (line.settings.inbox / "one-06-skynews-space.txt").read_bytes())
    line.settled(still=1)
    await_rest(line)
    for role in ("work", "sink"):
        line.kill(role)
        line.restart(role)
    drop_samples(line, "two")
    line.wait_for(2 * pages, 1)
    line.settled()
    second = await_rest(line)
    check_sums(second)
    assert of(second, "sada_articles_received_total", "read") == 2 * (pages + 2) + 1
    # The copy told its article's new path: sent and indexed again, as a second name of one document.
    assert of(second, "sada_articles_sent_total", "index") > line.counts()["articles"]
    assert set(line.stop_roles().values()) == {0}
    told = [one for one in log_lines(line) if one["event"] == "rejected"]
    assert sorted(one["reason"] for one in told) == ["binary", "binary", "empty", "empty"]
    assert {one["role"] for one in told} == {"watch"}
    assert all(one["reject_id"] and one["path"] and "article_id" in one for one in told)


def log_lines(line: MeteredLine) -> list[dict[str, Any]]:
    """Read the roles' logs: JSON, since no terminal is there."""
    text = "".join(file.read_text("utf-8") for file in line.settings.state_dir.glob("*.log"))
    return [json.loads(one) for one in text.splitlines()]


def await_rest(line: MeteredLine) -> Numbers:
    """Wait until no role has anything before it and the numbers stand still; return them."""
    deadline = time.monotonic() + 60
    before: Numbers = Counter()
    while True:
        now = line.numbers()
        lag = sum(value for (name, _), value in now.items() if name == "sada_lag_messages")
        counts = Counter({key: value for key, value in now.items() if key[0].startswith("sada_articles")})
        if not lag and counts == before:
            return now
        assert time.monotonic() < deadline, now
        before = counts
        time.sleep(1)
