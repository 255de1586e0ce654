"""A file or an id in, where that article is and what it became out: each step with its time, or why there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from producers.folder import file_path
from schemas import Settings
from schemas.indices import ARTICLES, FORGOTTEN, HEADLINES, INDICES
from schemas.indices import REJECTED as REJECTS
from schemas.message import Record
from schemas.topics import ENRICHED, RAW
from sinks.client import Cluster, connect
from sinks.faults import Denied, Unavailable

from .errors import UserError
from .footprints import Footprint, Trail, find_trail
from .state import Run
from .whereabouts import Whereabouts, find_article, find_file, is_forgotten, say_why_unknown

_ID = re.compile(r"[0-9a-f]{32}")

_NOBODY_KNOWS = datetime.max.replace(tzinfo=UTC)

_ARTICLE = ["article_id", "root_id", "parent_id", "title", "captured_at", "read_at", "cluster_ids", "story_id", "paths"]
_HEADLINE = ["headline_id", "text", "article_count", "first_seen", "last_seen"]
_REJECT = ["reject_id", "article_id", "stage", "reason", "message", "rejected_at", "path"]


class Verdict(StrEnum):
    """Where an article is."""

    SEARCHABLE = "searchable"
    ON_ITS_WAY = "on its way"
    REJECTED = "rejected"
    FORGOTTEN = "forgotten"
    TAKEN_BACK = "taken back"
    MISSING = "missing"
    UNKNOWN = "not known"

    @property
    def good(self) -> bool:
        """Whether it is in the index, or going there."""
        return self in {Verdict.SEARCHABLE, Verdict.ON_ITS_WAY}


class Step(Record):
    """Something that happened to the article; `at` is null where nobody kept the time."""

    at: datetime | None
    where: str
    what: str


class Document(Record):
    """An article in the index: the page's own, or one that it embeds. `copies` tell the same story, itself included."""

    article_id: str
    parent_id: str | None
    title: str | None
    story_id: str
    copies: int
    headlines: int


class Told(Record):
    """A headline that the article carries, as its cluster has it."""

    headline_id: str
    text: str
    article_count: int
    first_seen: datetime
    last_seen: datetime


class Trace(Record):
    """What was found. `notes` say what could not be looked at, and what to do."""

    asked: str
    verdict: Verdict
    why: str
    article_id: str | None
    steps: tuple[Step, ...]
    documents: tuple[Document, ...] = ()
    headlines: tuple[Told, ...] = ()
    rejects: tuple[dict[str, Any], ...] = ()
    notes: tuple[str, ...] = ()


@dataclass
class _Evidence:
    """What the three places say: the registry, the topics, the index."""

    asked: str
    root_id: str | None = None
    reject_id: str | None = None
    found: Whereabouts | None = None
    steps: list[Step] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    stories: Mapping[str, int] = field(default_factory=dict)
    headlines: list[dict[str, Any]] = field(default_factory=list)
    rejects: list[dict[str, Any]] = field(default_factory=list)
    forgotten_at: str | None = None
    forgotten: bool = False
    replaced_by: str | None = None
    trail: Trail | None = None


def trace(settings: Settings, run: Run | None, asked: str) -> Trace:
    """Find out where the article is that `asked`, an id or a file, means.

    A server that is away is said in the notes; what the others know is told all the same.

    Raises:
        UserError: `asked` is a folder.
    """
    if Path(asked).is_dir():
        raise UserError(f"{asked} is a folder", "name one file, or an id; sada ingest DIR waits for all of a folder")
    evidence = _Evidence(asked)
    if _ID.fullmatch(asked) and not Path(asked).exists():
        evidence.root_id = asked
    else:
        _ask_registry(evidence, Path(asked), settings)
    try:
        with closing(Cluster(connect(settings))) as cluster:
            _ask_index(evidence, _Asking(cluster, settings.index_prefix))
    except (Unavailable, Denied) as error:
        evidence.notes.append(f"Elasticsearch at {settings.elasticsearch} was not asked: {error}")
    if evidence.root_id is not None and evidence.reject_id is None and (evidence.documents or not evidence.headlines):
        _ask_topics(evidence, settings)
        evidence.forgotten = evidence.forgotten_at is not None or is_forgotten(evidence.root_id, settings)
    return _judged(evidence, settings, run)


def _ask_registry(evidence: _Evidence, file: Path, settings: Settings) -> None:
    found = evidence.found = find_file(file, settings)
    seen = found.row
    evidence.root_id = seen.holds or seen.article_id if seen is not None else found.holds
    if seen is None or found.sent_at is None:
        return
    evidence.reject_id = seen.reject_id
    written = datetime.fromtimestamp(seen.captured_ns / 1e9, UTC)
    evidence.steps.append(Step(at=written, where="file", what=f"{found.place.path} was written"))
    what = f"refused as {seen.reject_id}" if seen.reject_id else f"sent as {seen.article_id}"
    evidence.steps.append(Step(at=found.sent_at, where="registry", what=what))
    if not found.exists:
        evidence.notes.append("the file is gone from the inbox")
    elif found.changed and found.holds != evidence.root_id:
        evidence.notes.append("the file has changed since: the watcher sends it anew at its next look")


@dataclass(frozen=True)
class _Asking:
    """Questions to the index; one that is not there yet holds nothing."""

    cluster: Cluster
    prefix: str

    def refresh(self) -> None:
        """Make what was written findable."""
        self.cluster.refresh([index.alias(self.prefix) for index in INDICES])

    def hits(self, alias: str, query: object, source: Sequence[str], size: int = 100) -> list[dict[str, Any]]:
        """Return the documents that answer `query`."""
        status, answer = self.cluster.ask(
            "POST", f"/{alias}/_search", {"query": query, "_source": list(source), "size": size}
        )
        return [hit["_source"] for hit in answer["hits"]["hits"]] if status == 200 else []

    def count(self, alias: str, query: object) -> int:
        """Count the documents that answer `query`."""
        status, answer = self.cluster.ask("POST", f"/{alias}/_count", {"query": query})
        return int(answer["count"]) if status == 200 else 0


def _ask_index(evidence: _Evidence, index: _Asking) -> None:
    articles, rejects = ARTICLES.alias(index.prefix), REJECTS.alias(index.prefix)
    if index.cluster.ask("GET", f"/_alias/{articles}")[0] != 200:
        evidence.notes.append("the index is not there yet: the sink makes it")
        return
    index.refresh()
    one = evidence.root_id
    if one is not None:
        for found in index.hits(articles, {"term": {"article_id": one}}, ["root_id"]):
            evidence.root_id = found["root_id"]
        evidence.documents = index.hits(articles, {"term": {"root_id": evidence.root_id}}, _ARTICLE)
        for found in index.hits(articles, {"term": {"supersedes": evidence.root_id}}, ["article_id"]):
            evidence.replaced_by = found["article_id"]
        for found in index.hits(FORGOTTEN.alias(index.prefix), {"term": {"article_id": one}}, ["forgotten_at"]):
            evidence.forgotten_at = found["forgotten_at"]
    ids = sorted(known for known in {one, evidence.root_id, evidence.reject_id} if known is not None)
    either = [{"terms": {name: ids}} for name in ("reject_id", "article_id")]
    evidence.rejects = index.hits(rejects, {"bool": {"should": either}}, _REJECT)
    if any(found["reject_id"] == evidence.asked for found in evidence.rejects):
        evidence.reject_id = evidence.asked
    _ask_clusters(evidence, index, articles)


def _ask_clusters(evidence: _Evidence, index: _Asking, articles: str) -> None:
    """Look up the headlines and stories of what was found; or the headline that was asked for by its id."""
    alias = HEADLINES.alias(index.prefix)
    clusters = sorted({one for document in evidence.documents for one in document.get("cluster_ids", ())})
    if clusters:
        evidence.headlines = index.hits(alias, {"terms": {"headline_id": clusters}}, _HEADLINE, 1000)
    elif evidence.found is None and not evidence.documents and not evidence.rejects:
        either = [{"term": {name: evidence.root_id}} for name in ("headline_id", "members")]
        evidence.headlines = index.hits(alias, {"bool": {"should": either}}, _HEADLINE)
    stories = {document["story_id"] for document in evidence.documents if "story_id" in document}
    evidence.stories = {one: index.count(articles, {"term": {"story_id": one}}) for one in sorted(stories)}


def _ask_topics(evidence: _Evidence, settings: Settings) -> None:
    assert evidence.root_id is not None
    try:
        evidence.trail = find_trail(settings, evidence.root_id, _since(evidence))
    except UserError as error:
        evidence.notes.append(f"the topics were not searched: {error.problem}")
        return
    evidence.notes += [f"{one} is too long to be searched through" for one in evidence.trail.exhausted]


def _since(evidence: _Evidence) -> datetime | None:
    """Return when the article was sent last, where that is known."""
    if evidence.found is not None and evidence.found.sent_at is not None:
        return evidence.found.sent_at
    reads = [datetime.fromisoformat(document["read_at"]) for document in evidence.documents]
    return min(reads) if reads else None


def _judged(evidence: _Evidence, settings: Settings, run: Run | None) -> Trace:
    if evidence.headlines and not evidence.documents:
        return _headline(evidence)
    verdict, why = _verdict(evidence)
    if verdict is Verdict.UNKNOWN and evidence.found is not None:
        reasons = list(say_why_unknown(evidence.found, settings, run))
        why, evidence.notes = reasons[0], evidence.notes + reasons[1:]
    evidence.steps += _steps(evidence, settings)
    return Trace(
        asked=evidence.asked,
        verdict=verdict,
        why=why,
        article_id=evidence.root_id,
        steps=tuple(sorted(evidence.steps, key=lambda step: step.at or _NOBODY_KNOWS)),
        documents=tuple(_document(one, evidence.stories) for one in _in_order(evidence.documents)),
        headlines=_told(evidence.headlines),
        rejects=tuple(evidence.rejects),
        notes=tuple(evidence.notes),
    )


def _verdict(evidence: _Evidence) -> tuple[Verdict, str]:
    prints = evidence.trail.footprints if evidence.trail is not None else ()
    ahead = [one for one in prints if one.ahead]
    if evidence.forgotten:
        return Verdict.FORGOTTEN, "sada forget --undo lets it come back"
    if evidence.reject_id is not None or (evidence.rejects and not evidence.documents):
        said = evidence.rejects[0] if evidence.rejects else None
        why = f"{said['stage']}: {said['reason']}: {said['message']}" if said else "the sink has not indexed that yet"
        return Verdict.REJECTED, f"{why}; docs/rejects.md says what to do"
    if ahead:
        who = "sink comes" if ahead[-1].topic == ENRICHED.name else "workers come"
        return Verdict.ON_ITS_WAY, f"on {ahead[-1].topic}; the {who} to it after {ahead[-1].ahead:,} message(s)"
    if evidence.documents:
        return Verdict.SEARCHABLE, f"{len(evidence.documents)} document(s), {len(evidence.headlines)} headline(s)"
    return _absent(evidence, [one for one in prints if one.topic == RAW.name])


def _absent(evidence: _Evidence, sent: Sequence[Footprint]) -> tuple[Verdict, str]:
    """Say why an article is not in the index that is neither rejected nor on its way."""
    if evidence.replaced_by is not None:
        return Verdict.TAKEN_BACK, f"its file was edited and holds {evidence.replaced_by} now"
    if sent and sent[-1].taken_back:
        return Verdict.TAKEN_BACK, "its file was edited or removed"
    if sent or (evidence.found is not None and evidence.found.row is not None):
        return Verdict.MISSING, "it was sent, but is neither in the index nor rejected: sada doctor, sada reprocess"
    return Verdict.UNKNOWN, "no file of the registry, no message and no document has this id"


def _headline(evidence: _Evidence) -> Trace:
    """Describe the headline whose id was asked for."""
    told = _told(evidence.headlines)
    one = told[0]
    why = f"a headline, in {one.article_count} article(s)"
    steps = (
        Step(at=one.first_seen, where="index", what="first seen"),
        Step(at=one.last_seen, where="index", what="last seen"),
    )
    return Trace(
        asked=evidence.asked, verdict=Verdict.SEARCHABLE, why=why, article_id=None, steps=steps, headlines=told
    )


def _steps(evidence: _Evidence, settings: Settings) -> Iterator[Step]:
    own = next((one for one in evidence.documents if one["article_id"] == evidence.root_id), None)
    if own is not None:
        if evidence.found is None or evidence.found.row is None:
            yield _step(own["captured_at"], "file", f"{', '.join(own['paths'][:3])} was written")
        yield _step(own["read_at"], "watcher", "read")
    if evidence.root_id is not None and own is None and evidence.found is None:
        for place in find_article(evidence.root_id, settings)[:3]:
            yield Step(at=None, where="registry", what=f"{place.root / file_path(place.path)} holds it")
    for footprint in evidence.trail.footprints if evidence.trail is not None else ():
        yield Step(at=footprint.at, where=_place(footprint), what=_what(footprint, evidence.root_id))
    for reject in evidence.rejects:
        yield _step(reject["rejected_at"], reject["stage"], f"rejected: {reject['reason']} ({reject['reject_id']})")
    if evidence.forgotten_at is not None:
        yield _step(evidence.forgotten_at, "index", "forgotten")
    if own is not None:
        yield Step(at=None, where=ARTICLES.alias(settings.index_prefix), what="indexed; the index keeps no time of it")


def _step(at: str, where: str, what: str) -> Step:
    return Step(at=datetime.fromisoformat(at), where=where, what=what)


def _place(footprint: Footprint) -> str:
    return f"{footprint.topic} {footprint.partition}:{footprint.offset}"


def _what(footprint: Footprint, root_id: str | None) -> str:
    if footprint.taken_back:
        return "taken back"
    what = "the page" if footprint.article_id == root_id else f"embedded {footprint.article_id}"
    return f"{what}, passed" if not footprint.ahead else f"{what}, {footprint.ahead:,} message(s) ahead"


def _in_order(documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(documents, key=lambda one: ("parent_id" in one, one["article_id"]))


def _told(headlines: list[dict[str, Any]]) -> tuple[Told, ...]:
    """Return the headlines, those that most articles carry first."""
    told = map(Told.model_validate, headlines)
    return tuple(sorted(told, key=lambda one: (-one.article_count, one.headline_id)))


def _document(found: dict[str, Any], stories: Mapping[str, int]) -> Document:
    story = found.get("story_id", found["article_id"])
    return Document(
        article_id=found["article_id"],
        parent_id=found.get("parent_id"),
        title=found.get("title"),
        story_id=story,
        copies=max(1, stories.get(story, 1)),
        headlines=len(found.get("cluster_ids", ())),
    )
