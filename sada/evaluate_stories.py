"""Pairs of article bodies enter; whether each is one story leaves, with its score and figures over known truths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.table import Table

from streams.text.same_story import STORY_THRESHOLD, same_story
from streams.text.story import sketch, story_bands

from .errors import UserError


class StoryPair(BaseModel):
    """Two bodies to compare; `same` is what a person says of them, where known."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    a: str
    b: str
    same: bool | None = None


@dataclass(frozen=True, slots=True)
class JudgedStory:
    """A pair's id and truth, the score, the verdict, and whether the bands would have brought the two together."""

    id: str
    truth: bool | None
    score: float
    same: bool
    met: bool


@dataclass(frozen=True, slots=True)
class StoriesEvaluation:
    """All pairs judged; `scores` (precision, recall, candidates) over those whose truth is known."""

    judged: tuple[JudgedStory, ...]
    scores: dict[str, float]


def evaluate_stories(pairs: Path) -> StoriesEvaluation:
    """Judge each pair of the file `pairs`: JSON lines of id, a, b and, where the truth is known, same.

    Raises:
        UserError: a line is no such pair, or there is none.
        OSError: the file cannot be read.
    """
    judged = tuple(_judge(pair) for pair in _read_pairs(pairs))
    if not judged:
        raise UserError(f"{pairs} holds no pair", 'write one a line: {"id": "1", "a": "…", "b": "…", "same": true}')
    return StoriesEvaluation(judged, _scores([one for one in judged if one.truth is not None]))


def _judge(pair: StoryPair) -> JudgedStory:
    one, two = sketch(pair.a), sketch(pair.b)
    if one is None or two is None:
        return JudgedStory(pair.id, pair.same, 0.0, False, False)
    score = same_story(one, two)
    met = not set(story_bands(one)).isdisjoint(story_bands(two))
    return JudgedStory(pair.id, pair.same, score, score >= STORY_THRESHOLD and met, met)


def _read_pairs(path: Path) -> Iterator[StoryPair]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield StoryPair.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "line"
            raise UserError(f"{path}:{number}: {where}: {first['msg']}", "each line holds id, a and b") from None


def _scores(known: list[JudgedStory]) -> dict[str, float]:
    if not known:
        return {}
    claimed = [one for one in known if one.same]
    wanted = [one for one in known if one.truth]
    hits = sum(bool(one.truth) for one in claimed)
    return {
        "pairs": float(len(known)),
        "precision": hits / len(claimed) if claimed else 0.0,
        "recall": hits / len(wanted) if wanted else 0.0,
        "candidates": sum(one.met for one in wanted) / len(wanted) if wanted else 0.0,
    }


def write_story_predictions(evaluation: StoriesEvaluation, path: Path) -> None:
    """Write the verdicts to `path` as JSON lines of id, same and score, in the order of the pairs."""
    rows = ({"id": one.id, "same": one.same, "score": one.score} for one in evaluation.judged)
    path.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))


def eval_stories_json(evaluation: StoriesEvaluation) -> str:
    """Write the scores and the pairs judged wrongly as JSON."""
    wrong = [{"id": one.id, "truth": one.truth, "score": one.score} for one in _wrong(evaluation)]
    return orjson.dumps({"scores": evaluation.scores, "wrong": wrong}, option=orjson.OPT_INDENT_2).decode()


def eval_stories_table(evaluation: StoriesEvaluation) -> Table:
    """Lay out the scores as caption and the pairs judged wrongly as rows."""
    table = Table("id", "truth", "score", "shared band")
    table.caption = "  ".join(f"{name} {value:.3f}" for name, value in evaluation.scores.items()) or "no truth known"
    for one in _wrong(evaluation):
        table.add_row(one.id, "same" if one.truth else "different", f"{one.score:.2f}", "yes" if one.met else "no")
    return table


def _wrong(evaluation: StoriesEvaluation) -> list[JudgedStory]:
    return [one for one in evaluation.judged if one.truth is not None and one.truth != one.same]
