"""What is known of a member, or stands in a band, enters; compact bytes for the tables leave, and the way back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from struct import Struct
from typing import Any, Final

import orjson

from schemas import HeadlineRole, HeadlineSighting, Kind, Tie

from .stages.dedupe import Member
from .stages.headline import Sightings
from .stages.match import Entry

_ROLES: Final = tuple(HeadlineRole)
_KINDS: Final = tuple(Kind)
_TIES: Final = tuple(Tie)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def row_key(kind: Kind, member: str) -> bytes:
    """Give the key of a member's row."""
    return kind[0].encode() + member.encode()


def pack(member: Member) -> bytes:
    """Write `member` as JSON in which texts, sources and dates stand once: about 90 bytes a sighting."""
    names: dict[str | None, int] = {}
    content: dict[str, Any] = {
        "v": 2,
        "kind": _KINDS.index(member.kind),
        "id": member.id,
        "rows": _rows(member.sightings, names),
        "ties": [(other, _TIES.index(tie), root) for other, (tie, root) in sorted(member.ties.items())],
        "guests": [(name, _rows(found, names)) for name, found in sorted(member.guests.items())],
        "heard": _ticks(member.heard),
        "probed": _ticks(member.probed),
        "names": list(names),
    }
    written = orjson.dumps({name: value for name, value in content.items() if value not in ([], None)})
    return bytes(memoryview(written))  # a copy of the right size: orjson's own bytes hold on to 4 KB each


def unpack(data: bytes) -> Member:
    """Read what `pack` wrote; the program is its only writer, so nothing is validated again."""
    content = orjson.loads(data)
    names = content.get("names", [])
    return Member(
        kind=_KINDS[content["kind"]],
        id=content["id"],
        sightings=_sightings(content["id"], content.get("rows", ()), names),
        ties={other: (_TIES[tie], root) for other, tie, root in content.get("ties", ())},
        guests={name: _sightings(name, rows, names) for name, rows in content.get("guests", ())},
        heard=_moment(content.get("heard")),
        probed=_moment(content.get("probed")),
    )


def _rows(sightings: Sightings, names: dict[str | None, int]) -> list[tuple[object, ...]]:
    return [
        (
            one.article_id,
            _ROLES.index(one.role),
            names.setdefault(one.text, len(names)),
            names.setdefault(one.source, len(names)),
            names.setdefault(one.date, len(names)),
            _ticks(one.captured_at),
            _ticks(one.told_at),
        )
        for _, one in sorted(sightings.items())
    ]


def _sightings(member: str, rows: Iterable[tuple[Any, ...]], names: list[str]) -> Sightings:
    found = {}
    for article, role, text, source, date, captured, told in rows:
        found[article, _ROLES[role]] = HeadlineSighting.trusted(
            headline_id=member,
            text=names[text],
            article_id=article,
            role=_ROLES[role],
            source=names[source],
            date=names[date],
            captured_at=_EPOCH + captured * _MICROSECOND,
            told_at=_EPOCH + told * _MICROSECOND,
        )
    return found


def _ticks(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


def _moment(ticks: int | None) -> datetime | None:
    return None if ticks is None else _EPOCH + ticks * _MICROSECOND


_HEAD: Final = Struct("<16sqHB")
"""Of an entry: its member's id, `told_at`, and how long its print and its sign are."""


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Write the members of a band: 27 bytes each, and their prints and signs."""
    parts: list[bytes] = []
    for entry in entries:
        told = (entry.told_at - _EPOCH) // _MICROSECOND
        head = _HEAD.pack(bytes.fromhex(entry.member), told, len(entry.print), len(entry.sign))
        parts += (head, entry.print, entry.sign)
    return b"".join(parts)


def unpack_entries(data: bytes) -> tuple[Entry, ...]:
    """Read what `pack_entries` wrote."""
    entries = []
    at = 0
    while at < len(data):
        member, told, print_size, sign_size = _HEAD.unpack_from(data, at)
        at += _HEAD.size
        sign_at = at + print_size
        end = sign_at + sign_size
        entries.append(Entry(member.hex(), data[at:sign_at], data[sign_at:end], _EPOCH + timedelta(microseconds=told)))
        at = end
    return tuple(entries)
