"""A text in, the article out that a producer makes of it."""

from __future__ import annotations

from datetime import UTC, datetime

from schemas import RawArticle
from schemas.identity import article_id

CAPTURED = datetime(2025, 4, 20, 9, 0, tzinfo=UTC)


def raw_article(text: str, **changes: object) -> RawArticle:
    """Make an article as the producer would."""
    values: dict[str, object] = {
        "article_id": article_id(text),
        "text": text,
        "paths": ("خبر.txt",),
        "path_count": 1,
        "encoding": "utf-8",
        "captured_at": CAPTURED,
        "read_at": CAPTURED,
    }
    return RawArticle.model_validate(values | changes)
