"""`python -m bench.chaos`: run the line under faults, print what went wrong, write the table."""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from pathlib import Path
from types import FrameType

from .faults import ALL, CLOCK, DISK
from .line import Line
from .report import Outcome, table, write
from .run import Plan, new_home, run

SHOWN = 40


def main() -> int:
    """Run once; 0 if the index is what it must be."""
    options = _options()
    signal.signal(signal.SIGTERM, _interrupt)
    plan = Plan(options.seed, options.files, options.faults, options.minutes, tuple(options.only))
    line = Line(new_home(Path(tempfile.gettempdir())))
    clean = False
    try:
        outcome = run(line, plan, _say)
        clean = outcome.clean
        _tell(outcome)
        if options.report is not None:
            write(options.report, outcome)
    except KeyboardInterrupt:
        _say("interrupted")
        return 130
    finally:
        line.close(keep=not clean)
        if not clean:
            _say(f"what happened is kept in {line.home}")
    return 0 if clean else 1


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed gives the same files and faults")
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument("--faults", type=int, default=None, help="how many; each kind once before any twice")
    parser.add_argument("--only", action="append", default=[], choices=[fault.name for fault in (*ALL, DISK, CLOCK)])
    parser.add_argument("--minutes", type=float, default=45.0, help="no fault strikes after so many minutes")
    parser.add_argument("--report", type=Path, default=None, help="write the table into this Markdown file")
    return parser.parse_args()


def _tell(outcome: Outcome) -> None:
    for difference in outcome.differences[:SHOWN]:
        during = outcome.during(difference) or "several faults"
        where = f"in {difference.index}: {difference.id} {difference.paths[:3]}"
        _say(f"{difference.kind} ({during}) {where} {difference.detail}")
    if len(outcome.differences) > SHOWN:
        _say(f"… and {len(outcome.differences) - SHOWN} more")
    print(table(outcome), flush=True)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
