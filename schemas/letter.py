"""What a room sends: one message with its topic, key and value, and where the broker has put it. Sends nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

Receipts = Mapping[tuple[str, int], range]
"""By topic and partition: the offsets that the broker gave letters, where these stand together."""


class Letter(NamedTuple):
    """One message to send; without `partition` the key decides, and a null `value` takes back what the key named."""

    topic: str
    key: bytes | None
    value: bytes | None
    partition: int | None = None
