"""Articles enter as a list, what the line makes of them leaves: the same stages as the workers', with no broker."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache

from schemas import EnrichedArticle, Headline, HeadlineSighting, Kind, RawArticle, Rejected, encode
from schemas.message import Message
from schemas.topics import RAW

from .boundary import Origin, Walk, Worker, load, rejected, walk
from .clusters import Clusters
from .wiring import STAGES, Stage, chains

Tombstone = tuple[str, None]
"""A file's article id and nothing: the file is gone, and all that it became with it."""


@dataclass(frozen=True)
class Output:
    """What the index would hold: each document once, by its id."""

    articles: tuple[EnrichedArticle, ...]
    headlines: tuple[Headline, ...]
    rejected: tuple[Rejected, ...]
    names: Mapping[tuple[Kind, str], str]
    """The cluster of each headline and each article whose cluster is not named after itself."""


def process(raws: Iterable[RawArticle | Tombstone], stages: tuple[Stage, ...] = STAGES) -> Output:
    r"""Run the whole line over `raws` in memory, in order (docs/python-api.md).

    A tombstone, and an article that supersedes others, take back what those became, as the sink does. Nothing is
    raised for a page: what cannot be processed is in `rejected`. Rules and the tagger are loaded at the first page.

    >>> from schemas import identity
    >>> read = datetime(2025, 4, 21, tzinfo=UTC)
    >>> def page(text):
    ...     return RawArticle(article_id=identity.article_id(text), text=text, paths=("page.txt",), path_count=1,
    ...                       encoding="utf-8", captured_at=read, read_at=read)
    >>> text = "أمطار على بيروت\nهطلت أمطار غزيرة على بيروت، أمس، وأغلقت طرقا عدة.\nإقرأ أيضاً\nالثلوج تغطي جبال لبنان\n"
    >>> output = process([page(text)])
    >>> [(article.facts.title, article.body) for article in output.articles]
    [('أمطار على بيروت', 'هطلت أمطار غزيرة على بيروت، أمس، وأغلقت طرقا عدة.')]
    >>> sorted(headline.text for headline in output.headlines)
    ['أمطار على بيروت', 'الثلوج تغطي جبال لبنان']
    >>> [str(reject.reason) for reject in process([page("الرئيسية\nاتصل بنا\n")]).rejected]
    ['no_text']
    >>> process([page(text), (page(text).article_id, None)]).articles
    ()
    """
    index = _Index()
    for raw in raws:
        if isinstance(raw, tuple):
            index.forget(raw[0])
            continue
        for article_id in raw.supersedes:
            index.forget(article_id)
        index.add(raw, _walk(raw, stages))
    return index.output()


def process_one(raw: RawArticle, stages: tuple[Stage, ...] = STAGES) -> tuple[EnrichedArticle, ...] | Rejected:
    r"""Return what one article becomes, the page's main article first, or why it (or a part of it) cannot.

    >>> from schemas import identity
    >>> read = datetime(2025, 4, 21, tzinfo=UTC)
    >>> text = "أمطار على بيروت\nهطلت أمطار غزيرة على بيروت، أمس، وأغلقت طرقا عدة.\n"
    >>> (article,) = process_one(RawArticle(article_id=identity.article_id(text), text=text, paths=("page.txt",),
    ...                                     path_count=1, encoding="utf-8", captured_at=read, read_at=read))
    >>> [(entity.text, entity.entity_id) for entity in article.entities]
    [('بيروت', 'loc:beirut')]
    """
    result = _walk(raw, stages)
    if result.failures:
        return _rejects(raw, result)[0]
    return _enriched(result.documents)


@dataclass
class _Index:
    """What the sink keeps, as dictionaries."""

    pages: dict[str, Walk] = field(default_factory=dict)
    clusters: Clusters = field(default_factory=Clusters)
    rejects: dict[str, Rejected] = field(default_factory=dict)

    def add(self, raw: RawArticle, result: Walk) -> None:
        self.pages[raw.article_id] = result
        self.rejects |= {reject.reject_id: reject for reject in _rejects(raw, result)}
        self.clusters.tell(result.tellings)

    def forget(self, article_id: str) -> None:
        gone = self.pages.pop(article_id, Walk())
        sightings = [telling for telling in gone.tellings if isinstance(telling, HeadlineSighting)]
        self.clusters.tell(sighting.model_copy(update={"retracted": True}) for sighting in sightings)

    def output(self) -> Output:
        documents = [document for page in self.pages.values() for document in page.documents]
        return Output(
            _enriched(documents), self.clusters.headlines(), tuple(self.rejects.values()), self.clusters.names()
        )


def _walk(raw: RawArticle, stages: tuple[Stage, ...]) -> Walk:
    return walk(_workers(stages), raw)


@cache
def _workers(stages: tuple[Stage, ...]) -> tuple[Worker, ...]:
    """Load the stages' rules and models once per process."""
    return tuple(worker for chain in chains("fused", stages) for worker in load(chain))


def _enriched(documents: Iterable[Message]) -> tuple[EnrichedArticle, ...]:
    return tuple(document for document in documents if isinstance(document, EnrichedArticle))


def _rejects(raw: RawArticle, result: Walk) -> list[Rejected]:
    origin = Origin(RAW.name, raw.article_id.encode(), encode(raw) if result.failures else None)
    now = datetime.now(UTC)
    return [rejected(failure, origin, now) for failure in result.failures]
