"""What a stage needs, edit by edit (docs/how-to-add-a-stage.md): each failure here names the file to go to next.

The version that a new name needs is asked for by tests/evolution/test_written.py.
"""

from __future__ import annotations

import ast
import itertools
from pathlib import Path

import pytest

from schemas import StageName
from schemas.topics import TOPICS
from streams.wiring import STAGES, chains

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "streams" / "stages"


def is_stage(source: Path) -> bool:
    """Tell whether a file has a function of its own name: that is what a stage is."""
    body = ast.parse(source.read_text(encoding="utf-8")).body
    return source.stem in {node.name for node in body if isinstance(node, ast.FunctionDef)}


FILES = sorted(source.stem for source in FOLDER.glob("*.py") if is_stage(source))
NAMED = sorted({str(name) for name in StageName} - {StageName.READ, StageName.INDEX})


@pytest.mark.parametrize("stage", sorted({*FILES, *NAMED}))
def test_a_stage_has_one_name_everywhere(stage: str) -> None:
    """Function, name, row in the table, unit test and page: the first that is missing is named."""
    assert stage in FILES, f"write the function {stage}() into streams/stages/{stage}.py"
    assert stage in NAMED, f'name it: {stage.upper()} = "{stage}" in StageName, schemas/rejects.py'
    rows = [one.name for one in STAGES]
    assert stage in rows, f"give {stage} a topic to write, schemas/topics.py, and a row in STAGES, streams/wiring.py"
    tests = list((ROOT / "tests" / "streams").glob(f"test_{stage}*.py"))
    assert tests, f"test it in tests/streams/test_{stage}.py"
    assert (ROOT / "docs" / f"{stage}.md").exists(), f"say what it does in docs/{stage}.md"


def test_stages_hand_on_by_topics_of_the_table() -> None:
    """What a stage writes stands in TOPICS; what one article stage writes the next one reads."""
    missing = {topic.name for stage in STAGES for topic in (stage.reads, stage.writes)} - {one.name for one in TOPICS}
    assert missing == set(), "list them in TOPICS, schemas/topics.py"
    articles = [stage for stage in STAGES if stage.load]
    for before, behind in itertools.pairwise(articles):
        assert behind.reads is before.writes, f"let {behind.name} read what {before.name} writes, streams/wiring.py"


def test_each_stage_is_an_agent_of_the_staged_line() -> None:
    """The staged topology has one agent for each stage, in the order of the table."""
    assert [chain.name for chain in chains("staged")] == [stage.name for stage in STAGES]
