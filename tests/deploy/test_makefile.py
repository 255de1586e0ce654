"""The Makefile: what it offers, and that `setup` finds a Python, says so when there is none, and works once."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TARGETS = {"testall", "help", "setup", "run", "stop", "test", "lint", "format", "types", "unit"} | {
    *("docs", "bench", "chaos", "fuzz", "train", "sbom", "secrets", "release-check", "clean")
}

# An interpreter that is new enough, makes environments with a copy of itself in them, and notes what pip is asked.
FAKE_PYTHON = """#!/bin/sh
case "$1" in
-c) exit 0 ;;
--version) echo "Python 3.99" ;;
-m) case "$2" in
    venv) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    pip) shift 2; echo "$*" >> pip.calls; exit "${PIP_CODE:-0}" ;;
    sada) shift 2; echo "$*" >> sada.calls ;;
    esac ;;
esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose path has a space, with the Makefile and a fake interpreter beside it."""
    folder = tmp_path / "a folder"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml"):
        shutil.copyfile(ROOT / name, folder / name)
    (tmp_path / "bin").mkdir()
    return folder


def put_python(checkout: Path, name: str, script: str = FAKE_PYTHON) -> None:
    program = checkout.parent / "bin" / name
    program.write_text(script)
    program.chmod(0o755)


def make(checkout: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run make with nothing on the PATH but the fake interpreters and the plainest tools."""
    tools = checkout.parent / "tools"
    tools.mkdir(exist_ok=True)
    for tool in ("sh", "sed", "cp", "mkdir", "touch", "rm", "find", "printf", "test", "make"):
        if (found := shutil.which(tool)) and not (tools / tool).exists():
            (tools / tool).symlink_to(found)
    path = f"{checkout.parent / 'bin'}:{tools}"
    base = {"PATH": path, "HOME": str(checkout.parent / "home")} | environment
    program = shutil.which("make")
    assert program is not None
    return subprocess.run(
        [program, *arguments],
        cwd=checkout,
        env=base | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_help_names_every_target(checkout: Path) -> None:
    """Plain `make` lists each target with what it does; none is a file."""
    out = make(checkout).stdout
    assert set(re.findall(r"^  ([a-z-]+) +\S", out, re.MULTILINE)) == TARGETS
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert phony is not None
    assert set(phony.group(1).split()) == TARGETS


def test_setup_installs_once(checkout: Path) -> None:
    """The second setup does nothing; one after a change of pyproject.toml installs again."""
    put_python(checkout, "python3")
    assert make(checkout, "setup").returncode == 0
    assert (checkout / ".venv" / "bin" / "python").exists()
    calls = checkout / "pip.calls"
    assert calls.read_text().splitlines() == ["install --quiet --disable-pip-version-check --editable .[dev]"]
    assert make(checkout, "setup").returncode == 0
    assert len(calls.read_text().splitlines()) == 1
    later = (checkout / ".venv" / ".ready").stat().st_mtime + 10
    os.utime(checkout / "pyproject.toml", (later, later))
    assert make(checkout, "setup").returncode == 0
    assert len(calls.read_text().splitlines()) == 2


def test_a_failed_install_is_tried_again(checkout: Path) -> None:
    """An install that broke off is not taken for a done one."""
    put_python(checkout, "python3")
    assert make(checkout, "setup", PIP_CODE="1").returncode != 0
    assert make(checkout, "setup").returncode == 0
    assert len((checkout / "pip.calls").read_text().splitlines()) == 2


def test_an_old_python_is_passed_over(checkout: Path) -> None:
    """Where `python3` is too old, a newer one under its own name is taken; `PYTHON=` names any."""
    put_python(checkout, "python3", "#!/bin/sh\nexit 1\n")
    put_python(checkout, "python3.12")
    assert make(checkout, "setup").returncode == 0
    shutil.rmtree(checkout / ".venv")
    put_python(checkout, "mine")
    assert make(checkout, "setup", f"PYTHON={checkout.parent / 'bin' / 'mine'}").returncode == 0


def test_no_python_is_one_clear_answer(checkout: Path) -> None:
    """Where no Python fits, make says what to install, and makes nothing."""
    put_python(checkout, "python3", "#!/bin/sh\nexit 1\n")
    done = make(checkout, "setup")
    assert done.returncode != 0
    assert "no Python 3.11 or newer with venv found" in done.stderr
    assert "apt-get install" in done.stderr
    assert not (checkout / ".venv").exists()


def test_run_brings_the_line_up_and_shows_the_samples(checkout: Path) -> None:
    """`make run` sets up, starts the line with the workers asked for, and puts the samples through it."""
    put_python(checkout, "python3")
    assert make(checkout, "run").returncode == 0
    assert make(checkout, "run", "WORKERS=3").returncode == 0
    assert (checkout / "sada.calls").read_text().splitlines() == [
        "up",
        "demo --samples samples",
        "up --workers 3",
        "demo --samples samples",
    ]


def test_stop_before_anything_was_set_up(checkout: Path) -> None:
    """`make stop` in a fresh checkout has nothing to do, and does not set anything up for it."""
    done = make(checkout, "stop")
    assert done.returncode == 0
    assert "nothing is running" in done.stdout
    assert not (checkout / ".venv").exists()


def test_clean_keeps_the_data(checkout: Path) -> None:
    """`make clean` removes what can be made again, and neither articles nor indices."""
    put_python(checkout, "python3")
    make(checkout, "setup")
    for kept in ("inbox", ".sada"):
        (checkout / kept).mkdir()
    assert make(checkout, "clean").returncode == 0
    assert {path.name for path in checkout.iterdir()} >= {"inbox", ".sada"}
    assert not (checkout / ".venv").exists()
    assert (checkout / "sada.calls").read_text().splitlines() == ["down"]
