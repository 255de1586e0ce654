"""The words of a document and the lexicon enter; the places where a known name is printed leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .lexicon import Alias, Lexicon
from .tokens import fold_word


class Match(NamedTuple):
    """A known name at words `first` up to `end`; `clitic` letters of the first word are no part of it."""

    first: int
    end: int
    clitic: int
    alias: Alias


class Matcher:
    """Finds the names of a lexicon; remembers for each word what it may open."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._openings: dict[str, tuple[tuple[int, tuple[Alias, ...]], ...]] = {}

    def matches(self, texts: Sequence[str]) -> list[Match]:
        """List the known names in order: the longest at each place, none overlapping another."""
        if len(self._openings) > CACHE_WORDS:
            self._openings.clear()
        found: list[Match] = []
        position = 0
        known = self._openings
        while position < len(texts):
            text = texts[position]
            openings = known.get(text)
            if openings is None:
                openings = known[text] = self._lexicon.openings(text)
            match = _longest(texts, position, openings) if openings else None
            if match is None:
                position += 1
            else:
                found.append(match)
                position = match.end
        return found


CACHE_WORDS = 200_000
"""Distinct words remembered before the memory starts anew."""


def _longest(texts: Sequence[str], position: int, openings: tuple[tuple[int, tuple[Alias, ...]], ...]) -> Match | None:
    best: Match | None = None
    for clitic, aliases in openings:
        for alias in aliases:
            if best is not None and len(alias.key) <= len(best.alias.key):
                break
            end = _end(texts, position, clitic, alias.key)
            if end:
                best = Match(position, end, clitic, alias)
                break
    return best


def _end(texts: Sequence[str], position: int, clitic: int, key: tuple[str, ...]) -> int:
    """Follow `key` from the word at `position`, whose first word is known to fit; 0 where it does not."""
    at = position + 1
    for word in key[1:]:
        if at >= len(texts):
            return 0
        folded = fold_word(texts[at])
        at += 1
        if folded == "عبد" and at < len(texts):
            folded += fold_word(texts[at])
            at += 1
        if folded != word:
            return 0
    return at
