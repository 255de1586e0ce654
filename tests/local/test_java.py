"""Finding a Java: which one is taken among several, and what is said when none fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from sada.local.java import FULL_JDK, NoJavaError, find_java, read_java


def make_java(home: Path, version: str, modules: tuple[str, ...] = FULL_JDK, *, compiler: bool = True) -> Path:
    """Lay out what a Java installation shows of itself."""
    (home / "bin").mkdir(parents=True)
    for name in ("java", "javac") if compiler else ("java",):
        (home / "bin" / name).write_text("#!/bin/sh\n")
        (home / "bin" / name).chmod(0o755)
    (home / "release").write_text(f'JAVA_VERSION="{version}"\nMODULES="java.base {" ".join(modules)}"\n')
    return home


def test_reads_version_and_kind(tmp_path: Path) -> None:
    """Old and new version forms are read, and a runtime is told from a JDK."""
    old = read_java(make_java(tmp_path / "old", "1.8.0_402"))
    runtime = read_java(make_java(tmp_path / "jre", "25.0.1", modules=("java.sql",), compiler=False))
    assert old is not None
    assert runtime is not None
    assert (old.version, old.full) == (8, True)
    assert (runtime.version, runtime.full) == (25, False)
    assert read_java(tmp_path / "nothing") is None


def test_java_home_wins_then_path(tmp_path: Path) -> None:
    """JAVA_HOME comes first, then the java of PATH, both before the usual folders."""
    named, on_path = make_java(tmp_path / "named", "21.0.2"), make_java(tmp_path / "path", "22.0.1")
    make_java(tmp_path / "jvm" / "jdk-25", "25")
    folders = (str(tmp_path / "jvm" / "*"),)
    environ = {"JAVA_HOME": str(named), "PATH": str(on_path / "bin")}
    assert find_java("it", 17, environ=environ, folders=folders).home == named
    assert find_java("it", 17, environ={"PATH": environ["PATH"]}, folders=folders).home == on_path


def test_one_that_does_not_fit_is_passed_over(tmp_path: Path) -> None:
    """A JAVA_HOME too old, a runtime without compiler and a home that nobody may enter are skipped."""
    make_java(tmp_path / "a-runtime", "24", compiler=False)
    make_java(tmp_path / "b-closed", "23")
    fit = make_java(tmp_path / "c-fit", "21.0.5")
    old = make_java(tmp_path / "old", "17.0.1")
    found = find_java(
        "it",
        21,
        full=True,
        environ={"JAVA_HOME": str(old), "PATH": ""},
        folders=(str(tmp_path / "*"),),
        fits=lambda home: "closed" not in home.name,
    )
    assert found.home == fit


def test_tried_versions_come_before_newer_ones(tmp_path: Path) -> None:
    """The newest Java that was tried is taken before an untried newer one."""
    for version in ("21.0.1", "25.0.3", "31"):
        make_java(tmp_path / version, version)
    assert find_java("it", 21, environ={}, folders=(str(tmp_path / "*"),)).version == 25


def test_says_what_to_install(tmp_path: Path) -> None:
    """The error names the purpose, what was found and what to install."""
    make_java(tmp_path / "old", "17.0.1")
    with pytest.raises(NoJavaError) as failure:
        find_java("Elasticsearch 9.5.3", 21, full=True, environ={}, folders=(str(tmp_path / "*"),))
    text = str(failure.value)
    assert "Elasticsearch 9.5.3 needs a full JDK 21 or newer" in text
    assert f"{tmp_path / 'old'} (17, JDK)" in text
    assert "openjdk-21-jdk" in text
    assert "JAVA_HOME" in text


def test_environment_holds_no_foreign_java_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A server's environment is ours, without options that others meant for their own Java."""
    monkeypatch.setenv("_JAVA_OPTIONS", "-Xmx64m")
    java = read_java(make_java(tmp_path / "jdk", "21"))
    assert java is not None
    environ = java.environ()
    assert "_JAVA_OPTIONS" not in environ
    assert environ["JAVA_HOME"] == str(tmp_path / "jdk")
