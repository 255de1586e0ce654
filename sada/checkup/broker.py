"""Settings in, findings on Kafka out: version, topics, changelogs, what is still to be read and how long it is kept."""

from __future__ import annotations

from collections.abc import Iterator

from kafka.admin import KafkaAdminClient  # noqa: TID251 (the line's topics are judged here)
from kafka.errors import KafkaError  # noqa: TID251 (as above)

from sada.broker import kafka_admin
from sada.status import read_groups, read_lags
from schemas import Settings
from streams.door import DoorClosed, DoorRefused, knock
from streams.table import TABLES, changelog
from streams.topics import topic_configs

from .finding import Finding, fail, ok, one_line, warn
from .retention import Configs, check_retention, read_configs

WHAT = "Kafka"
SECONDS = 5.0
LEAST_VERSION = (3, 0)


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
            yield from check_retention(admin, [group.group for group in read_groups(admin, settings)], configs)
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
