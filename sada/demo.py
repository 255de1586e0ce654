"""Sample pages in, a first look at what Sada does out: they go through the running line like any others."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import typer

from producers.reading import read_articles
from schemas import RawArticle, Settings
from schemas.indices import ARTICLES, HEADLINES, Index
from sinks.client import Cluster, connect
from sinks.faults import Unavailable
from streams.pipeline import process

from .errors import UserError
from .line import find_line
from .present import Column, Steps, show_table
from .report import show_repeated
from .search import Repeated, most_repeated
from .state import LOGS, Run

LOOK_SECONDS = 0.2
FOLDER = "samples"
"""Folder of the inbox that the samples are copied to."""

NAMED = ("persons", "places", "organisations")
TOLD = ("article_id", "paths", "title", "published", "source", "related_headlines", *NAMED)
"""Fields of an article that the JSON form has."""

COLUMNS = (
    Column("title", 4, right=True),
    Column("date"),
    Column("source", 2, right=True),
    Column("headlines", 4, right=True),
    Column("names", 4, right=True),
)


@dataclass(frozen=True)
class Expected:
    """What the samples must have become: article ids, and headline ids with how many articles carry each."""

    articles: tuple[str, ...]
    headlines: dict[str, int]


def run_demo(samples: Path, state_dir: Path | None, wait: float, *, as_json: bool = False) -> None:
    """Put `samples` through the running line, wait up to `wait` seconds for them, and show what was found.

    Raises:
        UserError: no line runs, or the samples are not all searchable in time.
    """
    settings, run = find_line(state_dir=state_dir)
    if run is None:
        raise UserError(f"no line runs in {settings.state_dir}", "start it: sada up")
    with Steps() as steps, closing(connect(settings)) as client:
        steps(f"copying {samples} to {settings.inbox / FOLDER}")
        copied = copy_samples(samples, settings.inbox / FOLDER)
        expected = expect(samples, settings)
        articles = _await(Cluster(client), settings, expected, wait, steps)
        repeated = most_repeated(settings, 5)
    if as_json:
        typer.echo(demo_json(settings, run, copied, articles, repeated))
        return
    show_articles(articles)
    show_repeated(repeated)
    _show_ways_on(settings, run)


def copy_samples(samples: Path, target: Path) -> list[Path]:
    """Copy the pages that `target` lacks or has otherwise; return those. Each appears there in one step, complete."""
    target.mkdir(parents=True, exist_ok=True)
    changed = [page for page in sorted(samples.glob("*.txt")) if not _same(page, target / page.name)]
    for page in changed:
        part = target / f"{page.name}.part"
        shutil.copyfile(page, part)
        part.replace(target / page.name)
    return changed


def expect(samples: Path, settings: Settings) -> Expected:
    """Run the samples through the stages in memory, to know what to wait for."""
    pages = [page for page in read_articles([samples], settings) if isinstance(page, RawArticle)]
    output = process(pages)
    return Expected(
        tuple(article.article_id for article in output.articles),
        {headline.headline_id: headline.article_count for headline in output.headlines},
    )


def _same(page: Path, copy: Path) -> bool:
    return copy.exists() and copy.read_bytes() == page.read_bytes()


def _await(
    cluster: Cluster, settings: Settings, expected: Expected, wait: float, say: Callable[[str], None]
) -> list[dict[str, Any]]:
    """Ask the index until it holds all that is expected; return the articles."""
    deadline = time.monotonic() + wait
    total = len(expected.articles) + len(expected.headlines)
    while True:
        articles, headlines = _found(cluster, settings, expected)
        known = {
            one["headline_id"] for one in headlines if one["article_count"] >= expected.headlines[one["headline_id"]]
        }
        if len(articles) + len(known) == total:
            return articles
        say(f"searchable: {len(articles)} of {len(expected.articles)} articles")
        if time.monotonic() > deadline:
            raise UserError(
                f"{len(articles)} of {len(expected.articles)} sample articles and {len(known)} of "
                f"{len(expected.headlines)} headlines are searchable after {wait:.0f} s",
                f"see: sada status, and the logs in {settings.state_dir / LOGS}",
            )
        time.sleep(LOOK_SECONDS)


def _found(
    cluster: Cluster, settings: Settings, expected: Expected
) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    try:
        articles = list(_search(cluster, settings, ARTICLES, expected.articles))
        return articles, list(_search(cluster, settings, HEADLINES, tuple(expected.headlines)))
    except Unavailable:
        return [], []


def _search(cluster: Cluster, settings: Settings, index: Index, ids: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    """Search, not fetch: a document counts when a search finds it."""
    body = {
        "query": {"ids": {"values": ids}},
        "size": len(ids),
        "sort": [{"paths": "asc"}] if index is ARTICLES else [],
    }
    status, answer = cluster.ask("POST", f"/{index.alias(settings.index_prefix)}/_search", body)
    if status == 200:
        yield from (hit["_source"] for hit in answer["hits"]["hits"])


def demo_json(
    settings: Settings, run: Run, copied: list[Path], articles: list[dict[str, Any]], repeated: list[Repeated]
) -> str:
    """Return what the demo did as a JSON document: pages copied now, articles found, where to go on."""
    document = {
        "inbox": str(settings.inbox),
        "copied": [page.name for page in copied],
        "articles": [{name: article[name] for name in TOLD if name in article} for article in articles],
        "headlines": repeated,
        "desk": run.desk,
        "elasticsearch": run.elasticsearch,
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def show_articles(articles: list[dict[str, Any]]) -> None:
    """Print the articles as the index holds them."""
    show_table("What was found", COLUMNS, [_row(article) for article in articles])


def _row(article: dict[str, Any]) -> tuple[str | None, ...]:
    related = [headline["text"] for headline in article.get("related_headlines", ())]
    shown = [*related[:2], f"+{len(related) - 2}"] if len(related) > 2 else related
    named = [name for kind in NAMED for name in article.get(kind, ())[:3]]
    title = article.get("title") or f"{article['body'][:40]}…"
    return title, article.get("published"), article.get("source"), "\n".join(shown), "، ".join(named)


def _show_ways_on(settings: Settings, run: Run) -> None:
    address, alias = run.elasticsearch, ARTICLES.alias(settings.index_prefix)
    if run.desk is not None:
        typer.echo(f"Open the desk             {run.desk}     (search, read, watch the line)")
    typer.echo(f"Drop your own pages into  {settings.inbox}")
    typer.echo("Search them with          sada search 'WORDS'      (.venv/bin/sada from this folder)")
    typer.echo(f"or                        curl '{address}/{alias}/_search?pretty&q=title:WORD'")
    typer.echo("See how the line is       sada status")
    typer.echo("Stop all of it            make stop                (or: sada down)")
