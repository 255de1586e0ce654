"""How workers share the tests: how many there are, what stays together in one, what begins first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.sharing import GIB, LONG, MOST_WORKERS, cores, workers

ROOT = Path(__file__).parents[2]

CONFTEST = """
import pytest
from tests import sharing

@pytest.fixture(scope="package")
def costly(): return object()

@pytest.fixture(scope="session")
def servers(): return object()

@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items):
    sharing.share(items)
    for item in items:
        group = item.get_closest_marker("xdist_group")
        print("PART", item.name, group.args[0] if group else None)
"""
TESTS = """
import pytest

@pytest.fixture(scope="module")
def line(): return object()

def test_plain(): pass

@pytest.mark.servers
def test_alone(servers): pass

@pytest.mark.servers
def test_of_the_file(servers, line): pass

@pytest.mark.servers
def test_of_the_folder(costly, line): pass
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


def test_long_files_are_there() -> None:
    """Each file that is to begin first is one of ours."""
    assert set(LONG) <= {path.name for path in (ROOT / "tests").rglob("test_*.py")}


def test_what_shares_a_fixture_stays_together(tmp_path: Path) -> None:
    """Tests on servers stand alone, unless a folder's or a file's fixture holds them; they go before all others."""
    folder = tmp_path / "room"
    folder.mkdir()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_it.py").write_text(TESTS)
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-c", str(ROOT / "pyproject.toml"), "-p", "no:cacheprovider"]
    out = subprocess.run(
        [*command, f"--rootdir={tmp_path}", str(folder)], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    parts = [tuple(line.split()[1:]) for line in out.splitlines() if line.startswith("PART")]
    assert parts == [
        ("test_alone", "None"),
        ("test_of_the_file", "test_it"),
        ("test_of_the_folder", "room"),
        ("test_plain", "test_it"),
    ]
