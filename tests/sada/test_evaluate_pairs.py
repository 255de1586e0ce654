"""Measuring headlines and stories: pairs in as JSON lines, predictions and scores out, faults named by line."""

import json
from pathlib import Path

import pytest

from sada.errors import UserError
from sada.evaluate_pairs import (
    eval_pairs_json,
    eval_pairs_table,
    evaluate_pairs,
    judge_headlines,
    judge_stories,
    same_json,
    same_text,
    write_predictions,
)

STORIES = Path(__file__).parent.parent / "data" / "story_pairs.jsonl"

ROWS = [
    {"id": "1", "a": "افتتاح جسر المدينة القديمة", "b": "عاجل | افتتاح جسر المدينة القديمه", "same": True},
    {"id": "2", "a": "مقتل 3 في انفجار بالميناء", "b": "مقتل 5 في انفجار بالميناء", "same": False},
    {"id": "3", "a": "وزير الطاقة يزور المصفاة", "b": "فريق الإطفاء يخمد حريق الغابة", "same": True},
]


@pytest.fixture
def pairs(tmp_path):
    """Write the three pairs to a file."""
    path = tmp_path / "pairs.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), "utf-8")
    return path


def test_scores_and_predictions(pairs, tmp_path):
    """Precision counts claims, recall truths; predictions carry id, same and score in order."""
    evaluation = evaluate_pairs(pairs, judge_headlines)
    assert evaluation.scores["precision"] == 1
    assert evaluation.scores["recall"] == 0.5
    out = tmp_path / "out.jsonl"
    write_predictions(evaluation, out)
    written = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(row["id"], row["same"]) for row in written] == [("1", True), ("2", False), ("3", False)]
    assert all(set(row) == {"id", "same", "score"} and 0 <= row["score"] <= 1 for row in written)


def test_pairs_without_truth_are_predicted_only(tmp_path):
    """Where no pair says the truth there are verdicts, but no scores."""
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"id": 7, "a": "خبر أول", "b": "خبر ثان"}\n\n', "utf-8")
    evaluation = evaluate_pairs(path, judge_headlines)
    assert evaluation.scores == {}
    assert evaluation.judged[0].pair.id == "7"


@pytest.mark.parametrize("content", ["", '{"id": "1", "a": "x"}', "not json"])
def test_a_faulty_file_is_named(tmp_path, content):
    """An empty file or a line that is no pair is an error that names file and line."""
    path = tmp_path / "pairs.jsonl"
    path.write_text(content, "utf-8")
    with pytest.raises(UserError, match=r"pairs\.jsonl"):
        evaluate_pairs(path, judge_headlines)


def test_wrong_pairs_are_shown(pairs):
    """The table and the JSON list what was judged wrongly, with the reasons."""
    evaluation = evaluate_pairs(pairs, judge_headlines)
    document = json.loads(eval_pairs_json(evaluation))
    assert [row["id"] for row in document["wrong"]] == ["3"]
    assert eval_pairs_table(evaluation).row_count == 1


def test_one_comparison_says_why():
    """Two headlines on the command line give verdict, score and reasons."""
    document = json.loads(same_json(ROWS[1]["a"], ROWS[1]["b"]))
    assert document["same"] is False
    assert "another number: 3 / 5" in document["why"]
    assert same_text(ROWS[0]["a"], ROWS[0]["b"]).plain.startswith("same")


def test_our_story_pairs_are_scored():
    """The pairs of the project have figures above their floors, and predictions in order."""
    evaluation = evaluate_pairs(STORIES, judge_stories)
    assert evaluation.scores["pairs"] >= 200
    assert evaluation.scores["precision"] >= 0.98
    assert evaluation.scores["recall"] >= 0.95


def test_predictions_and_wrong_pairs_are_written(tmp_path):
    """A truth that the verdict contradicts is listed; predictions carry id, same and score."""
    row = json.loads(STORIES.read_text("utf-8").splitlines()[0])
    path = tmp_path / "pairs.jsonl"
    path.write_text(json.dumps(row) + "\n" + json.dumps({**row, "id": 2, "same": False}) + "\n\n", "utf-8")
    evaluation = evaluate_pairs(path, judge_stories)
    assert evaluation.scores["precision"] == 0.5
    assert [one["id"] for one in json.loads(eval_pairs_json(evaluation))["wrong"]] == ["2"]
    assert eval_pairs_table(evaluation).row_count == 1
    out = tmp_path / "out.jsonl"
    write_predictions(evaluation, out)
    written = [json.loads(line) for line in out.read_text().splitlines()]
    assert [one["same"] for one in written] == [True, True]
    assert all(set(one) == {"id", "same", "score"} for one in written)


def test_short_bodies_are_different(tmp_path):
    """A body too short to tell is never called a copy; without truths there are no scores."""
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"id": "1", "a": "خبر", "b": "خبر"}\n', "utf-8")
    evaluation = evaluate_pairs(path, judge_stories)
    assert evaluation.judged[0].same is False
    assert evaluation.scores == {}
