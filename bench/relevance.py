"""The collection and its judgements (tests/relevance) enter; a table of nDCG leaves, beside the standard analyzer's.

usage: python -m bench.relevance [ELASTICSEARCH_URL] [--all]
Without an address a local Elasticsearch is started and ended. Articles and questions are the same for both indices;
only the analysis of Arabic differs. `--all` shows every question, not only those that are not answered perfectly.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from math import log2
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch  # noqa: TID251 - it makes an index that the sink would not
from elasticsearch.helpers import bulk  # noqa: TID251

from desk.client import Index
from desk.query import parse
from schemas.indices import ARTICLES, HEADLINES
from schemas.settings import Settings
from sinks.client import Cluster, connect
from sinks.templates import analysis_template, ensure, index_template
from tests.relevance.collection import Collection, build_collection

JUDGEMENTS = Path(__file__).parents[1] / "tests" / "relevance" / "judgements.tsv"
DEPTH = 10


@dataclass(frozen=True)
class Judged:
    """One question, and the grade of each article that should be found."""

    kind: str
    text: str
    grades: Mapping[str, int]


@dataclass(frozen=True)
class Score:
    """How well a question was answered: nDCG@10, and the keys of what was found."""

    judged: Judged
    ndcg: float
    found: tuple[str, ...]


def read_judgements() -> list[Judged]:
    """Read the judgements.

    Raises:
        ValueError: a line is not kind, question and grades.
    """
    lines = JUDGEMENTS.read_text(encoding="utf-8").splitlines()
    return [_judged(line) for line in lines if line and not line.startswith("#")]


def _judged(line: str) -> Judged:
    kind, text, grades = line.split("\t")
    pairs = [pair.rpartition("=") for pair in grades.split()]
    return Judged(kind, text, {key: int(grade) for key, _, grade in pairs})


def ndcg(found: Sequence[int], ideal: Iterable[int], depth: int = DEPTH) -> float:
    """Return the normalised discounted gain of grades in the order found.

    >>> ndcg([3, 0, 2], [3, 2])
    0.955...
    """
    best = _gain(sorted(ideal, reverse=True)[:depth])
    return _gain(found[:depth]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / log2(place + 2) for place, grade in enumerate(grades))


def fill(client: Elasticsearch, settings: Settings, collection: Collection) -> None:
    """Put the collection into the indices of `settings`."""
    parts = ((ARTICLES, "article_id", collection.articles), (HEADLINES, "headline_id", collection.headlines))
    for index, key, documents in parts:
        alias = index.alias(settings.index_prefix)
        bulk(client, [{"_index": alias, "_id": one[key], "_source": one} for one in documents])
        client.indices.refresh(index=alias)


def make_standard(client: Elasticsearch, settings: Settings) -> None:
    """Make the indices with the standard analyzer in place of each of ours, all else the same."""
    for index in (ARTICLES, HEADLINES):
        template = index_template(index, settings)["template"]
        analysis = analysis_template()["template"]["settings"]["analysis"]["analyzer"]
        asking = template["settings"].pop("analysis")["analyzer"]
        plain = {name: {"type": "standard"} for name in (*analysis, *asking)}
        client.indices.create(
            index=index.versioned(settings.index_prefix),
            mappings=template["mappings"],
            settings=template["settings"] | {"analysis": {"analyzer": plain}},
            aliases={index.alias(settings.index_prefix): {}},
        )


async def measure(settings: Settings, collection: Collection, judged: Sequence[Judged]) -> list[Score]:
    """Ask every question and score the first page, the copies of a story counted as one."""
    story = {one["article_id"]: one["story_id"] for one in collection.articles}
    by_key = {collection.keys[name]: story[name] for name in collection.keys}
    scores = []
    async with Index(settings) as index:
        for one in judged:
            grades = {by_key[key]: grade for key, grade in one.grades.items()}
            results = await index.search(parse(one.text), size=DEPTH, facets=False)
            found = [grades.get(hit.story_id, 0) for hit in results.hits]
            keys = tuple(collection.keys[hit.article_id] for hit in results.hits)
            scores.append(Score(one, ndcg(found, grades.values()), keys))
    return scores


def mean(scores: Sequence[Score], kind: str | None = None) -> float:
    """Return the mean nDCG, of one kind of question where given."""
    chosen = [score.ndcg for score in scores if kind in (None, score.judged.kind)]
    return sum(chosen) / len(chosen)


def compare(address: str, collection: Collection) -> tuple[list[Score], list[Score]]:
    """Return the scores of our analysis and of the standard analyzer; leaves nothing behind."""
    judged = read_judgements()

    def scored(make: Callable[[Elasticsearch, Settings], None]) -> list[Score]:
        settings = Settings(_env_file=None, elasticsearch=address, index_prefix=f"r{uuid.uuid4().hex[:8]}")
        with connect(settings) as client:
            try:
                make(client, settings)
                fill(client, settings, collection)
                return asyncio.run(measure(settings, collection, judged))
            finally:
                drop(client, settings.index_prefix)

    return scored(lambda client, settings: ensure(Cluster(client), settings)), scored(make_standard)


def drop(client: Elasticsearch, prefix: str) -> None:
    """Delete the indices and templates of `prefix`."""
    names = list(client.indices.get(index=f"{prefix}-*").body)
    for name in names:
        client.indices.delete(index=name)
        client.options(ignore_status=404).indices.delete_index_template(name=name.rpartition("-")[0])
    client.options(ignore_status=404).cluster.delete_component_template(name=f"{prefix}-analysis")


@contextmanager
def serving(address: str | None) -> Iterator[str]:
    """Give the address of an Elasticsearch: that one, or a local one that ends afterwards."""
    if address is not None:
        yield address
        return
    from sada.local.elasticsearch_server import forget_elasticsearch, start_elasticsearch

    with tempfile.TemporaryDirectory() as home:
        server = start_elasticsearch(Path(home), Settings(_env_file=None), 0)
        try:
            yield server.address
        finally:
            server.stop()
            forget_elasticsearch(Path(home))


def show(ours: Sequence[Score], standard: Sequence[Score], *, every: bool) -> None:
    """Print the table, and the questions that are not answered perfectly."""
    kinds: list[Any] = [*dict.fromkeys(score.judged.kind for score in ours), None]
    print(f"{'':10} {'questions':>9} {'standard':>9} {'Sada':>9} {'more':>9}")
    for kind in kinds:
        number = sum(kind in (None, score.judged.kind) for score in ours)
        plain, better = mean(standard, kind), mean(ours, kind)
        print(f"{kind or 'all':10} {number:9} {plain:9.3f} {better:9.3f} {better - plain:+9.3f}")
    for score, other in zip(ours, standard, strict=True):
        if every or score.ndcg < 0.999:
            print(f"\n{score.ndcg:.3f} (standard {other.ndcg:.3f})  {score.judged.text}")
            print("   wanted", " ".join(f"{key}={grade}" for key, grade in score.judged.grades.items()))
            print("   found ", " ".join(score.found))


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    addresses = [argument for argument in arguments if not argument.startswith("-")]
    with serving(addresses[0] if addresses else None) as address:
        ours, standard = compare(address, build_collection())
    show(ours, standard, every="--all" in arguments)


if __name__ == "__main__":
    main(sys.argv[1:])
