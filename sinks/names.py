"""Which cluster each member belongs to in, the names that an article's document must say out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from schemas.clusters import Kind

Names = Mapping[str, str]
"""Clusters by `name_id`; who is not in it is named after itself."""


def name_id(kind: Kind, member: str) -> str:
    """Return the id of the document that remembers the cluster of `member`.

    >>> name_id(Kind.STORY, "ab12")
    's-ab12'
    """
    return f"{kind.value[0]}-{member}"


_HEADLINE: Final = name_id(Kind.HEADLINE, "")
_STORY: Final = name_id(Kind.STORY, "")


def name_ids(article_id: str, headline_ids: Iterable[str]) -> Iterator[str]:
    """Yield the ids of all names that the article's document depends on: its own and those of its headlines."""
    yield _STORY + article_id
    for headline_id in headline_ids:
        yield _HEADLINE + headline_id


def name_fields(article_id: str, headline_ids: Iterable[str], names: Names) -> dict[str, object]:
    """Return what the document of the article says of its clusters, those of its headlines in their order.

    >>> name_fields("c", ["b", "a", "d"], {"h-b": "a", "s-c": "b"})
    {'cluster_ids': ['a', 'd'], 'story_id': 'b'}
    """
    clusters = dict.fromkeys([names.get(_HEADLINE + one, one) for one in headline_ids])
    fields: dict[str, object] = {"cluster_ids": list(clusters)} if clusters else {}
    return fields | {"story_id": names.get(_STORY + article_id, article_id)}


def renamed(carried: Mapping[str, Sequence[str]], before: Names, now: Names) -> list[str]:
    """Return the articles of `carried` (their headlines by id) that a change between two looks at the names concerns.

    >>> renamed({"c": ["a"], "d": ["b"]}, {"h-b": "a"}, {"h-b": "a", "h-a": "0"})
    ['c']
    """
    moved = {name for name in before.keys() | now.keys() if before.get(name) != now.get(name)}
    if not moved:
        return []
    return [
        article_id
        for article_id, headline_ids in carried.items()
        if not moved.isdisjoint(name_ids(article_id, headline_ids))
    ]
