"""What it costs the sink that articles name their clusters: `python -m bench.sink_names [ARTICLES]`."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from bench.corpus import SOURCES, paragraph
from sada.local.elasticsearch_server import start_elasticsearch
from schemas import EnrichedArticle, Entity, EntityKind, Kind, Naming, RelatedHeadline, encode
from schemas.articles import Facts
from schemas.identity import digest
from schemas.indices import INDICES
from schemas.settings import Settings
from schemas.topics import ENRICHED, NAMED
from sinks.actions import Arrival
from sinks.bulk import Sender
from sinks.client import Cluster, connect
from sinks.names import Names
from sinks.naming import Namer
from sinks.outbox import Outbox
from sinks.patience import Patience
from sinks.plan import Planner
from sinks.settle import Settler
from sinks.templates import ensure

BATCH = 500
HEADLINES = 200_000
ROUNDS = 3
NOW = datetime(2025, 4, 20, tzinfo=UTC)


class NoNamer(Namer):
    """Asks for no names and looks at nothing: what the sink would do without clusters."""

    def names_of(self, carried: object) -> dict[str, str]:
        """Read nothing."""
        return {}

    def settle(self, carried: object, names: Names, concerned: object) -> None:
        """Look at nothing."""


class Nameless(Settler):
    """A settler without names."""

    @property
    def _namer(self) -> Namer:
        return NoNamer(self.shelf, self.sender, self.patience, self.prefix)


@dataclass(frozen=True)
class Cost:
    """Milliseconds for 1,000 articles: on the wall, of this process's CPU, of the server's CPU."""

    wall: float
    sink: float
    server: float


def headline(rng: random.Random) -> RelatedHeadline:
    """Draw a headline: some are in every twentieth article, most are rare."""
    number = min(int(rng.paretovariate(1.1) * 120) - 120, HEADLINES - 1)
    return RelatedHeadline(text=f"عنوان من العناوين رقم {number}", headline_id=digest("h", str(number)))


def article(number: int) -> EnrichedArticle:
    """Make an article of about 9 KB with 8 related headlines and 15 mentions."""
    rng = random.Random(number)
    body = "\n".join(paragraph(rng) for _ in range(18))
    mentions = tuple(
        Entity(
            text=body[at : at + 8], kind=EntityKind.PERSON, start=at, end=at + 8, entity_id=f"per:{at % 7}", name="اسم"
        )
        for at in range(0, 1500, 100)
    )
    name = digest("a", str(number))
    return EnrichedArticle(
        article_id=name,
        root_id=name,
        paths=(f"{number}.txt",),
        path_count=1,
        encoding="utf-8",
        captured_at=NOW,
        read_at=NOW,
        site="generic",
        rules_version="1",
        facts=Facts(title=f"خبر {number}", source=rng.choice(SOURCES)),
        headline_id=digest("t", str(number)),
        body=body,
        related_headlines=tuple(headline(rng) for _ in range(8)),
        entities=mentions,
    )


def arrivals(articles: Sequence[EnrichedArticle]) -> list[Arrival]:
    """Put articles on their topic."""
    return [Arrival(ENRICHED.name, 0, at, one.root_id.encode(), encode(one)) for at, one in enumerate(articles)]


def namings(articles: Sequence[EnrichedArticle], share: float, story_share: float) -> list[Arrival]:
    """Name `share` of the headlines of `articles`, and `story_share` of these, otherwise than after themselves."""
    carriers: dict[str, list[str]] = {}
    for one in articles:
        for related in one.related_headlines:
            carriers.setdefault(related.headline_id, []).append(one.article_id)
    told = [
        Naming(kind=Kind.HEADLINE, member=member, cluster=digest("c", member), articles=tuple(names))
        for member, names in carriers.items()
        if random.Random(member).random() < share
    ]
    told += [
        Naming(kind=Kind.STORY, member=name, cluster=digest("c", name), articles=(name,))
        for name in (one.article_id for one in articles)
        if random.Random(name).random() < story_share
    ]
    return [Arrival(NAMED.name, 0, at, one.member.encode(), encode(one)) for at, one in enumerate(told)]


@contextmanager
def settler(settings: Settings, kind: type[Settler]) -> Iterator[tuple[Settler, Cluster]]:
    """Lend a sink's inside, with empty indices."""
    with connect(settings) as client:
        cluster = Cluster(client)
        ensure(cluster, settings)
        patience = Patience(place=Idler(), mend=lambda: None, check_time=lambda: None)
        sender = Sender(cluster, settings.bulk_documents, settings.bulk_bytes, patience.wait)
        yield kind(cluster, Outbox(settings), sender, patience, settings.index_prefix, settings.partitions), cluster
        client.indices.delete(index=[index.versioned(settings.index_prefix) for index in INDICES])


class Idler:
    """Where time passes."""

    def idle(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)


def run(made: Settler, cluster: Cluster, batches: Sequence[Sequence[Arrival]], articles: int) -> Cost:
    """Settle `batches` and say what it cost."""
    planner = Planner(made.prefix, NOW, 1_000_000)
    wall, sink, server = time.perf_counter(), time.process_time(), server_cpu(cluster)
    for batch in batches:
        for wave in planner.waves(batch):
            made.settle(wave, planner)
    cluster.refresh([index.alias(made.prefix) for index in INDICES])
    per = 1000 / articles
    return Cost(
        (time.perf_counter() - wall) * 1000 * per,
        (time.process_time() - sink) * 1000 * per,
        (server_cpu(cluster) - server) * per,
    )


def server_cpu(cluster: Cluster) -> int:
    """Return the milliseconds of CPU that the server has used."""
    _, answer = cluster.ask("GET", "/_nodes/stats/process")
    return sum(int(node["process"]["cpu"]["total_in_millis"]) for node in answer["nodes"].values())


def cut(found: Sequence[Arrival]) -> list[list[Arrival]]:
    """Cut into batches."""
    return [list(found[start : start + BATCH]) for start in range(0, len(found), BATCH)]


def measure(settings: Settings, count: int) -> Iterator[tuple[str, Cost]]:
    """Run all cases once."""
    articles = [article(number) for number in range(count)]
    batches = cut(arrivals(articles))
    told = namings(articles, 0.5, 0.1)
    later = [namings(articles[start : start + BATCH], 0.5, 0.1) for start in range(0, count, BATCH)]
    with settler(settings, Nameless) as (made, cluster):
        yield "without names", run(made, cluster, batches, count)
    with settler(settings, Settler) as (made, cluster):
        yield "with names, none given", run(made, cluster, batches, count)
    with settler(settings, Settler) as (made, cluster):
        yield f"{len(told) * 1000 // count} names before their articles", run(made, cluster, cut(told), count)
        yield "articles whose names are known", run(made, cluster, batches, count)
        yield "the same names again", run(made, cluster, cut(told), count)
    with settler(settings, Settler) as (made, cluster):
        mixed = [[*batch, *names] for batch, names in zip(batches, later, strict=True)]
        yield "articles together with their names", run(made, cluster, mixed, count)
    with settler(settings, Settler) as (made, cluster):
        split = [part for pair in zip(batches, later, strict=True) for part in pair]
        yield "articles, then their names", run(made, cluster, split, count)


def main() -> None:
    """Start an Elasticsearch, measure, end it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(_env_file=None, index_prefix="bench")
        server = start_elasticsearch(Path(home), settings, 0, lambda _: None)
        try:
            made = settings.model_copy(update={"elasticsearch": server.address})
            costs: dict[str, list[Cost]] = {}
            for number in range(ROUNDS + 1):  # the first warms the server up
                for name, cost in measure(made, count):
                    costs.setdefault(name, []).extend([cost] if number else [])
            for name, found in costs.items():
                parts = [median(getattr(cost, part) for cost in found) for part in ("wall", "sink", "server")]
                print(f"| {name} | " + " | ".join(f"{part:.0f}" for part in parts) + " |")
        finally:
            server.stop()


if __name__ == "__main__":
    main()
