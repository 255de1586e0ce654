"""The README, followed from top to bottom in an empty folder: every command runs, every answer shown is the answer.

`SADA_UPDATE_README=1 pytest tests/house/test_readme.py` writes the answers anew. Of text shown, times, places in topics
and the machine's figures may differ; all else is compared.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from sada.local.servers import forget_elasticsearch

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n```(json|text)\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)

DIFFERS = (
    (r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?", "TIME"),
    (r"\b\d+:\d+\b", "PLACE"),
    (r"[\d.,]+(?= s\b)|[\d.,]+(?=/s\b)", "N"),
    (r"(?m)^(role  \S+).*", r"\1 FIGURES"),
    (r"\blag \d+", "lag N"),
)
"""What is another in each run."""


class Command(NamedTuple):
    """One `sh` block and the `json` or `text` block right after it, where there is one."""

    line: str
    kind: str | None
    answer: str | None


def commands() -> list[Command]:
    return [Command(*found.groups()) for found in BLOCK.finditer(README.read_text(encoding="utf-8"))]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    (tmp_path / "inbox").mkdir()
    yield tmp_path
    run("sada down", tmp_path)
    forget_elasticsearch(tmp_path / ".sada")


def run(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SADA_")}
    return subprocess.run(
        ["/bin/sh", "-ec", line],
        cwd=folder,
        env={**kept, "PATH": path},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def elasticsearch(folder: Path) -> str:
    """Return where the line's Elasticsearch listens: 9200, unless another program had it."""
    return str(json.loads(run("sada status --json", folder).stdout)["elasticsearch"]["address"])


def shape(answer: str) -> str:
    """Lay JSON out for reading: innermost objects and lists on one line."""
    laid = json.dumps(json.loads(answer), ensure_ascii=False, indent=1)
    return re.sub(r"[{\[][^{}\[\]]*[}\]]", lambda inner: " ".join(inner[0].split()), laid) + "\n"


def lasting(answer: str) -> str:
    """Mask what differs from run to run."""
    for pattern, mask in DIFFERS:
        answer = re.sub(pattern, mask, answer)
    return answer.strip()


def tidy(answer: str) -> str:
    """Write text as the README shows it: tabs as spaces, no blank at the ends."""
    return "\n".join(line.replace("\t", "  ").rstrip() for line in answer.strip().splitlines()) + "\n"


@pytest.mark.servers
@pytest.mark.timeout(600)
def test_the_readme_does_what_it_says(folder: Path) -> None:
    """Every sada, cp and curl command of the README succeeds, in order, and the answers shown are given."""
    text, asked = README.read_text(encoding="utf-8"), 0
    for command, kind, shown in commands():
        if command.startswith(("make", "docker")):
            continue
        line = command
        if command.startswith("curl"):
            if not asked:
                assert run("sada demo --samples samples", folder).returncode == 0
                time.sleep(2)
            asked += 1
            line = command.replace("localhost:9200", elasticsearch(folder).removeprefix("http://"))
        outcome = run(line, folder)
        assert outcome.returncode == 0, f"{line}\n{outcome.stdout}\n{outcome.stderr}"
        assert "Traceback" not in outcome.stdout + outcome.stderr
        if shown is None:
            continue
        answer = shape(outcome.stdout) if kind == "json" else tidy(outcome.stdout)
        if os.environ.get("SADA_UPDATE_README"):
            text = text.replace(f"{command}```\n\n```{kind}\n{shown}", f"{command}```\n\n```{kind}\n{answer}")
        elif kind == "json":
            assert json.loads(shown) == json.loads(answer), command
        else:
            assert lasting(shown) == lasting(answer), command
    assert asked == 7
    if os.environ.get("SADA_UPDATE_README"):
        README.write_text(text, encoding="utf-8")


@pytest.mark.parametrize("target", ["run", "stop", "test"])
def test_make_targets_of_the_readme_exist(target: str) -> None:
    """Each make target that the README names can be made."""
    assert f"make {target}" in README.read_text(encoding="utf-8")
    outcome = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stderr


def test_links_of_the_documents_lead_somewhere() -> None:
    """Every relative link in README, CONTRIBUTING and docs/ names a file that is there."""
    broken = [
        f"{page.name}: {target}"
        for page in [README, ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")]
        for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert broken == []
