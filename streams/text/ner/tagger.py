"""An Arabic text enters; its persons, places and organisations leave, with offsets and identities."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from schemas import Entity, EntityKind

from .backends import Backend, WordSpan
from .clitics import printed_length
from .gazetteer import Gazetteer
from .identity import Mention, identify
from .joining import Lore, join
from .matches import Found, Match, NameFinder
from .titles import Titles
from .tokens import Words, words


class Tagger:
    """Joins what a backend finds with what the lists know, and says who is meant."""

    def __init__(self, backend: Backend, gazetteer: Gazetteer, titles: Titles, lore: Lore) -> None:
        self.backend = backend
        self._titles = titles
        self._lore = lore
        self._finder = NameFinder(gazetteer)

    def find(self, text: str) -> tuple[Entity, ...]:
        """Find the names of `text`: sorted by offset, none overlapping, `text[e.start:e.end] == e.text`."""
        read = words(text)
        spans = _spoken(read.texts, self.backend.spans(read.texts, read.starts))
        matches = self._believed(read.texts, self._finder.matches(read.texts), spans)
        found = join(read.texts, spans, matches, self._lore)
        mentions = [_mention(text, read, name) for name in found]
        return Entity.whole(
            {
                "text": mention.text,
                "kind": who.kind,
                "start": mention.start,
                "end": mention.end,
                "entity_id": who.entity_id,
                "name": who.name,
                "name_en": who.name_en or None,
                "country": who.country,
            }
            for mention, who in zip(mentions, identify(mentions), strict=True)
        )

    def _believed(self, texts: Sequence[str], matches: list[Match], spans: Sequence[WordSpan]) -> list[Match]:
        """Drop doubtful matches for which neither the backend, a title nor a full name speaks."""
        doubtful = [match for match in matches if match.alias.doubtful]
        if not doubtful:
            return matches
        named = {match.alias.known.entity_id for match in matches if not match.alias.doubtful}
        found = set(spans)
        dropped = set()
        for match in doubtful:
            known = match.alias.known
            if known.entity_id in named or (match.first, match.end, known.kind) in found:
                continue
            if known.kind is not EntityKind.PERSON or not self._titles.announces(texts, match.first):
                dropped.add(match.first)
        return [match for match in matches if match.first not in dropped]


_LONGEST_WORD: Final = 60
"""Letters; what is longer is an address or debris of a page, whatever stands around it."""


def _spoken(texts: Sequence[str], spans: list[WordSpan]) -> list[WordSpan]:
    """Drop the names that hold a word too long for one."""
    if max(map(len, texts), default=0) <= _LONGEST_WORD:
        return spans
    return [span for span in spans if max(map(len, texts[span.first : span.end])) <= _LONGEST_WORD]


_MARKS_BEHIND: Final = "\u200c\u200d\u200e\u200f'’"
"""Invisible marks and quotes that a word may end with; they are no part of a name."""


def _mention(text: str, read: Words, found: Found) -> Mention:
    first, last = found.first, found.end - 1
    word, start, alias = read.texts[first], read.offsets[first], found.alias
    if first == last:
        skipped, printed, name = _alone(word, found.clitic, alias is not None)
        start += skipped
    else:
        end = read.offsets[last] + len(read.texts[last])
        start += printed_length(word, found.clitic)
        printed = text[start:end].rstrip(_MARKS_BEHIND)
        name = " ".join((printed if alias else _given_back(word, found.clitic) + printed).split())
    return Mention(printed, found.kind, start, start + len(printed), name, alias)


@lru_cache(maxsize=8_192)
def _alone(word: str, clitic: int, listed: bool) -> tuple[int, str, str]:
    """Give a name of one word: how many characters stand before it, as it is printed, and its full form."""
    skipped = printed_length(word, clitic)
    printed = word[skipped:].rstrip(_MARKS_BEHIND)
    return skipped, printed, printed if listed else _given_back(word, clitic) + printed


def _given_back(word: str, clitic: int) -> str:
    """Give the alef that the preposition ل swallowed."""
    return "ا" if clitic and word[clitic - 1] == "ل" and word.startswith("ل", printed_length(word, clitic)) else ""
