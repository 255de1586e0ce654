"""The line's own Kafka and Elasticsearch: started where no address was given by hand, started again if they crash."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import structlog

from schemas import Settings

from .line import is_given
from .local.servers import PortTakenError, Server, ServerError, start_elasticsearch, start_kafka
from .state import Process, describe

log = structlog.get_logger()

Say = Callable[[str], None]
Start = Callable[[Path, Settings, int | None, Say], Server]

RETRY_SECONDS = 10.0
"""Seconds between two attempts to bring a crashed server back."""


class LocalServer:
    """One server of this line: ours to run, or somebody else's whose address was given by hand (then never started)."""

    def __init__(self, name: str, start: Start, settings: Settings) -> None:
        self.name = name
        self._start = start
        self._settings = settings
        self._given = is_given(settings, name)
        self._server: Server | None = None
        self._restarts = 0
        self._retry_at = 0.0

    def start(self, say: Say) -> str:
        """Start the server and wait until it answers; return its address."""
        if self._given:
            address: str = getattr(self._settings, self.name)
            say(f"using {self.name} at {address}")
            return address
        self._server = self._start(self._settings.state_dir, self._settings, None, say)
        return self._server.address

    @property
    def entry(self) -> Process | None:
        """The process, for the run file; null where it is not ours."""
        return None if self._server is None else describe(self.name, self._server.pid, self._restarts)

    def check(self) -> bool:
        """Start the server again, on its old port and data, if it has crashed; tell whether anything changed."""
        if self._server is None or self._server.alive() or time.monotonic() < self._retry_at:
            return False
        log.warning("server ended unasked", name=self.name, see=str(self._server.log))
        self._restarts += 1
        self._retry_at = time.monotonic() + RETRY_SECONDS
        port = int(self._server.address.rpartition(":")[2])
        try:
            self._server = self._start(self._settings.state_dir, self._settings, port, log.info)
        except (ServerError, PortTakenError) as error:
            log.error("server did not come back", name=self.name, reason=str(error), again_in_seconds=RETRY_SECONDS)
        return True

    def stop(self) -> None:
        """End the server in order, if it is ours."""
        if self._server is not None:
            self._server.stop()
            self._server = None


class LocalServers:
    """Both servers of a line."""

    def __init__(self, settings: Settings) -> None:
        self.kafka = LocalServer("kafka", start_kafka, settings)
        self.elasticsearch = LocalServer("elasticsearch", start_elasticsearch, settings)

    def start(self, say: Say) -> tuple[str, str]:
        """Start both side by side; return the addresses of Kafka and of Elasticsearch.

        What did start is ended by `stop`, also where the other one failed or a signal came in between.
        """
        with ThreadPoolExecutor(2) as pool:
            starts = [pool.submit(server.start, say) for server in (self.kafka, self.elasticsearch)]
            try:
                kafka, elasticsearch = (start.result() for start in starts)
            finally:
                wait(starts)  # a signal must not leave a server behind that is still coming up
        return kafka, elasticsearch

    @property
    def entries(self) -> Iterator[Process]:
        """The processes that are ours, for the run file."""
        return (server.entry for server in (self.kafka, self.elasticsearch) if server.entry is not None)

    def check(self) -> bool:
        """Bring back what has crashed; tell whether anything changed."""
        return any([self.kafka.check(), self.elasticsearch.check()])

    def stop(self) -> None:
        """End Elasticsearch, then Kafka."""
        self.elasticsearch.stop()
        self.kafka.stop()
