"""Mappings on disk in, index templates, indices and aliases on the cluster out; doing it again changes nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Protocol

import orjson

from schemas.indices import ARTICLES, HEADLINES, INDICES, Index
from schemas.settings import Settings

_MAPPINGS = Path(__file__).parent / "mappings"


class Askable(Protocol):
    """A cluster that answers requests."""

    def ask(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        """Return status and answer."""


_SEARCHED = (ARTICLES, HEADLINES)
"""Indices whose text people search: questions to them know synonyms, those to the others need none."""


@cache
def load(name: str) -> bytes:
    """Read a file of `mappings/`."""
    return (_MAPPINGS / f"{name}.json").read_bytes()


@cache
def read_rules(name: str) -> tuple[str, ...]:
    """Read the synonyms of a file of `mappings/`, one rule a line (docs/search.md), without its comments."""
    lines = (_MAPPINGS / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))


def search_analysis() -> dict[str, Any]:
    """Return how questions are analysed, with the synonyms written out: no file need lie on the cluster."""
    analysis: dict[str, Any] = orjson.loads(load("search_analysis"))
    for part in analysis["filter"].values():
        part["synonyms"] = [rule for name in part["synonyms"] for rule in read_rules(name)]
    return analysis


def analysis_template() -> dict[str, Any]:
    """Return the component template with the Arabic analysis, as every index uses it."""
    template: dict[str, Any] = orjson.loads(load("analysis"))
    return template


def index_template(index: Index, settings: Settings) -> dict[str, Any]:
    """Return the index template of `index` with the prefix, shards and replicas of `settings`."""
    template: dict[str, Any] = orjson.loads(load(index.name))
    template["index_patterns"] = [f"{index.alias(settings.index_prefix)}-v*"]
    template["composed_of"] = [_analysis_name(settings)]
    template["template"]["settings"]["index"] |= {
        "number_of_shards": settings.shards,
        "number_of_replicas": settings.index_replicas,
    }
    if index in _SEARCHED:
        template["template"]["settings"]["analysis"] = search_analysis()
    return template


def ensure(cluster: Askable, settings: Settings) -> None:
    """Put the templates, create the indices that are missing, and see that each alias has an index.

    An index that exists takes new fields; an alias that points somewhere is left alone.

    Raises:
        Unavailable: the cluster cannot answer now.
        ValueError: the cluster refuses a template or mapping; says why.
    """
    put_templates(cluster, settings)
    for index in INDICES:
        _ensure_index(cluster, index, index_template(index, settings), settings.index_prefix)


def put_templates(cluster: Askable, settings: Settings) -> None:
    """Put the templates alone: the next indices are made by them, those that stand are left as they are.

    Raises:
        Unavailable: the cluster cannot answer now.
        ValueError: the cluster refuses a template; says why.
    """
    _do(cluster, "PUT", f"/_component_template/{_analysis_name(settings)}", analysis_template())
    for index in INDICES:
        _do(cluster, "PUT", f"/_index_template/{index.alias(settings.index_prefix)}", index_template(index, settings))


def _ensure_index(cluster: Askable, index: Index, template: dict[str, Any], prefix: str) -> None:
    alias, name = index.alias(prefix), index.versioned(prefix)
    status, _ = cluster.ask("GET", f"/_alias/{alias}")
    if status == 200:
        _update_mapping(cluster, alias, template["template"]["mappings"])
        return
    status, answer = cluster.ask("PUT", f"/{name}", {"aliases": {alias: {"is_write_index": True}}})
    if status == 200:
        return
    if answer["error"]["type"] != "resource_already_exists_exception":
        raise ValueError(f"index {name}: {answer['error']['reason']}")
    # Another sink made it this moment, or someone removed the alias from it.
    action = {"add": {"index": name, "alias": alias, "is_write_index": True}}
    _do(cluster, "POST", "/_aliases", {"actions": [action]})


def _update_mapping(cluster: Askable, alias: str, mapping: dict[str, Any]) -> None:
    """Add new fields. An index made before it knew how questions are analysed keeps that until it is made anew."""
    path = f"/{alias}/_mapping"
    status, answer = cluster.ask("PUT", path, mapping)
    if status >= 400 and "has not been configured" in answer["error"]["reason"]:
        _do(cluster, "PUT", path, _without_search_analyzers(mapping))
    elif status >= 400:
        raise ValueError(f"PUT {path}: {answer['error']['reason']}")


def _without_search_analyzers(part: Any) -> Any:  # noqa: ANN401 - a part of a mapping is a dictionary or a value
    if not isinstance(part, dict):
        return part
    return {name: _without_search_analyzers(value) for name, value in part.items() if name != "search_analyzer"}


def _do(cluster: Askable, method: str, path: str, body: object) -> None:
    status, answer = cluster.ask(method, path, body)
    if status >= 400:
        raise ValueError(f"{method} {path}: {answer['error']['reason']}")


def _analysis_name(settings: Settings) -> str:
    return f"{settings.index_prefix}-analysis"
