"""What finds names in words: the one method that a tagger has, and what it gives."""

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
