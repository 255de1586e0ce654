"""The house stays one that can be read: short files, short functions, and a reason where one is long."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from statistics import median

import pytest

from tests.house.shape import ROOT, Shape, bodies, is_broad, measure, sources

FOLDERS = ("schemas", "producers", "streams", "sinks", "desk", "sada", "bench", "training", "deploy", "docs", "tests")
LONGEST = 400
REASON = "Long because"
"""What the first lines of a file that is longer say."""


@pytest.fixture(scope="module")
def house() -> Shape:
    return measure()


def test_files_are_short(house: Shape) -> None:
    """Half of the rooms' files have 120 lines or fewer."""
    assert median(house.files) <= 120


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_long_file_says_why(folder: str) -> None:
    """None has more than 400 lines, unless its first ten give the reason."""
    long = {}
    for path in (ROOT / folder).rglob("*.py"):
        lines = path.read_text(encoding="utf-8").splitlines()
        if len(lines) > LONGEST and not any(REASON in line for line in lines[:10]):
            long[path.relative_to(ROOT).as_posix()] = len(lines)
    assert long == {}


def test_functions_are_short(house: Shape) -> None:
    """85 of 100 functions have 20 lines or fewer."""
    assert house.short >= 0.85


def test_broad_excepts_are_boundaries() -> None:
    """Each `except Exception` lets go of nothing, or says beside it which boundary it is."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sources()
        for text in [path.read_text(encoding="utf-8")]
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.ExceptHandler) and is_broad(node)
        if not any(isinstance(inner, ast.Raise) for inner in ast.walk(node))
        if not re.search(r"#( noqa: BLE001)? .*\w{3}", text.splitlines()[node.lineno - 1])
    ]
    assert silent == []


def test_a_body_is_counted_without_its_docstring() -> None:
    """What is measured is what one has to keep in mind."""
    module = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    a = 1\n\n    return a\n')
    assert list(bodies(module)) == [("f", 3)]


def test_every_test_has_its_sentence() -> None:
    """Each test function says in a docstring what must hold."""
    silent = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in sorted((ROOT / "tests").rglob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if node.name.startswith("test_") and not ast.get_docstring(node)
    ]
    assert silent == []


def test_every_module_says_what_enters_and_leaves() -> None:
    """Each file opens with a docstring, and each public name of the rooms has one (ruff's D holds that)."""
    silent = [
        path.relative_to(ROOT).as_posix()
        for folder in FOLDERS
        for path in sorted(Path(ROOT / folder).rglob("*.py"))
        if (text := path.read_text(encoding="utf-8")).strip() and not ast.get_docstring(ast.parse(text))
    ]
    assert silent == []


def test_the_page_gives_todays_figures(house: Shape) -> None:
    """docs/architecture.md shows the shape as it is, give or take what a few commits change."""
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    row = {cells[0]: cells[1] for cells in re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", page, re.MULTILINE)}
    assert int(row["lines of a file: median"]) == pytest.approx(median(house.files), abs=8)
    assert float(row["functions of 20 lines or fewer"].rstrip(" %")) == pytest.approx(100 * house.short, abs=2)
    assert float(row["test lines to a line of source"]) == pytest.approx(house.tests, abs=0.1)
    anew = "docs/architecture.md: write down what `python -m tests.house.shape` says now"
    assert int(row["broad excepts"]) == house.broad, anew
    assert int(row["files with a server's client"].split()[0]) == house.clients, anew
