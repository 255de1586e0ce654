"""What is compiled: there wherever a C compiler is, and not asked for where Python alone is wanted."""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

from streams.native import PURE, compiled
from tests.house.commands import ROOT

SOURCES = sorted((ROOT / "streams/native").glob("*.pyx"))
CAN_COMPILE = shutil.which("cc") is not None and (Path(sysconfig.get_path("include")) / "Python.h").exists()


@pytest.mark.skipif(PURE, reason="SADA_PURE_PYTHON is set")
@pytest.mark.skipif(not CAN_COMPILE, reason="no C compiler, or no headers of Python")
@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_what_can_be_compiled_is(source: Path) -> None:
    """With a compiler at hand each source has been compiled by the installation, and says what it is."""
    made = compiled(source.stem)
    assert made is not None
    assert made.__doc__


def test_what_is_not_there_is_none() -> None:
    """A name of which nothing was compiled is nothing, and no error."""
    assert compiled("nobody") is None


def test_python_alone_can_be_asked_for() -> None:
    """With SADA_PURE_PYTHON set nothing compiled is used."""
    names = [path.stem for path in SOURCES]
    said = subprocess.run(
        [sys.executable, "-c", f"from streams.native import compiled; print([compiled(n) for n in {names}])"],
        env={"SADA_PURE_PYTHON": "1", "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.strip() == str([None] * len(names))


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
def test_what_is_compiled_has_its_types_written_down(source: Path) -> None:
    """Beside each source stands a stub, by which types are checked."""
    assert source.with_suffix(".pyi").exists()
