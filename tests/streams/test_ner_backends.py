"""Joining backends, and names that lists and backend find differently."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from schemas import EntityKind
from streams.text.ner.backends import Union, Vote, WordSpan

PERSON, PLACE = EntityKind.PERSON, EntityKind.PLACE


class Fixed:
    """A backend that always finds the same names."""

    def __init__(self, *spans: WordSpan) -> None:
        self._spans = list(spans)

    def spans(self, texts: Sequence[str], starts: Sequence[int]) -> list[WordSpan]:
        """Give the fixed names."""
        return self._spans


A, B, LONGER = WordSpan(0, 1, PLACE), WordSpan(2, 4, PERSON), WordSpan(2, 5, PERSON)


def test_union_keeps_all_and_the_first_word_counts() -> None:
    """Names of both are kept; where they overlap the earlier backend wins."""
    assert Union([Fixed(A), Fixed(B)]).spans([], []) == [A, B]
    assert Union([Fixed(B), Fixed(LONGER)]).spans([], []) == [B]


@pytest.mark.parametrize(("needed", "expected"), [(None, [B]), (1, [A, B]), (3, [])])
def test_vote_needs_as_many_as_it_says(needed: int | None, expected: list[WordSpan]) -> None:
    """Without a number a majority decides; overlapping names yield to the one with more votes."""
    backends = [Fixed(A, B), Fixed(B), Fixed(LONGER)]
    assert Vote(backends, needed).spans([], []) == expected
