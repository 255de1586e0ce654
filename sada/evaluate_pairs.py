"""Pairs of headlines, or of article bodies, enter; whether each is one leaves, with figures over known truths."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.table import Table
from rich.text import Text

from streams.text.fold import headline_key
from streams.text.match import probe, would_meet
from streams.text.same import same
from streams.text.same_story import STORY_THRESHOLD, same_story
from streams.text.story import sketch, story_bands

from .errors import UserError


class Pair(BaseModel):
    """Two texts to compare; `same` is what a person says of them, where known."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    a: str
    b: str
    same: bool | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair, the verdict on it with score and reasons, and whether the stream would have compared the two."""

    pair: Pair
    same: bool
    score: float
    why: tuple[str, ...]
    met: bool


Judge = Callable[[Pair], Judged]


@dataclass(frozen=True, slots=True)
class PairsEvaluation:
    """All pairs judged; `scores` (precision, recall, f1, accuracy, candidates) over those whose truth is known."""

    judged: tuple[Judged, ...]
    scores: dict[str, float]


def same_json(a: str, b: str) -> str:
    """Compare the headlines `a` and `b` and write the verdict as JSON: same, score, why."""
    verdict = same(a, b)
    return orjson.dumps({"same": verdict.same, "score": verdict.score, "why": list(verdict.why)}).decode()


def same_text(a: str, b: str) -> Text:
    """Compare the headlines `a` and `b` and write the verdict for a person, the reasons below it."""
    verdict = same(a, b)
    text = Text("same" if verdict.same else "different", style="bold green" if verdict.same else "bold red")
    text.append(f"  {verdict.score:.2f}", style="default")
    for reason in verdict.why:
        text.append(f"\n  {reason}", style="default")
    return text


def judge_headlines(pair: Pair) -> Judged:
    """Judge two headlines."""
    verdict = same(pair.a, pair.b)
    return Judged(pair, verdict.same, verdict.score, verdict.why, _headlines_meet(pair.a, pair.b))


def judge_stories(pair: Pair) -> Judged:
    """Judge two bodies as the stream does: only those that share a band are compared."""
    one, two = sketch(pair.a), sketch(pair.b)
    if one is None or two is None:
        return Judged(pair, False, 0.0, ("too short to tell",), False)
    score = same_story(one, two)
    met = not set(story_bands(one)).isdisjoint(story_bands(two))
    return Judged(pair, score >= STORY_THRESHOLD and met, score, () if met else ("no band in common",), met)


def evaluate_pairs(pairs: Path, judge: Judge) -> PairsEvaluation:
    """Judge each pair of the file `pairs`: JSON lines of id, a, b and, where the truth is known, same.

    Raises:
        UserError: a line is no such pair, or there is none.
        OSError: the file cannot be read.
    """
    judged = tuple(judge(pair) for pair in _read_pairs(pairs))
    if not judged:
        raise UserError(f"{pairs} holds no pair", 'write one a line: {"id": "1", "a": "…", "b": "…", "same": true}')
    return PairsEvaluation(judged, _scores([one for one in judged if one.pair.same is not None]))


def _headlines_meet(a: str, b: str) -> bool:
    """Tell whether the stream would compare `a` and `b`: one key, or a band in common and signs that may match."""
    one, two = headline_key(a), headline_key(b)
    if one == two:
        return True
    left, right = probe(one), probe(two)
    return left is not None and right is not None and would_meet(left, right)


def _read_pairs(path: Path) -> Iterator[Pair]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield Pair.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "line"
            raise UserError(f"{path}:{number}: {where}: {first['msg']}", "each line holds id, a and b") from None


def _scores(known: list[Judged]) -> dict[str, float]:
    if not known:
        return {}
    wanted = [one for one in known if one.pair.same]
    claimed = [one for one in known if one.same]
    hits = sum(bool(one.pair.same) for one in claimed)
    precision = hits / len(claimed) if claimed else 0.0
    recall = hits / len(wanted) if wanted else 0.0
    return {
        "pairs": float(len(known)),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if hits else 0.0,
        "accuracy": sum(one.same == one.pair.same for one in known) / len(known),
        "candidates": sum(one.met for one in wanted) / len(wanted) if wanted else 0.0,
    }


def write_predictions(evaluation: PairsEvaluation, path: Path) -> None:
    """Write the verdicts to `path` as JSON lines of id, same and score, in the order of the pairs."""
    rows = ({"id": one.pair.id, "same": one.same, "score": one.score} for one in evaluation.judged)
    path.write_bytes(b"".join(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in rows))


def eval_pairs_json(evaluation: PairsEvaluation) -> str:
    """Write the scores and the pairs judged wrongly as JSON."""
    document = {"scores": evaluation.scores, "wrong": [_row(one) for one in _wrong(evaluation)]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


_SHOWN = 100
"""Letters of a text that the table shows: a headline whole, the beginning of a body."""


def eval_pairs_table(evaluation: PairsEvaluation) -> Table:
    """Lay out the scores as caption and the pairs judged wrongly as rows."""
    table = Table("id", "truth", "score", "a", "b", "why", show_lines=True)
    table.caption = "  ".join(f"{name} {value:.3f}" for name, value in evaluation.scores.items()) or "no truth known"
    for one in _wrong(evaluation):
        truth, why = "same" if one.pair.same else "different", "\n".join(one.why)
        table.add_row(one.pair.id, truth, f"{one.score:.2f}", one.pair.a[:_SHOWN], one.pair.b[:_SHOWN], why)
    return table


def _wrong(evaluation: PairsEvaluation) -> list[Judged]:
    return [one for one in evaluation.judged if one.pair.same is not None and one.pair.same != one.same]


def _row(one: Judged) -> dict[str, object]:
    verdict = {"same": one.same, "score": one.score, "why": list(one.why)}
    return {"id": one.pair.id, "a": one.pair.a, "b": one.pair.b, "truth": one.pair.same, **verdict}
