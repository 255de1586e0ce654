"""What each group has read in, findings on what Kafka deletes before it is read out: long before, where time allows."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from kafka import TopicPartition  # noqa: TID251 (what is unread is compared with what is kept here)
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec  # noqa: TID251 (as above)

from .finding import Finding, fail, ok, warn

DAY_MS = 24 * 3600 * 1000
Configs = dict[str, dict[str, str]]
Offsets = dict[TopicPartition, int]


def read_configs(admin: KafkaAdminClient, names: Sequence[str]) -> Configs:
    """Return each topic's configuration."""
    if not names:
        return {}
    asked = [ConfigResource(ConfigResourceType.TOPIC, name) for name in names]
    told = admin.describe_configs(asked, config_filter="all")["topic"]
    return {name: {key: str(one["value"]) for key, one in values.items()} for name, values in told.items()}


def check_retention(admin: KafkaAdminClient, groups: Sequence[str], configs: Configs) -> Iterator[Finding]:
    """Judge, for each of `groups` and each topic of `configs` that it reads, whether what is unread is soon deleted."""
    for group, offsets in (admin.list_group_offsets(dict.fromkeys(groups)) if groups else {}).items():
        for topic in sorted({part.topic for part in offsets} & set(configs)):
            read = {part: int(at.offset) for part, at in offsets.items() if part.topic == topic and at.offset >= 0}
            keep = int(configs[topic].get("retention.ms", -1))
            if read and keep > 0 and "delete" in configs[topic].get("cleanup.policy", "delete"):
                first, last, young = _kept(admin, read, int(time.time() * 1000) - keep // 2)
                yield judge(f"{topic}, read by {group}", keep, read, first, last, young)


def _kept(admin: KafkaAdminClient, read: Offsets, since_ms: int) -> tuple[Offsets, Offsets, Offsets]:
    """Return the first message that is still there, the end, and the first written since then (or the end)."""
    first, last, young = (
        {part: int(at.offset) for part, at in admin.list_partition_offsets(dict.fromkeys(read, spec)).items()}
        for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST, since_ms)
    )
    return first, last, {part: at if at >= 0 else last[part] for part, at in young.items()}


def judge(  # noqa: PLR0913, PLR0917 - where each of the five stands
    where: str, keep_ms: int, read: Offsets, first: Offsets, last: Offsets, young: Offsets
) -> Finding:
    """Compare what was `read` with the `first` message there, and with the `young` ones: those before are half gone."""
    lost = sum(max(0, first[part] - at) for part, at in read.items())
    old = sum(max(0, young[part] - max(at, first[part])) for part, at in read.items())
    unread = sum(last[part] - max(at, first[part]) for part, at in read.items())
    days = f"{keep_ms / DAY_MS:.1f} days"
    if lost:
        remedy = "raise the topic's retention.ms, and feed that time's articles anew (with a new SADA_STATE_DIR)"
        return fail("retention", where, f"{lost} messages were deleted unread", remedy)
    if old:
        found = f"{old} of {unread} unread messages are older than half of their {days}"
        return warn("retention", where, found, "start what reads them, or raise the topic's retention.ms now")
    return ok("retention", where, f"kept for {days}, nothing unread is near that")
