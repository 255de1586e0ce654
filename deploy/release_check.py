"""The checkout in, the word that it can be given away out: built, installed where nothing is, and run from there.

usage: python -m deploy.release_check [FOLDER]   (a folder for what is built; a temporary one without it)
The source distribution is built, the wheel from it; nothing that git keeps may be missing. The wheel is installed into
an empty environment, and `sada process` there must say of a sample what it says here. Needs the package index.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import venv
from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).parents[1]
ROOMS = ("schemas", "producers", "streams", "sinks", "desk", "sada")
SAMPLE = "samples/03-aggregator-timestamps.txt"


class NotReady(Exception):
    """What keeps the checkout from being given away."""


def check(folder: Path) -> None:
    """Build into `folder`, install, run; say each step.

    Raises:
        NotReady: a file is missing, or the installed program says something else.
        CalledProcessError: a step failed; its output was shown.
    """
    kept = run(["git", "ls-files", "-z"], ROOT).split("\0")
    print("building the source distribution, and the wheel from it")
    builder = make_environment(folder / "builder")
    run([builder, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "build"], folder)
    run([builder, "-m", "build", "--outdir", str(folder / "dist"), str(ROOT)], folder)
    (source,), (wheel,) = (folder / "dist").glob("*.tar.gz"), (folder / "dist").glob("*.whl")
    with tarfile.open(source) as archive:
        demand(kept, {name.partition("/")[2] for name in archive.getnames()}, source.name)
    with ZipFile(wheel) as archive:
        demand((name for name in kept if name.split("/")[0] in ROOMS), set(archive.namelist()), wheel.name)
    print(f"installing {wheel.name} into an empty environment")
    installed = make_environment(folder / "installed")
    run([installed, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", str(wheel)], folder)
    print(f"running sada process {SAMPLE} from there")
    page = shutil.copy(ROOT / SAMPLE, folder)
    said = run([str(Path(installed).with_name("sada")), "process", page], folder)
    if said != run([sys.executable, "-m", "sada", "process", page], folder, PYTHONPATH=str(ROOT)):
        raise NotReady("the installed program reads the sample otherwise than the checkout")
    print(f"ready: {source.name}, {wheel.name}")


def demand(wanted: Iterable[str], there: set[str], where: str) -> None:
    """See that every file is there.

    Raises:
        NotReady: some are missing; names them.
    """
    missing = sorted(name for name in wanted if name and name not in there)
    if missing:
        raise NotReady(f"{where} lacks {', '.join(missing[:10])}" + (" …" if len(missing) > 10 else ""))


def make_environment(folder: Path) -> str:
    """Make an environment with nothing but pip in it; return its interpreter."""
    venv.create(folder, with_pip=True)
    return str(folder / "bin" / "python")


def run(command: Sequence[str], folder: Path, **more: str) -> str:
    """Run `command` in `folder` with a HOME of its own and none of our settings; return what it printed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("SADA_", "PYTHON", "VIRTUAL_"))}
    home = {"HOME": str(folder)} if folder != ROOT else {}
    done = subprocess.run(command, cwd=folder, env=kept | home | more, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.stdout.write(done.stdout)
        done.check_returncode()
    return done.stdout


def main(arguments: Sequence[str]) -> int:
    """Check; return 0, or 1 where it cannot be given away."""
    with tempfile.TemporaryDirectory() as temporary:
        try:
            check(Path(arguments[0] if arguments else temporary).absolute())
        except (NotReady, subprocess.CalledProcessError) as error:
            print(f"not ready: {error}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
