"""The generated reference is what the code says, and the examples of the documents run."""

from __future__ import annotations

import contextlib
import io
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from producers.reading import read_articles
from sada.report import show_running
from sada.state import Phase, Process, Run
from schemas import RawArticle, Settings, identity
from schemas.topics import TOPICS
from streams.pipeline import process
from streams.wiring import STAGES
from tests.script import load

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
EXAMPLE = re.compile(r"^```python\n(.*?)^```\n(?:\n```text\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    made: Callable[[], dict[str, str]] = load(DOCS / "generate.py").pages
    return made()


@pytest.mark.parametrize("name", ["reference/settings.md", "reference/messages.md"])
def test_the_reference_is_what_the_code_says(pages: dict[str, str], name: str) -> None:
    """Each generated page is as `python docs/generate.py` would write it now."""
    assert (DOCS / name).read_text(encoding="utf-8") == pages[name], "run: python docs/generate.py"


def test_the_reference_leaves_nothing_out(pages: dict[str, str]) -> None:
    """Every setting, topic, stage, message and field of a message has its row."""
    settings = re.findall(r"^\| `SADA_([A-Z_]+)` \|", pages["reference/settings.md"], re.MULTILINE)
    assert settings == [name.upper() for name in Settings.model_fields]
    page = pages["reference/messages.md"]
    assert {topic.name for topic in TOPICS} <= set(re.findall(r"^\| `([a-z.]+)` \|", page, re.MULTILINE))
    assert {str(stage.name) for stage in STAGES} <= set(re.findall(r"^\| \[(\w+)\]", page, re.MULTILINE))
    for topic in TOPICS:
        section = page.split(f"### {topic.model.__name__}\n")[1].split("\n### ")[0]
        assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == list(topic.model.model_fields)


def test_the_python_examples_print_what_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """The code of docs/python-api.md runs from top to bottom and prints what stands below each block."""
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    examples = EXAMPLE.findall((DOCS / "python-api.md").read_text(encoding="utf-8"))
    assert len(examples) >= 5
    for code, shown in examples:
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            exec(compile(code, "docs/python-api.md", "exec"), names)
        assert printed.getvalue() == shown, code


def tutorial() -> list[tuple[str, str]]:
    """Return each command of docs/tutorial.md with what stands below it."""
    found = re.compile(r"^```sh\n(.*?)^```\n(?:\n```(?:text|json)\n(.*?)^```$)?", re.MULTILINE | re.DOTALL)
    return [(command, shown) for command, shown in found.findall((DOCS / "tutorial.md").read_text(encoding="utf-8"))]


def test_the_tutorial_prints_what_is_shown(tmp_path: Path) -> None:
    """Commands of the tutorial that need no server print what it shows; the page that it drops is the one they read."""
    (tmp_path / "inbox").mkdir()
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    compared = 0
    for command, shown in tutorial():
        if not command.startswith(("cat ", "sada process", "sada same")):
            continue
        done = subprocess.run(
            ["/bin/sh", "-ec", command], cwd=tmp_path, env=os.environ | {"PATH": path},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, ""), command
        assert done.stdout == shown, command
        compared += bool(shown)
    assert compared == 3


def test_the_tutorial_keeps_to_commands_that_the_readme_tries() -> None:
    """What needs a server stands in the README too, whose commands are run, or differs from it in its words alone."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command, _ in tutorial():
        if not command.startswith(("cat ", "sada process", "sada same")):
            assert " ".join(command.split()[:2]) in readme, command


def test_the_tutorial_shows_the_words_of_the_program() -> None:
    """What `make run` is said to print is what show_running prints of such a line."""
    run = Run(
        phase=Phase.READY, supervisor=Process(name="supervisor", pid=1, born=0.0), inbox=Path("inbox"), workers=1,
        topology="fused", kafka="127.0.0.1:9092", elasticsearch="http://127.0.0.1:9200", desk="http://127.0.0.1:8474",
    )  # fmt: skip
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        show_running(run, "")
    assert printed.getvalue() in (DOCS / "tutorial.md").read_text(encoding="utf-8")


def test_a_fact_of_the_tutorial() -> None:
    """With the tutorial's page the headline about gold is carried by five articles."""
    page = re.search(
        r"<<'END'\n(.*?)END$", (ROOT / "docs" / "tutorial.md").read_text("utf-8"), re.MULTILINE | re.DOTALL
    )
    assert page is not None
    now = datetime(2025, 4, 21, tzinfo=UTC)
    dropped = RawArticle(
        article_id=identity.article_id(page[1]), text=page[1], paths=("bridge.txt",), path_count=1,
        encoding="utf-8", captured_at=now, read_at=now,
    )  # fmt: skip
    samples = [raw for raw in read_articles([ROOT / "samples"], Settings()) if isinstance(raw, RawArticle)]
    counts = {headline.text: headline.article_count for headline in process([*samples, dropped]).headlines}
    assert counts["أسعار الذهب تتراجع مع صعود الدولار قبيل اجتماع الفيدرالي"] == 5
