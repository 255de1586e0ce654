"""Tellings enter; what the tables of all workers would come to leaves: the same members and bands, in memory."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from schemas import Headline, HeadlineSighting, Kind, Probe, Story, Tied

from .mail import Telling, addressee
from .stages.dedupe import Member, News, dedupe, document
from .stages.match import Band, match
from .stages.probes import begin_alike


@dataclass
class Clusters:
    """All members and all bands. What is told is worked off at once, until nobody has anything left to say."""

    members: dict[tuple[Kind, str], Member] = field(default_factory=dict)
    bands: dict[bytes, Band] = field(default_factory=dict)

    def tell(self, tellings: Iterable[Telling]) -> None:
        """Tell members, pass on what they say, and so on; the end does not depend on the order."""
        waiting: deque[Telling | Probe] = deque(tellings)
        while waiting:
            one = waiting.popleft()
            waiting.extend(self.meet(one) if isinstance(one, Probe) else self.hear(one))

    def hear(self, telling: Telling) -> list[Telling | Probe]:
        """Tell one member one thing; return what it has to say."""
        place = (kind_of(telling), addressee(telling))
        before = self.members.get(place) or Member(*place)
        after, word = dedupe([as_news([telling])], before)
        self.members[place] = after
        return [*word.probes, *word.tied, *word.guests]

    def meet(self, probe: Probe) -> list[Tied]:
        """Let one prober meet its bands; return the ties found."""
        found: list[Tied] = []
        for name in probe.bands:
            ties, self.bands[name] = match(probe, self.bands.get(name, ()), begin_alike=begin_alike(name))
            found += ties
        return found

    def headlines(self) -> tuple[Headline, ...]:
        """Return the document of each cluster of headlines that an article carries."""
        roots = [member for member in self.members.values() if member.kind is Kind.HEADLINE and member.carried]
        return tuple(document(root) for root in roots)

    def names(self) -> dict[tuple[Kind, str], str]:
        """Return the cluster of each member whose cluster is not named after itself."""
        return {place: member.root for place, member in self.members.items() if member.root != member.id}


def kind_of(telling: Telling) -> Kind:
    """Say what kind of member `telling` is for."""
    if isinstance(telling, Tied):
        return telling.kind
    return Kind.STORY if isinstance(telling, Story) else Kind.HEADLINE


def as_news(tellings: Iterable[Telling]) -> News:
    """Sort `tellings` for one member; the order within each sort is kept."""
    news = News()
    for one in tellings:
        if isinstance(one, HeadlineSighting):
            news.sightings.append(one)
        elif isinstance(one, Story):
            news.stories.append(one)
        elif isinstance(one, Tied):
            news.tied.append(one)
        else:
            news.guests.append(one)
    return news
