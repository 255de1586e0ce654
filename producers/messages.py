"""Outcomes of reading in, the messages that go to Kafka out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from schemas import RawArticle, Rejected, StageName
from schemas.articles import PATHS_KEPT

from .folder import wire_path
from .outcomes import Found, Refused

PATH_BYTES = 16 * 1024
"""Bytes of a message that paths may take; the first one always goes along."""


class Spread(NamedTuple):
    """Where a text lies: the first paths, how many there are, the earliest mtime among them (ns since 1970)."""

    paths: Sequence[str]
    total: int
    captured_ns: int


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def raw_article(found: Found, spread: Spread, now: datetime, supersedes: Iterable[str] = ()) -> RawArticle:
    """Build the message of one text under all its paths."""
    return RawArticle(
        article_id=found.article_id,
        text=found.text,
        paths=_kept(sorted(map(wire_path, spread.paths))),
        path_count=spread.total,
        encoding=found.encoding,
        captured_at=moment(spread.captured_ns),
        read_at=now,
        supersedes=tuple(sorted(supersedes)),
    )


def rejected(refused: Refused, now: datetime) -> Rejected:
    """Build the message of one refusal."""
    return Rejected(
        reject_id=refused.reject_id,
        stage=StageName.READ,
        reason=refused.reason,
        message=refused.message,
        path=wire_path(refused.path),
        payload=refused.payload,
        rejected_at=now,
    )


def moment(ns: int) -> datetime:
    """Turn nanoseconds since 1970 into a moment, cut to microseconds; times that no calendar holds become its ends.

    >>> moment(1_000_000_000).isoformat()
    '1970-01-01T00:00:01+00:00'
    """
    try:
        return _EPOCH + timedelta(microseconds=ns // 1000)
    except OverflowError:
        return _EPOCH if ns < 0 else datetime.max.replace(tzinfo=UTC)


def _kept(paths: list[str]) -> tuple[str, ...]:
    kept = paths[:1]
    room = PATH_BYTES
    for path in paths[1:PATHS_KEPT]:
        room -= len(path.encode("utf-8"))
        if room < 0:
            break
        kept.append(path)
    return tuple(kept)
