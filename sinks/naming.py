"""Articles written and names changed in, every article's document naming its clusters as the names say out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import orjson
import structlog

from schemas.indices import ARTICLES, NAMES

from .actions import Action, rewrite, update
from .bulk import Sender, Target
from .client import Stored
from .names import Names, name_fields, name_ids, renamed
from .patience import Patience

log = structlog.get_logger(__name__)

ROUND = 500
"""Articles looked at in one round of requests."""

_SAID = ("cluster_ids", "story_id")


class Shelf(Target, Protocol):
    """The index, to write to and to read from."""

    def fetch(self, index: str, ids: Iterable[str], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
        """Read `fields` of the documents `ids` that exist."""

    def inspect(self, index: str, ids: Iterable[str], fields: Sequence[str]) -> dict[str, Stored]:
        """Read `fields` of the documents `ids` that exist, each with its place."""


@dataclass(frozen=True)
class Namer:
    """Makes articles name their clusters rightly, however many sinks write articles and names at once.

    Whoever writes an article, or a name, looks at the names afterwards, and goes on until they are what the article
    says. So of an article and a name that concerns it, the one that was written last has seen the other. An article
    is read before the names and changed only if nobody has written it since: no newer word is ever overwritten.
    """

    shelf: Shelf
    sender: Sender
    patience: Patience
    prefix: str

    def names_of(self, carried: Mapping[str, Iterable[str]]) -> dict[str, str]:
        """Read the names that the articles of `carried` depend on; `carried` are the headlines of each, by its id."""
        wanted = {name for article_id, carries in carried.items() for name in name_ids(article_id, carries)}
        if not wanted:
            return {}
        index = NAMES.alias(self.prefix)
        found = self.patience.persist(lambda: self.shelf.fetch(index, wanted, ("cluster",)))
        return {name: document["cluster"] for name, document in found.items()}

    def settle(self, carried: Mapping[str, Sequence[str]], names: Names, concerned: Iterable[str]) -> None:
        """See that these articles name their clusters as the names now say.

        Those of `carried` were just written by `names`; those `concerned` may say anything, or not be there (yet).
        """
        again = renamed(carried, names, self.names_of(carried))
        left = sorted({*again, *(one for one in concerned if one not in carried)})
        for start in range(0, len(left), ROUND):
            self._settle(left[start : start + ROUND])

    def _settle(self, articles: Sequence[str]) -> None:
        articles = self._rewrite(articles)
        while articles:
            stored = self._inspect(articles)
            carried = {name: one.fields.get("headline_ids", ()) for name, one in stored.items()}
            names = self.names_of(carried)
            updates = [action for name, one in stored.items() if (action := self._update(name, one, names)) is not None]
            outdated = self._send(updates)
            sent = {action.id: carried[action.id] for action in updates if action.id not in outdated}
            articles = [*outdated, *renamed(sent, names, self.names_of(sent))]

    def _rewrite(self, articles: Sequence[str]) -> Sequence[str]:
        """Write anew those of `articles` that we wrote just now and that must say something else; return the others.

        To read an article that was just written, and to update it, Elasticsearch takes it apart three times; to write
        it, once. What needs no change by what we remember is looked at all the same: others may have changed it.
        """
        recent = self.sender.recent
        kept = {} if recent is None else {name: one for name in articles if (one := recent.get(name)) is not None}
        documents = {name: orjson.loads(one.source) for name, one in kept.items()}
        carried = {name: document.get("headline_ids", ()) for name, document in documents.items()}
        names = self.names_of(carried)
        index = ARTICLES.alias(self.prefix)
        actions = []
        for name, document in documents.items():
            fields = name_fields(name, carried[name], names)
            if fields != {said: document[said] for said in _SAID if said in document}:
                actions.append(rewrite(index, name, document | fields, kept[name].place))
        outdated = self._send(actions)
        sent = {action.id: carried[action.id] for action in actions if action.id not in outdated}
        return [*(name for name in articles if name not in sent), *renamed(sent, names, self.names_of(sent))]

    def _inspect(self, articles: Sequence[str]) -> dict[str, Stored]:
        index = ARTICLES.alias(self.prefix)
        return self.patience.persist(lambda: self.shelf.inspect(index, articles, ("headline_ids", *_SAID)))

    def _update(self, article_id: str, stored: Stored, names: Names) -> Action | None:
        """Return the action that makes the article say what `names` do, if it does not."""
        fields = name_fields(article_id, stored.fields.get("headline_ids", ()), names)
        if fields == {name: stored.fields[name] for name in _SAID if name in stored.fields}:
            return None
        return update(ARTICLES.alias(self.prefix), article_id, fields, stored.place)

    def _send(self, updates: Sequence[Action]) -> list[str]:
        """Send `updates`; return the articles that someone else has written or deleted meanwhile."""
        refused = self.sender.send(updates)
        for refusal in refused:
            if not refusal.outdated:
                log.error("names_refused", article_id=refusal.action.id, reason=refusal.reason)
        return [refusal.action.id for refusal in refused if refusal.outdated]
