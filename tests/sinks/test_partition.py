"""Batches must land where single keys would."""

from __future__ import annotations

import random

from kafka.partitioner.default import murmur2 as reference  # noqa: TID251 - the rule we must equal

from schemas.partition import murmur2, partition_of


def test_hash_equals_the_clients_own() -> None:
    """Our murmur2 equals kafka-python's on keys of every length and any bytes."""
    dice = random.Random(7)
    keys = [dice.randbytes(length) for length in range(70) for _ in range(10)]
    assert [murmur2(key) for key in keys] == [reference(key) for key in keys]


def test_partitions_are_used_evenly() -> None:
    """A thousand ids over eight partitions leave none with less than half its share."""
    counts = [0] * 8
    for number in range(1000):
        counts[partition_of(f"{number:032x}".encode(), 8)] += 1
    assert min(counts) > 62
