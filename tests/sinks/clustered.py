"""What the documents of articles must say of their clusters once all messages are done, and what they say."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from schemas import EnrichedArticle, Kind, Naming


def expected(messages: Iterable[EnrichedArticle | Naming]) -> dict[str, tuple[list[str] | None, str]]:
    """Return what each article must say in the end: the last of each member's names, the last text of each article."""
    names: dict[tuple[Kind, str], str] = {}
    last: dict[str, EnrichedArticle] = {}
    for message in messages:
        if isinstance(message, Naming):
            names[message.kind, message.member] = message.cluster
        else:
            last[message.article_id] = message
    found = {}
    for name, one in last.items():
        carried = [*filter(None, [one.headline_id]), *(link.headline_id for link in one.related_headlines)]
        clusters = [names.get((Kind.HEADLINE, headline), headline) for headline in carried]
        found[name] = (list(dict.fromkeys(clusters)) or None, names.get((Kind.STORY, name), name))
    return found


def said_by(document: dict[str, Any]) -> tuple[Any, Any]:
    """Return what a document says of its clusters and its story."""
    return document.get("cluster_ids"), document.get("story_id")
