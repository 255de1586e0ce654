"""Settings in, a running line out: servers, topics, roles; it watches them, and ends them in order when told to."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from threading import Lock
from types import FrameType

import structlog

from schemas import Settings

from .desk_port import await_desk, choose_desk_port, desk_address
from .errors import UserError, explain
from .keeper import Keeper, last_line, role_command
from .overseer import Overseer, ask_servers
from .servers import LocalServers
from .state import LOGS, AlreadyRunning, Phase, Run, describe, hold_lock, write_run

log = structlog.get_logger()

ALREADY_RUNNING = 3
"""The exit code of a supervisor that found another one at work."""

LOOK_SECONDS = 0.5
ANSWER_SECONDS = 10.0
"""Longest wait for a Kafka that was given by hand; our own has answered already."""

JOIN_SECONDS = 90.0
"""Longest wait for the roles to join their consumer groups."""

MOST_PORTS = 65_536

HOPELESS = 3
"""A role that crashed this often before the line was ready will not get well by itself."""


class StopAsked(BaseException):
    """SIGTERM or SIGINT came in: whatever is under way gives way to an orderly end."""


class Supervisor:
    """Brings the line up, keeps it running and takes it down; the run file says at each moment where it stands."""

    def __init__(self, settings: Settings, workers: int) -> None:
        self._settings = settings
        self._logs = settings.state_dir / LOGS
        self._servers = LocalServers(settings)
        self._keepers: list[Keeper] = []
        self._telling = Lock()
        self._run = Run(
            phase=Phase.STARTING,
            supervisor=describe("supervisor", os.getpid()),
            inbox=settings.inbox,
            workers=workers,
            topology=settings.topology,
        )

    def run(self) -> int:
        """Run until told to stop.

        Returns:
            0 stopped as told, 1 could not start (the run file says why), 3 another supervisor is at work.
        """
        try:
            with hold_lock(self._settings.state_dir, patience=1.0), _signals():
                return self._live()
        except AlreadyRunning:
            return ALREADY_RUNNING

    def _live(self) -> int:
        failure = None
        try:
            self._start()
            self._keep()
        except StopAsked:
            log.info("told to stop")
        except Exception as error:  # the boundary: whatever it is, servers and roles are ended
            failure = explain(error)
            log.error("the line failed", reason=failure, exc_info=error)
        _ignore_signals()
        self._end()
        self._tell(Phase.STOPPED if failure is None else Phase.FAILED, failure=failure)
        return 0 if failure is None else 1

    def _start(self) -> None:
        self._step("starting Kafka and Elasticsearch")
        kafka, elasticsearch = self._servers.start(log.info)
        self._settings = self._settings.model_copy(update={"kafka": kafka, "elasticsearch": elasticsearch})
        self._step("preparing topics and indices", kafka=kafka, elasticsearch=elasticsearch)
        self._prepare()
        strangers = self._members()
        desk_port = choose_desk_port(self._settings, log.info)
        self._settings = self._settings.model_copy(update={"desk_port": desk_port})
        self._step("starting the roles", desk=desk_address(self._settings.desk_host, desk_port))
        for name, role in self._roles():
            keeper = Keeper(name, role_command(role), self._environment(len(self._keepers)), self._logs)
            self._keepers.append(keeper)
            keeper.start()
        self._step("waiting for the workers to share the partitions")
        self._await_groups(strangers)
        await_desk(self._settings, JOIN_SECONDS, self._check_hopeless)

    def _prepare(self) -> None:
        from sinks import templates
        from sinks.client import Cluster, connect
        from streams.topics import ensure_topics

        ensure_topics(self._settings, wait_seconds=ANSWER_SECONDS)
        with closing(Cluster(connect(self._settings))) as cluster:
            templates.ensure(cluster, self._settings)

    def _roles(self) -> Iterator[tuple[str, str]]:
        yield "sink", "sink"
        yield from ((f"work-{number}", "work") for number in range(1, self._run.workers + 1))
        yield "watch", "watch"
        yield "desk", "desk"

    def _environment(self, number: int) -> dict[str, str]:
        """Return this process's environment with the line's own addresses and folders on top.

        The roles share this machine, so each answers for its health on a port of its own: the next one up.
        """
        settings = self._settings
        port = settings.health_port + number if settings.health_port else 0
        return os.environ | {
            "SADA_KAFKA": settings.kafka,
            "SADA_ELASTICSEARCH": settings.elasticsearch,
            "SADA_INBOX": str(settings.inbox),
            "SADA_STATE_DIR": str(settings.state_dir),
            "SADA_TOPOLOGY": settings.topology,
            "SADA_DESK_PORT": str(settings.desk_port),
            "SADA_HEALTH_PORT": str(port if port < MOST_PORTS else 0),
            "PYTHONUNBUFFERED": "1",
        }

    def _members(self) -> frozenset[str]:
        from .status import read_members

        return read_members(self._settings)

    def _await_groups(self, strangers: frozenset[str]) -> None:
        """Wait until every worker and the sink have joined their groups and share the partitions.

        `strangers` do not count: members of a line before this one, which was killed, stay in the groups until Kafka
        has missed their heartbeats for long enough, and only then are their partitions given to ours.
        """
        deadline = time.monotonic() + JOIN_SECONDS
        while len(self._members() - strangers) < self._run.workers + 1:
            self._check_hopeless()
            if time.monotonic() > deadline:
                raise UserError("the workers did not join their consumer groups", f"see the logs in {self._logs}")
            self._check()
            time.sleep(LOOK_SECONDS / 2)

    def _check_hopeless(self) -> None:
        for keeper in self._keepers:
            if keeper.restarts >= HOPELESS:
                raise UserError(f"{keeper.name} keeps failing: {last_line(keeper.log_file)}", f"see {keeper.log_file}")

    def _keep(self) -> None:
        self._tell(Phase.READY)
        log.info("the line is ready", kafka=self._settings.kafka, elasticsearch=self._settings.elasticsearch)
        settings = self._settings
        overseer = Overseer(settings.state_dir, settings.stuck_seconds, partial(ask_servers, settings))
        while True:
            self._check()
            overseer.look(self._keepers)
            time.sleep(LOOK_SECONDS)

    def _check(self) -> None:
        """Start again what has ended unasked; the servers first, for the roles wait for them by themselves."""
        changed = [self._servers.check(), *(keeper.check() for keeper in self._keepers)]
        if any(changed):
            self._tell(self._run.phase)

    def _end(self) -> None:
        """End the watcher, then the workers, then the sink, so that each can finish what the one before sent it.

        The desk, which only looks on, goes first.
        """
        for role in ("desk", "watch", "work", "sink"):
            self._tell(Phase.STOPPING, step=f"stopping: {role}")
            ending = [keeper for keeper in self._keepers if keeper.name.split("-")[0] == role]
            for keeper in ending:
                keeper.ask_to_end()
            for keeper in ending:
                keeper.await_end()
        self._tell(Phase.STOPPING, step="stopping: Elasticsearch and Kafka")
        self._servers.stop()

    def _step(self, text: str, **addresses: str) -> None:
        log.info(text)
        self._tell(Phase.STARTING, step=text, **addresses)

    def _tell(self, phase: Phase, step: str = "", **facts: str | None) -> None:
        """Write the run file anew; the servers' starting threads tell their steps too."""
        with self._telling:
            self._write(phase, step, facts)

    def _write(self, phase: Phase, step: str, facts: dict[str, str | None]) -> None:
        processes = [*self._servers.entries]
        processes += [entry for keeper in self._keepers if (entry := keeper.entry) is not None]
        update = {"phase": phase, "step": step, "processes": tuple(processes), **facts}
        self._run = self._run.model_copy(update=update)
        write_run(self._settings.state_dir, self._run)


def _stop(number: int, frame: FrameType | None) -> None:
    _ignore_signals()
    raise StopAsked


def _ignore_signals() -> None:
    """One request is enough: a second one must not break the orderly end."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def _signals() -> Iterator[None]:
    before = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGINT)}
    before[signal.SIGHUP] = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
