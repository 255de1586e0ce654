"""Python alone: whoever has no compiler has the same program."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from streams.native import missing
from tests.house.commands import ROOT

TRIED = ("tests/streams", "tests/fuzz")


@pytest.mark.skipif(bool(missing()), reason="not all is compiled here: the other tests try Python alone")
@pytest.mark.timeout(1200)
def test_all_that_needs_no_server_passes_in_python_alone() -> None:
    """The tests of all stages, the gold pages and what fuzzing found, without compiled loops."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-n0", "-m", "not servers and not slow", *TRIED],
        cwd=ROOT,
        env=os.environ | {"SADA_PURE_PYTHON": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=1000,
    )
    assert done.returncode == 0, done.stdout[-3000:]
