"""Documents whose every text would like to be a program: what the desk must show and never run."""

from __future__ import annotations

from schemas import Settings
from schemas.indices import ARTICLES, HEADLINES, REJECTED
from sinks.actions import Action, write

EVIL = (
    "خبيث \"'><script>alert(1)</script><img src=x onerror=alert(2)><svg onload=alert(3)></svg>"
    "<a href=javascript:alert(4)>x</a>{{7*7}}</textarea></style><mark onclick=alert(5)>"
)
ID = "e" * 32
HEADLINE_ID = "f" * 32
REJECT_ID = "d" * 32
ENTITY_ID = 'per:"><img src=x onerror=alert(6)>'
MOMENT = "2025-04-20T10:00:00+00:00"


def hostile(settings: Settings) -> list[Action]:
    """Return an article, a headline and a reject that carry `EVIL` wherever text may stand."""
    prefix = settings.index_prefix
    return [
        write(ARTICLES.alias(prefix), ID, _article()),
        write(HEADLINES.alias(prefix), HEADLINE_ID, _headline()),
        write(REJECTED.alias(prefix), REJECT_ID, _reject()),
    ]


def _article() -> dict[str, object]:
    body = f"{EVIL} نص خبيث\n{EVIL}"
    mention = {"text": EVIL, "kind": "PER", "start": 0, "end": len(EVIL)}
    return {
        "article_id": ID, "root_id": ID, "embedded": False, "story_id": ID, "headline_id": HEADLINE_ID,
        "headline_ids": [HEADLINE_ID], "cluster_ids": [HEADLINE_ID], "supersedes": [EVIL],
        "paths": [EVIL, f"desk/{EVIL}.txt"], "path_count": 2, "encoding": EVIL, "site": EVIL, "rules_version": EVIL,
        "captured_at": MOMENT, "read_at": MOMENT, "title": EVIL, "published": "2025-04-20", "published_zone": EVIL,
        "dateline": EVIL, "source": EVIL, "authors": [EVIL], "keywords": [EVIL], "body": body,
        "related_headlines": [{"text": EVIL, "headline_id": HEADLINE_ID, "date": "2025-04-20"}],
        "entities": [mention | {"entity_id": ENTITY_ID, "name": EVIL, "name_en": EVIL}],
        "entity_ids": [ENTITY_ID], "persons": [EVIL], "names": [EVIL],
    }  # fmt: skip


def _headline() -> dict[str, object]:
    sighting = {"article_id": ID, "role": "title", "text": EVIL, "source": EVIL, "captured_at": MOMENT}
    other = sighting | {"text": f"{EVIL} أخرى", "captured_at": "2025-04-21T10:00:00+00:00"}
    return {
        "headline_id": HEADLINE_ID, "members": [HEADLINE_ID], "text": EVIL, "variants": [EVIL, f"{EVIL} أخرى"],
        "article_count": 1, "articles": [ID], "title_of": [ID], "sources": [EVIL], "first_seen": MOMENT,
        "last_seen": "2025-04-21T10:00:00+00:00", "sightings": [sighting, other],
    }  # fmt: skip


def _reject() -> dict[str, object]:
    return {
        "reject_id": REJECT_ID, "stage": EVIL, "reason": EVIL, "message": EVIL, "attempt": 1, "path": EVIL,
        "rejected_at": MOMENT,
    }  # fmt: skip
