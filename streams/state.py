"""What is known of a headline enters; compact bytes for the table and its changelog leave, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Final

import orjson

from schemas import HeadlineRole, HeadlineSighting

from .stages.dedupe import HeadlineState

_ROLES: Final = tuple(HeadlineRole)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def pack(state: HeadlineState) -> bytes:
    """Write `state` as JSON rows in which texts, sources and dates stand once: about 90 bytes a sighting."""
    names: dict[str | None, int] = {}
    rows = [
        (
            one.article_id,
            _ROLES.index(one.role),
            names.setdefault(one.text, len(names)),
            names.setdefault(one.source, len(names)),
            names.setdefault(one.date, len(names)),
            (one.captured_at - _EPOCH) // _MICROSECOND,
            (one.told_at - _EPOCH) // _MICROSECOND,
        )
        for _, one in sorted(state.sightings.items())
    ]
    written = orjson.dumps({"v": 1, "id": state.headline_id, "names": list(names), "rows": rows})
    return bytes(memoryview(written))  # a copy of the right size: orjson's own bytes hold on to 4 KB each


def unpack(data: bytes) -> HeadlineState:
    """Read what `pack` wrote; the program is its only writer, so nothing is validated again."""
    content = orjson.loads(data)
    headline, names = content["id"], content["names"]
    sightings = {}
    for article, role, text, source, date, captured, told in content["rows"]:
        sightings[article, _ROLES[role]] = HeadlineSighting.model_construct(
            headline_id=headline,
            text=names[text],
            article_id=article,
            role=_ROLES[role],
            source=names[source],
            date=names[date],
            captured_at=_EPOCH + captured * _MICROSECOND,
            told_at=_EPOCH + told * _MICROSECOND,
        )
    return HeadlineState(headline, MappingProxyType(sightings))
