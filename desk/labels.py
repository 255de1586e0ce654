"""Ids of entities in, their names out: asked once each and remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from schemas.indices import ARTICLES

from .asking_names import NAMED, label_body, name_body
from .asking_query import ID_FORMS
from .asks import Asks, hits_of
from .query_terms import Field

KEPT: Final = 20_000
"""Names that are remembered; the longest unused ones are asked again."""


class Labels:
    """The names of entity ids, and the other way round, as the index has them.

    A name is what the newest articles happen to say; it hardly ever changes, so that one answer serves until restart.
    """

    def __init__(self, asks: Asks) -> None:
        self._asks = asks
        self._names: OrderedDict[str, str] = OrderedDict()
        self._ids: OrderedDict[tuple[Field, str], str] = OrderedDict()

    async def of(self, ids: Iterable[str]) -> Mapping[str, str]:
        """Return the name of each of `ids` that an article names; what is no id, or nobody's, is left out."""
        wanted = [one for one in dict.fromkeys(ids) if one.startswith(ID_FORMS)]
        missing = [one for one in wanted if one not in self._names]
        if missing:
            answers = await self._asks.searches([(ARTICLES, label_body(one)) for one in missing])
            for hit in (hit for answer in answers for hit in hits_of(answer)):
                self._remember(hit["_source"].get("entities", ()))
        return {one: self._names[one] for one in wanted if one in self._names}

    async def ids(self, names: Sequence[tuple[Field, str]]) -> Mapping[tuple[Field, str], str]:
        """Return the id of each person, place or organisation of a canonical name."""
        missing = [one for one in names if one not in self._ids]
        if missing:
            answers = await self._asks.searches([(ARTICLES, name_body(*one)) for one in missing])
            for hit in (hit for answer in answers for hit in hits_of(answer)):
                self._remember(hit["_source"].get("entities", ()))
        return {one: self._ids[one] for one in names if one in self._ids}

    def _remember(self, mentions: Iterable[Mapping[str, str]]) -> None:
        kinds = dict(zip(ID_FORMS, NAMED, strict=True))
        for mention in mentions:
            entity_id, name = mention["entity_id"], mention["name"]
            self._names[entity_id] = name
            self._names.move_to_end(entity_id)
            key = (kinds.get(entity_id[:4], Field.PERSON), name)
            self._ids[key] = entity_id
            self._ids.move_to_end(key)
        for kept in (self._names, self._ids):
            while len(kept) > KEPT:
                kept.popitem(last=False)
