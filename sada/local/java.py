"""Finds a Java: from JAVA_HOME, PATH and the usual folders to the one that fits, or a clear word on what to install."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

TRIED_UP_TO = 25
"""The newest Java that both servers were run with; newer ones are taken only where no other fits."""

FULL_JDK = ("jdk.compiler", "jdk.jdi", "jdk.jlink")
"""What Elasticsearch and our compiling need beyond a runtime."""

FOLDERS = (
    "/usr/lib/jvm/*",
    "/usr/java/*",
    "/opt/java/*",
    "/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "/opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home",
    "~/Library/Java/JavaVirtualMachines/*/Contents/Home",
    "~/.sdkman/candidates/java/*",
)

FOREIGN = ("JAVA_TOOL_OPTIONS", "_JAVA_OPTIONS", "JAVA_OPTS", "CLASSPATH", "ES_JAVA_OPTS")
"""Variables that would change how our servers run without our knowing."""

QUICK = ("-XX:TieredStopAtLevel=1",)
"""Options that halve the work of a start at the price of slower peaks: for servers that live for a test run."""


class NoJavaError(RuntimeError):
    """No Java of this machine fits; the text says what to install."""


@dataclass(frozen=True)
class Java:
    """One Java: its folder, feature version (21) and whether it is a full JDK."""

    home: Path
    version: int
    full: bool

    def program(self, name: str) -> str:
        """Name the path of one of its programs, such as `java` or `javac`."""
        return str(self.home / "bin" / name)

    def environ(self) -> dict[str, str]:
        """Make the environment of a server on it: ours, with file names read as UTF-8 and no foreign Java options."""
        ours = {name: value for name, value in os.environ.items() if name not in FOREIGN}
        return {**ours, "LC_ALL": "C.UTF-8", "JAVA_HOME": str(self.home)}


def find_java(  # noqa: PLR0913 - what tests replace has defaults
    purpose: str,
    least: int,
    *,
    full: bool = False,
    environ: Mapping[str, str] = os.environ,
    folders: tuple[str, ...] = FOLDERS,
    fits: Callable[[Path], bool] = lambda home: True,
) -> Java:
    """Find a Java of version `least` or newer: JAVA_HOME first, then PATH, then the usual folders.

    Args:
        purpose: what it is for, as the error names it.
        least: oldest feature version that will do.
        full: whether a full JDK is needed.
        environ: where JAVA_HOME and PATH are read.
        folders: globs of Java homes.
        fits: a further condition on its folder.

    Raises:
        NoJavaError: none fits; names what was seen and what to install.
    """
    named = [java for home in _from_environ(environ) if (java := read_java(home))]
    others = [java for home in _from_folders(folders) if (java := read_java(home))]
    seen = [*named, *sorted(others, key=_preference)]
    for java in seen:
        if java.version >= least and (java.full or not full) and fits(java.home):
            return java
    raise NoJavaError(_advice(purpose, least, full, seen))


def read_java(home: Path) -> Java | None:
    """Read which Java lives in `home` from its `release` file; None where there is none."""
    release = home / "release"
    if not (home / "bin" / "java").exists() or not release.is_file():
        return None
    text = release.read_text("utf-8", "replace")
    version = re.search(r'^JAVA_VERSION="?(?:1\.)?(\d+)', text, re.M)
    modules = re.search(r'^MODULES="?([^"\n]*)', text, re.M)
    if version is None:
        return None
    has = set(modules[1].split()) if modules else set(FULL_JDK)
    full = (home / "bin" / "javac").exists() and has.issuperset(FULL_JDK)
    return Java(home, int(version[1]), full)


def _from_environ(environ: Mapping[str, str]) -> Iterator[Path]:
    if named := environ.get("JAVA_HOME"):
        yield Path(named)
    if program := shutil.which("java", path=environ.get("PATH", "")):
        yield Path(program).resolve().parent.parent


def _from_folders(folders: tuple[str, ...]) -> list[Path]:
    found: list[Path] = []
    for pattern in folders:
        whole = Path(pattern).expanduser()
        found += sorted(whole.parents[-1].glob(str(whole.relative_to(whole.parents[-1]))))
    return found


def _preference(java: Java) -> tuple[int, int]:
    distance = TRIED_UP_TO - java.version
    return (0, distance) if distance >= 0 else (1, -distance)


def _advice(purpose: str, least: int, full: bool, seen: list[Java]) -> str:
    kind = "a full JDK" if full else "Java"
    found = ", ".join(f"{java.home} ({java.version}{', JDK' if java.full else ''})" for java in seen) or "none at all"
    return (
        f"{purpose} needs {kind} {least} or newer; found: {found}.\n"
        "Install a JDK 21 or newer, which serves both Kafka and Elasticsearch: `apt install openjdk-21-jdk` (Debian, "
        "Ubuntu), `dnf install java-21-openjdk-devel` (Fedora), `brew install openjdk@21` (macOS), or Eclipse Temurin "
        "from adoptium.net; then, if it is not found by itself, point JAVA_HOME at it."
    )
