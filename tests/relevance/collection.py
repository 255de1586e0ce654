"""The collection that relevance is measured on: our samples, gold pages and articles.txt in, index documents out.

Each document has a short key that judgements use: the name of its file (`11-jordan-copy`), `+1` behind it for the first
article that a page embeds, or the name given in articles.txt.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from sada.gold_page import read_gold_page
from schemas import EnrichedArticle, RawArticle
from schemas.identity import article_id
from sinks.documents import article_document, headline_document
from sinks.names import name_id
from streams.pipeline import process

HERE: Final = Path(__file__).parent
ROOT: Final = HERE.parents[1]
_OPENING: Final = re.compile(r"^=== (\S+)\n", re.MULTILINE)
_BEGUN: Final = datetime(2025, 6, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Collection:
    """Documents by index, and the key of each article by its id."""

    articles: tuple[dict[str, Any], ...]
    headlines: tuple[dict[str, Any], ...]
    keys: dict[str, str]


def read_pages() -> Iterator[tuple[str, str]]:
    """Yield the key and the text of each page, in a fixed order."""
    for sample in sorted((ROOT / "samples").glob("*.txt")):
        yield sample.stem, sample.read_text(encoding="utf-8")
    for page in sorted((ROOT / "tests" / "gold" / "pages").glob("*.page")):
        yield page.stem, read_gold_page(page).raw
    for part in sorted(HERE.glob("articles*.txt")):
        pieces = _OPENING.split(part.read_text(encoding="utf-8"))[1:]
        yield from zip(pieces[::2], pieces[1::2], strict=True)


def build_collection() -> Collection:
    """Take the pages through the line, as files that came an hour apart."""
    raws, names = [], {}
    for number, (key, text) in enumerate(read_pages()):
        moment = _BEGUN + timedelta(hours=number)
        identity = article_id(text)
        names[identity] = key
        raws.append(RawArticle(article_id=identity, text=text, paths=(f"{key}.txt",), path_count=1, encoding="utf-8",
                               captured_at=moment, read_at=moment))  # fmt: skip
    output = process(raws)
    assert not output.rejected, output.rejected[0]
    clusters = {name_id(kind, member): cluster for (kind, member), cluster in output.names.items()}
    return Collection(
        articles=tuple(dict(article_document(article, clusters)) for article in output.articles),
        headlines=tuple(dict(headline_document(headline)) for headline in output.headlines),
        keys={article.article_id: _key(article, output.articles, names) for article in output.articles},
    )


def _key(article: EnrichedArticle, every: tuple[EnrichedArticle, ...], names: dict[str, str]) -> str:
    if article.parent_id is None:
        return names[article.article_id]
    page = next(one for one in every if one.article_id == article.root_id)
    return f"{names[page.article_id]}+{page.embedded_ids.index(article.article_id) + 1}"
