"""The documents keep up with the code: settings, commands, rejects."""

from __future__ import annotations

import re
from pathlib import Path

from schemas import Reason, Settings

ROOT = Path(__file__).parents[2]


def test_every_setting_stands_in_the_readme() -> None:
    """The settings table of the README names each variable with its default and what it does, and no other."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `(SADA_[A-Z_]+)` \| .*? \| (.*?) \|$", readme, re.MULTILINE))
    fields = {f"SADA_{name.upper()}": field.description for name, field in Settings.model_fields.items()}
    assert rows == fields


def test_every_reason_has_its_remedy() -> None:
    """docs/rejects.md has a row for each reason a file can be rejected for."""
    rejects = (ROOT / "docs" / "rejects.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([a-z_]+)` \|", rejects, re.MULTILINE)) == {str(reason) for reason in Reason}


def test_every_dependency_has_its_reason() -> None:
    """docs/dependencies.md has a row for each runtime and development dependency."""
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    declared = set(re.findall(r'^    "([a-z0-9-]+)>=', project, re.MULTILINE))
    reasons = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert declared == set(re.findall(r"^\| `([a-z0-9-]+)` \|", reasons, re.MULTILINE))
