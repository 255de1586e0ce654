"""The topic table: each topic's name, the model on it, its key and how long Kafka keeps it."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.articles import CleanArticle, EnrichedArticle, RawArticle, SplitArticle
from schemas.clusters import MemberBatch, Naming, ProbeBatch
from schemas.forgotten import Forgotten
from schemas.headlines import Headline
from schemas.message import Message
from schemas.rejects import Rejected

DAY_MS = 24 * 60 * 60 * 1000


@dataclass(frozen=True)
class Topic:
    """One topic. `key` names the field that decides the partition; a null value takes back what the key named.

    A `lasting` one keeps the last message of each key for ever.
    """

    name: str
    model: type[Message]
    key: str
    retention_ms: int = 7 * DAY_MS
    staged_only: bool = False
    lasting: bool = False


RAW = Topic("articles.raw", RawArticle, "article_id")
CLEAN = Topic("articles.clean", CleanArticle, "article_id", staged_only=True)
SPLIT = Topic("articles.split", SplitArticle, "root_id", staged_only=True)
ENRICHED = Topic("articles.enriched", EnrichedArticle, "root_id")
SEEN = Topic("clusters.seen", MemberBatch, "member")
BANDS = Topic("clusters.bands", ProbeBatch, "band")
NAMED = Topic("clusters.named", Naming, "member")
UNIQUE = Topic("headlines.unique", Headline, "headline_id")
REJECTED = Topic("articles.rejected", Rejected, "reject_id")
FORGOTTEN = Topic("articles.forgotten", Forgotten, "article_id", lasting=True)

TOPICS: tuple[Topic, ...] = (RAW, CLEAN, SPLIT, ENRICHED, SEEN, BANDS, NAMED, UNIQUE, REJECTED, FORGOTTEN)
