"""Articles, or the topics that workers wrote, enter; what the index would hold leaves, ready to be compared."""

from __future__ import annotations

import hashlib
import pickle
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Final

import orjson

from bench.corpus import pages
from schemas import Headline, Kind, Naming, RawArticle, Rejected, Settings, decode, encode
from schemas.identity import article_id
from schemas.topics import ENRICHED, NAMED, REJECTED, UNIQUE
from streams.pipeline import process
from tests.streams.line import each

BEGINNING: Final = datetime(2025, 4, 20, 9, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """What the index would hold, by id; articles as digests of all that they are, as they fill gigabytes."""

    articles: dict[str, str]
    headlines: dict[str, Headline]
    names: dict[tuple[Kind, str], str]
    rejected: dict[str, str]
    """Stage, reason and message by reject."""

    def clusters(self, kind: Kind) -> int:
        """Count the clusters of more than one member."""
        return len({cluster for (of, _), cluster in self.names.items() if of is kind})


def articles(count: int) -> Iterator[RawArticle]:
    """Make `count` articles of bench.corpus, captured a minute apart, each read a second after: no clock is asked."""
    for index, page in enumerate(pages(count)):
        captured = BEGINNING + timedelta(minutes=index)
        yield RawArticle(
            article_id=article_id(page.text),
            text=page.text,
            paths=(page.name,),
            path_count=1,
            encoding="utf-8",
            captured_at=captured,
            read_at=captured + timedelta(seconds=1),
        )


def in_memory(count: int, cache: Path | None = None) -> Outcome:
    """Run the articles through streams.pipeline.process, in a process of its own that gives its memory back.

    `cache` is a file of our own that keeps the outcome for the next run with the same number of articles.
    """
    if cache is not None and cache.exists():
        kept, outcome = pickle.loads(cache.read_bytes())
        if kept == count and isinstance(outcome, Outcome):
            return outcome
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        outcome = pool.submit(_process, count).result()
    if cache is not None:
        cache.write_bytes(pickle.dumps((count, outcome)))
    return outcome


def _process(count: int) -> Outcome:
    output = process(articles(count))
    return Outcome(
        {one.article_id: _print(encode(one)) for one in output.articles},
        {one.headline_id: one for one in output.headlines},
        dict(output.names),
        {one.reject_id: _timeless(one) for one in output.rejected},
    )


def on_topics(settings: Settings) -> Outcome:
    """Read the outgoing topics as the sink does: the last word on each id counts. No tombstones are expected."""
    made = (value for _, value in each(settings, ENRICHED.name) if value is not None)
    articles = {orjson.loads(value)["article_id"]: _print(value) for value in made}
    headlines = [decode(Headline, value) for value in _last_words(settings, UNIQUE.name)]
    names = [decode(Naming, value) for value in _last_words(settings, NAMED.name)]
    refused = [decode(Rejected, value) for value in _last_words(settings, REJECTED.name)]
    return Outcome(
        articles,
        {one.headline_id: one for one in headlines if one.sightings},
        {(one.kind, one.member): one.cluster for one in names if one.cluster != one.member},
        {one.reject_id: _timeless(one) for one in refused},
    )


def _last_words(settings: Settings, topic: str) -> Iterable[bytes]:
    """Return the last value under each key; most documents are written many times."""
    return {key: value for key, value in each(settings, topic) if value is not None}.values()


def _print(encoded: bytes) -> str:
    return hashlib.sha256(encoded).hexdigest()


def _timeless(reject: Rejected) -> str:
    return f"{reject.stage} {reject.reason}: {reject.message}"


def differences(expected: Outcome, found: Outcome) -> list[str]:
    """Describe each id on which the two outcomes differ, on a line of its own."""
    told: list[str] = []
    for what in ("rejected", "articles", "headlines", "names"):  # a reject explains what else is missing
        wanted, got = getattr(expected, what), getattr(found, what)
        for name in sorted(wanted.keys() | got.keys()):
            if name not in got:
                told.append(f"{what}: {name} is missing: {_short(wanted[name])}")
            elif name not in wanted:
                told.append(f"{what}: {name} is too much: {_short(got[name])}")
            elif wanted[name] != got[name]:
                told.append(f"{what}: {name} {_apart(wanted[name], got[name])}")
    return told


def _short(value: object) -> str:
    return f"{value.text} ({len(value.sightings)} sightings)" if isinstance(value, Headline) else str(value)


def _apart(wanted: object, got: object) -> str:
    """Name the fields of a headline that differ, and the sightings and members that one of the two lacks."""
    if not (isinstance(wanted, Headline) and isinstance(got, Headline)):
        return f"should be {wanted}, is {got}"
    parts = [f"of {wanted.text!r}"]
    for name in Headline.model_fields:
        here, there = getattr(wanted, name), getattr(got, name)
        if here == there:
            continue
        if isinstance(here, tuple):
            lacks, more = Counter(map(str, here)), Counter(map(str, there))
            parts.append(f"{name} lacks {list(lacks - more)[:3]}, has besides {list(more - lacks)[:3]}")
        else:
            parts.append(f"{name} should be {here!r}, is {there!r}")
    return "; ".join(parts)
