"""Measuring stories: pairs in as JSON lines, predictions and scores out, faults named by line."""

import json
from pathlib import Path

import pytest

from sada.errors import UserError
from sada.evaluate_stories import (
    eval_stories_json,
    eval_stories_table,
    evaluate_stories,
    write_story_predictions,
)

PAIRS = Path(__file__).parent.parent / "data" / "story_pairs.jsonl"


def test_our_pairs_are_scored():
    """The pairs of the project have figures above their floors, and predictions in order."""
    evaluation = evaluate_stories(PAIRS)
    assert evaluation.scores["pairs"] >= 200
    assert evaluation.scores["precision"] >= 0.98
    assert evaluation.scores["recall"] >= 0.95


def test_predictions_and_wrong_pairs_are_written(tmp_path):
    """A truth that the verdict contradicts is listed; predictions carry id, same and score."""
    row = json.loads(PAIRS.read_text("utf-8").splitlines()[0])
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "id": 2, "same": False}) + "\n\n", "utf-8")
    evaluation = evaluate_stories(path)
    assert evaluation.scores["precision"] == 0.5
    assert [one["id"] for one in json.loads(eval_stories_json(evaluation))["wrong"]] == ["2"]
    assert eval_stories_table(evaluation).row_count == 1
    out = tmp_path / "out.jsonl"
    write_story_predictions(evaluation, out)
    written = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["same"] for one in written] == [True, True]
    assert all(set(one) == {"id", "same", "score"} for one in written)


def test_short_bodies_are_different(tmp_path):
    """A body too short to tell is never called a copy; without truths there are no scores."""
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"id": "1", "a": "خبر", "b": "خبر"}\n', "utf-8")
    evaluation = evaluate_stories(path)
    assert evaluation.judged[0].same is False
    assert evaluation.scores == {}


@pytest.mark.parametrize("content", ["", '{"id": "1", "a": "x"}', "not json"])
def test_a_faulty_file_is_named(tmp_path, content):
    """An empty file or a line that is no pair is an error that names the file."""
    path = tmp_path / "pairs.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(UserError, match=r"pairs\.jsonl"):
        evaluate_stories(path)
