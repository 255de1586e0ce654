"""What finds names in words: the interface every tagger keeps, and the ways to join two of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from schemas import EntityKind


class WordSpan(NamedTuple):
    """A name among the words of a document: words `first` up to, not including, `end`."""

    first: int
    end: int
    kind: EntityKind


class Backend(Protocol):
    """Finds the names in one document, given as its words and the places where its sentences begin."""

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """List the names in order, none overlapping another."""
        ...


class Union:
    """Names that any of several backends finds; where they overlap, the earlier backend's word counts."""

    def __init__(self, backends: Sequence[Backend]) -> None:
        self._backends = tuple(backends)

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """List the names of all backends."""
        kept: list[WordSpan] = []
        taken: set[int] = set()
        for backend in self._backends:
            for span in backend.spans(texts, starts):
                if taken.isdisjoint(range(span.first, span.end)):
                    kept.append(span)
            taken.update(position for span in kept for position in range(span.first, span.end))
        return sorted(kept)


class Vote:
    """Names that at least `needed` of several backends find with the same words and kind."""

    def __init__(self, backends: Sequence[Backend], needed: int | None = None) -> None:
        self._backends = tuple(backends)
        self._needed = needed or len(self._backends) // 2 + 1

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """List the names that win; of two winners that overlap the one with more votes stays, then the longer."""
        votes: dict[WordSpan, int] = {}
        for backend in self._backends:
            for span in backend.spans(texts, starts):
                votes[span] = votes.get(span, 0) + 1
        kept: list[WordSpan] = []
        taken: set[int] = set()
        for span in sorted(votes, key=lambda span: (-votes[span], span.first - span.end, span)):
            if votes[span] >= self._needed and taken.isdisjoint(range(span.first, span.end)):
                kept.append(span)
                taken.update(range(span.first, span.end))
        return sorted(kept)
