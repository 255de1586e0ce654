"""Settings in, findings on Elasticsearch out: version, health, disks, clock, templates, mappings, aliases."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

from sada.closed import BLOCK, left_closed
from schemas import Settings
from schemas.indices import INDICES, Index
from sinks.client import Cluster, connect
from sinks.faults import Denied, Unavailable
from sinks.templates import Askable, index_template

from .finding import GIB, Finding, fail, ok, one_line, warn

WHAT = "Elasticsearch"
SECONDS = 5.0
CLOCK_SECONDS = 5.0
"""Clocks that differ by more than this make dates and retention differ visibly."""

VERSIONS = (8, 9)
MARKS = ("low", "high", "flood_stage")
MARK = "cluster.routing.allocation.disk.watermark."
HALTED = "if none is at work: sada reindex lets writers in at once, and goes on"
SWITCH = "cluster.routing.allocation.disk.threshold_enabled"


def examine_elasticsearch(settings: Settings, *, expected: bool) -> Iterator[Finding]:
    """Look at the cluster; one that is away is a failure only where it is `expected` to be there."""
    try:
        with closing(Cluster(connect(settings, timeout=SECONDS))) as cluster:
            _, root = cluster.ask("GET", "/")
            yield check_version(settings, str(root["version"]["number"]))
            for check in (check_health, check_nodes, check_indices):
                yield from _allowed(check, cluster, settings)
    except (Unavailable, Denied, ValueError) as error:
        remedy = "start it, or correct SADA_ELASTICSEARCH and its login"
        if expected or isinstance(error, Denied):
            yield fail(WHAT, settings.elasticsearch, one_line(error), remedy)
        else:
            yield warn(WHAT, settings.elasticsearch, "nobody answers", "none needed: sada up starts it")


def _allowed(
    check: Callable[[Askable, Settings], Iterator[Finding]], cluster: Askable, settings: Settings
) -> Iterator[Finding]:
    try:
        yield from check(cluster, settings)
    except Denied as error:
        remedy = "none for the line's sake; to look there too, give this login the right to monitor"
        yield warn(WHAT, settings.elasticsearch, f"not ours to see: {one_line(error)}", remedy)


def check_version(settings: Settings, version: str) -> Finding:
    """Judge the version."""
    if int(version.partition(".")[0]) not in VERSIONS:
        return warn(WHAT, settings.elasticsearch, f"version {version}", "use version 9, which Sada is tested with")
    return ok(WHAT, settings.elasticsearch, f"version {version}")


def check_health(cluster: Askable, settings: Settings) -> Iterator[Finding]:
    """Judge the cluster's own word on its shards."""
    where, what = settings.elasticsearch, "cluster health"
    _, health = cluster.ask("GET", "/_cluster/health")
    found = f"{health['status']}, {health['unassigned_shards']} shards without a node"
    if health["status"] == "red":
        yield fail(what, where, found, "see GET /_cluster/allocation/explain; a lost node or a full disk is usual")
    elif health["status"] == "yellow":
        yield warn(what, where, found, "add a node, or set SADA_INDEX_REPLICAS=0 and the indices' number_of_replicas")
    else:
        yield ok(what, where, str(health["status"]))


def check_nodes(cluster: Askable, settings: Settings) -> Iterator[Finding]:
    """Judge each node's disk by the cluster's watermarks, and its clock by ours."""
    _, configured = cluster.ask("GET", "/_cluster/settings?include_defaults=true&flat_settings=true")
    asked = time.time()
    _, stats = cluster.ask("GET", "/_nodes/stats/fs")
    asked = (asked + time.time()) / 2
    values = {**configured["defaults"], **configured["persistent"], **configured["transient"]}
    for node in stats["nodes"].values():
        where = f"node {node['name']}"
        yield check_disk(where, node["fs"]["total"], values)
        yield check_clock(where, node["timestamp"] / 1000 - asked)


def check_disk(where: str, disk: dict[str, Any], values: dict[str, Any]) -> Finding:
    """Judge a node's disk: past the last watermark its indices cannot be written."""
    what, left = "disk of Elasticsearch", disk["available_in_bytes"]
    used = 100 * (1 - left / disk["total_in_bytes"])
    found = f"{used:.0f}% used, {left / GIB:.1f} GiB free"
    marks = {name: _percent(str(values.get(MARK + name, ""))) for name in MARKS}
    if str(values.get(SWITCH, "true")) == "false":
        return ok(what, where, f"{found}; watermarks are off")
    passed = [name for name, mark in marks.items() if mark is not None and used > mark]
    if "flood_stage" in passed:
        return fail(what, where, f"{found}: past the flood stage", "free space: indices are read-only until then")
    if passed:
        return warn(what, where, f"{found}: past the {passed[-1]} watermark", "free space before indices close")
    return ok(what, where, found)


def _percent(mark: str) -> float | None:
    """Read a watermark that is a share; one in bytes is left to the cluster.

    >>> _percent("85%"), _percent("0.9"), _percent("20gb")
    (85.0, 90.0, None)
    """
    try:
        return float(mark[:-1]) if mark.endswith("%") else 100 * float(mark)
    except ValueError:
        return None


def check_clock(where: str, ahead: float) -> Finding:
    """Judge how far a node's clock is `ahead` of ours, in seconds."""
    found = f"{abs(ahead):.1f} s {'ahead' if ahead > 0 else 'behind'}"
    if abs(ahead) > CLOCK_SECONDS:
        return warn("clock", where, found, "set both clocks by NTP: dates and retention go by them")
    return ok("clock", where, found)


def check_indices(cluster: Askable, settings: Settings) -> Iterator[Finding]:
    """Judge template, alias and mapping of each index."""
    for index in INDICES:
        yield check_template(cluster, settings, index)
        yield from check_alias(cluster, settings, index)


def check_template(cluster: Askable, settings: Settings, index: Index) -> Finding:
    """Judge whether the template that new indices are made from is ours."""
    name = index.alias(settings.index_prefix)
    status, answer = cluster.ask("GET", f"/_index_template/{name}")
    if status == 404:
        return warn("template", name, "not there", "start a sink: it puts the templates")
    ours = index_template(index, settings)["template"]["mappings"]
    return _compared("template", name, ours, answer["index_templates"][0]["index_template"]["template"]["mappings"])


def check_alias(cluster: Askable, settings: Settings, index: Index) -> Iterator[Finding]:
    """Judge whether one index stands behind the alias to be written to, can be written, and has our fields."""
    name = index.alias(settings.index_prefix)
    status, behind = cluster.ask("GET", f"/_alias/{name}")
    if status == 404:
        yield warn("alias", name, "not there", "start a sink: it makes the index")
        return
    written = [one for one, told in behind.items() if told["aliases"][name].get("is_write_index") or len(behind) == 1]
    if len(written) != 1:
        remedy = "give one of them is_write_index (POST /_aliases)"
        yield fail("alias", name, f"stands for {', '.join(sorted(behind))}, and none is written to", remedy)
        return
    yield ok("alias", name, f"stands for {written[0]}")
    _, configured = cluster.ask("GET", f"/{written[0]}/_settings?flat_settings=true")
    settled = configured[written[0]]["settings"]
    blocks = [key for key, value in settled.items() if key.startswith("index.blocks.") and value == "true"]
    if blocks == [BLOCK] and written[0] in left_closed(cluster, settings, [index]):
        yield fail("index", written[0], f"{BLOCK}: a reindex that was killed left it closed", HALTED)
    elif blocks:
        yield fail("index", written[0], ", ".join(blocks), "free the disk, then set these to null (PUT _settings)")
    _, mappings = cluster.ask("GET", f"/{written[0]}/_mapping")
    ours = index_template(index, settings)["template"]["mappings"]
    yield _compared("mapping", written[0], ours, mappings[written[0]]["mappings"])


def _compared(what: str, where: str, ours: dict[str, Any], theirs: dict[str, Any]) -> Finding:
    differing = sorted(differences(ours, theirs))
    if not differing:
        return ok(what, where, "as ours")
    found = f"differs from ours: {', '.join(differing[:5])}{' …' if len(differing) > 5 else ''}"
    return warn(what, where, found, "start a sink of this version; a field whose type changed needs a new index")


def differences(ours: Any, theirs: Any, path: str = "") -> Iterator[str]:  # noqa: ANN401 JSON
    """Name what `ours` says and `theirs` does not say alike; what only the cluster says is its own addition.

    >>> list(differences({"a": {"type": "date"}, "b": 1}, {"a": {"type": "keyword"}, "b": "1"}))
    ['a.type']
    """
    if not isinstance(ours, dict):
        if str(ours).lower() != str(theirs).lower():
            yield path
        return
    for key, value in ours.items():
        if key == "type" and value == "object":  # the cluster leaves it out
            continue
        there = theirs.get(key) if isinstance(theirs, dict) else None
        yield from differences(value, there, f"{path}.{key}".lstrip("."))
