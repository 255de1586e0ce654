"""A probe and what its band holds enter; the ties found leave, and what the band holds then."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from schemas import Kind, Probe, Tie, Tied
from schemas.message import Moment
from streams.text.match import Relation, relation, rivals
from streams.text.same_story import STORY_THRESHOLD, same_story

from .moments import ticks

CROWDED: Final = 1024
"""Members that a band holds, at most: past it others are still compared with these, but no longer with each other."""

_CUT: Final = "…"
_STORY: Final = Kind.STORY
_SAME, _CUT_FROM, _WHOLE_OF = Tie
"""Looked up here, and not in the class, which takes longer."""
_NO_RELATION: Final = Relation.NONE
_BACK: Final = {_SAME: _SAME, _CUT_FROM: _WHOLE_OF, _WHOLE_OF: _CUT_FROM}
"""A tie as the other member sees it."""


class Entry(NamedTuple):
    """A member in a band: its id's bytes, when it was last told of (`moments.py`), and what it is compared by."""

    member: bytes
    told: int
    print: bytes
    sign: bytes


Band = tuple[Entry, ...]


def entry(probe: Probe) -> Entry:
    """Give what bands keep of a prober."""
    return Entry(bytes.fromhex(probe.member), ticks(probe.told_at), probe.print, probe.sign)


def match(
    probe: Probe, band: Band, since: Moment | None = None, *, begin_alike: bool = False
) -> tuple[list[Tied], Band]:
    """Compare the prober with all others of `band` and leave its entry there; entries from before `since` lapse.

    In a band of those that begin alike (`probes.begin_alike`) only those are compared of which one may be the beginning
    of the other (`rivals`).
    """
    bound = None if since is None else ticks(since)
    return meet(probe.kind, entry(probe), band, bound, begin_alike=begin_alike)


def meet(
    kind: Kind, mine: Entry, band: Band, since: int | None = None, *, begin_alike: bool = False
) -> tuple[list[Tied], Band]:
    """Do what `match` says, for whoever asks several bands.

    Whoever comes later meets whoever came earlier, so each pair of the band is compared once, in any order of
    arrival. A member that is there already was compared when it came: only its time is renewed.
    """
    live = band if since is None else tuple([entry for entry in band if entry.told >= since])
    if not live:
        return [], (mine,)
    at = next((at for at, entry in enumerate(live) if entry.member == mine.member), None)
    if at is not None:
        return [], (*live[:at], mine, *live[at + 1 :]) if mine.told > live[at].told else live
    near = rivals(mine.sign, [entry.sign for entry in live], begin_alike=begin_alike)
    ties = [tied for at in near for tied in _compare(kind, mine, live[at])]
    return ties, (*live, mine) if len(live) < CROWDED else live


def _compare(kind: Kind, a: Entry, b: Entry) -> list[Tied]:
    tie = _tie(kind, a.print, b.print)
    if tie is None:
        return []
    one, other = a.member.hex(), b.member.hex()
    return [
        Tied.trusted(kind=kind, member=one, other=other, tie=tie, root=other),
        Tied.trusted(kind=kind, member=other, other=one, tie=_BACK[tie], root=one),
    ]


@lru_cache(maxsize=8_192)
def _tie(kind: Kind, a: bytes, b: bytes) -> Tie | None:
    """Tie two prints as the first sees it; pairs that meet in one band meet in others soon, so it is remembered.

    What is printed cut off is a cut of every whole that it agrees with. Two cut ones are not tied: each finds the
    whole, if there is one.
    """
    if kind is _STORY:
        return _SAME if same_story(a, b) >= STORY_THRESHOLD else None
    key_a, key_b = a.decode("utf-8", "surrogatepass"), b.decode("utf-8", "surrogatepass")
    cut_a, cut_b = key_a.endswith(_CUT), key_b.endswith(_CUT)
    if (cut_a and cut_b) or relation(key_a, key_b) is _NO_RELATION:
        return None
    if cut_a:
        return _CUT_FROM
    return _WHOLE_OF if cut_b else _SAME
