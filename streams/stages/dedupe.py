"""What a member of a cluster is told enters, with what was known of it; what it now is and has to say leaves.

A member is a headline's fingerprint, or an article whose text others may carry too. A cluster is named after its
root: the least id among all members that ties lead to. Each member knows the members it is tied to and the least
root that each of them ever told, so roots sink through the ties until all agree, in whatever order word arrives. A
headline that is printed cut off may belong to several wholes: it joins their cluster if they are all of one, and
nothing sinks through it.

Each row is written by its own member and each message has one writer: a member names itself to the index, and the
root alone writes the cluster's document, from its own sightings and those its guests bring.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final

from schemas import Guest, Headline, HeadlineSighting, Kind, Naming, Probe, Story, Tie, Tied
from schemas.message import Moment

from .headline import as_headline, headline_fields
from .moments import ticks
from .probes import headline_probe, story_probe
from .sightings import Sightings, as_told, told
from .tally import Tally, changes, count

Ties = Mapping[str, tuple[Tie, str]]
"""By the other member's id: how it is tied, and the least root it has told."""

_SAME, _CUT, _WHOLE = Tie
_HEADLINE, _STORY = Kind
_BROUGHT: Final = 1000
"""Sightings that a guest brings in one message, at most."""


@dataclass(frozen=True, init=False)
class Member:
    """What is known of one member. `heard` is when it was last told of (`told_at`), `probed` when its bands were."""

    kind: Kind
    id: str
    sightings: Sightings
    ties: Ties
    guests: Mapping[str, Sightings]
    heard: Moment | None
    probed: Moment | None

    def __init__(  # noqa: PLR0913, PLR0917 the fields; what a frozen class writes itself takes three times as long
        self,
        kind: Kind,
        id: str,
        sightings: Sightings | None = None,
        ties: Ties | None = None,
        guests: Mapping[str, Sightings] | None = None,
        heard: Moment | None = None,
        probed: Moment | None = None,
    ) -> None:
        self.__dict__.update(
            kind=kind,
            id=id,
            sightings=Sightings() if sightings is None else sightings,
            ties={} if ties is None else ties,
            guests={} if guests is None else guests,
            heard=heard,
            probed=probed,
        )

    @property
    def root(self) -> str:
        """The id that the member's cluster is named after, as far as the member knows."""
        if not self.ties:
            return self.id
        found: str | None = self.__dict__.get("_root")
        if found is None:
            found = self.__dict__["_root"] = self._least_root()
        return found

    def _least_root(self) -> str:
        wholes = {root for tie, root in self.ties.values() if tie is _CUT}
        if wholes:
            return wholes.pop() if len(wholes) == 1 else self.id
        return min([self.id, *(root for tie, root in self.ties.values() if tie is _SAME)])

    @property
    def carried(self) -> Mapping[str, Sightings]:
        """The sightings of the whole cluster by member, as far as this member is its root."""
        found: Mapping[str, Sightings] | None = self.__dict__.get("_carried")
        if found is None:
            everything = {self.id: self.sightings, **self.guests} if self.root == self.id else {}
            found = self.__dict__["_carried"] = {name: one for name, one in everything.items() if one}
        return found


@dataclass
class News:
    """What one member is told at a time."""

    sightings: list[HeadlineSighting] = field(default_factory=list)
    stories: list[Story] = field(default_factory=list)
    tied: list[Tied] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)


@dataclass
class Saying:
    """What a member has to say: to its bands, to other members, to the index.

    `shows` says that its document is to be written anew, or taken back (`document`); `names` the articles that are to
    be told its cluster (`naming`). Both describe the member as it is at the end, however many steps led there.
    """

    probes: list[Probe] = field(default_factory=list)
    tied: list[Tied] = field(default_factory=list)
    guests: list[Guest] = field(default_factory=list)
    shows: bool = False
    names: set[str] = field(default_factory=set)

    def add(self, later: Saying) -> None:
        """Add what is said a step later."""
        self.probes += later.probes
        self.tied += later.tied
        self.guests += later.guests
        self.shows |= later.shows
        self.names |= later.names


def dedupe(steps: Iterable[News], before: Member, renew: timedelta | None = None) -> tuple[Member, Saying]:
    """Tell a member of the news, step by step; return what it is then (`before` itself if nothing was new) and says.

    A step is what one message tells. Taken one at a time, they lead to the same words whatever the batches: what was
    said before a crash is said again by those who take the steps anew, and then whatever takes it back.
    The member's bands are probed when it is first told of, and again with the first telling after `renew`.
    """
    member, said = before, Saying()
    for news in steps:
        after = _hear(news, member)
        if after is not member:
            probe = _probe(news, after, renew)
            after = after if probe is None else replace(after, probed=after.heard)
            saying = _speak(member, after, [probe] if probe else [])
            if member is before:
                said = saying
            else:
                said.add(saying)
            member = after
    return member, said


def document(member: Member, tally: Tally | None = None) -> Headline:
    """Return the cluster's document; without sightings if this member is not its root or nothing carries it.

    `tally` is that of all that the member carries, where it is known.
    """
    carried = member.carried
    return as_headline(member.id, carried, count(carried) if tally is None else tally)


def document_fields(member: Member, tally: Tally | None = None) -> Mapping[str, Any]:
    """Give the fields of that document, for whoever writes it at once."""
    carried = member.carried
    return headline_fields(member.id, carried, count(carried) if tally is None else tally)


def naming(member: Member, articles: Iterable[str]) -> Naming:
    """Say which cluster the member belongs to, for its `articles`."""
    return Naming.trusted(kind=member.kind, member=member.id, cluster=member.root, articles=tuple(sorted(articles)))


def _speak(before: Member, after: Member, probes: list[Probe]) -> Saying:
    return Saying(
        probes=probes,
        tied=list(_tell_ties(before, after)),
        guests=list(_tell_roots(before, after)),
        shows=after.kind is _HEADLINE and any(changes(before.carried, after.carried)),
        names=_names(before, after),
    )


def _hear(news: News, before: Member) -> Member:
    sightings = told(news.sightings, before.sightings) if news.sightings else before.sightings
    ties, guests = _tied(news.tied, before.ties), _received(news.guests, before.guests)
    heard = before.heard
    tellings: tuple[HeadlineSighting | Story, ...] = (*news.sightings, *news.stories)
    for one in tellings:
        if heard is None or one.told_at > heard:
            heard = one.told_at
    same = sightings is before.sightings and guests is before.guests
    if same and heard == before.heard and (ties is before.ties or ties == before.ties):
        return before
    return Member(before.kind, before.id, sightings, ties, guests, heard, before.probed)


def _tied(tellings: Sequence[Tied], before: Ties) -> Ties:
    if not tellings:
        return before
    ties = dict(before)
    for one in tellings:
        known = ties.get(one.other)
        if known is None or one.root < known[1]:
            ties[one.other] = (one.tie, one.root)
    return ties


def _received(guests: Sequence[Guest], before: Mapping[str, Sightings]) -> Mapping[str, Sightings]:
    if not guests:
        return before
    received = dict(before)
    for guest in guests:
        standing = received.get(guest.member, Sightings())
        found = Sightings() if guest.gone else told(guest.sightings, standing)
        if not found:
            received.pop(guest.member, None)
        elif found is not standing:
            received[guest.member] = found
    same = received.keys() == before.keys() and all(found is before[name] for name, found in received.items())
    return before if same else received


def _probe(news: News, member: Member, renew: timedelta | None) -> Probe | None:
    """Probe the bands of what was told; null if there is no reason to, or nothing to probe with."""
    if member.heard is None:
        return None
    if member.probed is not None and (renew is None or member.heard - member.probed <= renew):
        return None
    if news.stories:
        return story_probe(news.stories[-1])
    return headline_probe(news.sightings[-1]) if news.sightings else None


def _tell_ties(before: Member, after: Member) -> Iterator[Tied]:
    """Tell those tied to `after` of its root, as far as theirs may depend on it and they cannot know."""
    for other, (tie, told_root) in after.ties.items():
        news = after.root != before.root or (other not in before.ties and after.root != after.id)
        if news and (tie is _WHOLE or (tie is _SAME and after.root < told_root)):
            seen_from_there = _CUT if tie is _WHOLE else _SAME
            yield Tied.trusted(kind=after.kind, member=other, other=after.id, tie=seen_from_there, root=after.root)


def _tell_roots(before: Member, after: Member) -> Iterator[Guest]:
    """Bring the root what is new, or all there is to a new root, and take leave of the old one."""
    moved = before.root != after.root
    if moved and before.root != before.id and before.sightings:
        yield Guest.trusted(root=before.root, member=after.id, gone=True)
    if after.root != after.id:
        brought = list(_changes(Sightings() if moved else before.sightings, after.sightings))
        for start in range(0, len(brought), _BROUGHT):
            yield Guest.trusted(root=after.root, member=after.id, sightings=tuple(brought[start : start + _BROUGHT]))


def _changes(before: Sightings, after: Sightings) -> Iterator[HeadlineSighting]:
    for _, old, new in after.changes(before):
        if new is not None:
            yield as_told(new)
        elif old is not None:
            yield as_told(old, retracted=True)


def _names(before: Member, after: Member) -> set[str]:
    """Return the articles to be told the member's cluster, unless that is named after itself and always was."""
    moved = before.root != after.root
    if not moved and after.root == after.id:
        return set()
    if after.kind is _STORY:
        return {after.id} if moved else set()
    return {article for (article, _), _, _ in after.sightings.changes(Sightings() if moved else before.sightings)}


def is_quiet(member: Member, since: Moment, tally: Tally | None = None) -> bool:
    """Tell whether nothing has been told of `member` or of its guests after `since`."""
    if member.heard is not None and member.heard >= since:
        return False
    bound = ticks(since)
    if tally is not None:
        return tally.last_told is None or tally.last_told < bound
    return all(one.told < bound for sightings in member.guests.values() for one in sightings.values())


def farewell(member: Member, now: Moment, tally: Tally | None = None) -> Headline | None:
    """Return the last document of a cluster that is forgotten: it stays in the index; null if none stands."""
    if member.kind is not _HEADLINE or not member.carried:
        return None
    return Headline.trusted(**{**document(member, tally).__dict__, "closed_at": now})
