"""Waves of work in; documents written and deleted, sightings retracted and rejects sent out, in crash-proof order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from schemas.codec import decode, encode
from schemas.indices import ARTICLES, FORGOTTEN, REJECTED, Index
from schemas.letter import Letter
from schemas.reject_log import log_rejects
from schemas.rejects import Reason, Rejected
from schemas.topics import REJECTED as REJECTED_TOPIC
from schemas.topics import SEEN

from .actions import Action, delete, write
from .bulk import Refusal, Sender
from .documents import reduced_reject_document
from .faults import Unfit
from .names import Names
from .naming import Namer, Shelf
from .patience import Patience
from .plan import Planner, Wave
from .retract import FIELDS, retractions

log = structlog.get_logger(__name__)


class Post(Protocol):
    """Where messages go."""

    def deliver(self, letters: Sequence[Letter]) -> None:
        """Send `letters` and return when all have arrived."""


@dataclass(frozen=True)
class Settler:
    """Brings the index to what messages say."""

    shelf: Shelf
    post: Post
    sender: Sender
    patience: Patience
    prefix: str
    partitions: int

    def settle(self, wave: Wave, planner: Planner) -> Sequence[Rejected]:
        """Do all that `wave` asks for; return what was rejected. Doing it again, from anywhere, ends in the same index.

        What an article no longer has is deleted before the article itself says so: its document is the only record.
        """
        articles = ARTICLES.alias(self.prefix)
        gone = [*self._lost_embedded(wave), *self._retracted_embedded(wave.withdrawn)]
        self._send([delete(articles, name) for name in gone])
        withdrawn = [delete(articles, name) for name in sorted(wave.withdrawn)]
        names = wave.names_after(self._namer.names_of(wave.carried))
        refused = self._send([*wave.actions, *planner.article_actions(wave, names), *withdrawn])
        self._look_after(wave, names, refused)
        self._withdraw_forgotten(wave)
        rejects = [*wave.rejects, *self._rejects(refused, planner)]
        self._report(rejects)
        return rejects

    def _look_after(self, wave: Wave, names: Names, refused: Sequence[Refusal]) -> None:
        """See that the articles of `wave` name their clusters rightly; of those `refused` an older one may stand."""
        older = {refusal.action.id for refusal in refused}
        written = {name: carried for name, carried in wave.carried.items() if name not in older}
        self._namer.settle(written, names, wave.concerned | (older & wave.carried.keys()))

    @property
    def _namer(self) -> Namer:
        return Namer(self.shelf, self.sender, self.patience, self.prefix)

    def _lost_embedded(self, wave: Wave) -> list[str]:
        """Take back the sightings of embedded articles whose main ones no longer name them; return these."""
        known = self._read(sorted(wave.embedded), ("embedded_ids",))
        lost = [
            name
            for article_id, document in known.items()
            for name in document.get("embedded_ids", ())
            if name not in wave.embedded[article_id]
        ]
        self._retract(self._read(lost, FIELDS).values())
        return lost

    def _withdraw_forgotten(self, wave: Wave) -> None:
        """Take back what `wave` wrote of forgotten pages, and what is there of those that it forgets.

        Asked after writing: whoever writes an article sees that it is forgotten, or whoever forgets sees it written.
        """
        roots = {article.root_id for article, _ in wave.articles}
        forgotten = self._read(sorted(roots | wave.forgotten), ("article_id",), FORGOTTEN)
        written = {article.article_id for article, _ in wave.articles if article.root_id in forgotten}
        withdrawn = written | (wave.forgotten & forgotten.keys())
        if withdrawn:
            articles = ARTICLES.alias(self.prefix)
            self._send([delete(articles, name) for name in self._retracted_embedded(withdrawn)])
            self._send([delete(articles, name) for name in sorted(withdrawn)])

    def _retracted_embedded(self, withdrawn: Set[str]) -> list[str]:
        """Take back all sightings of the `withdrawn` articles; return their embedded ones, which go first."""
        mains = self._read(sorted(withdrawn), FIELDS)
        names = [name for main in mains.values() for name in main.get("embedded_ids", ())]
        self._retract([*mains.values(), *self._read(names, FIELDS).values()])
        return names

    def _retract(self, documents: Iterable[Mapping[str, Any]]) -> None:
        told = retractions(documents, self.partitions)
        self._deliver([Letter(SEEN.name, None, value, partition) for partition, value in told])

    def _read(
        self, names: Sequence[str], fields: Sequence[str], index: Index = ARTICLES
    ) -> Mapping[str, Mapping[str, Any]]:
        if not names:
            return {}
        return self.patience.persist(lambda: self.shelf.fetch(index.alias(self.prefix), names, fields))

    def _send(self, actions: Sequence[Action]) -> list[Refusal]:
        """Send `actions`; return those that the index refused, less the rejects, which are stored in part."""
        refused = self.sender.send(actions)
        self._store_reduced([refusal for refusal in refused if _is_reject(refusal.action)])
        return [refusal for refusal in refused if not _is_reject(refusal.action)]

    @staticmethod
    def _rejects(refused: Sequence[Refusal], planner: Planner) -> list[Rejected]:
        """Make a reject of each message that the index refused."""
        return [
            planner.reject(refusal.action.arrival, Reason.REFUSED_BY_INDEX, refusal.reason)
            for refusal in refused
            if refusal.action.arrival is not None
        ]

    def _store_reduced(self, refused: Sequence[Refusal]) -> None:
        """Store the least of rejects that were refused themselves: another reject about them would never end."""
        for refusal in refused:
            arrival = refusal.action.arrival
            if arrival is None or arrival.value is None:
                continue
            reject = decode(Rejected, arrival.value)
            least = write(REJECTED.alias(self.prefix), reject.reject_id, reduced_reject_document(reject))
            for left in self.sender.send([least]):
                ids = {"article_id": reject.article_id, "reject_id": reject.reject_id}
                log.error("reject_not_stored", **ids, reason=left.reason, first=refusal.reason)

    def _report(self, rejects: Sequence[Rejected]) -> None:
        log_rejects(log, rejects)
        letters = [Letter(REJECTED_TOPIC.name, reject.reject_id.encode(), encode(reject)) for reject in rejects]
        try:
            self._deliver(letters)
        except Unfit:
            bare = [reject.model_copy(update={"payload": None}) for reject in rejects]
            self._deliver([Letter(REJECTED_TOPIC.name, one.reject_id.encode(), encode(one)) for one in bare])

    def _deliver(self, letters: Sequence[Letter]) -> None:
        if letters:
            self.patience.persist(lambda: self.post.deliver(letters))


def _is_reject(action: Action) -> bool:
    return action.arrival is not None and action.arrival.topic == REJECTED_TOPIC.name
