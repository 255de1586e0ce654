"""What the desk may ask of the line in, answers of the other rooms as the desk's plain values out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime

from desk.hooks import Explained, HookError, LineState, Original, Queue, Reject, Replayed, Role, Server, Stretch
from producers.folder import globs, scan
from producers.registry import Registry, registry_file
from schemas import RawArticle, Reason, Settings, identity
from schemas.health import read_beat
from schemas.topics import RAW
from sinks.client import Cluster, connect
from sinks.faults import Unavailable
from streams.stages.clean import clean
from streams.stages.errors import StageError
from streams.text.sites import load_rules

from . import rejects, replay
from .errors import UserError
from .originals import find_in_inbox, find_on_topic
from .passing import Passing
from .state import Process, read_live_run
from .status import Report, gather_status

REPLAY_SECONDS = 20.0
"""Longest wait for the line to work off what is sent again; what takes longer goes on by itself."""

MOST_REPLAYED = 500
"""Rejects that one click sends again."""

WALK_SECONDS = 1.0
"""Longest look through the inbox for files that wait; a larger one is looked through in part, and not counted."""

WALK_EVERY = 10.0


class LineHooks:
    """The line in this state folder, as the desk sees it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._walked = -WALK_EVERY
        self._waiting: int | None = None

    def explain(self, text: str) -> Explained:
        """Label each stretch of a scraped page."""
        now = datetime.now(UTC)
        raw = RawArticle(
            article_id=identity.article_id(text),
            text=text,
            paths=(),
            path_count=0,
            encoding="utf-8",
            captured_at=now,
            read_at=now,
        )
        try:
            page = clean(raw, load_rules())
        except StageError as error:
            raise HookError(str(error)) from error
        stretches = (Stretch(text[one.start : one.end], one.label.value, one.rule, one.article) for one in page.spans)
        return Explained(page.site, page.rules_version, tuple(stretches))

    def find_original(self, article_id: str, paths: Sequence[str], read_at: str) -> Original | None:
        """Find the page in the inbox, else on the topic of raw articles."""
        found = find_in_inbox(self._settings, article_id, paths)
        if found is not None:
            return Original(found[0].text, from_file=True, place=found[1])
        with _told():
            raw = find_on_topic(self._settings, article_id, datetime.fromisoformat(read_at))
        return None if raw is None else Original(raw.text, from_file=False, place=RAW.name)

    def watch_line(self) -> LineState:
        """Look at the line as it is now."""
        run = read_live_run(self._settings.state_dir)
        report = gather_status(self._settings, run)
        processes = {} if run is None else {process.pid: process for process in (run.supervisor, *run.processes)}
        return LineState(
            phase=None if report.phase is None else str(report.phase),
            servers=_servers(report),
            roles=tuple(self._role(processes[role.pid], role.health) for role in report.roles),
            queues=tuple(_queues(report)),
            documents=report.documents,
            rejects=report.rejects,
            partitions=self._settings.partitions,
            inbox=str(self._settings.inbox),
            waiting_files=self._count_waiting(),
        )

    def list_rejects(self, reason: str | None, most: int) -> tuple[Reject, ...]:
        """Return the latest rejects."""
        with self._cluster() as cluster:
            found = list(rejects.find(cluster, self._settings, rejects.Wanted(reason=_reason(reason), limit=most)))
        return tuple(
            Reject(
                reject_id=one["reject_id"],
                stage=one["stage"],
                reason=one["reason"],
                message=one["message"],
                attempt=one.get("attempt", 1),
                path=one.get("path"),
                rejected_at=one["rejected_at"],
            )
            for one in found
        )

    def replay(self, reason: str | None, ids: Sequence[str]) -> Replayed:
        """Send rejects through the line again, as `sada rejected replay` does."""
        wanted = rejects.Wanted(ids=tuple(ids), reason=_reason(reason), limit=MOST_REPLAYED)
        with self._cluster() as cluster, Passing(self._settings) as passing:
            found = list(rejects.find(cluster, self._settings, wanted, payloads=True))
            done = replay.replay(passing, self._settings, found, len(found), REPLAY_SECONDS, _say_nothing)
        why = tuple(sorted(set(done.impossible.values())))
        return Replayed(done.accepted, done.again, done.handed, done.waiting, why)

    def _role(self, process: Process, health: str | None) -> Role:
        beat = read_beat(self._settings.state_dir, process.name.partition("-")[0], process.pid)
        places = tuple(sorted(beat.committed)) if beat is not None else ()
        return Role(process.name, process.pid, process.alive, process.restarts, health, places)

    def _count_waiting(self) -> int | None:
        """Count the files that the watcher has not sent as they are now; now and then, for a walk costs time."""
        now = time.monotonic()
        file = registry_file(self._settings)
        if now - self._walked < WALK_EVERY or not file.exists():
            return self._waiting
        waiting: int | None = 0
        with closing(Registry(file, self._settings.inbox)) as registry:
            for chunk in scan(self._settings.inbox, globs(self._settings)):
                waiting = (waiting or 0) + len(registry.compare(chunk)[0])
                if time.monotonic() - now > WALK_SECONDS:
                    waiting = None
                    break
        self._walked, self._waiting = time.monotonic(), waiting
        return waiting

    @contextmanager
    def _cluster(self) -> Iterator[Cluster]:
        with _told(), closing(Cluster(connect(self._settings))) as cluster:
            yield cluster


@contextmanager
def _told() -> Iterator[None]:
    """Turn what other rooms raise into the desk's own words for it."""
    try:
        yield
    except UserError as error:
        raise HookError(error.problem, error.remedy) from error
    except Unavailable as error:
        raise HookError(f"Elasticsearch does not answer: {error}", "start the line: sada up") from error


def _say_nothing(text: str) -> None:
    """Take a step's name; the desk shows the outcome alone."""


def _reason(slug: str | None) -> Reason | None:
    try:
        return None if slug is None else Reason(slug)
    except ValueError:
        raise HookError(f"no reject has the reason {slug!r}") from None


def _servers(report: Report) -> tuple[Server, ...]:
    named = (("Kafka", report.kafka), ("Elasticsearch", report.elasticsearch))
    return tuple(Server(name, server.address, server.answers, server.trouble) for name, server in named)


def _queues(report: Report) -> Iterator[Queue]:
    groups = {group.group: group for group in report.groups}
    for lag in report.lags:
        group = groups.get(lag.group)
        members, state = (0, "") if group is None else (group.members, group.state)
        stage = lag.group
        yield Queue(stage, lag.topic, lag.messages - lag.lag, lag.lag, members, state)
