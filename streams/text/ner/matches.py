"""The words of a document and the lexicon enter; the places where a known name is printed leave."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress
from typing import Final, NamedTuple

from .lexicon import Alias, Lexicon
from .tokens import fold_word


class Match(NamedTuple):
    """A known name at words `first` up to `end`; `clitic` letters of the first word are no part of it."""

    first: int
    end: int
    clitic: int
    alias: Alias


class Opening(NamedTuple):
    """The names that a word may open behind `clitic` letters: `alone`, and longer ones by their second word."""

    clitic: int
    alone: Alias | None
    longer: dict[str, list[Alias]]


class _Openings(dict[str, tuple[Opening, ...]]):
    """What each word may open, looked up when it is first asked for."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._lexicon = lexicon

    def __missing__(self, word: str) -> tuple[Opening, ...]:
        found = tuple(_opening(clitic, aliases) for clitic, aliases in self._lexicon.openings(word))
        if len(self) >= CACHE_WORDS:
            self.clear()
        self[word] = found
        return found


CACHE_WORDS: Final = 32_768
"""Distinct words remembered before the memory starts anew."""


def _opening(clitic: int, aliases: Sequence[Alias]) -> Opening:
    longer: dict[str, list[Alias]] = {}
    alone = None
    for alias in aliases:  # the longest first
        if len(alias.key) > 1:
            longer.setdefault(alias.key[1], []).append(alias)
        else:
            alone = alias
    return Opening(clitic, alone, longer)


class Matcher:
    """Finds the names of a lexicon; remembers for each word what it may open."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._openings = _Openings(lexicon)

    def matches(self, texts: Sequence[str]) -> list[Match]:
        """List the known names in order: the longest at each place, none overlapping another."""
        opened = list(map(self._openings.__getitem__, texts))
        found: list[Match] = []
        end = 0
        for position in compress(range(len(opened)), opened):
            if position >= end:
                match = _longest(texts, position, opened[position])
                if match is not None:
                    found.append(match)
                    end = match.end
        return found


def _longest(texts: Sequence[str], position: int, openings: Sequence[Opening]) -> Match | None:
    """Find the name of most words that begins at `position`; of equally long ones the first opening's."""
    best: Match | None = None
    second, at = "", 0
    for clitic, alone, longer in openings:
        if longer:
            if not at:
                second, at = _word(texts, position + 1)
            for alias in longer.get(second, ()):
                if best is not None and len(alias.key) <= len(best.alias.key):
                    break
                end = _end(texts, at, alias.key)
                if end:
                    best = Match(position, end, clitic, alias)
                    break
        if best is None and alone is not None:
            best = Match(position, position + 1, clitic, alone)
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
    if folded == "عبد" and at + 1 < len(texts):
        return folded + fold_word(texts[at + 1]), at + 2
    return folded, at + 1
