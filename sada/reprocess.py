"""Articles as they were read in, the index as today's rules have it out: batch by batch, going on where it stopped.

Raw messages go through the line once more, as they are. What the line alone cannot know is what an article no longer
has: the command looks at its documents before and after, and takes back the sightings that are no more, the article
that the rules now reject, and the reject of an article that they now take.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, islice
from pathlib import Path
from typing import Any

import orjson
from pydantic import Field, ValidationError

from schemas import DecodeError, MemberBatch, Rejected, Settings, decode, encode
from schemas.headlines import HeadlineSighting
from schemas.identity import reject_id
from schemas.indices import ARTICLES, REJECTED, Index
from schemas.letter import Letter
from schemas.message import Record
from schemas.metrics import STAGES_OF
from schemas.partition import partition_of
from schemas.topics import CLEAN, ENRICHED, RAW, SEEN, SPLIT
from schemas.topics import REJECTED as REJECTS
from sinks.client import Cluster
from sinks.retract import FIELDS, sightings
from streams.text.sites import load_rules

from .alone import alone
from .errors import UserError
from .passing import Passing, Places
from .raws import Raw, Sources
from .rejects import parse_since

AT_ONCE = 500
"""Articles sent and looked at together."""

STAGES = STAGES_OF["work"]

Say = Callable[[str], None]
Documents = Mapping[str, Mapping[str, Any]]


class State(Record):
    """How far it is: where the raw topic ended when it began, what is done of it and of the files.

    `asked` is what the person typed as `since`. `before` are the documents that the batch under way had, and `sending`
    the digests of its messages, so that nothing of them is forgotten, and they are known again, if it breaks off.
    """

    asked: str | None
    since: datetime | None
    ends: dict[int, int]
    done: dict[int, int]
    file: str = "0" * 32
    before: tuple[dict[str, Any], ...] = ()
    sending: dict[str, str] = Field(default_factory=dict)


@dataclass
class Done:
    """What was done: articles `sent` again, `rejected` by the rules of today, `restored` that were rejects before.

    `lost` are sightings taken back; `overtaken` articles about which something newer was said meanwhile; `left`
    articles of the index that other rules have read than those of this program.
    """

    sent: int = 0
    rejected: int = 0
    restored: int = 0
    lost: int = 0
    overtaken: int = 0
    left: int = 0


def reprocess(  # noqa: PLR0913, PLR0917 - each a part of the line
    passing: Passing, cluster: Cluster, settings: Settings, asked: str | None, seconds: float, say: Say
) -> Done:
    """Read all articles again that were captured since the moment `asked` for (null: all).

    Goes on with an earlier call that was asked for the same. `seconds` is how long the line may take for a batch.

    Raises:
        UserError: the line does not work them off, another call is at work, or `asked` is no moment.
    """
    with alone(settings.state_dir, "reprocess"), Passing(settings) as reader:
        work = Reprocessing(passing, cluster, settings, seconds, _begin(passing, settings, asked))
        work.drain()
        ends = {place: work.state.ends.get(place.partition, 0) for place in passing.ends([RAW.name])}
        sources = Sources(reader, settings, ends, work.state.since)
        say("looking at what the topic holds")
        total = sources.survey()
        work.catch_up(ends)
        for batch in _batches(_todo(sources, work.state)):
            work.batch(batch)
            say(f"{work.done.sent:,} articles read again; the topic holds {total:,}")
        file_of(settings).unlink(missing_ok=True)
    work.done.left = count_left(cluster, settings, work.state.since)
    return work.done


def file_of(settings: Settings) -> Path:
    """Name the file that says how far a call is."""
    return settings.state_dir / "reprocess.json"


def _begin(passing: Passing, settings: Settings, asked: str | None) -> State:
    """Go on with a call that broke off, if it was asked for the same; otherwise only what it left half done is kept."""
    since = None if asked is None else parse_since(asked, datetime.now(UTC))
    try:
        found = State.model_validate_json(file_of(settings).read_bytes())
    except (FileNotFoundError, ValidationError):
        found = None
    if found is not None and found.asked == asked:
        return found
    ends = {place.partition: end for place, end in passing.ends([RAW.name]).items()}
    return State(asked=asked, since=since, ends=ends, done={}, before=() if found is None else found.before)


def _todo(sources: Sources, state: State) -> Iterator[Raw]:
    return chain(sources.of_topic(dict(state.done)), sources.of_files(state.file))


def _batches(raws: Iterable[Raw]) -> Iterator[list[Raw]]:
    them = iter(raws)
    while batch := list(islice(them, AT_ONCE)):
        yield batch


@dataclass
class Reprocessing:
    """The work on one batch after the other."""

    passing: Passing
    cluster: Cluster
    settings: Settings
    seconds: float
    state: State
    done: Done = field(default_factory=Done)
    tail: Places = field(default_factory=dict)
    """Where the raw topic ended when it was last listened to."""
    newer: set[bytes] = field(default_factory=set)
    """Articles about which something was said after `state.ends`: those words hold, whatever they are."""

    def batch(self, raws: Sequence[Raw]) -> None:
        """Read some articles again, and make the index follow."""
        self.catch_up(self.tail)
        now = datetime.now(UTC)  # read again now: of two tellings about one headline the later one holds
        articles = [raw.article.model_copy(update={"read_at": now}) for raw in raws]
        todo = {key: encode(one) for one in articles if (key := one.article_id.encode()) not in self.newer}
        ids = [key.decode() for key in todo]
        before = {one["article_id"]: one for one in (*self.state.before, *self._documents(ids))}
        self._save(before=tuple(before.values()), sending={key.decode(): _digest(value) for key, value in todo.items()})
        spoken = self.passing.ends([REJECTS.name])
        self.passing.send(Letter(RAW.name, key, value) for key, value in todo.items())
        self.drain()
        self._give_way(todo)
        said = self.passing.said_since(spoken)
        self._take_back(ids, before, said)
        self._retract({*ids, *before}, before)
        self._restore(ids, said)
        self.done.sent += len(todo)
        self.done.overtaken += len(raws) - len(todo)
        self._save(before=(), sending={}, **self._progress(raws))

    def drain(self) -> None:
        """Wait until what stands in the topics is in the index.

        Raises:
            UserError: that takes too long.
        """
        staged = (CLEAN, SPLIT) if self.settings.topology == "staged" else ()
        for topic in (RAW, *staged, ENRICHED):
            if not self.passing.wait(self.passing.ends([topic.name]), self.seconds):
                raise UserError(
                    f"the line has not worked off {topic.name} in {self.seconds:g} s",
                    "see sada status; doing it again goes on from here",
                )

    def catch_up(self, begin: Places) -> None:
        """Hear what others have said in the raw topic from `begin` on."""
        end = self.passing.ends([RAW.name])
        for word in self.passing.read(begin, end):
            if word.value is None or self.state.sending.get(word.key.decode("latin-1")) != _digest(word.value):
                self.newer.add(word.key)
        self.tail = end

    def _give_way(self, sent: Mapping[bytes, bytes]) -> None:
        """Say again what others said just before us about the same article: theirs is the newer word."""
        end = self.passing.ends([RAW.name])
        theirs: dict[bytes, bytes | None] = {}
        overtaken: dict[bytes, bytes | None] = {}
        for word in self.passing.read(self.tail, end):
            if word.value is not None and sent.get(word.key) == word.value:
                if word.key in theirs:
                    overtaken[word.key] = theirs[word.key]
            else:
                theirs[word.key] = word.value
                overtaken.pop(word.key, None)
        self.tail = end
        self.newer |= theirs.keys()
        if overtaken:
            self.passing.send(Letter(RAW.name, key, value) for key, value in overtaken.items())
            self.tail = self.passing.ends([RAW.name])
            self.drain()

    def _take_back(self, ids: Sequence[str], before: Documents, said: Mapping[bytes, bytes | None]) -> None:
        """Take back the articles that the rules of today reject: their documents are of other rules."""
        refused = {one.article_id for one in _rejects(said) if one.stage in STAGES} & set(ids)
        gone = [one for one in refused if one in before]
        self.done.rejected += len(refused)
        if gone:
            self.passing.send(Letter(RAW.name, one.encode(), None) for one in gone if one is not None)
            self.drain()

    def _retract(self, ids: Collection[str], before: Documents) -> None:
        """Take back the sightings that the articles had and have no more, those of lost embedded ones among them."""
        now = {_place(one) for document in self._documents(ids) for one in sightings(document)}
        lost = [one for document in before.values() for one in sightings(document) if _place(one) not in now]
        heaps: dict[int, list[HeadlineSighting]] = {}
        for one in lost:
            heaps.setdefault(partition_of(one.headline_id.encode(), self.settings.partitions), []).append(one)
        self.passing.send(
            Letter(SEEN.name, None, encode(MemberBatch(sightings=tuple(heap[at : at + AT_ONCE]))), partition)
            for partition, heap in sorted(heaps.items())
            for at in range(0, len(heap), AT_ONCE)
        )
        self.done.lost += len(lost)

    def _restore(self, ids: Sequence[str], said: Mapping[bytes, bytes | None]) -> None:
        """Take away the rejects of articles that the rules of today take."""
        names = [reject_id(stage, one, None) for one in ids for stage in STAGES]
        standing = [one for one in self._fetch(REJECTED, names, ("reject_id",)) if one.encode() not in said]
        if standing:
            self.passing.send(Letter(REJECTS.name, one.encode(), None) for one in standing)
        self.done.restored += len(standing)

    def _documents(self, ids: Collection[str]) -> list[dict[str, Any]]:
        """Read what the index has of the articles and of those that they embed."""
        mains = self._fetch(ARTICLES, ids, FIELDS)
        embedded = [name for main in mains.values() for name in main.get("embedded_ids", ())]
        return [*mains.values(), *self._fetch(ARTICLES, embedded, FIELDS).values()]

    def _fetch(self, index: Index, ids: Collection[str], fields: Sequence[str]) -> dict[str, dict[str, Any]]:
        return self.cluster.fetch(index.alias(self.settings.index_prefix), ids, fields)

    def _progress(self, raws: Sequence[Raw]) -> dict[str, Any]:
        done = dict(self.state.done)
        for raw in raws:
            if raw.partition is not None:
                done[raw.partition] = raw.offset + 1
        last = raws[-1]
        return {"done": done, "file": last.article.article_id if last.partition is None else self.state.file}

    def _save(self, **changes: object) -> None:
        """Write how far it is in one step: a reader, or the next call, never finds half of it."""
        self.state = self.state.model_copy(update=changes)
        file = file_of(self.settings)
        aside = file.with_suffix(".new")
        aside.write_bytes(orjson.dumps(self.state.model_dump(mode="json"), option=orjson.OPT_NON_STR_KEYS))
        aside.replace(file)


def _rejects(said: Mapping[bytes, bytes | None]) -> Iterator[Rejected]:
    for value in said.values():
        with suppress(DecodeError):
            if value is not None:
                yield decode(Rejected, value)


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()


def _place(one: HeadlineSighting) -> tuple[str, str, str]:
    return one.headline_id, one.article_id, one.role


def count_left(cluster: Cluster, settings: Settings, since: datetime | None) -> int:
    """Count the pages of the index that other rules have read than those of this program."""
    alias = ARTICLES.alias(settings.index_prefix)
    cluster.refresh([alias])
    captured = [] if since is None else [{"range": {"captured_at": {"gte": since.isoformat()}}}]
    others = [{"term": {"rules_version": load_rules().version}}, {"term": {"embedded": True}}]
    _, answer = cluster.ask("POST", f"/{alias}/_count", {"query": {"bool": {"filter": captured, "must_not": others}}})
    return int(answer["count"])
