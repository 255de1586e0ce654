"""What befell each file and how long each recovery took in, the table of docs/reliability.md out."""

from __future__ import annotations

import os
import re
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from .compare import Difference

KINDS = ("lost", "repeated", "differing")


@dataclass
class Outcome:
    """All that one run has shown. `slots` names the fault under way when each path was dropped."""

    seed: int
    files: int
    seconds: float = 0.0
    documents: int = 0
    recoveries: list[tuple[str, float]] = field(default_factory=list)
    loads: list[float] = field(default_factory=list)
    """The machine's load average, one for each fault: what else it had to do shows in the recoveries."""
    slots: Mapping[str, str] = field(default_factory=dict)
    articles: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Paths of each article, for headlines, which name their articles."""
    differences: list[Difference] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether the index is what it must be."""
        return not self.differences

    def during(self, difference: Difference) -> str:
        """Name the fault under way when the first file of a wrong document was dropped."""
        for path in difference.paths:
            for place in self.articles.get(path, (path,)):
                if place in self.slots:
                    return self.slots[place]
        return ""


def table(outcome: Outcome) -> str:
    """Lay the outcome out as Markdown."""
    wrong = [(outcome.during(difference), difference.kind) for difference in outcome.differences]
    lines = [
        f"Seed {outcome.seed}, {outcome.files:,} files, {outcome.documents:,} documents, "
        f"{len(outcome.recoveries)} faults in {outcome.seconds:.0f} s{_load(outcome)}.",
        "",
        "| fault | times | files dropped meanwhile | lost | repeated | differing | recovery, median s | worst s |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for name in sorted({*outcome.slots.values(), *(during for during, _ in wrong)}):
        taken = [seconds for fault, seconds in outcome.recoveries if fault == name]
        counts = [wrong.count((name, kind)) for kind in KINDS]
        times = f"{statistics.median(taken):.1f} | {max(taken):.1f}" if taken else " | "
        dropped = sum(slot == name for slot in outcome.slots.values())
        lines.append(
            f"| {name or 'several'} | {len(taken) or ''} | {dropped} | {' | '.join(map(str, counts))} | {times} |"
        )
    every = [seconds for _, seconds in outcome.recoveries]
    totals = " | ".join(str(sum(found == kind for _, found in wrong)) for kind in KINDS)
    times = f"{statistics.median(every):.1f} | {max(every):.1f}" if every else " | "
    lines.append(f"| **all** | {len(every)} | {len(outcome.slots)} | {totals} | {times} |")
    lines += [f"\n- Noted: {note}." for note in outcome.notes]
    lines += [f"\n- Left out: {reason}." for reason in outcome.skipped]
    return "\n".join(lines) + "\n"


def _load(outcome: Outcome) -> str:
    if not outcome.loads:
        return ""
    return f"; the machine, of {os.cpu_count()} cores, was under a load of {statistics.mean(outcome.loads):.0f}"


def write(file: Path, outcome: Outcome) -> None:
    """Put the table into `file` in place of the last one of the same seed, or behind all others."""
    write_section(file, f"chaos {outcome.seed}", table(outcome))


def write_section(file: Path, name: str, text: str) -> None:
    """Put `text` into `file` in place of what was last written under `name`, or behind all else."""
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
    page = file.read_text(encoding="utf-8") if file.exists() else "# Reliability\n"
    section = f"{begin}{text}{end}"
    old = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL)
    page = old.sub(lambda _: section, page) if old.search(page) else f"{page.rstrip()}\n\n{section}"
    file.write_text(page, encoding="utf-8")
