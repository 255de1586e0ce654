"""An Arabic text enters; its persons, places and organisations leave, with offsets and identities."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from schemas import Entity, EntityKind

from .backends import Backend, WordSpan
from .clitics import printed_length
from .identity import Mention, identify
from .lexicon import Alias, Lexicon
from .matches import Match, Matcher
from .titles import Titles
from .tokens import Words, sentence_starts, words


class _Candidate(NamedTuple):
    first: int
    end: int
    kind: EntityKind
    clitic: int
    alias: Alias | None


class Tagger:
    """Joins what a backend finds with what the lists know, and says who is meant."""

    def __init__(self, backend: Backend, lexicon: Lexicon, titles: Titles) -> None:
        self._backend = backend
        self._lexicon = lexicon
        self._titles = titles
        self._matcher = Matcher(lexicon)

    def find(self, text: str) -> tuple[Entity, ...]:
        """Find the names of `text`: sorted by offset, none overlapping, `text[e.start:e.end] == e.text`."""
        read = words(text)
        spans = self._backend.spans(read.texts, sentence_starts(read.texts))
        matches = self._believed(read.texts, self._matcher.matches(read.texts), spans)
        mentions = [_mention(text, read, found) for found in _joined(spans, matches)]
        known = identify(mentions, self._lexicon)
        return tuple(
            Entity(
                text=mention.text,
                kind=who.kind,
                start=mention.start,
                end=mention.end,
                entity_id=who.entity_id,
                name=who.name,
                name_en=who.name_en or None,
                country=who.country,
            )
            for mention, who in zip(mentions, known, strict=True)
        )

    def _believed(self, texts: Sequence[str], matches: list[Match], spans: list[WordSpan]) -> list[Match]:
        """Drop doubtful matches for which neither the backend, a title nor a full name speaks."""
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


def _joined(spans: list[WordSpan], matches: list[Match]) -> list[_Candidate]:
    """Keep the lists' finds, and the backend's where they overlap none of them."""
    kept = [_Candidate(m.first, m.end, m.alias.known.kind, m.clitic, m.alias) for m in matches]
    taken = {position for m in matches for position in range(m.first, m.end)}
    kept += [_Candidate(s.first, s.end, s.kind, 0, None) for s in spans if taken.isdisjoint(range(s.first, s.end))]
    return sorted(kept, key=lambda found: found.first)


def _mention(text: str, read: Words, found: _Candidate) -> Mention:
    start = read.spans[found.first][0] + printed_length(read.texts[found.first], found.clitic)
    end = read.spans[found.end - 1][1]
    return Mention(text[start:end], found.kind, start, end, found.alias)
