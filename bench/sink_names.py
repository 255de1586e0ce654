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
    """Seconds on the wall and of this process's CPU for `articles` articles."""

    name: str
    articles: int
    wall: float
    cpu: float

    def show(self) -> None:
        """Print it for 1,000 articles."""
        per = 1000 / self.articles * 1000
        print(f"{self.name:58s} {self.wall * per:8.1f} ms wall {self.cpu * per:8.1f} ms CPU per 1,000")


def headline(rng: random.Random) -> RelatedHeadline:
    """Draw a headline: some are in every twentieth article, most are rare."""
    number = min(int(rng.paretovariate(1.1) * 120) - 120, HEADLINES - 1)
    return RelatedHeadline(text=f"عنوان من العناوين رقم {number}", headline_id=digest("h", str(number)))


def article(number: int) -> EnrichedArticle:
    """Make an article of about 9 KB with 8 related headlines and 15 mentions."""
    rng = random.Random(number)
    body = "\n".join(paragraph(rng, f"{number}/{line}") for line in range(14))
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


def run(made: Settler, batches: Sequence[Sequence[Arrival]], name: str, articles: int) -> Cost:
    """Settle `batches` and say what it cost."""
    planner = Planner(made.prefix, NOW, 1_000_000)
    wall, cpu = time.perf_counter(), time.process_time()
    for batch in batches:
        for wave in planner.waves(batch):
            made.settle(wave, planner)
    return Cost(name, articles, time.perf_counter() - wall, time.process_time() - cpu)


def cut(found: Sequence[Arrival]) -> list[list[Arrival]]:
    """Cut into batches."""
    return [list(found[start : start + BATCH]) for start in range(0, len(found), BATCH)]


def measure(settings: Settings, count: int) -> None:
    """Run all cases, the plain one first and last (the server warms up)."""
    articles = [article(number) for number in range(count)]
    batches = cut(arrivals(articles))
    for name, kind in (("warming up", Nameless), ("without names", Nameless), ("with names, none known", Settler)):
        with settler(settings, kind) as (made, _):
            run(made, batches, name, count).show()
    told = namings(articles, 0.5, 0.1)
    with settler(settings, Settler) as (made, cluster):
        run(made, cut(told), f"{len(told)} namings before their articles", count).show()
        cluster.refresh([index.alias(settings.index_prefix) for index in INDICES])
        run(made, batches, "with names, half of the headlines named", count).show()
        run(made, cut(told), "the same namings again: read, nothing written", count).show()
    with settler(settings, Settler) as (made, _):
        mixed = [
            [*batch, *namings(articles[at * BATCH : (at + 1) * BATCH], 0.5, 0.1)] for at, batch in enumerate(batches)
        ]
        run(made, mixed, "articles and their namings, batch by batch together", count).show()
    with settler(settings, Settler) as (made, _):
        late = [
            part
            for at, batch in enumerate(batches)
            for part in (batch, namings(articles[at * BATCH : (at + 1) * BATCH], 0.5, 0.1))
        ]
        run(made, late, "articles, then their namings: each written twice", count).show()
    with settler(settings, Nameless) as (made, _):
        run(made, batches, "without names", count).show()


def main() -> None:
    """Start an Elasticsearch, measure, end it."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(_env_file=None, index_prefix="bench")
        server = start_elasticsearch(Path(home), settings, 0, lambda _: None)
        try:
            measure(settings.model_copy(update={"elasticsearch": server.address}), count)
        finally:
            server.stop()


if __name__ == "__main__":
    main()
