"""What the index answers, in our words: pages and the command line read these and need not know Elasticsearch.

Everything is a frozen value of plain types that `orjson.dumps` takes as it is. A field whose name ends in `_html` is
safe HTML: its text is escaped, and only `<mark>` stands around what was found. Moments are ISO 8601 in UTC, `published`
and `date` the page's own local time as printed (`2025-04-20` or `2025-04-20T23:04`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

from .query_terms import Field

Interval = Literal["hour", "day", "week", "month", "quarter", "year"]


class DeskError(RuntimeError):
    """The index cannot answer; the text says why in one line, `remedy` what to do."""

    def __init__(self, text: str, remedy: str = "") -> None:
        super().__init__(text)
        self.remedy = remedy


class NoIndexError(DeskError):
    """There is no index yet."""


class UnavailableError(DeskError):
    """Nobody answers at the address, or not in time; asking again may help."""


class RefusedError(DeskError):
    """The index refuses the login, the certificate or the question."""


class NoMomentError(DeskError):
    """The moment that was held for paging is gone; the client goes on in the present."""


class Period(StrEnum):
    """Of which time the most repeated headlines are asked for."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Named:
    """Who or what an article names, and how often; `kind` is `PER`, `LOC` or `ORG`."""

    entity_id: str
    name: str
    kind: str
    mentions: int
    name_en: str | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `copies` is how many of the articles found tell its story, itself included.

    `names` are the most often named first, all of them; `passage_html` the best passages, else the text's beginning.
    """

    article_id: str
    story_id: str
    score: float | None
    title: str | None
    title_html: str
    passage_html: str
    published: str | None
    captured_at: str
    source: str | None
    site: str
    embedded: bool
    parent_id: str | None
    paths: tuple[str, ...]
    names: tuple[Named, ...]
    copies: int


@dataclass(frozen=True, slots=True)
class FacetValue:
    """One value of a facet. `value` goes into `Query.with_filter`, `name` is shown; `chosen` if the question has it."""

    value: str
    name: str
    count: int
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Facet:
    """What the articles found are about, by one field; `others` counts what stands beyond the values listed."""

    field: Field
    values: tuple[FacetValue, ...]
    others: int


@dataclass(frozen=True, slots=True)
class Results:
    """One page of articles found.

    Attributes:
        total: articles found; `stories` how many different stories they tell (approximate beyond 3,000).
        first: the earliest day printed in them, `last` the latest; null where none is.
        page: 1 and up; the last that `page=` reaches is `last_page`, beyond it `after` leads on.
        next: what to pass as `after` for the following page, however deep; null on the last.
        labels: names of the entity ids in the question and the facets.
        took: milliseconds that the index needed.
    """

    hits: tuple[Hit, ...]
    total: int
    stories: int
    first: str | None
    last: str | None
    facets: tuple[Facet, ...]
    page: int
    last_page: int
    next: str | None
    labels: Mapping[str, str]
    took: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The articles or sightings of `since` to `until`: both inclusive days, of an hour both its beginning."""

    since: str
    until: str
    count: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many articles each stretch of time has, gaps filled with zeroes; `undated` have no date."""

    interval: Interval
    bars: tuple[Bar, ...]
    undated: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be meant. `query` is what to search for; `entity_id` or `headline_id` where it leads to a page."""

    kind: Literal["person", "place", "org", "title", "headline"]
    text: str
    query: str
    count: int
    entity_id: str | None = None
    headline_id: str | None = None
    article_id: str | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A mention: `body[start:end] == text` in code points."""

    text: str
    kind: str
    start: int
    end: int
    entity_id: str
    name: str
    name_en: str | None = None
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A headline that the page links to; it is seen in `article_count` articles, known as `cluster_id`."""

    text: str
    headline_id: str
    cluster_id: str
    article_count: int
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Brief:
    """An article in a list."""

    article_id: str
    title: str | None
    published: str | None
    captured_at: str
    source: str | None
    site: str
    embedded: bool
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One article with all that hangs on it.

    `own` is its title as a headline; `embedded` the articles inside its page, `parent` the page it stands in, `copies`
    the carriers of the same story, first captured first, itself among them (at most 100 of `copy_count`).
    """

    article_id: str
    root_id: str
    parent_id: str | None
    story_id: str
    title: str | None
    body: str
    published: str | None
    published_zone: str | None
    dateline: str | None
    source: str | None
    authors: tuple[str, ...]
    keywords: tuple[str, ...]
    site: str
    rules_version: str
    encoding: str
    paths: tuple[str, ...]
    path_count: int
    captured_at: str
    read_at: str
    supersedes: tuple[str, ...]
    mentions: tuple[Mention, ...]
    names: tuple[Named, ...]
    own: Related | None
    related: tuple[Related, ...]
    parent: Brief | None
    embedded: tuple[Brief, ...]
    copies: tuple[Brief, ...]
    copy_count: int


@dataclass(frozen=True, slots=True)
class HeadlineRow:
    """One headline in a list; `repeated` is how many articles carried it in the period, `article_count` ever."""

    headline_id: str
    text: str
    text_html: str
    repeated: int
    article_count: int
    sources: tuple[str, ...]
    first_seen: str
    last_seen: str
    forms: int


@dataclass(frozen=True, slots=True)
class HeadlineList:
    """One page of headlines, the most repeated first."""

    rows: tuple[HeadlineRow, ...]
    total: int
    page: int
    last_page: int
    took: int


@dataclass(frozen=True, slots=True)
class Carrier:
    """One article that carries a headline, as its own `title` or as a `related` link."""

    article_id: str
    role: str
    text: str
    source: str | None
    captured_at: str
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Variant:
    """One printed form of a headline; how many articles print it so, and when the first did."""

    text: str
    count: int
    first_seen: str


@dataclass(frozen=True, slots=True)
class HeadlineView:
    """One headline with all that carries it, first captured first; `spread` counts carriers over time."""

    row: HeadlineRow
    first: Carrier | None
    carriers: tuple[Carrier, ...]
    variants: tuple[Variant, ...]
    spread: Timeline
    dates: tuple[str, ...]
    closed_at: str | None


@dataclass(frozen=True, slots=True)
class CoMention:
    """Another that is named in the same articles: in `count` of them; `score` says how much more than elsewhere."""

    entity_id: str
    name: str
    kind: str
    count: int
    score: float


@dataclass(frozen=True, slots=True)
class EntityView:
    """One person, place or organisation: in how many articles, when, with whom, in whose pages, printed how."""

    entity_id: str
    name: str
    name_en: str | None
    kind: str
    country: str | None
    article_count: int
    forms: tuple[FacetValue, ...]
    timeline: Timeline
    together: tuple[CoMention, ...]
    sources: tuple[FacetValue, ...]
    sites: tuple[FacetValue, ...]
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class RejectRow:
    """One reject, without its payload."""

    reject_id: str
    stage: str
    reason: str
    message: str
    path: str | None
    article_id: str | None
    attempt: int | None
    rejected_at: str
    reduced: bool


@dataclass(frozen=True, slots=True)
class RejectCount:
    """How many rejects have this stage and reason."""

    stage: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class Rejects:
    """Rejects by reason, and one page of them, the latest first."""

    total: int
    counts: tuple[RejectCount, ...]
    rows: tuple[RejectRow, ...]
    page: int
    last_page: int


@dataclass(frozen=True, slots=True)
class Counts:
    """What the indices hold."""

    main: int
    embedded: int
    headlines: int
    rejects: Mapping[str, int]

    @property
    def articles(self) -> int:
        """All articles, those that pages embed among them."""
        return self.main + self.embedded
