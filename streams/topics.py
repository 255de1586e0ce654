"""Settings enter; when `ensure_topics` returns, every topic of the line stands in Kafka as the topic table says."""

from __future__ import annotations

import time
from typing import Final

import structlog
from kafka import KafkaAdminClient  # noqa: TID251 topics are created here, never by the broker itself
from kafka.admin import ConfigResource, ConfigResourceType, NewTopic  # noqa: TID251
from kafka.errors import (  # noqa: TID251
    AuthorizationError,
    KafkaError,
    SaslAuthenticationFailedError,
    UnsupportedSaslMechanismError,
)

from schemas import Settings
from schemas.kafka_options import client_options
from schemas.topics import TOPICS

from .door import DoorRefused, knock
from .outbox import ENVELOPE_BYTES
from .table import TABLES, changelog

log = structlog.get_logger(__name__)

_ALREADY_EXISTS: Final = 36
_UNAUTHORISED: Final = 29
RIGHTS: Final = "; docs/security.md lists the rights that Sada needs"
_SIZE: Final = "max.message.bytes"
_STAMP: Final = "message.timestamp.type"
ALIGNED: Final = (_SIZE, _STAMP)
"""What standing topics are given of today's configuration; an operator's own retention is left alone."""

TOMBSTONE_MS: Final = 7 * 24 * 3600 * 1000
"""How long a changelog says that a row is deleted: rows on disk that were left alone for longer are read anew."""


class TopicError(RuntimeError):
    """Kafka cannot be reached, or its topics do not fit the settings; the text says what to do."""


def ensure_topics(settings: Settings, wait_seconds: float = 60.0) -> None:
    """Create the topics that are missing and align the size limit and the clock of those that stand.

    Waits up to `wait_seconds` for Kafka to answer.

    Raises:
        TopicError: no answer, no permission, or a topic with another number of partitions than the settings.
    """
    admin = _connect(settings, time.monotonic() + wait_seconds)
    try:
        _create(admin, settings)
        _check_partitions(admin, settings)
        _align(admin, settings)
    except KafkaError as error:
        advice = RIGHTS if isinstance(error, AuthorizationError) else ""
        raise TopicError(f"Kafka at {settings.kafka} refused to prepare the topics: {error}{advice}") from error
    finally:
        admin.close()


def topic_configs(settings: Settings) -> dict[str, dict[str, str]]:
    """Return each topic's name with its configuration; the tables' changelogs keep only the last row of a key."""
    size = str(settings.max_message_bytes + ENVELOPE_BYTES)
    # By the broker's clock alone: by its clients' it refuses those that are an hour ahead and deletes unread what those
    # write that are behind.
    always = {_SIZE: size, _STAMP: "LogAppendTime", "compression.type": "producer"}
    lasting = {**always, "cleanup.policy": "compact", "delete.retention.ms": str(TOMBSTONE_MS)}
    configs = {
        topic.name: lasting
        if topic.lasting
        else {**always, "cleanup.policy": "delete", "retention.ms": str(topic.retention_ms)}
        for topic in TOPICS
    }
    configs |= {changelog(settings, table): lasting for table in TABLES}
    return configs


def _connect(settings: Settings, until: float) -> KafkaAdminClient:
    """Reach Kafka, telling once that it is waited for.

    The door is tried first by hand: a client that finds it closed takes half a minute to say so, and never says why.
    """
    told = False
    while True:
        try:
            knock(settings)
            return KafkaAdminClient(client_id=f"{settings.group}-topics", **client_options(settings))
        except DoorRefused as error:
            raise TopicError(str(error)) from error
        except (SaslAuthenticationFailedError, UnsupportedSaslMechanismError) as error:
            raise TopicError(_refused_login(settings, error)) from error
        except (KafkaError, OSError) as error:
            if time.monotonic() > until:
                why = f"no Kafka at {settings.kafka} ({type(error).__name__}); start it, or set SADA_KAFKA"
                raise TopicError(why) from error
            if not told:
                log.warning("waiting_for_kafka", kafka=settings.kafka, error=type(error).__name__)
                told = True
            time.sleep(0.5)


def _refused_login(settings: Settings, error: KafkaError) -> str:
    variables = "SADA_KAFKA_USERNAME, SADA_KAFKA_PASSWORD and SADA_KAFKA_SASL"
    return (
        f"Kafka at {settings.kafka} refused the login of {settings.kafka_username!r} by {settings.kafka_sasl} "
        f"({type(error).__name__}); check {variables}"
    )


def _create(admin: KafkaAdminClient, settings: Settings) -> None:
    new = [
        NewTopic(name, settings.partitions, settings.replication, topic_configs=config)
        for name, config in topic_configs(settings).items()
    ]
    for result in admin.create_topics(new, raise_errors=False, wait_for_metadata=False)["topics"]:
        if result["error_code"] not in (0, _ALREADY_EXISTS):
            advice = RIGHTS if result["error_code"] == _UNAUTHORISED else ""
            raise TopicError(f"Kafka did not create {result['name']}: {result['error_message']}{advice}")
    admin.wait_for_topics(list(topic_configs(settings)))


def _check_partitions(admin: KafkaAdminClient, settings: Settings) -> None:
    """Refuse to run on topics of several widths: keys would land in other partitions than their table rows."""
    counts = {topic["name"]: len(topic["partitions"]) for topic in admin.describe_topics(list(topic_configs(settings)))}
    wrong = {name: count for name, count in counts.items() if count != settings.partitions}
    if wrong:
        found = ", ".join(f"{name} has {count}" for name, count in sorted(wrong.items()))
        raise TopicError(
            f"Kafka at {settings.kafka}: {found} partitions, SADA_PARTITIONS is {settings.partitions}. "
            "Set SADA_PARTITIONS to what the topics have, or delete these topics and feed the articles anew"
        )


def _align(admin: KafkaAdminClient, settings: Settings) -> None:
    """Give standing topics today's size limit and clock."""
    wanted = {name: {key: config[key] for key in ALIGNED} for name, config in topic_configs(settings).items()}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in wanted]
    standing = admin.describe_configs(asked, config_filter="all")["topic"]  # else only what somebody has set
    changes = [
        ConfigResource(ConfigResourceType.TOPIC, name, configs=config)
        for name, config in wanted.items()
        if any(standing[name][key]["value"] != value for key, value in config.items())
    ]
    if changes:
        log.info("topics_aligned", limit_bytes=settings.max_message_bytes, topics=[change.name for change in changes])
        admin.alter_configs(changes)
