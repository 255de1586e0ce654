"""The tutorial, followed from top to bottom in an empty folder: every command runs and gives what the page says."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import orjson
import pytest

from sada.local.servers import forget_elasticsearch

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:\n```(?:json|text)\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
LINE = (("make run", "sada up && sada demo --samples samples"), ("make stop", "sada down"))
"""What the Makefile does where there is an environment already."""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    yield tmp_path
    run("sada down", tmp_path)
    forget_elasticsearch(tmp_path / ".sada")


def run(line: str, folder: Path) -> str:
    """Run a line as a newcomer's shell does; return what it prints."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SADA_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    asked = ["/bin/sh", "-ec", line]
    outcome = subprocess.run(
        asked, cwd=folder, env={**kept, "PATH": path}, capture_output=True, text=True, timeout=240, check=False
    )
    assert outcome.returncode == 0, f"{line}\n{outcome.stdout}\n{outcome.stderr}"
    return outcome.stdout


def desk(folder: Path, path: str) -> str:
    """Return a page of the line's desk."""
    address = orjson.loads(run("sada status --json", folder))["desk"]
    with urlopen(address + path, timeout=30) as answer:
        return str(answer.read().decode())


@pytest.mark.servers
@pytest.mark.timeout(400)
def test_the_tutorial_gives_what_it_says(folder: Path) -> None:
    """From the start to the stop: the page dropped is found, shown on the desk, and its headline has five carriers."""
    said: dict[str, str] = {}
    for command, shown in BLOCK.findall(PAGE):
        if command.startswith(". .venv"):
            continue
        for target, line in LINE:
            command = command.replace(target, line)  # noqa: PLW2901 - the same command where make is not wanted
        if command.startswith("sada down"):
            look_at_the_desk(folder)
        printed = said[command] = run(command, folder)
        if "inbox/bridge.txt <<" in command:
            time.sleep(3)
        if shown.startswith("{"):
            assert orjson.loads(printed) == orjson.loads(shown)
        elif shown.startswith(("same", "different")):
            assert printed.split() == shown.split()
    (found,) = (text for line, text in said.items() if "الجسور" in line)
    first = found.strip().splitlines()[2]
    assert first.startswith("افتتاح جسر جديد على نهر الفرات\t2025-04-20")
    (started,) = (text for line, text in said.items() if line.startswith("sada up"))
    assert "What was found" in started
    assert re.search(r"^4\tأسعار الذهب", started, re.MULTILINE)


def look_at_the_desk(folder: Path) -> None:
    """Follow the steps of «Look at it on the desk»."""
    results = desk(folder, "/search/results?q=%D8%AC%D8%B3%D8%B1")
    link = re.search(r'href="(/articles/[0-9a-f]{32})">(?:<[^>]+>)*افتتاح', results)
    assert link is not None, results[:2000]
    article = desk(folder, link[1])
    assert 'class="name PER"' in article
    assert "\u20685\u2069 مقالات" in article
    assert "bridge.txt" in article
    assert "أسعار الذهب" in desk(folder, f"{link[1]}/cut")
    assert "أسعار الذهب" in desk(folder, "/headlines?window=all")
