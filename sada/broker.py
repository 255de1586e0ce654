"""Settings in, clients that ask the broker about the line out; how far the line's groups have come, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 (those who ask about the line get their clients here)
from kafka.admin import KafkaAdminClient  # noqa: TID251 (as above)

from schemas import Settings
from schemas.kafka_options import client_options

PATIENCE_MS: Final = 5_000
"""Longest wait for a broker that does not answer a question about the line."""

REMEDY: Final = "start the line (sada up), or set SADA_KAFKA"


@contextmanager
def kafka_admin(settings: Settings) -> Iterator[KafkaAdminClient]:
    """Lend an admin client of the broker.

    Raises:
        KafkaError: nobody answers at `settings.kafka` within a few seconds.
    """
    options = client_options(settings)
    with closing(KafkaAdminClient(**options, bootstrap_timeout_ms=PATIENCE_MS, client_id="sada-status")) as admin:
        yield admin


def kafka_reader(settings: Settings) -> KafkaConsumer:
    """Open a consumer of no group: it reads what it is assigned, commits nothing and takes nobody's partitions.

    Raises:
        KafkaError: nobody answers at `settings.kafka` within a few seconds.
    """
    return KafkaConsumer(
        group_id=None,
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        auto_offset_reset="earliest",
        max_partition_fetch_bytes=settings.max_message_bytes,
        bootstrap_timeout_ms=PATIENCE_MS,
        metrics_enabled=False,
        **client_options(settings),
    )


def our_groups(admin: KafkaAdminClient, settings: Settings) -> list[str]:
    """Return the names of the line's consumer groups, those that begin with `settings.group`, in order."""
    return sorted(one["group_id"] for one in admin.list_groups() if one["group_id"].startswith(f"{settings.group}-"))


def read_reached(settings: Settings) -> dict[TopicPartition, int]:
    """Return up to where the line has worked off each partition that any of its groups has committed.

    Raises:
        KafkaError: nobody answers, or the groups are not there yet.
    """
    reached: dict[TopicPartition, int] = {}
    with kafka_admin(settings) as admin:
        ours = our_groups(admin, settings)
        for offsets in (admin.list_group_offsets(dict.fromkeys(ours)) if ours else {}).values():
            for place, at in offsets.items():
                reached[place] = max(reached.get(place, 0), int(at.offset))
    return reached
