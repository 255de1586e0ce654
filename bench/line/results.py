"""Figures enter as they are measured; a JSON file that is whole at any time leaves, and medians with their spread."""

from __future__ import annotations

import json
import statistics
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

FILE: Final = Path(__file__).parents[1] / "performance.json"

Figures = dict[str, float]


@dataclass
class Results:
    """What was measured: `about` the run, `samples` by what was measured, `notes` on what went wrong."""

    file: Path | None = None
    about: dict[str, Any] = field(default_factory=dict)
    samples: dict[str, list[Figures]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, what: str, figures: Figures) -> None:
        """Note one repeat and write the file."""
        self.samples.setdefault(what, []).append({name: round(value, 6) for name, value in figures.items()})
        self.save()

    def note(self, what: str) -> None:
        """Note what went wrong and write the file."""
        self.notes.append(what)
        self.save()

    def save(self) -> None:
        """Write the file aside, then rename it."""
        if self.file is None:
            return
        content = {"about": self.about, "samples": self.samples, "notes": self.notes}
        aside = self.file.with_suffix(".part")
        aside.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        aside.rename(self.file)

    def values(self, what: str, name: str) -> list[float]:
        """Return the repeats of one figure; none where it was not measured."""
        return [one[name] for one in self.samples.get(what, []) if name in one]

    def median(self, what: str, name: str) -> float | None:
        """Return the median of one figure."""
        values = self.values(what, name)
        return statistics.median(values) if values else None

    def names(self, what: str) -> list[str]:
        """Return the figures of `what`, in the order of their first appearance."""
        return list(dict.fromkeys(name for one in self.samples.get(what, []) for name in one))


def load(file: Path = FILE) -> Results:
    """Read what a run wrote.

    Raises:
        FileNotFoundError: `make bench` has not run yet.
    """
    content = json.loads(file.read_text(encoding="utf-8"))
    return Results(None, content["about"], content["samples"], content["notes"])


def spread(values: list[float], digits: int = 0) -> str:
    """Show the median, and in brackets the least and the most of several.

    >>> spread([1.0, 3.0, 2.0])
    '2 (1-3)'
    >>> spread([1234.5], 1)
    '1,234.5'
    >>> spread([])
    '-'
    """
    if not values:
        return "-"
    middle = f"{statistics.median(values):,.{digits}f}"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):,.{digits}f}-{max(values):,.{digits}f})"
