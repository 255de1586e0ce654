"""Results in, the tables of docs/performance.md and docs/scaling.md out, between their markers."""

from __future__ import annotations

import statistics
from pathlib import Path
from typing import Final

from bench.chaos.report import write_section

from .results import Results, spread

STEPS: Final = ("decode", "clean", "split", "tell", "tag", "encode", "dedupe and match", "whole pipeline")
TOPOLOGIES: Final = ("fused", "staged")
WORKERS: Final = (1, 2, 4)
ROLES: Final = (("watch", "watcher"), ("work", "workers"), ("sink", "sink"))
SERVERS: Final = (("kafka", "Kafka"), ("elasticsearch", "Elasticsearch"))
PEERS: Final = ("floor", "faust take", "quix", "floor, from files")


def write(file: Path, results: Results) -> None:
    """Put all tables into `file` in place of the last ones."""
    parts = [_about(results), _stages(results), _whole(results), _alone(results), _latency(results), _peers(results)]
    parts.append("\n".join(f"- Noted: {note}" for note in results.notes))
    write_section(file, "bench", "\n\n".join(part for part in parts if part) + "\n")


def _about(results: Results) -> str:
    at = results.about
    libraries = ", ".join(f"{name} {number}" for name, number in at.get("libraries", {}).items())
    return (
        f"Measured {at.get('when')} at commit {at.get('commit')}, in {at.get('minutes', 0)} minutes"
        f"{' (`--quick`: a trial, not a measurement)' if at.get('quick') else ''}. {at.get('cpu')}, "
        f"{at.get('cores')} cores, "
        f"{at.get('memory_gb')} GB, {at.get('system')}; a load of {at.get('load_before')} before the run began. "
        f"Python {at.get('python')}, Kafka {at.get('kafka')}, Elasticsearch {at.get('elasticsearch')}; {libraries}.\n"
        f"Articles of {at.get('bytes', 0):,} bytes on average, {at.get('files', 0):,} in each repeat. Each figure is "
        "the median of the repeats, the least and the most in brackets. Servers, roles and the bench share all cores."
    )


def _table(heads: tuple[str, ...], rows: list[list[str]]) -> str:
    lines = [f"| {' | '.join(heads)} |", f"| --- |{' ---: |' * (len(heads) - 1)}"]
    return "\n".join(lines + [f"| {' | '.join(row)} |" for row in rows])


def _stages(results: Results) -> str:
    if not results.samples.get("stages"):
        return ""
    rows = [[step, spread(results.values("stages", step))] for step in STEPS]
    return "### Each step, one core\n\n" + _table(("step", "CPU microseconds an article"), rows)


def _whole(results: Results) -> str:
    rows = []
    for topology in TOPOLOGIES:
        for workers in WORKERS:
            what = f"whole/{topology}/{workers}"
            if not results.samples.get(what):
                continue
            cells = [
                topology,
                str(workers),
                *(spread(results.values(what, n)) for n in ("articles_s", "settled_articles_s")),
            ]
            cells += [spread(results.values(what, f"cpu_{name}"), 2) for name in ("ours", *_names(ROLES + SERVERS))]
            cells.append(
                " / ".join(spread(results.values(f"memory/{topology}/{workers}", name)) for name in _names(ROLES))
            )
            rows.append(cells)
    heads = (
        "topology", "workers", "articles/s until searchable", "until all headlines are too", "CPU s per 1,000: ours",
        *(name for _, name in ROLES + SERVERS), "peak MB: watcher / largest worker / sink",
    )  # fmt: skip
    return "### The whole line: files to searchable\n\n" + _table(heads, rows) if rows else ""


def _names(pairs: tuple[tuple[str, str], ...]) -> list[str]:
    return [name for name, _ in pairs]


def _alone(results: Results) -> str:
    rows = [_role("watcher", results, _every(results, "producer"), "watch")]
    for topology in TOPOLOGIES:
        for workers in WORKERS:
            name = f"{workers} worker{'s' * (workers > 1)}, {topology}"
            rows.append(_role(name, results, [f"worker/{topology}/{workers}"], "work"))
    rows.append(_role("sink", results, _every(results, "sink"), "sink"))
    if not any(rows):
        return ""
    heads = ("role", "articles/s", "its CPU s per 1,000", "Kafka's", "Elasticsearch's")
    return "### Each role alone, on full topics\n\n" + _table(heads, [row for row in rows if row]) + _speedup(results)


def _role(name: str, results: Results, sources: list[str], process: str) -> list[str]:
    """Lay out one role's row; empty where it was not measured."""
    columns = [("articles_s", 0), *((f"cpu_{one}", 2) for one in (process, *_names(SERVERS)))]
    found = [([value for what in sources for value in results.values(what, each)], digits) for each, digits in columns]
    return [name, *(spread(values, digits) for values, digits in found)] if found[0][0] else []


def _every(results: Results, kind: str) -> list[str]:
    """Name all that was measured of a role that does the same whatever workers there are."""
    return [what for what in results.samples if what.startswith(f"{kind}/")]


def _speedup(results: Results) -> str:
    one, four = (results.median(f"worker/fused/{n}", "articles_s") for n in (1, 4))
    if not one or not four:
        return ""
    costs = [results.median(f"worker/fused/{n}", "cpu_work") or 0.0 for n in (1, 4)]
    return (
        f"\n\nFour workers work off {four / one:.2f} times what one does, Kafka on the same cores; in CPU seconds, "
        f"which cores do not limit, they would {4 * costs[0] / costs[1]:.2f} times as much."
    )


def _latency(results: Results) -> str:
    rows = []
    for name in ("idle", "half load"):
        taken = sorted(results.values(f"latency/{name}", "seconds"))
        if taken:
            load = results.median(f"latency/{name}", "rate")
            what = f"{name} ({load:,.0f} files/s besides)" if load else name
            rows.append(
                [
                    what,
                    str(len(taken)),
                    *(f"{quantile(taken, part):.3f}" for part in (0.5, 0.95, 0.99)),
                    f"{taken[-1]:.3f}",
                ]
            )
    heads = ("line of one worker", "files dropped", "p50 s", "p95 s", "p99 s", "worst s")
    return "### From drop to searchable, default settings\n\n" + _table(heads, rows) if rows else ""


def quantile(taken: list[float], part: float) -> float:
    """Return the smallest value that `part` of the sorted values do not exceed.

    >>> quantile([1, 2, 3, 4], 0.5)
    2
    """
    return taken[max(0, -int(-part * len(taken) // 1) - 1)]


def _peers(results: Results) -> str:
    rows = []
    for peer in PEERS:
        for number in (1, 2, 4):
            what = f"peer/{peer}/{number}"
            if results.samples.get(what):
                rows.append([f"{peer}, {number}", *_peer_cells(results, what), "almost nothing"])
    if not rows:
        return "The peers' scripts were not there or did not run: no comparison in this run."
    for workers in (1, 4):
        what = f"whole/fused/{workers}"
        if results.samples.get(what):
            memory = results.values(f"memory/fused/{workers}", "all")
            cells = [spread(results.values(what, "articles_s")), spread(results.values(what, "cpu_ours"), 2)]
            rows.append([f"**Sada, from files, {workers}**", *cells, spread(memory), "cleans, splits, tags, dedupes"])
    rows.append(["FSCrawler, from files (not in this run)", "290-485", "3.2-3.5", "400", "moves text"])
    heads = ("what, with how many processes", "documents/s", "CPU s per 1,000", "MB", "does")
    return (
        "### Beside others, in the same run\n\n" + _table(heads, rows) + "\n\nThe floor is hand-written: consume, one "
        "cheap function, bulk. FSCrawler's figures were taken earlier on a machine of 4 cores, files to index, default "
        "and tuned; they stand in for it here. Memory is the sum of all processes."
    )


def _peer_cells(results: Results, what: str) -> list[str]:
    return [
        spread(results.values(what, "articles_s")),
        spread(results.values(what, "cpu_ours"), 2),
        spread(results.values(what, "peak_mb")),
    ]


def middle(values: list[float]) -> float:
    """Return the median, 0 of nothing."""
    return statistics.median(values) if values else 0.0
