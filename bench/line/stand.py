"""Two servers and the roles as processes in, where each stands and what each has spent out."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psutil
from elasticsearch import ApiError, Elasticsearch, TransportError  # noqa: TID251 - the bench asks the index itself
from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 - as above, the broker
from kafka.admin import KafkaAdminClient  # noqa: TID251
from kafka.errors import KafkaError  # noqa: TID251

from bench.chaos.offsets import standing
from sada.local.launch import ServerError
from sada.local.servers import Server, forget_elasticsearch, start_elasticsearch, start_kafka
from schemas import Settings
from schemas.indices import ARTICLES
from schemas.topics import BANDS, ENRICHED, NAMED, RAW, SEEN, UNIQUE, Topic
from streams.table import group_id
from streams.topics import ensure_topics

WORKERS_WRITE: Final = (ENRICHED, SEEN, BANDS, NAMED, UNIQUE)
LOOK: Final = 0.1
"""Seconds between two looks: the bench itself uses the same cores."""


class StallError(RuntimeError):
    """Something did not come to its end in time, or a role died."""


TROUBLES: Final = (StallError, TimeoutError, OSError, ApiError, TransportError, KafkaError, ServerError, psutil.Error)
"""What may keep a part from its end; the others are measured nevertheless."""


@contextmanager
def elasticsearch(home: Path) -> Iterator[Server]:
    """Start an Elasticsearch that keeps its data in `home`; at the end it is gone."""
    server = start_elasticsearch(home, Settings(_env_file=None), 0, _quiet)
    try:
        yield server
    finally:
        server.stop()
        forget_elasticsearch(home)


@dataclass
class Stand:
    """A Kafka of its own and a shared Elasticsearch with roles between them; `home` is removed with `close`."""

    home: Path
    elasticsearch: Server
    topology: str = "fused"
    partitions: int = 8
    deadline: float = float("inf")
    """Moment on the monotonic clock after which nothing is waited for."""
    roles: dict[str, psutil.Popen] = field(default_factory=dict)

    def open(self) -> None:
        """Start Kafka, make the topics, open the clients."""
        (self.home / "inbox").mkdir(parents=True)
        plain = Settings(_env_file=None)
        self.kafka = start_kafka(self.home / "servers", plain, 0, _quiet)
        self.settings = Settings(
            _env_file=None,
            inbox=self.home / "inbox",
            state_dir=self.home / "state",
            kafka=self.kafka.address,
            elasticsearch=self.elasticsearch.address,
            topology=self.topology,
            partitions=self.partitions,
            index_prefix=f"bench-{self.home.name}".lower(),
            log_format="json",
        )
        ensure_topics(self.settings)
        self.client = Elasticsearch(self.elasticsearch.address, request_timeout=30)
        self._ends = KafkaConsumer(bootstrap_servers=self.kafka.address)

    def close(self) -> None:
        """End the roles and Kafka, and take the indices away."""
        for process in self.roles.values():
            with suppress(psutil.NoSuchProcess):
                process.kill()
            process.wait()
        if not hasattr(self, "kafka"):
            return
        if hasattr(self, "client"):
            for index in self.client.indices.get(index=f"{self.settings.index_prefix}-*"):
                self.client.indices.delete(index=index)
            self.client.close()
            self._ends.close()
        self.kafka.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self, *names: str) -> None:
        """Start roles as `sada` does: `watch`, `sink`, `work-1` and so on."""
        values = {name: getattr(self.settings, name) for name in self.settings.model_fields_set}
        given = {f"SADA_{name.upper()}": str(value) for name, value in values.items()}
        for name in names:
            with (self.home / f"{name}.log").open("ab") as log:
                self.roles[name] = psutil.Popen(
                    [sys.executable, "-m", "sada", name.partition("-")[0]],
                    env={**os.environ, **given},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                )

    def end(self, *names: str) -> None:
        """Ask roles to end and forget them."""
        for name in names:
            self.roles[name].terminate()
        for name in names:
            process = self.roles.pop(name)
            with suppress(psutil.TimeoutExpired):
                process.wait(20)
            if process.is_running():
                process.kill()
                process.wait()

    def workers(self) -> list[str]:
        """Name the workers that run."""
        return [name for name in self.roles if name.startswith("work")]

    def freeze(self, *names: str) -> None:
        """Hold roles as they stand, members of their group; for a shorter time than their session lasts."""
        for name in names:
            self.roles[name].send_signal(signal.SIGSTOP)

    def thaw(self, *names: str) -> None:
        """Let them go on."""
        for name in names:
            self.roles[name].send_signal(signal.SIGCONT)

    def spent(self) -> dict[str, float]:
        """Return the CPU seconds of each role and server up to now; `work` is that of all workers."""
        taken = {name: _seconds(process) for name, process in self.roles.items()}
        workers = sum(taken.pop(name) for name in self.workers())
        servers = {"kafka": self.kafka.pid, "elasticsearch": self.elasticsearch.pid}
        return taken | {"work": workers} | {name: _seconds(psutil.Process(pid)) for name, pid in servers.items()}

    def peaks(self) -> dict[str, float]:
        """Return the most megabytes of each role; `work` is that of the largest worker, `all` the sum of all roles."""
        found = {name: peak(process.pid) for name, process in self.roles.items()}
        together = sum(found.values())
        largest = max((found.pop(name) for name in self.workers()), default=0.0)
        return found | {"all": together} | ({"work": largest} if largest else {})

    def end_of(self, topics: Iterable[Topic]) -> int:
        """Count the messages that were ever written to `topics`."""
        parts = [TopicPartition(topic.name, number) for topic in topics for number in range(self.partitions)]
        return sum(self._ends.end_offsets(parts).values())

    def lag(self) -> int:
        """Count what any group of the line has yet to commit; at least 1 while the broker cannot say."""
        try:
            return standing(self.kafka.address, self.settings.group).lag
        except (KafkaError, OSError):
            return 1

    def worker_lag(self) -> int:
        """Count what the workers' group has yet to commit; at least 1 while the broker cannot say."""
        try:
            here = standing(self.kafka.address, self.settings.group)
        except (KafkaError, OSError):
            return 1
        name = group_id(self.settings)
        return sum(here.end[part] - at for (group, part), at in here.committed.items() if group == name)

    def searchable(self) -> int:
        """Count the files whose article a search finds."""
        try:
            query: dict[str, Any] = {"term": {"embedded": False}}
            return int(self.client.count(index=ARTICLES.alias(self.settings.index_prefix), query=query)["count"])
        except (ApiError, TransportError):  # not there yet, or its shards are just being opened
            return 0

    def indexed(self) -> int:
        """Count the documents that were ever written to the index."""
        stats = self.client.indices.stats(index=f"{self.settings.index_prefix}-*", metric="indexing")
        return int(stats["_all"]["primaries"]["indexing"]["index_total"])

    def index_bytes(self) -> float:
        """Return the bytes on disk of all indices for each article that a search finds."""
        self.client.indices.refresh(index=f"{self.settings.index_prefix}-*")
        stats = self.client.indices.stats(index=f"{self.settings.index_prefix}-*", metric="store")
        return float(stats["_all"]["primaries"]["store"]["size_in_bytes"]) / max(1, self.searchable())

    def joined(self) -> bool:
        """Tell whether every worker is a member of a group that has come to rest."""
        try:
            with closing(KafkaAdminClient(bootstrap_servers=self.kafka.address)) as admin:
                name = group_id(self.settings)
                group = admin.describe_groups([name])[name]
        except (KafkaError, OSError):
            return False
        return group["group_state"] == "Stable" and len(group["members"]) == len(self.workers())

    def until(self, holds: Callable[[], bool], limit: float, what: str, look: float = LOOK) -> float:
        """Wait until something holds, looking every `look` seconds; return the seconds it took.

        Raises:
            StallError: `limit` seconds or our own time are over, or a role has ended.
        """
        begun = time.monotonic()
        while not holds():
            self.check(begun + limit, what)
            time.sleep(look)
        return time.monotonic() - begun

    def check(self, until: float, what: str) -> None:
        """See to it that there is time left and every role runs.

        Raises:
            StallError: `until` (on the monotonic clock) or our own deadline is over, or a role has ended.
        """
        if dead := [name for name, process in self.roles.items() if process.poll() is not None]:
            raise StallError(f"{', '.join(dead)} ended")
        if time.monotonic() > min(until, self.deadline):
            raise StallError(f"{what}: not done in time")

    def warm(self, folder: Path, files: int, limit: float = 120.0) -> None:
        """Wait for the workers, then take `folder` of `files` files through the line, so that nothing is new to it."""
        self.until(self.joined, limit, "workers join")
        folder.rename(self.settings.inbox / folder.name)
        self.until(lambda: self.searchable() >= files, limit, "warming up")
        self.until(lambda: self.lag() == 0, limit, "warming up")

    def sent(self) -> int:
        """Count the articles that the watcher has sent."""
        return self.end_of([RAW])


def peak(pid: int) -> float:
    """Return the most megabytes a process has had in memory; what it has now where the system does not say."""
    status = Path(f"/proc/{pid}/status")
    with suppress(OSError):
        for line in status.read_text(encoding="utf-8").splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) * 1024 / 1e6
    return float(psutil.Process(pid).memory_info().rss) / 1e6


def _seconds(process: psutil.Process) -> float:
    """Return the CPU seconds of a process and its children."""
    try:
        family = [process, *process.children(recursive=True)]
        return sum(one.cpu_times().user + one.cpu_times().system for one in family)
    except psutil.NoSuchProcess:
        return 0.0


def _quiet(_: str) -> None:
    """Say nothing: the logs hold it."""
