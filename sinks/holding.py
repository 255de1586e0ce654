"""Messages as read in, those to do now out: while the line is busy a headline is written again only now and then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set

from schemas.topics import UNIQUE

from .actions import Arrival

HOLD_SECONDS = 5.0
"""On a busy line a headline's document is written anew no more often than this; the last word on it is never lost."""

MOST_BYTES = 16_000_000
"""Bytes of messages held back at most: of more, those written longest ago are let go before their time."""

_GOES_ON = b'"closed_at":null'
"""What workers write of a headline that is not closed. One that is, is a document of its own, to which no later word
is a newer one; so is, as far as can be told, what says neither."""

_Place = tuple[int, bytes]
"""Partition and key."""


class _Unsettled:
    """The messages of one key that are read and not done with: which is the first, which the last, how many."""

    __slots__ = ("first", "last", "number")

    def __init__(self, first: int) -> None:
        self.first = self.last = first
        self.number = 0


class Holding:
    """Holds headlines back and knows up to where their topic is done; other topics it lets pass.

    Of the messages with one key only the last is done: it says all that the earlier ones said. An offset is given
    free once everything before it is done, or passed over for something later that is.
    """

    def __init__(self) -> None:
        self._held: dict[_Place, Arrival] = {}
        self._bytes = 0
        self._written: dict[_Place, float] = {}  # by time
        self._unsettled: dict[int, dict[bytes, _Unsettled]] = {}  # by offset of the first
        self._ends: dict[int, int] = {}

    def __len__(self) -> int:
        """Return how many headlines are held back."""
        return len(self._held)

    def sift(self, arrivals: Iterable[Arrival], now: float, *, busy: bool) -> list[Arrival]:
        """Take what was read and return what is to be done at `now` (seconds of any clock), in a right order.

        Nothing is held back on a line that is not `busy`.
        """
        due: list[Arrival] = []
        entered: list[_Place] = []
        for arrival in arrivals:
            if arrival.topic != UNIQUE.name:
                due.append(arrival)
                continue
            place = (arrival.partition, _key(arrival))
            self._note(place, arrival.offset)
            held = self._take(place)
            if arrival.key is not None and (arrival.value is None or _GOES_ON in arrival.value):
                self._hold(place, arrival)
                entered.append(place)
            else:
                due += [arrival] if held is None else [held, arrival]
        due += [self._release(place, now) for place in self._due(entered, now, busy=busy)]
        if self._bytes > MOST_BYTES:
            due += self._make_room(now)
        return due

    def reach(self, batch: Sequence[Arrival]) -> dict[int, int]:
        """Return up to where each partition of the headlines in `batch` is done, once `batch` is."""
        done = {(one.partition, one.offset) for one in batch if one.topic == UNIQUE.name}
        return {partition: self._first_left(partition, done) for partition in {partition for partition, _ in done}}

    def settle(self, batch: Sequence[Arrival]) -> int:
        """Take note that `batch` is done; return how many messages of headlines that settles."""
        number = 0
        for one in batch:
            mine = self._unsettled.get(one.partition, {}) if one.topic == UNIQUE.name else {}
            if (unsettled := mine.get(_key(one))) is not None and unsettled.last == one.offset:
                number += mine.pop(_key(one)).number
        return number

    def clear(self) -> None:
        """Forget what is held: the partitions are dealt anew, and read from where they were committed."""
        self._held.clear()
        self._unsettled.clear()
        self._ends.clear()
        self._bytes = 0

    def _note(self, place: _Place, offset: int) -> None:
        partition, key = place
        unsettled = self._unsettled.setdefault(partition, {}).setdefault(key, _Unsettled(offset))
        unsettled.last = offset
        unsettled.number += 1
        self._ends[partition] = offset + 1

    def _hold(self, place: _Place, arrival: Arrival) -> None:
        self._held[place] = arrival
        self._bytes += len(arrival.value or b"")

    def _take(self, place: _Place) -> Arrival | None:
        held = self._held.pop(place, None)
        self._bytes -= 0 if held is None else len(held.value or b"")
        return held

    def _due(self, entered: Iterable[_Place], now: float, *, busy: bool) -> list[_Place]:
        """Return which of those held may be written: all on a quiet line, else those not written of late."""
        lapsed = self._lapse(now)
        if not busy:
            return list(self._held)
        asked = dict.fromkeys((*lapsed, *entered))
        return [place for place in asked if place in self._held and place not in self._written]

    def _make_room(self, now: float) -> Iterator[Arrival]:
        for place in list(self._written):
            if self._bytes <= MOST_BYTES:
                return
            if place in self._held:
                yield self._release(place, now)

    def _release(self, place: _Place, now: float) -> Arrival:
        arrival = self._held.pop(place)
        self._bytes -= len(arrival.value or b"")
        self._written.pop(place, None)
        self._written[place] = now
        return arrival

    def _lapse(self, now: float) -> list[_Place]:
        """Forget, and return, who was written so long ago that it may be written again."""
        lapsed = []
        for place, at in self._written.items():
            if at > now - HOLD_SECONDS:
                break
            lapsed.append(place)
        for place in lapsed:
            del self._written[place]
        return lapsed

    def _first_left(self, partition: int, done: Set[tuple[int, int]]) -> int:
        """Return the first offset of the partition that is not done once the last messages of keys in `done` are."""
        for unsettled in self._unsettled.get(partition, {}).values():
            if (partition, unsettled.last) not in done:
                return unsettled.first
        return self._ends[partition]


def _key(arrival: Arrival) -> bytes:
    """Return what tells messages about one headline; one without a key is about nothing else that we know."""
    return b"no key/%d" % arrival.offset if arrival.key is None else arrival.key
