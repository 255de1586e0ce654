"""Names of topics enter, the ids that Kafka gave them leave: a topic that was deleted and made again has another."""

from __future__ import annotations

from collections.abc import Collection

from kafka import KafkaAdminClient  # noqa: TID251 aiokafka does not tell the ids

from schemas import Settings
from schemas.kafka_options import client_options


def topic_ids(settings: Settings, names: Collection[str]) -> dict[str, str]:
    """Return the id of each topic; blocks.

    Raises:
        kafka.errors.KafkaError: Kafka does not answer, or a topic does not exist.
    """
    admin = KafkaAdminClient(client_id=f"{settings.group}-topic-ids", **client_options(settings))
    try:
        return {topic["name"]: str(topic["topic_id"]) for topic in admin.describe_topics(list(names))}
    finally:
        admin.close()
