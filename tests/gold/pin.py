"""Pin the floors of the gold pages: `python tests/gold/pin.py` raises them, `--lower REASON` lowers them too."""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path
from typing import Any

from sada.evaluate_split import evaluate_split
from sada.gold_page import read_gold_page

HERE = Path(__file__).parent
PAGES = HERE / "pages"
FLOORS = HERE / "floors.json"
SLACK = 0.005
"""What a score may lose before the gate closes: less than one page of the corpus read wholly wrong."""


def corpus_hash(folder: Path = PAGES) -> str:
    """Hash names and bytes of the pages, so that floors belong to the pages they were measured on.

    Pages that show a site's rules are left out: they are to be read perfectly, so they can only lift the means.
    """
    sha = hashlib.sha256()
    for path in sorted(folder.glob("*.page")):
        if read_gold_page(path).site is None:
            sha.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return sha.hexdigest()[:16]


def read_floors() -> dict[str, Any]:
    """Read the pinned floors."""
    return dict(json.loads(FLOORS.read_text(encoding="utf-8")))


def floor_of(name: str, value: float) -> float:
    """Give the floor below a measured score; of a leak, which should be small, the ceiling above it."""
    return round(min(1.0, value + SLACK) if name.endswith("leak") else max(0.0, value - SLACK), 4)


def is_worse(name: str, new: float, old: float) -> bool:
    """Tell whether `new` asks less than `old`."""
    return new > old if name.endswith("leak") else new < old


def main(arguments: list[str] | None = None) -> int:
    """Measure the pages and write the floors; refuse to lower one without `--lower REASON`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lower", metavar="REASON", help="lower floors too, and write down why")
    options = parser.parse_args(arguments)
    means = evaluate_split(PAGES, PAGES).means
    floors = {name: floor_of(name, value) for name, value in means.items() if name != "pages"}
    pinned = read_floors()
    worse = [name for name, value in floors.items() if is_worse(name, value, pinned["floors"].get(name, value))]
    if worse and not options.lower:
        sys.stderr.write(f"these would fall: {', '.join(worse)}; say why with --lower REASON\n")
        return 1
    document = {
        "corpus": corpus_hash(),
        "floors": floors,
        "lowered": pinned.get("lowered", []),
    }
    if worse:
        document["lowered"] = [*document["lowered"], {"floors": worse, "reason": options.lower}]
    FLOORS.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
