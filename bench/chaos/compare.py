"""The history of an inbox and an index in; what the index lacks, has too much or has otherwise out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from elasticsearch import Elasticsearch  # noqa: TID251 - the bench asks the index itself

from producers.reading import read_articles
from schemas import RawArticle, Settings
from streams.pipeline import Tombstone, process
from tests.line.expected import documents_of, read_inbox, read_index

from .files import File, put

Document = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One document that is not as it must be: `kind` is lost, repeated or differing; `paths` are its files."""

    kind: str
    index: str
    id: str
    paths: tuple[str, ...]
    detail: str


@dataclass
class State:
    """What an index holds or must hold: documents by id, rejects by path and reason."""

    articles: dict[str, Document] = field(default_factory=dict)
    headlines: dict[str, Document] = field(default_factory=dict)
    rejects: Counter[tuple[str, str]] = field(default_factory=Counter)


def expected(settings: Settings, edited: Iterable[File], aside: Path) -> State:
    """Run the inbox's history through the pipeline in memory: first versions, their end, then what is there now.

    `aside` is a folder for the first versions.
    """
    texts, refused = read_inbox(settings)
    gone = [raw for raw in _first_versions(edited, aside, settings) if raw.article_id not in texts]
    history: list[RawArticle | Tombstone] = [*gone, *((raw.article_id, None) for raw in gone), *texts.values()]
    output = process(history)
    documents = documents_of(output)
    return State(
        documents["articles"],
        documents["headlines"],
        Counter([*refused, *((r.path or r.article_id or "", str(r.reason)) for r in output.rejected)]),
    )


def actual(client: Elasticsearch, prefix: str) -> State:
    """Read the whole index."""
    rejects = read_index(client, f"{prefix}-rejected").values()
    return State(
        read_index(client, f"{prefix}-articles"),
        read_index(client, f"{prefix}-headlines"),
        Counter((r.get("path") or r.get("article_id") or "", r["reason"]) for r in rejects),
    )


def differences(must: State, there: State) -> Iterator[Difference]:
    """Yield every document that is lost, repeated or differs, with what differs."""
    for index in ("articles", "headlines"):
        wanted, found = getattr(must, index), getattr(there, index)
        for identity in sorted({*wanted, *found}):
            left, right = wanted.get(identity), found.get(identity)
            if left != right:
                yield _difference(index, identity, left, right)
    for what in sorted({*must.rejects, *there.rejects}):
        lack = must.rejects[what] - there.rejects[what]
        if lack:
            kind = "lost" if lack > 0 else "repeated"
            yield Difference(kind, "rejected", " ".join(what), (what[0],), f"{abs(lack)} of {must.rejects[what]}")


def _difference(index: str, identity: str, left: Document | None, right: Document | None) -> Difference:
    known = left or right or {}
    paths = tuple(known.get("paths", ())) or tuple(known.get("articles", ()))
    if left is None or right is None:
        kind = "lost" if right is None else "repeated"
        return Difference(kind, index, identity, paths, str(known.get("title") or known.get("text"))[:100])
    fields = [name for name in sorted({*left, *right}) if left.get(name) != right.get(name)]
    detail = "; ".join(f"{name}: must be {_short(left.get(name))}, is {_short(right.get(name))}" for name in fields)
    return Difference("differing", index, identity, paths, detail)


def _short(value: object) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 300 else f"{text[:300]}… ({len(text)} characters)"


def _first_versions(edited: Iterable[File], aside: Path, settings: Settings) -> Iterator[RawArticle]:
    for file in edited:
        put(aside, file.name, file.data)
    if aside.is_dir():
        yield from (found for found in read_articles([aside], settings) if isinstance(found, RawArticle))
