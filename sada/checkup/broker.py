"""Settings in, findings on Kafka out: version, topics, changelogs, what is still to be read and how long it is kept."""

from __future__ import annotations

import time
from collections.abc import Iterator

from kafka import TopicPartition  # noqa: TID251 (the line's topics are judged here)
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec  # noqa: TID251 (as above)
from kafka.errors import KafkaError  # noqa: TID251 (as above)

from sada.status import kafka_admin, read_groups, read_lags
from schemas import Settings
from streams.door import DoorClosed, DoorRefused, knock
from streams.table import TABLES, changelog
from streams.topics import topic_configs

from .finding import Finding, fail, ok, one_line, warn

WHAT = "Kafka"
SECONDS = 5.0
LEAST_VERSION = (3, 0)
DAY_MS = 24 * 3600 * 1000
Configs = dict[str, dict[str, str]]


def examine_kafka(settings: Settings, *, expected: bool) -> Iterator[Finding]:
    """Look at the broker; one that is away is a failure only where it is `expected` to be there."""
    try:
        knock(settings, SECONDS)
        with kafka_admin(settings) as admin:
            yield check_version(admin, settings)
            found = list(check_topics(settings, read_topics(admin)))
            yield from found
            standing = [finding.where for finding in found if finding.found != "not there"]
            configs = read_configs(admin, [name for name in topic_configs(settings) if name in standing])
            yield from check_changelogs(settings, configs)
            yield from check_groups(admin, settings)
            yield from check_retention(admin, settings, configs)
    except DoorClosed as error:
        if expected:
            yield fail(WHAT, settings.kafka, one_line(error), "start it, or correct SADA_KAFKA")
        else:
            yield warn(WHAT, settings.kafka, "nobody answers", "none needed: sada up starts it")
    except (KafkaError, DoorRefused, ValueError) as error:
        yield fail(WHAT, settings.kafka, one_line(error), "correct SADA_KAFKA and its login (docs/security.md)")


def check_version(admin: KafkaAdminClient, settings: Settings) -> Finding:
    """Judge the version, which brokers do not tell: it is the least that has all they offer."""
    nodes = [broker["broker_id"] for broker in admin.describe_cluster()["brokers"]]
    version = min(tuple(admin.get_broker_version_data(node).broker_version) for node in nodes)
    found = f"version {'.'.join(map(str, version))} or newer, {len(nodes)} broker(s)"
    if version < LEAST_VERSION:
        return warn(WHAT, settings.kafka, found, "use version 4, which Sada is tested with")
    return ok(WHAT, settings.kafka, found)


def read_topics(admin: KafkaAdminClient) -> dict[str, int]:
    """Return each topic's number of partitions."""
    names = [name for name in admin.list_topics() if not name.startswith("__")]
    return {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(names)} if names else {}


def check_topics(settings: Settings, standing: dict[str, int]) -> Iterator[Finding]:
    """Judge whether each topic is there, and as wide as the settings say."""
    for name in topic_configs(settings):
        count = standing.get(name)
        if count is None:
            yield warn("topic", name, "not there", "start any role: it makes the topics")
        elif count != settings.partitions:
            remedy = f"set SADA_PARTITIONS={count}, or delete the topic and feed the articles anew"
            found = f"{count} partitions, SADA_PARTITIONS is {settings.partitions}"
            yield fail("topic", name, found, remedy)
        else:
            yield ok("topic", name, f"{count} partitions")


def read_configs(admin: KafkaAdminClient, names: list[str]) -> Configs:
    """Return each topic's configuration."""
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    told = admin.describe_configs(asked, config_filter="all")["topic"]
    return {name: {key: str(one["value"]) for key, one in values.items()} for name, values in told.items()}


def check_changelogs(settings: Settings, configs: Configs) -> Iterator[Finding]:
    """Judge whether what the tables are restored from is kept for ever."""
    for name in (changelog(settings, table) for table in TABLES):
        policy = configs.get(name, {}).get("cleanup.policy")
        if policy == "compact":
            yield ok("changelog", name, "compacted")
        elif policy is not None:
            remedy = "set cleanup.policy=compact (kafka-configs.sh), or tables forget what Kafka deletes"
            yield fail("changelog", name, f"cleanup.policy={policy}", remedy)


def check_groups(admin: KafkaAdminClient, settings: Settings) -> Iterator[Finding]:
    """Judge who reads, and how much is still to be read."""
    groups = list(read_groups(admin, settings))
    lags: dict[str, int] = {}
    for lag in read_lags(admin, [group.group for group in groups]):
        lags[lag.group] = lags.get(lag.group, 0) + lag.lag
    for group in groups:
        left = lags.get(group.group, 0)
        found = f"{group.state}, {group.members} member(s), {left} messages to read"
        if left and not group.members:
            yield warn("group", group.group, found, "start the line (sada up), or the role that is missing")
        else:
            yield ok("group", group.group, found)
    if not groups:
        yield ok("group", f"{settings.group}-*", "none has read yet")


def check_retention(admin: KafkaAdminClient, settings: Settings, configs: Configs) -> Iterator[Finding]:
    """Judge whether what a group has still to read is deleted before it is read."""
    names = [group.group for group in read_groups(admin, settings)]
    for group, offsets in (admin.list_group_offsets(dict.fromkeys(names)) if names else {}).items():
        for topic in sorted({part.topic for part in offsets} & set(configs)):
            read = {part: int(at.offset) for part, at in offsets.items() if part.topic == topic and at.offset >= 0}
            keep = int(configs[topic].get("retention.ms", -1))
            if read and keep > 0 and "delete" in configs[topic].get("cleanup.policy", "delete"):
                yield from _judge_retention(admin, f"{topic}, read by {group}", read, keep)


def _judge_retention(
    admin: KafkaAdminClient, where: str, read: dict[TopicPartition, int], keep: int
) -> Iterator[Finding]:
    """Compare what was `read` with the first message that is still there, and with those past half their time."""
    halfway = int(time.time() * 1000) - keep // 2
    first, last, young = (
        {part: int(at.offset) for part, at in admin.list_partition_offsets(dict.fromkeys(read, spec)).items()}
        for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST, halfway)
    )
    lost = sum(max(0, first[part] - at) for part, at in read.items())
    old = sum(max(0, (young[part] if young[part] >= 0 else last[part]) - at) for part, at in read.items())
    if lost:
        remedy = "raise the topic's retention.ms, and feed that time's articles anew (with a new SADA_STATE_DIR)"
        yield fail("retention", where, f"{lost} messages were deleted unread", remedy)
    elif old:
        found = f"{old} unread messages are older than half of their {keep / DAY_MS:.1f} days"
        yield warn("retention", where, found, "start what reads them, or raise the topic's retention.ms now")
    else:
        yield ok("retention", where, f"kept for {keep / DAY_MS:.1f} days, nothing unread is near that")
