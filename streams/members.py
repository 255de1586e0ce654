"""A member's rows enter as it is asked for; it leaves, and once it has heard its news the rows that changed.

Most headlines stand in one row. One that very many articles carry is dealt to pages by article, so that each new
carrier costs the writing of one page and of the head, whatever the number of them.

Rows are written in order, and a crash may leave the first of them: pages come before the head, deletions after it. Each
write is a turn, told on all its rows, so that a page ahead of its head is known to be torn from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import orjson

from schemas import Kind

from .rows import Change
from .stages.dedupe import Member
from .stages.sightings import Place, Seen, Sightings
from .stages.tally import Tally, changes, count, recount
from .state import as_member, head, pack, pack_found, pack_tally, row_key, unpack_found, unpack_tally, unpacked, write

INLINE: Final = 128
"""Sightings that stand in a member's own row."""
ROOM: Final = 64
"""Sightings on a page when they are dealt; pages are doubled when they hold twice as many."""
_PAGE: Final = b"p"

Get = Callable[[bytes], bytes | None]
"""Reads a row of the member's partition."""
Page = dict[str, dict[Place, Seen]]
"""Sightings by member."""


@dataclass(frozen=True)
class Kept:
    """A member as its rows have it; `tally` is that of what it carries and `pages` are its own, if it has any."""

    member: Member
    tally: Tally | None = None
    pages: Pages | None = None

    @property
    def is_torn(self) -> bool:
        """Whether a page that was read is ahead of the head: what the head counts is not what there is."""
        return self.pages is not None and self.pages.torn

    def mended(self) -> Kept:
        """Count all pages anew."""
        assert self.pages is not None
        names = {name for number in range(self.pages.number) for name in self.pages.read(number)}
        found = {name: Sightings(Paged(self.pages, name, self.pages.count(name))) for name in names}
        guests = {name: one for name, one in found.items() if name != self.member.id and one}
        member = replace(self.member, sightings=found.get(self.member.id) or Sightings(), guests=guests)
        return Kept(member, count(member.carried) if member.carried else None, self.pages)


class Pages:
    """The sightings of a member and of its guests, dealt to pages by article; each is read when it is asked for."""

    def __init__(self, owner: str, number: int, turn: int, get: Get) -> None:
        self.owner = owner
        self.number = number
        self.turn = turn
        self.torn = False
        self._get = get
        self._read: dict[int, Page] = {}

    def of(self, article: str) -> int:
        """Say on which page what is seen in `article` stands."""
        return int(article[:8], 16) % self.number

    def read(self, number: int) -> Page:
        """Read a page."""
        if number not in self._read:
            row = self._get(_page_key(self.owner, self.number, number))
            content: dict[str, Any] = {"found": (), "names": [], "turn": 0} if row is None else orjson.loads(row)
            self._read[number] = unpack_found(content["found"], content["names"])
            self.torn |= content["turn"] > self.turn
        return self._read[number]

    def count(self, member: str) -> int:
        """Count the sightings of a member."""
        return sum(len(self.read(number).get(member, ())) for number in range(self.number))


class Paged(Mapping[Place, Seen]):
    """The `count` sightings of `member` that stand on `pages`."""

    def __init__(self, pages: Pages, member: str, count: int) -> None:
        self._pages = pages
        self._member = member
        self._count = count

    def get(self, place: object, default: Any = None) -> Any:  # noqa: ANN401 as Mapping's own, without its exception
        """Look a place up on its page."""
        assert isinstance(place, tuple)
        return self._on(self._pages.of(place[0])).get(place, default)

    def __getitem__(self, place: Place) -> Seen:
        return self._on(self._pages.of(place[0]))[place]

    def __iter__(self) -> Iterator[Place]:
        for number in range(self._pages.number):
            yield from self._on(number)

    def __len__(self) -> int:
        return self._count

    def _on(self, page: int) -> dict[Place, Seen]:
        return self._pages.read(page).get(self._member, {})


def open_member(kind: Kind, name: str, get: Get) -> Kept:
    """Read a member, as new if nothing is known of it."""
    row = get(row_key(kind, name))
    return Kept(Member(kind, name)) if row is None else read_member(row, get)


def read_member(row: bytes, get: Get) -> Kept:
    """Read a member from its own row."""
    content = orjson.loads(row)
    if "pages" not in content:
        return Kept(unpacked(content))
    pages = Pages(content["id"], content["pages"], content["turn"], get)
    found = {name: Sightings(Paged(pages, name, number)) for name, number in content["counts"]}
    tally = unpack_tally(content["tally"], content["names"]) if "tally" in content else None
    return Kept(as_member(content, found), tally, pages)


def is_page(key: bytes) -> bool:
    """Tell whether a row is a page, which goes with its member."""
    return key.startswith(_PAGE)


def tally_of(kept: Kept, after: Member) -> Tally | None:
    """Count what the member carries after its news, as cheaply as possible; null where `document` may do so itself."""
    carried = after.carried
    if not carried:
        return None
    if kept.tally is not None and (before := kept.member.carried):
        return recount(kept.tally, before, carried)
    return count(carried) if sum(map(len, carried.values())) > INLINE else None


def changed_rows(kept: Kept, after: Member, tally: Tally | None) -> Iterator[Change]:
    """Give the rows that make what is `kept` of a member what it is `after` its news."""
    key = row_key(after.kind, after.id)
    number, turn = (kept.pages.number, kept.pages.turn + 1) if kept.pages else (0, 1)
    found = _found(after)
    wanted = _pages_for(sum(map(len, found.values())), number)
    if wanted:
        names: dict[str | None, int] = {}
        content = head(after) | {"pages": wanted, "turn": turn}
        content |= {"counts": [(name, len(one)) for name, one in sorted(found.items())]}
        if tally is not None:
            content |= {"tally": pack_tally(tally, names)}
        is_dealt = kept.pages is None or wanted != number
        yield from _dealt(after.id, found, wanted, turn) if is_dealt else _turned(kept, found, turn)
        yield key, write(content | {"names": list(names)})
    else:
        yield key, pack(after)
    if wanted != number:
        yield from ((_page_key(after.id, number, page), None) for page in range(number))


def no_rows(kept: Kept) -> Iterator[Change]:
    """Forget a member."""
    yield row_key(kept.member.kind, kept.member.id), None
    number = kept.pages.number if kept.pages else 0
    for page in range(number):
        yield _page_key(kept.member.id, number, page), None


def _found(member: Member) -> dict[str, Sightings]:
    everything = {member.id: member.sightings, **member.guests}
    return {name: sightings for name, sightings in everything.items() if sightings}


def _pages_for(sightings: int, number: int) -> int:
    """Say how many pages so many sightings take, where they stand on `number` now: seldom another number."""
    if sightings <= (INLINE // 2 if number else INLINE):
        return 0
    if number and sightings <= 2 * ROOM * number:
        return number
    wanted = number or 1
    while sightings > ROOM * wanted:
        wanted *= 2
    return wanted


def _turned(kept: Kept, found: Mapping[str, Sightings], turn: int) -> Iterator[Change]:
    """Write the pages on which something changed."""
    pages = kept.pages
    assert pages is not None
    turned: dict[int, Page] = {}
    for name, place, _, new in changes(_found(kept.member), found):
        number = pages.of(place[0])
        if number not in turned:
            turned[number] = {member: dict(rows) for member, rows in pages.read(number).items()}
        rows = turned[number].setdefault(name, {})
        if new is None:
            rows.pop(place, None)
        else:
            rows[place] = new
    for number, page in turned.items():
        yield _page_key(pages.owner, pages.number, number), _pack_page(page, turn)


def _dealt(owner: str, found: Mapping[str, Sightings], wanted: int, turn: int) -> Iterator[Change]:
    """Deal all sightings to so many pages anew; no head knows of these before they are whole."""
    pages: list[Page] = [{} for _ in range(wanted)]
    places = Pages(owner, wanted, turn, lambda _: None)
    for name, sightings in found.items():
        for place, one in sightings.items():
            pages[places.of(place[0])].setdefault(name, {})[place] = one
    for number, page in enumerate(pages):
        yield _page_key(owner, wanted, number), _pack_page(page, turn)


def _pack_page(page: Page, turn: int) -> bytes:
    names: dict[str | None, int] = {}
    found = pack_found(page, names)
    return orjson.dumps({"turn": turn, "found": found, "names": list(names)})


def _page_key(member: str, pages: int, number: int) -> bytes:
    """Give the key of page `number` of so many: dealt anew, they stand beside those that the head knows."""
    return _PAGE + member.encode() + pages.to_bytes(4, "big") + number.to_bytes(4, "big")
