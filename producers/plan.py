"""What was read and what the registry knows in, what to send and what to write after the ack out. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from schemas import RawArticle, encode
from schemas.articles import PATHS_KEPT
from schemas.topics import RAW, REJECTED

from .messages import Spread, raw_article, rejected
from .outcomes import Found, Gone, Outcome, Refused
from .registry import Holders, Intent, Row


class Outgoing(NamedTuple):
    """One Kafka message; a null value takes back what the key named."""

    topic: str
    key: bytes
    value: bytes | None


class Others(NamedTuple):
    """Who else holds an article, files of the batch apart; `sample` is one of them just read, where it still does."""

    holders: Holders
    sample: Found | None = None


class Plan(NamedTuple):
    """Intents to write first, messages in the order to send, rows to write after the acks, counts for the log."""

    messages: list[Outgoing]
    rows: list[Row]
    intents: list[Intent]
    articles: int = 0
    rejects: int = 0
    replaced: int = 0


NOBODY = Others(Holders(0, 0, ()))


def plan(outcomes: Sequence[Outcome], known: Mapping[str, Row], others: Mapping[str, Others], now: datetime) -> Plan:
    """Decide what `outcomes` (one for each path) mean.

    A text is sent when a path comes to it or, edited, leaves it while others keep it; always with all its paths.
    A text that its last path left by an edit is named in `supersedes` of the one that took its place, and taken back.
    A path that is gone or refused takes nothing back, but later edits know which article it held last.
    `others` holds an entry for each article that a path came to or left.
    """
    batch = _Batch(outcomes, known, others)
    rows = [row for outcome in outcomes if (row := _row(outcome, known.get(outcome.path), now)) is not None]
    articles = [Outgoing(RAW.name, key.encode(), value) for key, value in batch.articles(now)]
    taken_back = [Outgoing(RAW.name, article_id.encode(), None) for article_id in sorted(batch.superseded)]
    rejects = list(_rejects(outcomes, known, now))
    return Plan(
        messages=articles + taken_back + rejects,
        rows=rows,
        intents=list(_intents(outcomes, known)),
        articles=len(articles),
        rejects=sum(message.value is not None for message in rejects),
        replaced=len(taken_back),
    )


class _Batch:
    """The batch by article: who comes to it, who left it, and which articles nobody holds any more."""

    def __init__(self, outcomes: Sequence[Outcome], known: Mapping[str, Row], others: Mapping[str, Others]) -> None:
        self._others = others
        self._known = known
        self._found: dict[str, list[Found]] = defaultdict(list)
        for outcome in outcomes:
            if isinstance(outcome, Found):
                self._found[outcome.article_id].append(outcome)
        self._left: dict[str, set[str]] = defaultdict(set)
        for article_id, finds in self._found.items():
            for old in {old for found in finds for old in last_articles(known.get(found.path))} - {article_id}:
                self._left[old].add(article_id)
        self.superseded = {old for old in self._left if old not in self._found and not self._kept(old)}

    def articles(self, now: datetime) -> Iterator[tuple[str, bytes]]:
        """Yield identity and message of each article whose set of paths changed."""
        for article_id in sorted({*self._found, *self._left} - self.superseded):
            finds = self._found.get(article_id, [])
            sample = min(finds, default=self._others.get(article_id, NOBODY).sample)
            if sample is not None and (article_id in self._left or any(map(self._came, finds))):
                yield article_id, encode(self._article(sample, finds, now))

    def _article(self, sample: Found, finds: Sequence[Found], now: datetime) -> RawArticle:
        holders = self._others.get(sample.article_id, NOBODY).holders
        paths = [place.path for place in holders.places] + [found.path for found in finds]
        captured = [_captured(found, self._known.get(found.path)) for found in finds]
        if holders.total:
            captured.append(holders.captured_ns)
        replaced = [old for old in self.superseded if sample.article_id in self._left[old]]
        spread = Spread(sorted(paths)[:PATHS_KEPT], holders.total + len(finds), min(captured))
        return raw_article(sample, spread, now, replaced)

    def _kept(self, article_id: str) -> bool:
        return self._others.get(article_id, NOBODY).holders.total > 0

    def _came(self, found: Found) -> bool:
        row = self._known.get(found.path)
        return row is None or row.holds != found.article_id or bool(row.unsure_articles)


def last_articles(row: Row | None) -> set[str]:
    """Return what a path held last: one article at most, and those of which no ack was seen."""
    if row is None:
        return set()
    return {*row.unsure_articles, *([row.article_id] if row.article_id else [])}


def _intents(outcomes: Sequence[Outcome], known: Mapping[str, Row]) -> Iterator[Intent]:
    """Yield what the batch is about to say of each path for the first time, and the refusals that it takes back."""
    for outcome in outcomes:
        row = known.get(outcome.path)
        for old in _withdrawn(outcome, row):
            yield Intent(outcome.path, old, reject=True)
        if isinstance(outcome, Found) and (row is None or row.article_id != outcome.article_id):
            yield Intent(outcome.path, outcome.article_id, reject=False)
        elif isinstance(outcome, Refused) and (row is None or row.reject_id != outcome.reject_id):
            yield Intent(outcome.path, outcome.reject_id, reject=True)


def _captured(found: Found, row: Row | None) -> int:
    """The earliest mtime with which the path held this text: touching a file changes no article."""
    mtime = found.signature.mtime_ns
    return min(mtime, row.captured_ns) if row is not None and row.article_id == found.article_id else mtime


def _row(outcome: Outcome, old: Row | None, now: datetime) -> Row | None:
    if isinstance(outcome, Found):
        captured = _captured(outcome, old)
        return Row(outcome.path, outcome.signature, captured, outcome.article_id, None, False, now.timestamp())
    if isinstance(outcome, Refused):
        held, captured = (
            (old.article_id, old.captured_ns) if old and old.article_id else (None, outcome.signature.mtime_ns)
        )
        return Row(outcome.path, outcome.signature, captured, held, outcome.reject_id, False, now.timestamp())
    return old._replace(gone=True) if old and (old.article_id or old.reject_id) else None


def _rejects(outcomes: Sequence[Outcome], known: Mapping[str, Row], now: datetime) -> Iterator[Outgoing]:
    """Tell each refusal once, and take back the one that the path had before."""
    for outcome in outcomes:
        row = known.get(outcome.path)
        if isinstance(outcome, Refused) and not _stands(outcome.reject_id, row):
            yield Outgoing(REJECTED.name, outcome.reject_id.encode(), encode(rejected(outcome, now)))
        for old in _withdrawn(outcome, row):
            yield Outgoing(REJECTED.name, old.encode(), None)


def _stands(reject_id: str, row: Row | None) -> bool:
    """Tell whether a refusal is surely on Kafka: told, and not taken back by a run that was cut off."""
    return row is not None and row.reject_id == reject_id and reject_id not in row.unsure_rejects


def _withdrawn(outcome: Outcome, row: Row | None) -> list[str]:
    """List the refusals of a path, told or perhaps told, that hold no more; a path that is gone keeps its own."""
    if row is None or isinstance(outcome, Gone):
        return []
    new = outcome.reject_id if isinstance(outcome, Refused) else None
    return sorted({one for one in (row.reject_id, *row.unsure_rejects) if one is not None and one != new})
