"""The names found in one article enter; who or what each of them is leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from schemas import EntityKind

from .gazetteer import Alias, Known, fold_name

Key = tuple[str, ...]


@dataclass(slots=True)
class Mention:
    """A name as printed, without clitics; `name` is its full form, `alias` what a list knows it as."""

    text: str
    kind: EntityKind
    start: int
    end: int
    name: str
    alias: Alias | None = None


def identify(mentions: Sequence[Mention]) -> list[Known]:
    """Say for each of an article's mentions (in order) who or what it is.

    A list's word counts first. A person's short name is the person whose full name in the article ends (or, where
    none does, begins) with it; of two such persons it is the one named last before it.
    """
    persons: list[tuple[int, Key, Known]] = []
    for mention in mentions:
        if mention.kind is EntityKind.PERSON:
            key = fold_name(mention.name)
            if len(key) > 1:
                known = mention.alias.known if mention.alias else _unknown(mention.kind, mention.name)
                persons.append((mention.start, key, known))
    longest = max((len(key) for _, key, _ in persons), default=0)
    return [_known(mention, persons, longest) for mention in mentions]


def _known(mention: Mention, persons: Sequence[tuple[int, Key, Known]], longest: int) -> Known:
    alias = mention.alias
    if alias is not None and (mention.kind is not EntityKind.PERSON or not alias.doubtful):
        return alias.known
    if mention.kind is EntityKind.PERSON and len(key := fold_name(mention.name)) < longest:
        meant = _meant(mention, key, persons)
        if meant is not None:
            return meant
    return alias.known if alias is not None else _unknown(mention.kind, mention.name)


def _meant(mention: Mention, key: Key, persons: Sequence[tuple[int, Key, Known]]) -> Known | None:
    """Find the person that a short name means."""
    length = len(key)
    longer = [person for person in persons if len(person[1]) > length]
    found = [(start, known) for start, full, known in longer if full[-length:] == key]
    if not found:
        found = [(start, known) for start, full, known in longer if full[:length] == key]
    if not found:
        return None
    before = [known for start, known in found if start < mention.start]
    return before[-1] if before else found[0][1]


@lru_cache(maxsize=4_096)
def _unknown(kind: EntityKind, name: str) -> Known:
    """Name what no list knows after itself: the id comes from the folded form, the same in every article."""
    folded = " ".join(fold_name(name))
    digest = hashlib.sha256(folded.encode()).hexdigest()[:16]
    return Known(f"{kind.value.lower()}:~{digest}", kind, name, "")
