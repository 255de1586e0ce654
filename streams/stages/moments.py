"""A moment enters; microseconds of the Unix epoch leave, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final

from schemas.message import Moment

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def ticks(moment: Moment) -> int:
    """Count the microseconds since the epoch.

    >>> ticks(datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC))
    1000000
    """
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds  # a division would take longer


@lru_cache(maxsize=2_048)
def moment(ticks: int) -> Moment:
    """Give the moment of so many microseconds since the epoch."""
    return _EPOCH + ticks * _MICROSECOND
