"""Nothing in; the data views, searches and dashboard of sada.ndjson beside this file out, on standard output.

usage: python -m deploy.kibana.build > deploy/kibana/sada.ndjson
Kibana keeps its objects as JSON within JSON; here they are written down once each, as what they show.
"""

from __future__ import annotations

import json
import sys
from typing import Final

from .board import board
from .charts import charts
from .objects import ARTICLES, HEADLINES, REJECTED, VIEWS, Object, markdown, search, view

GUIDE: Final = """### صدى · Sada

The line from the inbox to here. Choose a time at the top right and sources, persons and places above; click on any bar
or row to filter by it. Ten questions with their queries: `docs/kibana.md`. How many messages wait between the roles is
known to Prometheus and `sada status` (`docs/metrics.md`); here stands when the last article was read.
"""


def searches() -> list[Object]:
    """Make the saved searches."""
    return [
        search(
            "sada-search-articles",
            "Sada: newest articles",
            "Every article, the newest first.",
            ARTICLES,
            ["title", "source", "published", "persons", "places"],
        ),
        search(
            "sada-search-embedded",
            "Sada: articles found inside pages",
            "Second articles that a page embeds.",
            ARTICLES,
            ["title", "parent_id", "source"],
            "embedded : true",
        ),
        search(
            "sada-search-edited",
            "Sada: edited articles",
            "Articles whose file replaced an earlier text.",
            ARTICLES,
            ["title", "supersedes", "paths"],
            "supersedes : *",
        ),
        search(
            "sada-search-headlines",
            "Sada: headlines, most repeated first",
            "Every headline with its forms and carriers.",
            HEADLINES,
            ["text", "article_count", "sources", "variants", "first_seen"],
            "",
            "article_count",
        ),
        search(
            "sada-search-rejects",
            "Sada: newest rejects",
            "What could not be processed, and why.",
            REJECTED,
            ["stage", "reason", "message", "path", "article_id"],
        ),
    ]


def objects() -> list[Object]:
    """Return everything, what is referred to before what refers to it."""
    parts = [*map(view, VIEWS), *searches(), markdown("sada-about", "Sada: about", GUIDE), *charts()]
    return [*parts, board(parts)]


def text() -> str:
    """Return the file: one object a line."""
    return "".join(json.dumps(one, ensure_ascii=False, sort_keys=True) + "\n" for one in objects())


if __name__ == "__main__":
    sys.stdout.write(text())
