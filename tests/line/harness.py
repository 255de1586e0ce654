"""Run the three roles as their own processes against test servers, and compare the index with the pure pipeline."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import orjson
from elasticsearch import Elasticsearch  # noqa: TID251  # the test asks the index itself
from pydantic import SecretStr

from schemas import Settings
from streams.pipeline import process
from tests.line.expected import Documents, documents_of, read_inbox, read_index


def environment(settings: Settings) -> dict[str, str]:
    """Return the variables that give a role these settings."""
    values: dict[str, str] = {}
    for name, value in settings.model_dump().items():
        if isinstance(value, SecretStr):
            values[f"SADA_{name.upper()}"] = value.get_secret_value()
        elif isinstance(value, (tuple, list)):
            values[f"SADA_{name.upper()}"] = orjson.dumps(value).decode()
        elif value is not None:
            values[f"SADA_{name.upper()}"] = str(value)
    return values


def expected_documents(settings: Settings) -> dict[str, Documents]:
    """Run the files of the inbox through the in-memory pipeline and return the documents the index must hold."""
    return documents_of(process(read_inbox(settings)[0].values()))


class Line:
    """The watcher, the worker and the sink as processes of their own."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.client = Elasticsearch(settings.elasticsearch)
        self.roles: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start all three roles."""
        self.settings.inbox.mkdir(parents=True, exist_ok=True)
        for role in ("watch", "work", "sink"):
            self.restart(role)

    def restart(self, role: str) -> None:
        """Start one role; its log is kept beside the state."""
        self.settings.state_dir.mkdir(parents=True, exist_ok=True)
        with (self.settings.state_dir / f"{role}.log").open("ab") as log:
            self.roles[role] = subprocess.Popen(
                [sys.executable, "-m", "sada", role],
                env={**os.environ, **environment(self.settings)},
                cwd=self.settings.state_dir,
                stdout=log,
                stderr=log,
            )

    def kill(self, role: str) -> None:
        """End one role without warning."""
        self.roles[role].kill()
        self.roles[role].wait()

    def stop_roles(self) -> dict[str, int]:
        """Ask every role to end and return their exit codes."""
        for process_ in self.roles.values():
            process_.send_signal(signal.SIGTERM)
        return {role: process_.wait(30) for role, process_ in self.roles.items()}

    def stop(self) -> None:
        """End whatever still runs and close the client."""
        for process_ in self.roles.values():
            process_.kill()
            process_.wait()
        self.client.close()

    def drop(self, name: str, data: bytes) -> None:
        """Put a file into the inbox as a scraper does: written aside, then renamed."""
        target = self.settings.inbox / name
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = target.with_name(target.name + ".part")
        aside.write_bytes(data)
        aside.rename(target)

    def eventually(self, holds: Callable[[], bool], what: str, seconds: float = 180, every: float = 0.25) -> None:
        """Wait until `holds()`; fail with the logs' ends otherwise, or as soon as a role has died."""
        deadline = time.monotonic() + seconds
        while not holds():
            self._must_live(what)
            assert time.monotonic() < deadline, f"not within {seconds} s: {what}; {self.counts()}\n{self._logs()}"
            time.sleep(every)

    def wait_for(self, articles: int, headlines: int, seconds: float = 180) -> None:
        """Wait until the index holds at least these numbers."""
        self.eventually(
            lambda: self.counts()["articles"] >= articles and self.counts()["headlines"] >= headlines,
            f"{articles} articles and {headlines} headlines are indexed",
            seconds,
        )

    def settled(self, seconds: float = 180, still: float = 3) -> None:
        """Wait until something is indexed and nothing has changed for `still` seconds."""
        deadline, since, last = time.monotonic() + seconds, time.monotonic(), self._versions()
        while time.monotonic() - since < still or not last:
            self._must_live("nothing moves any more")
            assert time.monotonic() < deadline, f"still moving after {seconds} s\n{self._logs()}"
            time.sleep(0.25)
            if (now := self._versions()) != last:
                since, last = time.monotonic(), now

    def counts(self) -> dict[str, int]:
        """Count the documents of each alias; 0 where it does not exist yet."""
        names = ("articles", "headlines", "rejected")
        return {name: self._count(f"{self.settings.index_prefix}-{name}") for name in names}

    def documents(self) -> dict[str, Documents]:
        """Return every article and headline of the index by `_id`, without the fields of history."""
        return {
            name: read_index(self.client, f"{self.settings.index_prefix}-{name}") for name in ("articles", "headlines")
        }

    def paths(self) -> set[str]:
        """Return every inbox path that an article of the index names."""
        articles = read_index(self.client, f"{self.settings.index_prefix}-articles").values()
        return {path for article in articles for path in article["paths"]}

    def found(self, client: Elasticsearch, path: str) -> bool:
        """Tell whether a search (no refresh asked for) finds the article of `path`."""
        answer = client.search(index=f"{self.settings.index_prefix}-articles", query={"term": {"paths": path}}, size=0)
        return bool(answer["hits"]["total"]["value"])

    def _count(self, alias: str) -> int:
        if not self.client.indices.exists(index=alias):
            return 0
        self.client.indices.refresh(index=alias)
        return int(self.client.count(index=alias)["count"])

    def _versions(self) -> int:
        aliases = [f"{self.settings.index_prefix}-{name}" for name in ("articles", "headlines", "rejected")]
        if not all(self.client.indices.exists(index=alias) for alias in aliases):
            return 0
        stats = self.client.indices.stats(index=",".join(aliases), metric="indexing")
        totals = stats["_all"]["primaries"]["indexing"]
        return int(totals["index_total"]) + int(totals["delete_total"])

    def _must_live(self, what: str) -> None:
        dead = [role for role, process_ in self.roles.items() if process_.poll() is not None]
        assert not dead, f"{dead} ended early while waiting until {what}\n{self._logs()}"

    def _logs(self) -> str:
        folder: Path = self.settings.state_dir
        return "\n".join(f"== {log.name}\n{log.read_text()[-1500:]}" for log in folder.glob("*.log"))
