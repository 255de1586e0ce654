"""The raw topic and the watcher's registry in, every article that can still be read again out, each once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime

from producers.messages import Spread, raw_article
from producers.outcomes import Found
from producers.reading import read
from producers.registry import Registry, registry_file
from schemas import DecodeError, RawArticle, Settings, decode
from schemas.articles import PATHS_KEPT
from schemas.topics import RAW

from .passing import Passing, Places

PAGE = 1000


@dataclass(frozen=True)
class Raw:
    """An article to read again, and where its message stands; the files' have no partition."""

    article: RawArticle
    partition: int | None = None
    offset: int = 0


@dataclass
class Sources:
    """What can be read again of what stood in the raw topic up to `ends`, and of the registry's files.

    `passing` is for this reading alone: it goes on while batches are sent and watched by another.
    """

    passing: Passing
    settings: Settings
    ends: Places
    since: datetime | None
    last: dict[bytes, tuple[int, int]] = field(default_factory=dict)

    def survey(self) -> int:
        """Read where the last word on each article stands; return how many the topic still holds."""
        taken_back: set[bytes] = set()
        for word in self.passing.read(self.passing.begins([RAW.name]), self.ends):
            (taken_back.discard if word.value is not None else taken_back.add)(word.key)
            self.last[word.key] = (word.place.partition, word.offset)
        return len(self.last) - len(taken_back)

    def of_topic(self, done: dict[int, int]) -> Iterator[Raw]:
        """Yield the articles of the topic that stand from `done` on (offsets by partition), those of `since` alone."""
        begin = {place: max(at, done.get(place.partition, 0)) for place, at in self.passing.begins([RAW.name]).items()}
        for word in self.passing.read(begin, self.ends):
            is_last = self.last.get(word.key) == (word.place.partition, word.offset)
            if word.value is not None and is_last and (article := self._wanted(word.value)) is not None:
                yield Raw(article, word.place.partition, word.offset)

    def of_files(self, after: str) -> Iterator[Raw]:
        """Yield the articles of files whose word the topic no longer holds, in the order of their ids, `after` one."""
        file = registry_file(self.settings)
        if not file.exists():
            return
        with closing(Registry(file, self.settings.inbox)) as registry:
            forgotten = registry.forgotten()
            while ids := registry.articles(after, PAGE):
                after = ids[-1]
                for one in ids:
                    if one.encode() not in self.last and one not in forgotten:
                        yield from self._of_file(registry, one)

    def _of_file(self, registry: Registry, article_id: str) -> Iterator[Raw]:
        """Read the article from the first of its files that still holds it; the watcher will tell of edited ones."""
        holders = registry.holders(article_id, (), PATHS_KEPT)
        for place in holders.places:
            found = read(place.root, place.path, self.settings)
            if isinstance(found, Found) and found.article_id == article_id:
                paths = [holder.path for holder in holders.places]
                article = raw_article(found, Spread(paths, holders.total, holders.captured_ns), datetime.now(UTC))
                if self.since is None or article.captured_at >= self.since:
                    yield Raw(article)
                return

    def _wanted(self, value: bytes) -> RawArticle | None:
        try:
            article = decode(RawArticle, value)
        except DecodeError:
            return None  # a reject tells of it
        return article if self.since is None or article.captured_at >= self.since else None
