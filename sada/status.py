"""Settings and a run file in, one report out: addresses, roles, the lag of each group, documents, rejects."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

from kafka import OffsetAndMetadata, TopicPartition  # noqa: TID251 (the line's lag is asked of the broker here and nowhere else)
from kafka.admin import KafkaAdminClient, OffsetSpec  # noqa: TID251 (as above)
from kafka.errors import KafkaError, RetriableError  # noqa: TID251 (as above)
from pydantic import Field

from desk.answers import RefusedError
from schemas import Settings
from schemas.health import find_trouble, read_beat
from schemas.message import Record
from schemas.topics import TOPICS
from sinks.client import Cluster, connect
from sinks.faults import Denied, Unavailable
from streams.door import DoorClosed, DoorRefused, knock

from .broker import PATIENCE_MS, kafka_admin, our_groups
from .checkup.finding import Verdict
from .checkup.retention import check_retention, read_configs
from .search import SearchError, counts
from .state import LOGS, Phase, Process, Run

OURS = {topic.name for topic in TOPICS}


class Server(Record):
    """A server's address and whether it answers; `trouble` says why not."""

    address: str
    answers: bool
    trouble: str | None = None


class Role(Record):
    """One process of the line; `health` is what a role says of itself, null for servers and who has not spoken."""

    name: str
    pid: int
    alive: bool
    restarts: int
    health: str | None = None


class Lag(Record):
    """What one consumer group has still to read of one topic; `messages` is what the topic holds."""

    group: str
    topic: str
    messages: int
    lag: int


class Group(Record):
    """A consumer group: `state` in Kafka's words (`Stable` once all its members share the partitions)."""

    group: str
    state: str
    members: int
    member_ids: tuple[str, ...] = Field(exclude=True)


class Report(Record):
    """The state of the line at one moment. `phase` is null where none runs in this state folder."""

    phase: Phase | None
    step: str
    kafka: Server
    elasticsearch: Server
    desk: str | None = None
    inbox: Path
    logs: Path
    topology: str
    roles: tuple[Role, ...] = ()
    groups: tuple[Group, ...] = ()
    lags: tuple[Lag, ...] = ()
    documents: dict[str, int]
    rejects: dict[str, int]
    warnings: tuple[str, ...] = ()


def gather_status(settings: Settings, run: Run | None) -> Report:
    """Ask the run file, Kafka and Elasticsearch; a server that is away is reported, not raised."""
    kafka, groups, lags, warnings = _ask_kafka(settings)
    elasticsearch, documents, rejects = _ask_elasticsearch(settings)
    processes = () if run is None else (run.supervisor, *run.processes)
    return Report(
        phase=None if run is None else run.phase,
        step="" if run is None else run.step,
        kafka=kafka,
        elasticsearch=elasticsearch,
        desk=None if run is None else run.desk,
        inbox=settings.inbox,
        logs=settings.state_dir / LOGS,
        topology=settings.topology,
        roles=tuple(_role(settings, process) for process in processes),
        groups=groups,
        lags=lags,
        documents=documents,
        rejects=rejects,
        warnings=warnings,
    )


def _role(settings: Settings, process: Process) -> Role:
    beat = read_beat(settings.state_dir, process.name.partition("-")[0], process.pid)
    health = None
    if beat is not None and process.alive:
        trouble = find_trouble(beat, time.monotonic(), settings.live_seconds)
        health = trouble or ("ready" if beat.ready else f"waits for {beat.waiting_for or 'its group'}")
    return Role(name=process.name, pid=process.pid, alive=process.alive, restarts=process.restarts, health=health)


def _ask_kafka(settings: Settings) -> tuple[Server, tuple[Group, ...], tuple[Lag, ...], tuple[str, ...]]:
    try:
        knock(settings)
        with kafka_admin(settings) as admin:
            groups = tuple(read_groups(admin, settings))
            lags = tuple(read_lags(admin, [group.group for group in groups]))
            warnings = tuple(_retention_warnings(admin, lags))
    except (KafkaError, DoorClosed, DoorRefused, ValueError) as error:
        return Server(address=settings.kafka, answers=False, trouble=_short(error)), (), (), ()
    return Server(address=settings.kafka, answers=True), groups, lags, warnings


def _retention_warnings(admin: KafkaAdminClient, lags: Sequence[Lag]) -> Iterator[str]:
    """Say what of the unread is past half the time that Kafka keeps it; asked only where something is unread."""
    behind = sorted({lag.topic for lag in lags if lag.lag})
    groups = sorted({lag.group for lag in lags if lag.lag})
    for finding in check_retention(admin, groups, read_configs(admin, behind)):
        if finding.verdict is not Verdict.OK:
            yield f"{finding.where}: {finding.found}; {finding.remedy}"


def _ask_elasticsearch(settings: Settings) -> tuple[Server, dict[str, int], dict[str, int]]:
    address = settings.elasticsearch
    try:
        with closing(connect(settings, timeout=PATIENCE_MS / 1000)) as client:
            Cluster(client).ask("GET", "/_cluster/health")
            found = counts(settings, PATIENCE_MS / 1000)
    except (Unavailable, Denied, ValueError) as error:
        return Server(address=address, answers=False, trouble=_short(error)), {}, {}
    except SearchError as error:  # it answers, but refuses us, or no sink has made its indices yet
        remedy = f"; {error.remedy}" if isinstance(error.__cause__, RefusedError) else ""
        return Server(address=address, answers=True, trouble=_short(error) + remedy), {}, {}
    documents = {"articles": found.articles, "embedded": found.embedded, "headlines": found.headlines}
    return Server(address=address, answers=True), documents, dict(found.rejects)


def read_groups(admin: KafkaAdminClient, settings: Settings) -> Iterator[Group]:
    """Yield the line's consumer groups."""
    names = our_groups(admin, settings)
    for name, group in sorted(admin.describe_groups(names).items()) if names else ():
        ids = tuple(member["member_id"] for member in group["members"])
        yield Group(group=name, state=str(group["group_state"]), members=len(ids), member_ids=ids)


def read_members(settings: Settings, patience: float = 30.0) -> frozenset[str]:
    """Return who is in the line's consumer groups and shares their partitions.

    A broker that has just started may still be reading its groups: that is waited out for `patience` seconds.

    Raises:
        KafkaError: nobody answers, or the groups are not there in time.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            with kafka_admin(settings) as admin:
                stable = [group for group in read_groups(admin, settings) if group.state == "Stable"]
        except RetriableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return frozenset(member for group in stable for member in group.member_ids)


def read_lags(admin: KafkaAdminClient, groups: list[str]) -> Iterator[Lag]:
    """Yield each group's lag on each of our topics that it reads."""
    if not groups:
        return
    committed = admin.list_group_offsets(dict.fromkeys(groups))
    read = {(group, part.topic) for group, offsets in committed.items() for part in offsets if part.topic in OURS}
    partitions = _partitions(admin, {topic for _, topic in read})
    first = _offsets(admin, partitions, OffsetSpec.EARLIEST)
    last = _offsets(admin, partitions, OffsetSpec.LATEST)
    for group, topic in sorted(read):
        parts = [part for part in partitions if part.topic == topic]
        at = {part: max(first[part], _offset(committed[group].get(part))) for part in parts}
        yield Lag(
            group=group,
            topic=topic,
            messages=sum(last[part] - first[part] for part in parts),
            lag=sum(last[part] - at[part] for part in parts),
        )


def is_idle(settings: Settings) -> bool:
    """Tell whether the line's groups are there and have nothing left to read; false where the broker cannot say."""
    try:
        with kafka_admin(settings) as admin:
            lags = tuple(read_lags(admin, [group.group for group in read_groups(admin, settings)]))
    except KafkaError:
        return False
    return bool(lags) and not any(lag.lag for lag in lags)


def _offset(committed: OffsetAndMetadata | None) -> int:
    """Return the committed offset; of a partition that nothing was committed of, one before all others."""
    return -1 if committed is None else int(committed.offset)


def _partitions(admin: KafkaAdminClient, topics: set[str]) -> list[TopicPartition]:
    found = admin.describe_topics(sorted(topics)) if topics else ()
    return [TopicPartition(topic["name"], part["partition_index"]) for topic in found for part in topic["partitions"]]


def _offsets(admin: KafkaAdminClient, partitions: list[TopicPartition], spec: OffsetSpec) -> dict[TopicPartition, int]:
    found = admin.list_partition_offsets(dict.fromkeys(partitions, spec))
    return {part: int(at.offset) for part, at in found.items()}


def _short(error: Exception) -> str:
    """Say what `error` says, in one line and without the address that stands before it."""
    text = re.sub(r"^(?:Kafka|Elasticsearch) at [^ ,]+(?:, [^ ,]+)*(?<!:):? ", "", " ".join(str(error).split()))
    return text[:300] or type(error).__name__
