"""A broker in, where every consumer group of the line stands out: what it has committed, what is there to read."""

from __future__ import annotations

from contextlib import closing
from typing import NamedTuple

from kafka import TopicPartition  # noqa: TID251 - the bench asks the broker itself
from kafka.admin import KafkaAdminClient, OffsetSpec  # noqa: TID251 - as above

from schemas.topics import RAW, TOPICS

Place = tuple[str, TopicPartition]
OURS = {topic.name for topic in TOPICS}


class Standing(NamedTuple):
    """Committed offset and end of each group's partitions; the end of what the watcher writes, all in all."""

    committed: dict[Place, int]
    end: dict[TopicPartition, int]

    @property
    def lag(self) -> int:
        """Messages that are there and not committed yet."""
        return sum(self.end[part] - at for (_, part), at in self.committed.items())

    @property
    def read(self) -> int:
        """Articles that the watcher has sent."""
        return sum(end for part, end in self.end.items() if part.topic == RAW.name)

    def stuck_since(self, before: Standing) -> int:
        """Count the partitions that had something to read `before` and have not moved since."""
        return sum(self.committed.get(place, at) <= at < before.end[place[1]] for place, at in before.committed.items())


def standing(kafka: str, group: str) -> Standing:
    """Ask the broker.

    Raises:
        kafka.errors.KafkaError: it is away, or just begins.
    """
    with closing(
        KafkaAdminClient(bootstrap_servers=kafka, bootstrap_timeout_ms=3000, request_timeout_ms=5000)
    ) as admin:
        names = [g["group_id"] for g in admin.list_groups() if g["group_id"].startswith(f"{group}-")]
        found = admin.list_group_offsets(dict.fromkeys(names)) if names else {}
        there = [name for name in admin.list_topics() if name in OURS]
        parts = [
            TopicPartition(topic["name"], part["partition_index"])
            for topic in (admin.describe_topics(there) if there else ())
            for part in topic["partitions"]
        ]
        first = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.EARLIEST)) if parts else {}
        last = admin.list_partition_offsets(dict.fromkeys(parts, OffsetSpec.LATEST)) if parts else {}
    committed = {}
    for name, offsets in found.items():
        topics = {part.topic for part in offsets}
        for part in parts:
            if part.topic in topics:
                at = offsets.get(part)
                committed[name, part] = max(int(first[part].offset), -1 if at is None else int(at.offset))
    return Standing(committed, {part: int(at.offset) for part, at in last.items()})
