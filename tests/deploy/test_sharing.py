"""How workers share the tests: how many there are, what stays together in one, what begins first."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.sharing import APART, GIB, LONG, MOST_WORKERS, SECURED, cores, workers

ROOT = Path(__file__).parents[2]

TESTS = """
def test_a(): pass

def test_b(): pass

def test_c(): pass
"""


@pytest.mark.parametrize(
    ("many", "gibibytes", "expected"),
    [(1, 64, 2), (2, 8, 3), (4, 16, 5), (64, 500, MOST_WORKERS), (4, 4.5, 2), (2, 1, 1)],
)
def test_workers_fit_the_machine(many: int, gibibytes: float, expected: int) -> None:
    """One more than cores, never more than memory holds, never none."""
    assert workers(many, int(gibibytes * GIB)) == expected


def test_a_share_of_the_cores_counts(tmp_path: Path) -> None:
    """A container's quota is respected; where there is none, the cores that the process may run on are."""
    quota = tmp_path / "cpu.max"
    free = cores(quota)
    assert free >= 1
    for text, expected in (("max 100000\n", free), ("100000 100000\n", 1), ("50000 100000\n", 1)):
        quota.write_text(text)
        assert cores(quota) == expected


def test_named_files_are_there() -> None:
    """Each file that is to begin first, or whose tests stand apart or with others, is one of ours."""
    assert {*LONG, *APART, *SECURED} <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def test_parts_stay_together(tmp_path: Path) -> None:
    """Under two workers each file's tests run in one of them, in their order; tests that stand apart may not."""
    for name in ("test_one.py", "test_two.py", "test_three.py", "test_four.py"):
        (tmp_path / name).write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-v", "-n", "2", "--dist", "loadscope", "-p", "no:cacheprovider"]
    place = ["-c", str(ROOT / "pyproject.toml"), f"--rootdir={tmp_path}", "-p", "tests.conftest", str(tmp_path)]
    out = subprocess.run([*command, *place], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    ran = re.findall(r"\[(gw\d)\].* PASSED (?:\S*/)?(test_\w+\.py)::(\w+)", out)
    assert len(ran) == 12
    workers_of = {file: {worker for worker, where, _ in ran if where == file} for _, file, _ in ran}
    assert all(len(found) == 1 for found in workers_of.values()), ran
    assert set.union(*workers_of.values()) == {"gw0", "gw1"}
