"""Ids and files in, articles gone for good out; also taken back: what is forgotten, and what was deleted."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from producers.reading import read_articles
from producers.registry import Registry, registry_file
from producers.vanished import find_vanished
from schemas import RawArticle, Settings, encode
from schemas.forgotten import Forgotten
from schemas.indices import ARTICLES
from schemas.letter import Letter
from schemas.topics import FORGOTTEN, RAW, REJECTED
from sinks.client import Cluster

from .errors import UserError
from .passing import Passing
from .rejects import Wanted, find

_ID = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Meant:
    """An article that a person means: its id and its title, where the index has it."""

    article_id: str
    title: str | None = None


def article_of(target: str, settings: Settings) -> str:
    """Return the id of the article that `target`, an id or a file, is.

    Raises:
        UserError: neither.
    """
    if _ID.fullmatch(target):
        return target
    (found,) = read_articles([Path(target)], settings) if not Path(target).is_dir() else (None,)
    if found is None:
        raise UserError(f"{target} is a folder", "name the files, or the articles' ids")
    if isinstance(found, RawArticle):
        return found.article_id
    raise UserError(f"{found.message} ({found.reason})", "give the article's id: sada search --json shows it")


def identify(targets: Sequence[str], cluster: Cluster, settings: Settings) -> list[Meant]:
    """Return the articles that `targets` are, each once.

    Raises:
        UserError: a target that is no article, or one that a page embeds; it goes with its page.
    """
    ids = list(dict.fromkeys(article_of(target, settings) for target in targets))
    documents = cluster.fetch(ARTICLES.alias(settings.index_prefix), ids, ("title", "parent_id"))
    for article_id, document in documents.items():
        if "parent_id" in document:
            problem = f"{article_id} is embedded in the page {document['parent_id']}"
            raise UserError(problem, f"it goes with that page: sada forget {document['parent_id']}")
    return [Meant(one, documents.get(one, {}).get("title")) for one in ids]


def forget(passing: Passing, cluster: Cluster, settings: Settings, ids: Sequence[str], seconds: float) -> bool:
    """Forget the articles `ids` for good; True once the sink has taken them away, False if that takes longer.

    What says so comes first: from then on nothing that is said of them stays. Their rejects go, too: these hold text.
    """
    _tell_registry(settings, ids, lift=False)
    now = datetime.now(UTC)
    orders = [Forgotten(article_id=one, forgotten_at=now) for one in ids]
    places = dict(passing.send(Letter(FORGOTTEN.name, one.article_id.encode(), encode(one)) for one in orders))
    passing.send(Letter(RAW.name, one.encode(), None) for one in ids)
    for one in ids:
        rejects = [found["reject_id"] for found in find(cluster, settings, Wanted(article_id=one))]
        if rejects:
            places |= passing.send(Letter(REJECTED.name, reject.encode(), None) for reject in rejects)
    return passing.wait(places, seconds)


def lift(passing: Passing, settings: Settings, ids: Sequence[str], seconds: float) -> int | None:
    """Let the articles `ids` come back; return how many the watcher will send again at its next scan.

    Null if the sink has not heard of it within `seconds`: it would drop what is sent now.
    """
    if not passing.wait(passing.send(Letter(FORGOTTEN.name, one.encode(), None) for one in ids), seconds):
        return None
    return _tell_registry(settings, ids, lift=True)


def _tell_registry(settings: Settings, ids: Sequence[str], *, lift: bool) -> int:
    """Tell the watcher, where it runs on this machine; elsewhere the sink alone sees to it."""
    file = registry_file(settings)
    if not file.exists():
        return 0
    with closing(Registry(file, settings.inbox)) as registry:
        registry.forget(ids, lift=lift)
        return len(registry.send_again(articles=ids)) if lift else 0


def deleted(settings: Settings) -> Mapping[str, Iterable[object]]:
    """Return the articles whose last file is gone from the inbox, with the paths that they had.

    Raises:
        UserError: there is no inbox, or no registry of one.
    """
    file = registry_file(settings)
    if not settings.inbox.is_dir():
        raise UserError(f"there is no folder {settings.inbox}", "mount it, or set SADA_INBOX")
    if not file.exists():
        raise UserError(f"no registry at {file}", "run this where the watcher runs, with its SADA_STATE_DIR")
    with closing(Registry(file, settings.inbox)) as registry:
        return find_vanished(registry)


def retract(passing: Passing, settings: Settings, ids: Sequence[str]) -> None:
    """Take back articles whose files are gone; they come back with their files."""
    passing.send(Letter(RAW.name, one.encode(), None) for one in ids)
    with closing(Registry(registry_file(settings), settings.inbox)) as registry:
        registry.retracted(ids)
