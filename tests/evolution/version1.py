"""How version 1 wrote its messages, as it was then: this file and version1/*.json are never changed.

The messages of `version1/` stood on the topics of a line of version 1, one on each. The tables below say which fields
version 1 wrote of each model; they import nothing of today's program, so that no change of it changes them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

VERSION = 1

_RAW = "schema_version article_id text paths path_count encoding captured_at read_at supersedes"
_SPLIT = (
    "schema_version article_id root_id parent_id embedded_ids paths path_count encoding captured_at read_at supersedes "
    "site rules_version facts headline_id body related_headlines"
)
_HEADLINE = (
    "schema_version headline_id members text variants sightings article_count articles title_of sources dates "
    "first_seen last_seen closed_at"
)
FIELDS = {
    "articles.raw": _RAW,
    "articles.clean": "schema_version raw spans facts site rules_version",
    "articles.split": _SPLIT,
    "articles.enriched": f"{_SPLIT} entities",
    "clusters.seen": "schema_version sightings stories tied guests",
    "clusters.bands": "schema_version probes",
    "clusters.named": "schema_version kind member cluster articles",
    "headlines.unique": _HEADLINE,
    "articles.rejected": (
        "schema_version reject_id stage reason message attempt path article_id topic key payload rejected_at"
    ),
    "articles.forgotten": "schema_version article_id forgotten_at",
}
"""By topic the fields of its message, in the order written."""

NESTED = {
    ("articles.clean", "raw"): _RAW,
    ("articles.clean", "spans"): "start end label rule article",
    ("articles.split", "facts"): "title published published_zone dateline source authors keywords",
    ("articles.split", "related_headlines"): "text headline_id date",
    ("articles.enriched", "entities"): "text kind start end entity_id name name_en country",
    ("clusters.seen", "sightings"): ("headline_id text article_id role source date captured_at told_at retracted"),
    ("clusters.bands", "probes"): "band kind member print sign told_at",
    ("headlines.unique", "sightings"): "headline_id text article_id role source date captured_at",
}
"""By topic and field what stands in there."""


class Old(NamedTuple):
    """A message of version 1: its topic, its key, and its bytes as they stood there."""

    topic: str
    key: bytes | None
    value: bytes


def read(topic: str) -> Old:
    """Read the message of `topic`."""
    found = json.loads((Path(__file__).parent / "version1" / f"{topic}.json").read_text(encoding="utf-8"))
    key: str | None = found["key"]
    return Old(topic, key and key.encode(), write(found["value"]))


def write(value: dict[str, Any]) -> bytes:
    """Write fields as version 1 did: UTF-8, no blanks."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
