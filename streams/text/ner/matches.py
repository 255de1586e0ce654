"""The words of a document and the gazetteer enter; the places where a known name is printed leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final, NamedTuple

from schemas import EntityKind
from streams.native import compiled
from streams.text.remembered import Remembered

from .clitics import CLITICS
from .gazetteer import Alias, Gazetteer
from .tokens import FOLDER, fold_word

_native: Final[Any] = compiled("spelling")


@dataclass(slots=True)
class Found:
    """A name at words `first` up to `end`, without `clitic` letters of the first; `alias` where a list knows it."""

    first: int
    end: int
    kind: EntityKind
    clitic: int
    alias: Alias | None


@dataclass(slots=True)
class Match(Found):
    """A name that a list knows."""

    alias: Alias


class Opening(NamedTuple):
    """The names that a word may open behind `clitic` letters: `alone`, and longer ones by their second word."""

    clitic: int
    alone: Alias | None
    longer: dict[str, list[Alias]]


class Openings(NamedTuple):
    """All that a word may open: `alone` (kind, clitic's letters, name) unless one of `seconds` stands behind it."""

    alone: tuple[EntityKind, int, Alias] | None
    seconds: frozenset[str]
    ways: tuple[Opening, ...]


CACHE_WORDS: Final = 32_768
"""Distinct words of one generation of which it is remembered what they open; the compiled loop asks of few."""


def _openings(ways: Sequence[Opening]) -> Openings:
    alone = [(way.alone.known.kind, way.clitic, way.alone) for way in ways if way.alone is not None]
    seconds = frozenset(second for way in ways for second in way.longer)
    return Openings(alone[0] if alone else None, seconds | {_SERVANT} if seconds else seconds, tuple(ways))


def _opening(clitic: int, aliases: Sequence[Alias]) -> Opening:
    longer: dict[str, list[Alias]] = {}
    alone = None
    for alias in aliases:  # the longest first
        if len(alias.key) > 1:
            longer.setdefault(alias.key[1], []).append(alias)
        else:
            alone = alias
    return Opening(clitic, alone, longer)


class NameFinder:
    """Finds the names of a gazetteer; remembers for each word what it may open."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self._gazetteer = gazetteer
        self._openings = Remembered(self._opened, CACHE_WORDS if _native is None else CACHE_WORDS // 8)
        self._openers: Any = _native and _native.Openers(FOLDER, gazetteer.first_words, [*chain(*CLITICS.values())])

    def _opened(self, word: str) -> Openings | None:
        ways = self._gazetteer.openings(word)
        return _openings([_opening(clitic, aliases) for clitic, aliases in ways]) if ways else None

    def _opened_at(self, texts: Sequence[str]) -> list[tuple[int, Openings]]:
        """List the places of words that open names, and what they open."""
        if self._openers is None:
            opened = map(self._openings.__getitem__, texts)
            return [(at, found) for at, found in enumerate(opened) if found]
        places = self._openers.places(texts if isinstance(texts, list) else list(texts))
        return [(at, found) for at in places if (found := self._openings[texts[at]])]

    def matches(self, texts: Sequence[str]) -> list[Match]:
        """List the known names in order: the longest at each place, none overlapping another."""
        found: list[Match] = []
        end = 0
        last = len(texts) - 1
        for position, (alone, seconds, ways) in self._opened_at(texts):
            if position < end:
                continue
            if seconds and position < last and fold_word(texts[position + 1]) in seconds:
                match = _longest(texts, position, ways)
                if match is not None:
                    found.append(match)
                    end = match.end
            elif alone is not None:
                end = position + 1
                found.append(Match(position, end, *alone))
        return found


def _longest(texts: Sequence[str], position: int, openings: Sequence[Opening]) -> Match | None:
    """Find the name of most words that begins at `position`; of equally long ones the first opening's."""
    best: Match | None = None
    second, at = _word(texts, position + 1)
    for clitic, alone, longer in openings:
        for alias in longer.get(second, ()):
            if best is not None and len(alias.key) <= len(best.alias.key):
                break
            end = _end(texts, at, alias.key)
            if end:
                best = Match(position, end, alias.known.kind, clitic, alias)
                break
        if best is None and alone is not None:
            best = Match(position, position + 1, alone.known.kind, clitic, alone)
    return best


def _end(texts: Sequence[str], at: int, key: tuple[str, ...]) -> int:
    """Follow `key` from its third word on, which must stand at `at`; 0 where it does not fit."""
    for word in key[2:]:
        folded, at = _word(texts, at)
        if folded != word:
            return 0
    return at


def _word(texts: Sequence[str], at: int) -> tuple[str, int]:
    """Give the folded word at `at`, عبد joined to what it serves, and where the next one stands."""
    if at >= len(texts):
        return "", at
    folded = fold_word(texts[at])
    if folded == _SERVANT and at + 1 < len(texts):
        return folded + fold_word(texts[at + 1]), at + 2
    return folded, at + 1


_SERVANT: Final = "عبد"
"""Read as one word with the name of God behind it."""
