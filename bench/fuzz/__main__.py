"""Fuzz parsers: `python -m bench.fuzz TARGET... --seconds N --seed S`; exit code 1 where something was found."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from .engine import Found, Target, has_atheris, run
from .targets import TARGETS

CASES = Path(__file__).parent / "cases"


def main() -> int:
    """Fuzz the targets asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=f"{', '.join(TARGETS)}; all by default")
    parser.add_argument("--seconds", type=float, default=60.0, help="time for each target (default 60)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, other inputs")
    parser.add_argument("--plain", action="store_true", help="by chance alone, even if atheris is installed")
    parser.add_argument("--keep", type=Path, default=CASES, help="folder for the inputs found")
    options = parser.parse_args()
    unknown = sorted(set(options.targets) - TARGETS.keys())
    if unknown:
        parser.error(f"no target {', '.join(unknown)}; there are {', '.join(TARGETS)}")
    guided = has_atheris() and not options.plain
    total = 0
    for name in options.targets or TARGETS:
        found = run(TARGETS[name], options.seconds, options.seed, guided=guided)
        total += len(found.cases)
        report(TARGETS[name], found, options.keep, guided=guided)
    return int(total > 0)


def report(target: Target, found: Found, keep: Path, *, guided: bool) -> None:
    """Print what was found and keep its inputs."""
    how = "led by coverage" if guided else "by chance"
    print(f"{target.name}: {found.inputs:,} inputs {how}, {len(found.cases)} findings", flush=True)
    if "log" in found.said:
        print(found.said["log"])
    for kind, data in found.cases.items():
        place = keep / target.name / kind
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        print(f"--- {place} ({len(data):,} bytes)\n{found.said[kind]}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
