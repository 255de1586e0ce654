"""A number of made-up articles enters a fresh index; a table leaves: how long each kind of question takes.

usage: python -m bench.search_speed [DOCUMENTS [ELASTICSEARCH_URL]]   (100,000; a local server without address)
Articles are made of the sentences, names and sources of the relevance collection, shuffled; a tenth are copies. Times
are milliseconds that a page waits, client included, of `ROUNDS` rounds after as many to warm up; the server is made to
forget its answers before each. The fastest comes next to what a machine gives that does nothing else.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import median, quantiles
from typing import Any

from elasticsearch import Elasticsearch  # noqa: TID251 - it fills the index
from elasticsearch.helpers import bulk  # noqa: TID251 - as above

from bench.relevance import drop, serving
from desk.answers import Period
from desk.client import Index
from desk.query import Field, parse
from schemas.indices import ARTICLES, HEADLINES
from schemas.settings import Settings
from sinks.client import Cluster, connect
from sinks.templates import ensure
from tests.relevance.collection import Collection, build_collection

ROUNDS = 15
_BEGUN = datetime(2023, 1, 1, tzinfo=UTC)
_SOURCES = [
    f"وكالة أنباء {name}" for name in ("الشروق", "الواحة", "الساحل", "النهر", "الجبل", "المدار", "الأفق", "الميناء")
]


def make_articles(collection: Collection, number: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Yield `number` article documents of about 1,500 characters with a dozen mentions each."""
    dice = random.Random(seed)
    sentences = [part for one in collection.articles for part in one["body"].split("\n") if len(part) > 40]
    titles = [one["title"] for one in collection.articles if one.get("title")]
    mentions = [mention for one in collection.articles for mention in one.get("entities", ())]
    told: list[str] = []
    for count in range(number):
        name = hashlib.md5(f"{seed}-{count}".encode(), usedforsecurity=False).hexdigest()
        copied = bool(told) and dice.random() < 0.1
        story = dice.choice(told[-5000:]) if copied else name
        if not copied:
            told.append(name)
        yield _article(dice, name, story, dice.choices(sentences, k=8), dice.choice(titles), _some(dice, mentions))


def _some(dice: random.Random, mentions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Draw a dozen mentions, some of them of many articles, most of few."""
    size = len(mentions)
    return [mentions[min(int(dice.expovariate(6) * size), size - 1)] for _ in range(12)]


def _article(  # noqa: PLR0913, PLR0917 - what an article is made of
    dice: random.Random, name: str, story: str, body: list[str], title: str, mentions: list[dict[str, Any]]
) -> dict[str, Any]:
    captured = _BEGUN + timedelta(minutes=dice.randrange(60 * 24 * 900))
    kinds = {kind: sorted({one["name"] for one in mentions if one["kind"] == kind}) for kind in ("PER", "LOC", "ORG")}
    number = dice.randrange(10_000)
    return {
        "article_id": name, "root_id": name, "embedded": False, "story_id": story, "paths": [f"{name}.txt"],
        "path_count": 1, "encoding": "utf-8", "captured_at": captured.isoformat(), "read_at": captured.isoformat(),
        "site": dice.choice(("generic", "rt", "youm7", "hespress", "aggregator")), "rules_version": "1",
        "title": f"{title} {number}", "published": captured.date().isoformat(), "source": dice.choice(_SOURCES),
        "keywords": title.split()[:3], "body": "\n".join(body), "headline_ids": [name], "cluster_ids": [name],
        "entities": mentions, "entity_ids": sorted({one["entity_id"] for one in mentions}),
        "persons": kinds["PER"], "places": kinds["LOC"], "organisations": kinds["ORG"],
        "names": sorted({one["name"] for one in mentions}),
    }  # fmt: skip


def make_headlines(collection: Collection, number: int, seed: int = 8) -> Iterator[dict[str, Any]]:
    """Yield `number` headline documents, most seen once or twice, some hundreds of times, until now."""
    dice, now = random.Random(seed), datetime.now(UTC)
    for count in range(number):
        name = hashlib.md5(f"{seed}-{count}".encode(), usedforsecurity=False).hexdigest()
        text = f"{dice.choice(collection.headlines)['text']} {count}"
        times = min(int(dice.paretovariate(1.1)), 300)
        seen = sorted(now - timedelta(minutes=dice.randrange(60 * 24 * 60)) for _ in range(times))
        sightings = [
            {"article_id": f"{name[:28]}{place:04d}", "role": "related", "text": text, "captured_at": one.isoformat()}
            for place, one in enumerate(seen)
        ]
        yield {
            "headline_id": name, "members": [name], "text": text, "variants": [text], "article_count": times,
            "articles": [one["article_id"] for one in sightings], "sightings": sightings,
            "first_seen": seen[0].isoformat(), "last_seen": seen[-1].isoformat(),
        }  # fmt: skip


@contextmanager
def filled(address: str, number: int) -> Iterator[tuple[Settings, Elasticsearch]]:
    """Fill indices of their own, give their settings and a client, and clear them away."""
    settings = Settings(_env_file=None, elasticsearch=address, index_prefix=f"s{uuid.uuid4().hex[:8]}")
    collection = build_collection()
    with connect(settings, timeout=300) as client:
        try:
            ensure(Cluster(client), settings)
            articles, headlines = (index.alias(settings.index_prefix) for index in (ARTICLES, HEADLINES))
            bulk(client, ({"_index": articles, "_source": one} for one in make_articles(collection, number)))
            bulk(client, ({"_index": headlines, "_source": one} for one in make_headlines(collection, number // 2)))
            client.indices.refresh(index=f"{settings.index_prefix}-*")
            yield settings, client
        finally:
            drop(client, settings.index_prefix)


def questions(index: Index, entity: str, article: str) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Return what is timed, by name."""
    words = "أسعار النفط", "وزير الخارجية المصري", '"منظمة الصحة العالمية"', "الرئيس", "النفط أو الغاز -الذهب", ""
    found: dict[str, Callable[[], Awaitable[Any]]] = {
        f"search {text or '(everything)'}": lambda text=text: index.search(parse(text)) for text in words
    }
    return found | {
        "search, typing": lambda: index.search(parse("وزير الخا", typing=True)),
        "search, newest": lambda: index.search(parse("الحكومة sort:newest")),
        "search, most carried": lambda: index.search(parse("الحكومة sort:carried")),
        "search, filters": lambda: index.search(parse("المياه شخص:غوتيريش مكان:الأردن سنة:2024")),
        "search, page 400": lambda: index.search(parse("اليوم"), page=400),
        "search, without facets": lambda: index.search(parse("أسعار النفط"), facets=False),
        "timeline": lambda: index.timeline(parse("أسعار النفط")),
        "timeline of everything": lambda: index.timeline(parse("")),
        "suggest": lambda: index.suggest("غوت"),
        "suggest one letter": lambda: index.suggest("ا"),
        "article": lambda: index.article(article),
        "entity": lambda: index.entity(entity),
        "entities": lambda: index.entities(Field.PERSON),
        "headlines of the week": lambda: index.headlines(Period.WEEK),
        "headlines of all time": lambda: index.headlines(Period.ALL, text="الذهب"),
    }


async def measure(settings: Settings, forget: Callable[[], object]) -> list[tuple[str, float, float, float]]:
    """Return of each question its name and the fastest, the median and the 95th percentile of waiting, in ms."""
    rows = []
    async with Index(settings, timeout=60) as index:
        some = await index.search(parse(""), size=1)
        asked = questions(index, some.facets[1].values[0].value, some.hits[0].article_id)
        for name, ask in asked.items():
            await _repeat(ask, forget)
            taken = await _repeat(ask, forget)
            rows.append((name, min(taken), median(taken), quantiles(taken, n=20)[-1]))
    return rows


async def _repeat(ask: Callable[[], Awaitable[Any]], forget: Callable[[], object]) -> list[float]:
    taken = []
    for _ in range(ROUNDS):
        forget()
        begun = time.perf_counter()
        await ask()
        taken.append(1000 * (time.perf_counter() - begun))
    return taken


def main(arguments: Sequence[str]) -> None:
    """Fill an index, ask, print, and clear away."""
    number = int(arguments[0]) if arguments else 100_000
    given = arguments[1] if len(arguments) > 1 else None
    with serving(given) as address, filled(address, number) as (settings, client):
        client.indices.forcemerge(index=f"{settings.index_prefix}-*", max_num_segments=8)
        indices = ",".join(index.alias(settings.index_prefix) for index in (ARTICLES, HEADLINES))
        forget = partial(client.indices.clear_cache, index=indices, request=True, query=True)
        rows = asyncio.run(measure(settings, forget))
    print(f"{number} articles, {number // 2} headlines")
    print(f"{'question':40} {'fastest':>8} {'median':>8} {'95 %':>8}")
    for name, *times in rows:
        print(f"{name:40} {times[0]:8.0f} {times[1]:8.0f} {times[2]:8.0f}")


if __name__ == "__main__":
    main(sys.argv[1:])
