"""An Arabic text enters; its persons, places and organisations leave, with offsets and identities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from schemas import Entity, EntityKind

from .backends import Backend, WordSpan
from .clitics import printed_length
from .identity import Mention, identify
from .joining import Found, Lore, join
from .lexicon import Known, Lexicon
from .matches import Match, Matcher
from .titles import Titles
from .tokens import Words, words


class Tagger:
    """Joins what a backend finds with what the lists know, and says who is meant."""

    def __init__(self, backend: Backend, lexicon: Lexicon, titles: Titles, lore: Lore) -> None:
        self.backend = backend
        self._titles = titles
        self._lore = lore
        self._matcher = Matcher(lexicon)

    def find(self, text: str) -> tuple[Entity, ...]:
        """Find the names of `text`: sorted by offset, none overlapping, `text[e.start:e.end] == e.text`."""
        read = words(text)
        spans = [span for span in self.backend.spans(read.texts, read.starts) if _is_speech(read.texts, span)]
        matches = self._believed(read.texts, self._matcher.matches(read.texts), spans)
        found = join(read.texts, spans, matches, self._lore)
        mentions = [_mention(text, read, name) for name in found]
        return tuple(_entity(mention, who) for mention, who in zip(mentions, identify(mentions), strict=True))

    def _believed(self, texts: Sequence[str], matches: Sequence[Match], spans: Sequence[WordSpan]) -> list[Match]:
        """Drop doubtful matches for which neither the backend, a title nor a full name speaks."""
        if not any(match.alias.doubtful for match in matches):
            return list(matches)
        named = {match.alias.known.entity_id for match in matches if not match.alias.doubtful}
        found = {(span.first, span.end, span.kind) for span in spans}
        return [
            match
            for match in matches
            if not match.alias.doubtful
            or match.alias.known.entity_id in named
            or (match.first, match.end, match.alias.known.kind) in found
            or (match.alias.known.kind is EntityKind.PERSON and self._titles.announces(texts, match.first))
        ]


_LONGEST_WORD: Final = 60
"""Letters; what is longer is an address or debris of a page, whatever stands around it."""


def _is_speech(texts: Sequence[str], span: WordSpan) -> bool:
    return max(map(len, texts[span.first : span.end])) <= _LONGEST_WORD


_MARKS_BEHIND: Final = "\u200c\u200d\u200e\u200f'’"
"""Invisible marks and quotes that a word may end with; they are no part of a name."""


def _mention(text: str, read: Words, found: Found) -> Mention:
    word = read.texts[found.first]
    start, end = read.span(found.first, found.end)
    start += printed_length(word, found.clitic)
    printed = text[start:end].rstrip(_MARKS_BEHIND)
    end = start + len(printed)
    swallowed = found.clitic > 0 and word[found.clitic - 1] == "ل" and printed.startswith("ل")
    name = "ا" + printed if swallowed and found.alias is None else printed
    return Mention(printed, found.kind, start, end, " ".join(name.split()), found.alias)


def _entity(mention: Mention, who: Known) -> Entity:
    return Entity(
        text=mention.text,
        kind=who.kind,
        start=mention.start,
        end=mention.end,
        entity_id=who.entity_id,
        name=who.name,
        name_en=who.name_en or None,
        country=who.country,
    )
