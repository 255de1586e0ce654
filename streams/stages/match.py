"""A probe and what its band holds enter; the ties found leave, and what the band holds then."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from schemas import Kind, Probe, Tie, Tied
from schemas.message import Moment
from streams.text.match import Relation, relation, rivals
from streams.text.same_story import STORY_THRESHOLD, same_story

CROWDED: Final = 1024
"""Members that a band holds, at most: past it others are still compared with these, but no longer with each other."""

_CUT: Final = "…"


class Entry(NamedTuple):
    """A member in a band: what it is compared by, and when it was last told of."""

    member: str
    print: bytes
    sign: bytes
    told_at: Moment


Band = tuple[Entry, ...]


def match(probe: Probe, band: Band, since: Moment | None = None) -> tuple[list[Tied], Band]:
    """Compare the prober with all others of `band` and leave its entry there; entries from before `since` lapse.

    Whoever comes later meets whoever came earlier, so each pair of the band is compared once, in any order of
    arrival. A member that is there already was compared when it came: only its time is renewed.
    """
    mine = Entry(probe.member, probe.print, probe.sign, probe.told_at)
    live = band if since is None else tuple(entry for entry in band if entry.told_at >= since)
    if not live:
        return [], (mine,)
    for at, entry in enumerate(live):
        if entry.member == probe.member:
            newer = mine if mine.told_at > entry.told_at else entry
            return [], (*live[:at], newer, *live[at + 1 :])
    near = rivals(mine.sign, [entry.sign for entry in live])
    ties = [tied for at in near for tied in _compare(probe.kind, mine, live[at])]
    return ties, (*live, mine) if len(live) < CROWDED else live


def _compare(kind: Kind, a: Entry, b: Entry) -> list[Tied]:
    tie = _tie(kind, a.print, b.print)
    if tie is None:
        return []
    back = {Tie.SAME: Tie.SAME, Tie.CUT: Tie.WHOLE, Tie.WHOLE: Tie.CUT}[tie]
    return [
        Tied.trusted(kind=kind, member=a.member, other=b.member, tie=tie, root=b.member),
        Tied.trusted(kind=kind, member=b.member, other=a.member, tie=back, root=a.member),
    ]


@lru_cache(maxsize=8_192)
def _tie(kind: Kind, a: bytes, b: bytes) -> Tie | None:
    """Tie two prints as the first sees it; pairs that meet in one band meet in others soon, so it is remembered.

    What is printed cut off is a cut of every whole that it agrees with. Two cut ones are not tied: each finds the
    whole, if there is one.
    """
    if kind is Kind.STORY:
        return Tie.SAME if same_story(a, b) >= STORY_THRESHOLD else None
    key_a, key_b = a.decode("utf-8", "surrogatepass"), b.decode("utf-8", "surrogatepass")
    cut_a, cut_b = key_a.endswith(_CUT), key_b.endswith(_CUT)
    if (cut_a and cut_b) or relation(key_a, key_b) is Relation.NONE:
        return None
    if cut_a:
        return Tie.CUT
    return Tie.WHOLE if cut_b else Tie.SAME
