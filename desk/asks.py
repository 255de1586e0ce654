"""What the desk needs of an index: a few requests, so that all that is decided about them can be tried with lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from schemas.indices import Index as Stored

from .asking_query import Body
from .reading import Answer


class Asks(Protocol):
    """An index that answers searches. All raise `DeskError`."""

    async def search(self, index: Stored, body: Body, pit: str | None = None) -> Answer:
        """Return the answer to one search, of the moment `pit` where given."""

    async def searches(self, asked: Sequence[tuple[Stored, Body]]) -> list[Answer]:
        """Return the answers to several searches, made in one request."""

    async def open_moment(self, index: Stored) -> str:
        """Hold an index as it is at this moment; returns what to pass as `pit`."""

    async def close_moment(self, pit: str) -> None:
        """Let a moment go."""


def hits_of(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the hits of an answer."""
    found: list[dict[str, Any]] = answer["hits"]["hits"]
    return found


def total_of(answer: Mapping[str, Any]) -> int:
    """Return how many an answer says there are."""
    return int(answer["hits"]["total"]["value"])
