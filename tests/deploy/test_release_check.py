"""The release check: what it demands of the distributions, and the whole of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy.release_check import NotReady, check, demand, main


def test_what_is_missing_is_named() -> None:
    """A file that git keeps and the distribution lacks is told by name; with all there, nothing is said."""
    demand(["a.py", "b.tsv", ""], {"a.py", "b.tsv", "PKG-INFO"}, "sada.tar.gz")
    with pytest.raises(NotReady, match=r"sada.whl lacks b.tsv$"):
        demand(["a.py", "b.tsv"], {"a.py"}, "sada.whl")


def test_a_step_that_fails_ends_it_with_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 1, and the last line says why."""

    def broken(_: Path) -> None:
        raise NotReady("sada.whl lacks a.py")

    monkeypatch.setattr("deploy.release_check.check", broken)
    assert main([]) == 1
    assert capsys.readouterr().err == "not ready: sada.whl lacks a.py\n"


@pytest.mark.slow
def test_this_checkout_can_be_given_away(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Built, installed where nothing is, and run from there (needs the package index)."""
    check(tmp_path)
    assert "ready: sada-" in capsys.readouterr().out
