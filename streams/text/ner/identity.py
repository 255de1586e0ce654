"""The names found in one article enter; who or what each of them is leaves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import NamedTuple

from schemas import EntityKind

from .lexicon import Alias, Known, Lexicon, fold_name


class Mention(NamedTuple):
    """A name as found: `text` without clitics, at `start`; `alias` where a list knows it."""

    text: str
    kind: EntityKind
    start: int
    end: int
    alias: Alias | None = None


def identify(mentions: Sequence[Mention], lexicon: Lexicon) -> list[Known]:
    """Say for each of an article's mentions (in order) who or what it is.

    A list's word counts first. A person's short name is the person whose full name in the article ends (or, where
    none does, begins) with it; with two such persons it is the one named last before it.
    """
    persons = _Persons()
    for mention in mentions:
        if mention.kind is EntityKind.PERSON:
            known = mention.alias.known if mention.alias else _unknown(mention)
            persons.add(mention, known)
    return [_known(mention, persons, lexicon) for mention in mentions]


class _Persons:
    """The persons that an article names in full."""

    def __init__(self) -> None:
        self._full: list[tuple[int, tuple[str, ...], Known]] = []

    def add(self, mention: Mention, known: Known) -> None:
        key = fold_name(mention.text)
        if len(key) > 1:
            self._full.append((mention.start, key, known))

    def meant_by(self, mention: Mention) -> Known | None:
        """Find the person that a short name means."""
        key = fold_name(mention.text)
        for fits in (_ends, _begins):
            found = [(start, known) for start, full, known in self._full if full != key and fits(full, key)]
            if found:
                before = [known for start, known in found if start < mention.start]
                return before[-1] if before else found[0][1]
        return None


def _ends(full: tuple[str, ...], short: tuple[str, ...]) -> bool:
    return full[-len(short) :] == short


def _begins(full: tuple[str, ...], short: tuple[str, ...]) -> bool:
    return full[: len(short)] == short


def _known(mention: Mention, persons: _Persons, lexicon: Lexicon) -> Known:
    alias = mention.alias
    if alias is not None and (mention.kind is not EntityKind.PERSON or not alias.doubtful):
        return alias.known
    if mention.kind is EntityKind.PERSON:
        meant = persons.meant_by(mention)
        if meant is not None:
            return meant
    return alias.known if alias is not None else _unknown(mention)


def _unknown(mention: Mention) -> Known:
    folded = " ".join(fold_name(mention.text))
    digest = hashlib.sha256(folded.encode()).hexdigest()[:16]
    return Known(f"{mention.kind.value.lower()}:~{digest}", mention.kind, mention.text, "", None)
