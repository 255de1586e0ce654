"""Messages in the order read in, waves of index work out: what must be read, withdrawn, written and rejected."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from schemas.articles import EnrichedArticle
from schemas.codec import DecodeError, decode
from schemas.headlines import Headline
from schemas.identity import reject_id
from schemas.indices import ARTICLES, HEADLINES, REJECTED
from schemas.rejects import Reason, Rejected, StageName
from schemas.topics import ENRICHED as ENRICHED_TOPIC
from schemas.topics import UNIQUE as UNIQUE_TOPIC

from .actions import Action, Arrival, delete, write
from .documents import article_document, headline_document, reject_document

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass
class Wave:
    """Work that one round of requests can do without one part overtaking another, and the messages that ask for it.

    A wave is committed before the next begins: what is taken back must never be read again without its taking back.
    `embedded` maps each main article written to the embedded articles it now names; `withdrawn` are the articles
    taken back. Both are read from the index before anything is written.
    """

    actions: list[Action] = field(default_factory=list)
    embedded: dict[str, frozenset[str]] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    rejects: list[Rejected] = field(default_factory=list)
    arrivals: list[Arrival] = field(default_factory=list)
    _of_root: dict[str, set[str]] = field(default_factory=dict)

    def has_room_for(self, step: EnrichedArticle | str) -> bool:
        """Tell whether an article, or the taking back of the article with that id, can join.

        Nothing written here may be what its root withdraws, or no longer embeds, in the same round.
        """
        if isinstance(step, str):
            return step not in self._of_root
        if step.root_id in self.withdrawn:
            return False
        before = self._of_root.get(step.root_id, set())
        return step.parent_id is not None or before <= {step.article_id, *step.embedded_ids}

    def add_article(self, article: EnrichedArticle, action: Action) -> None:
        """Write `article`; a main one also says which embedded ones are its own from now on."""
        of_root = self._of_root.setdefault(article.root_id, set())
        of_root.add(article.article_id)
        if article.parent_id is None:
            of_root.update(article.embedded_ids)
            self.embedded[article.article_id] = frozenset(article.embedded_ids)
        self.actions.append(action)


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
            if not isinstance(step, Action) and not wave.has_room_for(step):
                yield wave
                wave = Wave()
            self._add(wave, step, arrival)
        yield wave

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

    def _add(self, wave: Wave, step: Action | EnrichedArticle | str, arrival: Arrival) -> None:
        wave.arrivals.append(arrival)
        if isinstance(step, Action):
            wave.actions.append(step)
        elif isinstance(step, str):
            wave.withdrawn.add(step)
        else:
            wave.add_article(step, self._article_action(step, arrival))

    def _read(self, arrival: Arrival) -> Action | EnrichedArticle | str:
        """Return an action, an article, or the id of an article taken back."""
        if arrival.value is None:
            return self._taken_back(arrival)
        if arrival.topic == ENRICHED_TOPIC.name:
            return decode(EnrichedArticle, arrival.value)
        if arrival.topic == UNIQUE_TOPIC.name:
            return self._headline_action(decode(Headline, arrival.value), arrival)
        reject = decode(Rejected, arrival.value)
        return write(REJECTED.alias(self.prefix), reject.reject_id, reject_document(reject), arrival)

    def _taken_back(self, arrival: Arrival) -> Action | str:
        key = (arrival.key or b"").decode("utf-8", "replace")
        if not _ID.fullmatch(key):
            raise DecodeError(Reason.NOT_A_MESSAGE, f"{arrival.topic}: no value, and the key {key[:100]!r} is no id")
        if arrival.topic == ENRICHED_TOPIC.name:
            return key
        index = HEADLINES if arrival.topic == UNIQUE_TOPIC.name else REJECTED
        return delete(index.alias(self.prefix), key, arrival)

    def _article_action(self, article: EnrichedArticle, arrival: Arrival) -> Action:
        return write(ARTICLES.alias(self.prefix), article.article_id, article_document(article), arrival)

    def _headline_action(self, headline: Headline, arrival: Arrival) -> Action:
        index = HEADLINES.alias(self.prefix)
        if not headline.sightings:
            return delete(index, headline.headline_id, arrival)
        return write(index, headline.headline_id, headline_document(headline), arrival)
