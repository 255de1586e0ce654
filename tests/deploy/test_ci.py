"""CI's one command: it sees to a browser where it may, and lets no test skip one that is there."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUN = Path(__file__).parents[2] / ".ci" / "run"
TOOLS = ("bash", "dirname", "mktemp", "rm", "tail")

MAKE = '#!/bin/sh\necho "make $1 browser=${SADA_NEED_BROWSER:-0}"\n'
ROOT_USER = "#!/bin/sh\necho 0\n"
USER = "#!/bin/sh\necho 1000\n"
APT_GET = '#!/bin/sh\necho "$@" >> "$CALLS"\n'
APT_GET_WITHOUT_NETWORK = '#!/bin/sh\necho "E: Unable to locate package chromium" >&2\nexit 100\n'


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs, the only ones there are: the plainest tools and a make that tells what it was asked."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for tool in TOOLS:
        found = shutil.which(tool)
        assert found is not None
        (folder / tool).symlink_to(found)
    put(folder, "make", MAKE)
    return folder


def put(folder: Path, name: str, script: str) -> None:
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


def run(programs: Path) -> str:
    """Run CI's command with nothing but `programs`; return what it printed."""
    environment = {"PATH": str(programs), "TMPDIR": str(programs.parent), "CALLS": str(programs.parent / "calls")}
    bash = str(programs / "bash")
    done = subprocess.run([bash, str(RUN)], env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def test_a_browser_that_is_there_is_used(programs: Path) -> None:
    """Where the machine has a Chromium, nothing is installed and its tests may not be skipped."""
    put(programs, "chromium-browser", "#!/bin/sh\n")
    put(programs, "apt-get", APT_GET)
    put(programs, "id", ROOT_USER)
    assert run(programs).splitlines() == ["make setup browser=0", "make test browser=1"]
    assert not (programs.parent / "calls").exists()


def test_a_missing_browser_is_installed(programs: Path) -> None:
    """Root on a Debian gets Chromium and a font with Arabic letters, without asking."""
    put(programs, "apt-get", APT_GET)
    put(programs, "id", ROOT_USER)
    assert run(programs).splitlines()[-1] == "make test browser=1"
    update, install = (programs.parent / "calls").read_text().splitlines()
    assert update.endswith("update")
    assert install.endswith("install -y --no-install-recommends chromium fonts-noto-core")


def test_no_network_is_told(programs: Path) -> None:
    """Where the install fails, the tests run without a browser, and the log says why."""
    put(programs, "apt-get", APT_GET_WITHOUT_NETWORK)
    put(programs, "id", ROOT_USER)
    out = run(programs)
    assert "will be skipped" in out
    assert "Unable to locate package chromium" in out
    assert out.splitlines()[-1] == "make test browser=0"


@pytest.mark.parametrize("apt_get", [True, False])
def test_nobody_but_root_installs(programs: Path, apt_get: bool) -> None:
    """An ordinary user, or a system without apt-get, goes without."""
    put(programs, "id", USER)
    if apt_get:
        put(programs, "apt-get", APT_GET)
    assert run(programs).splitlines()[-1] == "make test browser=0"
    assert not (programs.parent / "calls").exists()
    assert os.access(RUN, os.X_OK)
