"""The files of a batch and the messages they led to in, how many were sent, rejected or dropped, and why, out."""

from __future__ import annotations

from collections.abc import Sequence

from schemas import StageName
from schemas.meter import Tally
from schemas.metrics import DROPPED, RECEIVED, REJECTED, RETRACTED, SENT, Dropped
from schemas.topics import RAW
from schemas.traces import Stretch

from .outcomes import Found, Outcome, Refused
from .plan import Outgoing

STAGE = StageName.READ


def count_files(tally: Tally, outcomes: Sequence[Outcome], messages: Sequence[Outgoing], forgotten: set[bytes]) -> None:
    """Count each file that was read: its text is sent, rejected or dropped. What is gone was not read.

    An article that is sent again because a file of its own was edited was read again too: it counts as received.
    """
    sent = {one.key for one in messages if one.topic == RAW.name and one.value is not None}
    told = {one.key for one in messages if one.topic != RAW.name and one.value is not None}
    open_ = set(sent)
    for outcome in outcomes:
        if isinstance(outcome, Found):
            _count_page(tally, outcome.article_id.encode(), open_, sent, forgotten)
        elif isinstance(outcome, Refused):
            tally.count(RECEIVED, STAGE)
            if outcome.reject_id.encode() in told:
                tally.count(REJECTED, STAGE, outcome.reason)
            else:
                tally.count(DROPPED, STAGE, Dropped.KNOWN)
    again = len(open_)
    tally.count(RECEIVED, STAGE, by=again)
    tally.count(SENT, STAGE, by=again)
    tally.count(RETRACTED, STAGE, by=sum(one.topic == RAW.name and one.value is None for one in messages))


def _count_page(tally: Tally, key: bytes, left: set[bytes], sent: set[bytes], forgotten: set[bytes]) -> None:
    tally.count(RECEIVED, STAGE)
    if key in left:
        left.remove(key)
        tally.count(SENT, STAGE)
    elif key in forgotten:
        tally.count(DROPPED, STAGE, Dropped.FORGOTTEN)
    else:
        tally.count(DROPPED, STAGE, Dropped.COPY if key in sent else Dropped.KNOWN)


def trace_files(tally: Tally, messages: Sequence[Outgoing], ended: int) -> None:
    """Note the way of each article of the batch from the reading to its acknowledgement at `ended` (ns since 1970)."""
    if tally.traces:
        keys = [one.key.decode() for one in messages if one.topic == RAW.name and one.value is not None]
        tally.stretches += [Stretch(key, STAGE, tally.began_ns, ended) for key in keys]
