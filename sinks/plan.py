"""Messages in the order read in, waves of index work out: what must be read, withdrawn, written and rejected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from schemas.articles import EnrichedArticle
from schemas.clusters import Naming
from schemas.codec import DecodeError, decode
from schemas.forgotten import Forgotten
from schemas.headlines import Headline
from schemas.identity import reject_id
from schemas.indices import ARTICLES, FORGOTTEN, HEADLINES, NAMES, REJECTED
from schemas.rejects import Reason, Rejected, StageName
from schemas.topics import ENRICHED as ENRICHED_TOPIC
from schemas.topics import FORGOTTEN as FORGOTTEN_TOPIC
from schemas.topics import NAMED as NAMED_TOPIC
from schemas.topics import REJECTED as REJECTED_TOPIC
from schemas.topics import UNIQUE as UNIQUE_TOPIC

from .actions import Action, Arrival, delete, write
from .documents import (
    article_document,
    closed_id,
    forgotten_document,
    headline_document,
    headline_ids,
    name_document,
    reject_document,
)
from .names import Names, name_id

_ID = re.compile(r"[0-9a-f]{32}")
_BY_ID = {UNIQUE_TOPIC.name: HEADLINES, REJECTED_TOPIC.name: REJECTED, FORGOTTEN_TOPIC.name: FORGOTTEN}
"""Where the key of a message without a value names the document to delete."""

MOST_CONCERNED = 5000
"""Articles that the namings of one wave concern: each must be looked at before the wave is committed."""

Step = list[Action] | EnrichedArticle | Naming | Forgotten | str
"""Actions, an article, a naming, what is forgotten, or the id of an article taken back."""


@dataclass
class Wave:
    """Work that one round of requests can do without one part overtaking another, and the messages that ask for it.

    A wave is committed before the next begins: what is taken back must never be read again without its taking back.
    `articles` are to be written, once their names are known. `carried` are the headlines of each, `embedded` maps
    each main one to the embedded articles it now names; `withdrawn` are the articles taken back. Of all these the
    index is asked before anything is written. `named` are the names among `actions` (null: its own again) and
    `concerned` the articles that these concern, to be looked at afterwards; so are the `forgotten` ones.
    """

    actions: list[Action] = field(default_factory=list)
    articles: list[tuple[EnrichedArticle, Arrival]] = field(default_factory=list)
    carried: dict[str, list[str]] = field(default_factory=dict)
    named: dict[str, str | None] = field(default_factory=dict)
    concerned: set[str] = field(default_factory=set)
    embedded: dict[str, frozenset[str]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    forgotten: set[str] = field(default_factory=set)
    rejects: list[Rejected] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    _of_root: dict[str, set[str]] = field(default_factory=dict)

    def has_room_for(self, step: Step) -> bool:
        """Tell whether `step` can join.

        Nothing written here may be what its root withdraws, or no longer embeds, in the same round.
        """
        if isinstance(step, list | Forgotten):
            return True
        if isinstance(step, Naming):
            return not self.concerned or len(self.concerned) + len(step.articles) <= MOST_CONCERNED
        if isinstance(step, str):
            return step not in self._of_root
        if step.root_id in self.withdrawn:
            return False
        before = self._of_root.get(step.root_id, set())
        return step.parent_id is not None or before <= {step.article_id, *step.embedded_ids}

    def add_naming(self, naming: Naming, action: Action) -> None:
        """Write the name that `naming` gives, and look at the articles that it concerns."""
        self.actions.append(action)
        self.named[action.id] = None if naming.cluster == naming.member else naming.cluster
        self.concerned.update(naming.articles)

    def names_after(self, names: Names) -> dict[str, str]:
        """Return `names` as the wave changes them."""
        changed = {**names, **self.named}
        return {name: cluster for name, cluster in changed.items() if cluster is not None}

    def add_article(self, article: EnrichedArticle, arrival: Arrival) -> None:
        """Write `article`; a main one also says which embedded ones are its own from now on."""
        of_root = self._of_root.setdefault(article.root_id, set())
        of_root.add(article.article_id)
        if article.parent_id is None:
            of_root.update(article.embedded_ids)
            self.embedded[article.article_id] = frozenset(article.embedded_ids)
        # Of an article that comes twice either may be refused: what both carry is asked for.
        self.carried.setdefault(article.article_id, []).extend(headline_ids(article))
        self.articles.append((article, arrival))


@dataclass(frozen=True)
class Planner:
    """Turns messages into waves; `prefix` names the indices, `now` dates the rejects."""

    prefix: str
    now: datetime
    max_payload: int

    def waves(self, arrivals: Iterable[Arrival]) -> Iterator[Wave]:
        """Split `arrivals` into waves, in order; one wave unless an article is touched twice in conflicting ways."""
        wave = Wave()
        for arrival in arrivals:
            try:
                step = self._read(arrival)
            except DecodeError as error:
                wave.rejects.append(self.reject(arrival, error.reason, str(error)))
                wave.arrivals.append(arrival)
                continue
            if not wave.has_room_for(step):
                yield wave
                wave = Wave()
            self._add(wave, step, arrival)
        yield wave

    def article_actions(self, wave: Wave, names: Names) -> list[Action]:
        """Return the actions that write the articles of `wave`, naming their clusters by `names`."""
        index = ARTICLES.alias(self.prefix)
        return [
            write(index, article.article_id, article_document(article, names), arrival)
            for article, arrival in wave.articles
        ]

    def reject(self, arrival: Arrival, reason: Reason, message: str) -> Rejected:
        """Say that `arrival` cannot be indexed; the same message always gives the same reject."""
        key = None if arrival.key is None else arrival.key.decode("utf-8", "replace")
        is_article = arrival.topic == ENRICHED_TOPIC.name and key is not None and _ID.fullmatch(key)
        fits = arrival.value is not None and len(arrival.value) <= self.max_payload
        return Rejected(
            reject_id=reject_id(StageName.INDEX, f"{arrival.topic}/{key or ''}", arrival.value),
            stage=StageName.INDEX,
            reason=reason,
            message=message,
            article_id=key if is_article else None,
            topic=arrival.topic,
            key=key,
            payload=arrival.value if fits else None,
            rejected_at=self.now,
        )

    def _add(self, wave: Wave, step: Step, arrival: Arrival) -> None:
        wave.arrivals.append(arrival)
        if isinstance(step, list):
            wave.actions += step
        elif isinstance(step, str):
            wave.withdrawn.add(step)
        elif isinstance(step, Naming):
            wave.add_naming(step, self._name_action(step, arrival))
        elif isinstance(step, Forgotten):
            index = FORGOTTEN.alias(self.prefix)
            wave.actions.append(write(index, step.article_id, forgotten_document(step), arrival))
            wave.forgotten.add(step.article_id)
        else:
            wave.add_article(step, arrival)

    def _read(self, arrival: Arrival) -> Step:
        if arrival.value is None:
            return self._taken_back(arrival)
        if arrival.topic == ENRICHED_TOPIC.name:
            return decode(EnrichedArticle, arrival.value)
        if arrival.topic == NAMED_TOPIC.name:
            return decode(Naming, arrival.value)
        if arrival.topic == UNIQUE_TOPIC.name:
            return self._headline_actions(decode(Headline, arrival.value), arrival)
        if arrival.topic == FORGOTTEN_TOPIC.name:
            return decode(Forgotten, arrival.value)
        reject = decode(Rejected, arrival.value)
        return [write(REJECTED.alias(self.prefix), reject.reject_id, reject_document(reject), arrival)]

    def _taken_back(self, arrival: Arrival) -> list[Action] | str:
        key = (arrival.key or b"").decode("utf-8", "replace")
        if not _ID.fullmatch(key):
            raise DecodeError(Reason.NOT_A_MESSAGE, f"{arrival.topic}: no value, and the key {key[:100]!r} is no id")
        if arrival.topic == ENRICHED_TOPIC.name:
            return key
        index = _BY_ID.get(arrival.topic)
        if index is None:
            raise DecodeError(Reason.NOT_A_MESSAGE, f"{arrival.topic}: no value; a name is given, never taken")
        return [delete(index.alias(self.prefix), key, arrival)]

    def _name_action(self, naming: Naming, arrival: Arrival) -> Action:
        index, id_ = NAMES.alias(self.prefix), name_id(naming.kind, naming.member)
        if naming.cluster == naming.member:
            return delete(index, id_, arrival)
        return write(index, id_, name_document(naming), arrival)

    def _headline_actions(self, headline: Headline, arrival: Arrival) -> list[Action]:
        index = HEADLINES.alias(self.prefix)
        if not headline.sightings:
            return [delete(index, headline.headline_id, arrival)]
        document = headline_document(headline)
        if headline.closed_at is None:
            return [write(index, headline.headline_id, document, arrival)]
        kept = write(index, closed_id(headline), document, arrival)
        return [kept, delete(index, headline.headline_id)]
