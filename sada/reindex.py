"""Indices in, new versions of them behind the aliases out; writing and searching go on meanwhile."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import orjson

from schemas import Settings
from schemas.identity import digest
from schemas.indices import ARTICLES, FORGOTTEN, HEADLINES, INDICES, NAMES, REJECTED, Index
from sinks.client import Cluster
from sinks.templates import analysis_template, index_template, put_templates

from .alone import alone
from .closed import open_again
from .copying import Copier, Journal, Patience, Site
from .errors import UserError

Say = Callable[[str], None]

ID_FIELDS = {ARTICLES: "article_id", HEADLINES: "headline_id", NAMES: "member", REJECTED: "reject_id"} | {
    FORGOTTEN: "article_id"
}
"""The field of each index that begins with evenly spread hexadecimal digits: parts of it are counted."""

FEW = 200
"""Documents of a round after which the rest can be copied while writers wait; or when rounds get shorter no more."""


@dataclass(frozen=True)
class Renewed:
    """An index that was built anew: what it was, what it is, and how long writers `waited` (seconds)."""

    alias: str
    new: str
    old: str
    documents: int
    waited: float


def reindex(cluster: Cluster, settings: Settings, indices: Sequence[Index], slices: int, say: Say) -> list[Renewed]:
    """Build a new version of each of `indices` from the old one, and let its alias point there.

    Goes on where an earlier call broke off. Searches notice nothing; the sink waits for the moment of the exchange.

    Raises:
        UserError: an index is not there, a document does not fit, or another call is at work.
        Unavailable, Denied: no answer.
    """
    site = Site(cluster, Patience())
    with alone(settings.state_dir, "reindex"):
        open_again(cluster, settings, indices, say)
        put_templates(cluster, settings)
        return [_renew(site, settings, index, slices, say) for index in indices]


def named(names: Sequence[str]) -> list[Index]:
    """Return the indices of these names; all for none.

    Raises:
        UserError: there is none of that name.
    """
    known = {index.name: index for index in INDICES}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UserError(f"there is no index {unknown[0]!r}", f"give some of {', '.join(known)}")
    return [known[name] for name in dict.fromkeys(names)] or list(INDICES)


def _renew(site: Site, settings: Settings, index: Index, slices: int, say: Say) -> Renewed:
    alias = index.alias(settings.index_prefix)
    old = current(site, alias)
    new, journal, meta = _prepare(site, settings, index, old)
    copier = Copier(site, old, new, journal, id_field=ID_FIELDS[index], meta=meta, slices=slices)
    total = int(site.ask("GET", f"/{old}/_count")["count"])
    some = copier.round(lambda done: say(f"{new}: {done:,} of {total:,} copied"))
    copier.sweep()
    before = 2 * some
    while some > FEW and some <= before // 2:
        before, some = some, copier.round(lambda done: say(f"{new}: {done:,} of {total:,} copied"))
    began = time.monotonic()
    with nobody_writing(site, [old]):
        documents = _finish(copier, old, new, say)
        exchange(site, {alias: (old, new)})
    waited = time.monotonic() - began
    say(f"{alias}: {documents:,} documents, now in {new}; writers waited {waited:.1f} s")
    return Renewed(alias, new, old, documents, waited)


def _finish(copier: Copier, old: str, new: str, say: Say) -> int:
    """Copy the rest while writers wait; return how many documents the new index then has."""
    copier.round(lambda done: say(f"{new}: {done:,} copied, writers wait"), save=False)
    here, there = copier.counts()
    if here != there:
        copier.sweep()
        here, there = copier.counts()
    if here != there:
        raise UserError(
            f"{new} has {there:,} documents, {old} has {here:,}", "do this again; if it stays so, report it"
        )
    return there


def current(site: Site, alias: str) -> str:
    """Return the index that `alias` points to.

    Raises:
        UserError: to none, or to several.
    """
    status, found = site.patience.persist(lambda: site.cluster.ask("GET", f"/_alias/{alias}"))
    if status != 200:
        raise UserError(f"no index {alias} in Elasticsearch yet", "the sink makes it: sada up")
    if len(found) != 1:
        raise UserError(f"{alias} points to {', '.join(sorted(found))}", "leave it one of them, then do this again")
    return str(next(iter(found)))


def versions(site: Site, alias: str) -> dict[int, str]:
    """Return all versions of the index that stand in the cluster, by number."""
    found = site.ask("GET", f"/{alias}-v*/_alias")
    numbers = {name: re.fullmatch(re.escape(alias) + r"-v(\d+)", name) for name in found}
    return {int(match[1]): name for name, match in numbers.items() if match is not None}


def _prepare(site: Site, settings: Settings, index: Index, old: str) -> tuple[str, Journal, dict[str, Any]]:
    """Return the new index, how far its copy is, and what it says of itself; made now unless one was begun before."""
    alias = index.alias(settings.index_prefix)
    uuid = site.ask("GET", f"/{old}/_settings")[old]["settings"]["index"]["uuid"]
    template = digest("template", orjson.dumps([analysis_template(), index_template(index, settings)]).decode())
    meta = {"from": old, "uuid": uuid, "template": template}
    standing = versions(site, alias)
    for name in standing.values():
        said = site.ask("GET", f"/{name}/_mapping")[name]["mappings"].get("_meta", {}).get("reindex", {})
        if name != old and said.get("from") == old and "done" not in said:
            if {key: said.get(key) for key in meta} == meta:
                return name, Journal(said.get("to", {}), said.get("left", {})), meta
            site.ask("DELETE", f"/{name}")  # begun by other templates, or from an index that is no more
            standing = {number: one for number, one in standing.items() if one != name}
    new = f"{alias}-v{max(standing) + 1}"
    site.ask("PUT", f"/{new}", {"mappings": {"_meta": {"reindex": meta}}})
    return new, Journal(), meta


@contextmanager
def nobody_writing(site: Site, indices: Sequence[str]) -> Iterator[None]:
    """Let writers to `indices` wait until they can go on in others: sinks try again by themselves.

    If that fails, they can write where they did.
    """
    for name in indices:
        site.ask("PUT", f"/{name}/_block/write")
    try:
        yield
    except BaseException:
        for name in indices:
            site.ask("PUT", f"/{name}/_settings", {"index.blocks.write": None})
        raise


def exchange(site: Site, moves: dict[str, tuple[str, str]]) -> None:
    """Let each alias point to its new index instead of the old one, all in one step, and note that it is done."""
    actions: list[dict[str, Any]] = []
    for alias, (old, new) in moves.items():
        actions.append({"remove": {"index": old, "alias": alias}})
        actions.append({"add": {"index": new, "alias": alias, "is_write_index": True}})
    site.ask("POST", "/_aliases", {"actions": actions})
    for old, new in moves.values():
        site.ask("PUT", f"/{new}/_mapping", {"_meta": {"reindex": {"from": old, "done": True}}})


def old_versions(cluster: Cluster, settings: Settings, indices: Sequence[Index]) -> list[str]:
    """Return the versions before the one that each alias points to."""
    site = Site(cluster, Patience())
    found = []
    for index in indices:
        alias = index.alias(settings.index_prefix)
        standing, used = versions(site, alias), current(site, alias)
        now = next(number for number, name in standing.items() if name == used)
        found += [name for number, name in sorted(standing.items()) if number < now]
    return found


def drop(cluster: Cluster, names: Sequence[str]) -> None:
    """Delete indices that are used no more."""
    site = Site(cluster, Patience())
    for name in names:
        site.ask("DELETE", f"/{name}")
