"""Paths in, one JSON line for each file out: the same stages as the workers', with no server."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from producers.reading import read_articles
from schemas import EnrichedArticle, RawArticle, Rejected, Settings
from streams.pipeline import process_one


def process_paths(paths: Iterable[Path], settings: Settings) -> Iterator[str]:
    """Read files and folders of files and yield what each becomes, as a JSON object, in order."""
    for found in read_articles(paths, settings):
        yield orjson.dumps(describe(found)).decode()


def describe(found: RawArticle | Rejected) -> dict[str, Any]:
    """Run one page through the stages and return it in the shape that `sada process` prints."""
    if isinstance(found, Rejected):
        return as_rejected(found.path or "", found)
    path = found.paths[0]
    outcome = process_one(found)
    return as_rejected(path, outcome) if isinstance(outcome, Rejected) else as_page(path, outcome)


def as_page(path: str, articles: tuple[EnrichedArticle, ...]) -> dict[str, Any]:
    """Describe a page: `articles` are its main article and those that it embeds.

    `related_headlines` are all that the page prints, those inside an embedded article after the main one's own.
    `entities` are those of `body`, their offsets in code points.
    """
    main, *embedded = articles
    facts = main.facts
    return {
        "file": path,
        "article_id": main.article_id,
        "title": facts.title,
        "published": facts.published,
        "source": facts.source,
        "keywords": facts.keywords,
        "body": main.body,
        "related_headlines": _headlines(articles),
        "related_articles": [_embedded(article) for article in embedded],
        "entities": [
            entity.model_dump(mode="json", include={"text", "kind", "start", "end", "entity_id"})
            for entity in main.entities
        ],
    }


def as_rejected(path: str, reject: Rejected) -> dict[str, Any]:
    """Describe a page that could not be read or understood."""
    return {"file": path, "rejected": {"stage": reject.stage, "reason": reject.reason, "message": reject.message}}


def _headlines(articles: Iterable[EnrichedArticle]) -> list[dict[str, str | None]]:
    """Return each headline once, in the order of first mention; a printed date wins over none."""
    dates: dict[str, str | None] = {}
    for article in articles:
        for headline in article.related_headlines:
            dates[headline.text] = dates.get(headline.text) or headline.date
    return [{"text": text, "date": date} for text, date in dates.items()]


def _embedded(article: EnrichedArticle) -> dict[str, str | None]:
    return {"title": article.facts.title, "dateline": article.facts.dateline, "body": article.body}
