"""A member enters, or the members of a band; compact bytes for the tables leave, and the way back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from struct import Struct
from typing import Any, Final

import orjson

from schemas import HeadlineRole, Kind, Tie
from schemas.message import Moment

from .stages.dedupe import Member
from .stages.match import Entry
from .stages.moments import moment, ticks
from .stages.sightings import Place, Seen, Sightings
from .stages.tally import Tally, everything

_ROLES: Final = tuple(HeadlineRole)
_KINDS: Final = tuple(Kind)
_TIES: Final = tuple(Tie)
_INITIALS: Final = {kind: kind[0].encode() for kind in _KINDS}
_NUMBER_OF_KIND: Final = {kind: number for number, kind in enumerate(_KINDS)}
_NUMBER_OF_TIE: Final = {tie: number for number, tie in enumerate(_TIES)}
_NUMBER_OF_ROLE: Final = {role: number for number, role in enumerate(_ROLES)}

Found = Mapping[Place, Seen]
Names = dict[str | None, int]
"""Texts, sources and dates of a row, each with its number in it."""


def row_key(kind: Kind, member: str) -> bytes:
    """Give the key of a member's row."""
    return _INITIALS[kind] + member.encode()


def pack(member: Member) -> bytes:
    """Write `member` as JSON in which texts, sources and dates stand once: about 90 bytes a sighting."""
    names: Names = {}
    found = pack_found({member.id: member.sightings, **member.guests}, names)
    return write(head(member) | {"found": found, "names": list(names)})


def unpack(data: bytes) -> Member:
    """Read what `pack` wrote; the program is its only writer, so nothing is validated again."""
    return unpacked(orjson.loads(data))


def unpacked(content: Mapping[str, Any]) -> Member:
    """Make the member that stands whole in a row's `content`."""
    found = unpack_found(content.get("found", ()), content.get("names", []))
    return as_member(content, {name: Sightings(sightings) for name, sightings in found.items()})


def was_heard(data: bytes, since: int) -> bool:
    """Tell whether the member of a row was itself told of at `since` or later, without making it."""
    heard = orjson.loads(data).get("heard")
    return heard is not None and heard >= since


def head(member: Member) -> dict[str, Any]:
    """Describe `member` but for its sightings."""
    return {
        "v": 3,
        "kind": _NUMBER_OF_KIND[member.kind],
        "id": member.id,
        "ties": [(other, _NUMBER_OF_TIE[tie], root) for other, (tie, root) in sorted(member.ties.items())],
        "heard": _ticks(member.heard),
        "probed": _ticks(member.probed),
    }


def as_member(content: Mapping[str, Any], found: Mapping[str, Sightings]) -> Member:
    """Read what `head` described, with the sightings `found` of itself and of its guests."""
    return Member(
        kind=_KINDS[content["kind"]],
        id=content["id"],
        sightings=found.get(content["id"]) or Sightings(),
        ties={other: (_TIES[tie], root) for other, tie, root in content.get("ties", ())},
        guests={name: sightings for name, sightings in found.items() if name != content["id"]},
        heard=_moment(content.get("heard")),
        probed=_moment(content.get("probed")),
    )


def write(content: Mapping[str, Any]) -> bytes:
    """Write JSON without what is empty."""
    written = orjson.dumps({name: value for name, value in content.items() if value not in ([], None)})
    return bytes(memoryview(written))  # a copy of the right size: orjson's own bytes hold on to 4 KB each


def pack_found(found: Mapping[str, Found], names: Names) -> list[Any]:
    """List sightings by member; what they are called goes to `names`."""
    return [(member, _rows(sightings, names)) for member, sightings in sorted(found.items()) if sightings]


def unpack_found(packed: Iterable[tuple[str, Any]], names: list[str]) -> dict[str, dict[Place, Seen]]:
    """Read what `pack_found` listed."""
    return {member: _sightings(member, rows, names) for member, rows in packed}


def pack_tally(tally: Tally, names: Names) -> dict[str, Any]:
    """Describe a tally."""
    numbers = {name: getattr(tally, name) for name in ("articles", "sightings", "titled")}
    return numbers | {
        "texts": [(text, number, tally.earliest[text]) for text, number in tally.texts.items()],
        "sources": dict(tally.sources),
        "dates": dict(tally.dates),
        "first": pack_found(_by_member(tally.first), names),
        "titles": pack_found(_by_member(tally.titles), names),
        "last": (tally.last_seen, tally.last_told),
    }


def unpack_tally(content: Mapping[str, Any], names: list[str]) -> Tally:
    """Read what `pack_tally` described."""
    numbers = {name: content[name] for name in ("articles", "sightings", "titled")}
    last_seen, last_told = content["last"]
    return Tally(
        **numbers,
        texts=Counter({text: number for text, number, _ in content["texts"]}),
        earliest={text: captured for text, _, captured in content["texts"]},
        sources=Counter(content["sources"]),
        dates=Counter(content["dates"]),
        first=_in_order(unpack_found(content["first"], names)),
        titles=_in_order(unpack_found(content["titles"], names)),
        last_seen=last_seen,
        last_told=last_told,
    )


def _by_member(sightings: Iterable[Seen]) -> dict[str, dict[Place, Seen]]:
    found: dict[str, dict[Place, Seen]] = {}
    for one in sightings:
        found.setdefault(one.headline_id, {})[one.article_id, one.role] = one
    return found


def _in_order(found: Mapping[str, Found]) -> list[Seen]:
    return sorted([one for sightings in found.values() for one in sightings.values()])


_seen: Final[Callable[[Iterable[Any]], Seen]] = partial(tuple.__new__, Seen)
"""As `Seen._make`, in half its time."""


def _rows(sightings: Found, names: Names) -> list[tuple[object, ...]]:
    number = names.setdefault
    return [
        (
            article,
            _NUMBER_OF_ROLE[role],
            number(text, len(names)),
            number(source, len(names)),
            number(date, len(names)),
            captured,
            told,
        )
        for captured, article, role, _, text, source, date, told in sorted(everything(sightings))
    ]


def _sightings(member: str, rows: Iterable[tuple[Any, ...]], names: list[str]) -> dict[Place, Seen]:
    return {
        (article, _ROLES[role]): _seen(
            (captured, article, _ROLES[role], member, names[text], names[source], names[date], told)
        )
        for article, role, text, source, date, captured, told in rows
    }


def _ticks(at: Moment | None) -> int | None:
    return None if at is None else ticks(at)


def _moment(at: int | None) -> Moment | None:
    return None if at is None else moment(at)


_entry: Final[Callable[[Iterable[Any]], Entry]] = partial(tuple.__new__, Entry)
_HEAD: Final = Struct("<16sqHB")
"""Of an entry: its member's id, `told_at`, and how long its print and its sign are."""


def pack_entries(entries: Iterable[Entry]) -> bytes:
    """Write the members of a band: 27 bytes each, and their prints and signs."""
    parts: list[bytes] = []
    for member, told, its_print, sign in entries:
        parts += (_HEAD.pack(member, told, len(its_print), len(sign)), its_print, sign)
    return b"".join(parts)


def told_times(data: bytes) -> Iterator[int]:
    """Give when each member of a page was last told of."""
    at = 0
    while at < len(data):
        _, told, print_size, sign_size = _HEAD.unpack_from(data, at)
        yield told
        at += _HEAD.size + print_size + sign_size


def unpack_entries(data: bytes) -> tuple[Entry, ...]:
    """Read what `pack_entries` wrote."""
    entries = []
    at, end, size, unpack_head = 0, len(data), _HEAD.size, _HEAD.unpack_from
    while at < end:
        member, told, print_size, sign_size = unpack_head(data, at)
        begin = at + size
        sign_at = begin + print_size
        at = sign_at + sign_size
        entries.append(_entry((member, told, data[begin:sign_at], data[sign_at:at])))
    return tuple(entries)
