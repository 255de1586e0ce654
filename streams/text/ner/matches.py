"""The words of a document and the lexicon enter; the places where a known name is printed leave."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from .lexicon import Alias, Lexicon
from .tokens import fold_word

Openings = tuple[tuple[int, tuple[Alias, ...]], ...]


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
        self._openings: dict[str, Openings] = {}

    def matches(self, texts: Sequence[str]) -> list[Match]:
        """List the known names in order: the longest at each place, none overlapping another."""
        known = self._openings
        if len(known) > CACHE_WORDS:
            known.clear()
        opened = [known.get(text) for text in texts]
        if None in opened:
            fresh = {text for text, openings in zip(texts, opened, strict=True) if openings is None}
            known.update((text, self._lexicon.openings(text)) for text in fresh)
            opened = [known[text] for text in texts]
        found: list[Match] = []
        end = 0
        for position, openings in enumerate(opened):
            if openings and position >= end:
                match = _longest(texts, position, openings)
                if match is not None:
                    found.append(match)
                    end = match.end
        return found


CACHE_WORDS = 50_000
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
