"""`python -m bench.chaos.proof`: the tables of docs/reliability.md in, the README's table of all runs out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from .report import write_section

ROOT: Final = Path(__file__).parents[2]
REPORT: Final = ROOT / "docs" / "reliability.md"
README: Final = ROOT / "README.md"
NAME: Final = "proof"

_RUN: Final = re.compile(r"<!-- chaos (?P<seed>\d+) -->\n(?P<table>.*?)<!-- end of chaos (?P=seed) -->", re.DOTALL)
_HEAD: Final = re.compile(r"Seed \d+, (?P<files>[\d,]+) files, (?P<documents>[\d,]+) documents, (?P<faults>\d+) faults")
_ALL: Final = re.compile(r"^\| \*\*all\*\* \| \d+ \| \d+ \| (?P<rest>.*) \|$", re.MULTILINE)


def proof(report: str) -> str:
    """Lay out each run in `report` as a row: what it lost, repeated and got wrong, and how fast it recovered.

    Raises:
        ValueError: a run's section is not as the script writes it.
    """
    lines = [
        "| seed | files | documents | faults | lost | repeated | differing | recovery, median s | worst s |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        *_rows(report),
    ]
    return "\n".join(lines) + "\n"


def _rows(report: str) -> Iterator[str]:
    for run in _RUN.finditer(report):
        head, total = _HEAD.search(run["table"]), _ALL.search(run["table"])
        if head is None or total is None:
            raise ValueError(f"chaos {run['seed']}: no table of `python -m bench.chaos --report`")
        yield f"| {run['seed']} | {head['files']} | {head['documents']} | {head['faults']} | {total['rest']} |"


def main() -> None:
    """Write the README's table."""
    write_section(README, NAME, proof(REPORT.read_text(encoding="utf-8")))


if __name__ == "__main__":
    main()
