"""Settings and a run file in, findings out: everything that a line needs, looked at without changing anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from schemas import Settings

from .checkup.finding import Finding, Verdict, fail, one_line
from .line import is_given
from .present import Column, show_table
from .state import Run

COLUMNS = (Column("verdict"), Column("what"), Column("where", 2), Column("found", 2), Column("remedy", 3))


def examine(settings: Settings, run: Run | None, given: Settings) -> tuple[Finding, ...]:
    """Look at machine, line, Kafka and Elasticsearch; `given` are the settings before a running line's addresses."""
    from .checkup.broker import examine_kafka
    from .checkup.index import examine_elasticsearch
    from .checkup.line import examine_line
    from .checkup.machine import examine_machine

    def expected(name: str) -> bool:
        return run is not None or is_given(given, name)

    looks: dict[str, Callable[[], Iterator[Finding]]] = {
        "machine": lambda: examine_machine(given, run),
        "line": lambda: examine_line(settings, run),
        "Kafka": lambda: examine_kafka(settings, expected=expected("kafka")),
        "Elasticsearch": lambda: examine_elasticsearch(settings, expected=expected("elasticsearch")),
    }
    return tuple(finding for what, look in looks.items() for finding in _safely(what, look))


def _safely(what: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    """Turn a look that failed into a finding: whoever calls the doctor has trouble enough."""
    try:
        yield from look()
    except Exception as error:  # noqa: BLE001 (the boundary: one look that fails must not hide the others)
        yield fail(what, "sada doctor", f"could not look: {type(error).__name__}: {one_line(error)}", "report this")


def has_failed(findings: Sequence[Finding]) -> bool:
    """Tell whether something does not work."""
    return any(finding.verdict is Verdict.FAIL for finding in findings)


def show_findings(findings: Sequence[Finding]) -> None:
    """Print the findings, the worst last, where the eye is."""
    order = list(Verdict)
    rows = sorted(findings, key=lambda finding: order.index(finding.verdict))
    show_table("Doctor", COLUMNS, [(row.verdict, row.what, row.where, row.found, row.remedy) for row in rows])
