"""Pairs of headlines enter; whether each is one headline leaves, with score, reasons and, if known, the truth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError
from rich.table import Table
from rich.text import Text

from streams.text.fold import headline_key
from streams.text.match import may_match, probe
from streams.text.same import Verdict, same

from .errors import UserError


class HeadlinePair(BaseModel):
    """Two headlines to compare; `same` is what a person says of them, where known."""

    model_config = ConfigDict(frozen=True, extra="ignore", coerce_numbers_to_str=True)

    id: str
    a: str
    b: str
    same: bool | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair, the verdict on it, and whether the stream would have compared the two."""

    pair: HeadlinePair
    verdict: Verdict
    met: bool


@dataclass(frozen=True, slots=True)
class HeadlinesEvaluation:
    """All pairs judged; `scores` (precision, recall, f1, accuracy, candidates) over those whose truth is known."""

    judged: tuple[Judged, ...]
    scores: dict[str, float]


def same_json(a: str, b: str) -> str:
    """Compare `a` and `b` and write the verdict as JSON: same, score, why."""
    verdict = same(a, b)
    return orjson.dumps({"same": verdict.same, "score": verdict.score, "why": list(verdict.why)}).decode()


def same_text(a: str, b: str) -> Text:
    """Compare `a` and `b` and write the verdict for a person, the reasons below it."""
    verdict = same(a, b)
    text = Text("same" if verdict.same else "different", style="bold green" if verdict.same else "bold red")
    text.append(f"  {verdict.score:.2f}", style="default")
    for reason in verdict.why:
        text.append(f"\n  {reason}", style="default")
    return text


def evaluate_headlines(pairs: Path) -> HeadlinesEvaluation:
    """Judge each pair of the file `pairs`: JSON lines of id, a, b and, where the truth is known, same.

    Raises:
        UserError: a line is no such pair, or there is none.
        OSError: the file cannot be read.
    """
    judged = tuple(Judged(pair, same(pair.a, pair.b), _meet(pair.a, pair.b)) for pair in _read_pairs(pairs))
    if not judged:
        raise UserError(f"{pairs} holds no pair", 'write one a line: {"id": "1", "a": "…", "b": "…", "same": true}')
    return HeadlinesEvaluation(judged, _scores([one for one in judged if one.pair.same is not None]))


def _meet(a: str, b: str) -> bool:
    """Tell whether the stream would compare `a` and `b`: one key, or a band in common and signs that may match."""
    one, two = headline_key(a), headline_key(b)
    if one == two:
        return True
    left, right = probe(one), probe(two)
    if left is None or right is None or set(left.bands).isdisjoint(right.bands):
        return False
    return may_match(left.sign, right.sign)


def _read_pairs(path: Path) -> Iterator[HeadlinePair]:
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if not line.strip():
            continue
        try:
            yield HeadlinePair.model_validate_json(line)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(str(part) for part in first["loc"]) or "line"
            raise UserError(f"{path}:{number}: {where}: {first['msg']}", "each line holds id, a and b") from None


def _scores(known: list[Judged]) -> dict[str, float]:
    if not known:
        return {}
    wanted = [one for one in known if one.pair.same]
    claimed = [one for one in known if one.verdict.same]
    hits = sum(bool(one.pair.same) for one in claimed)
    precision = hits / len(claimed) if claimed else 0.0
    recall = hits / len(wanted) if wanted else 0.0
    return {
        "pairs": float(len(known)),
        "precision": precision,
        "recall": recall,
        "f1": 2 * precision * recall / (precision + recall) if hits else 0.0,
        "accuracy": sum(one.verdict.same == one.pair.same for one in known) / len(known),
        "candidates": sum(one.met for one in wanted) / len(wanted) if wanted else 0.0,
    }


def write_predictions(evaluation: HeadlinesEvaluation, path: Path) -> None:
    """Write the verdicts to `path` as JSON lines of id, same and score, in the order of the pairs."""
    with path.open("wb") as file:
        for one in evaluation.judged:
            row = {"id": one.pair.id, "same": one.verdict.same, "score": one.verdict.score}
            file.write(orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE))


def eval_headlines_json(evaluation: HeadlinesEvaluation) -> str:
    """Write the scores and the pairs judged wrongly as JSON."""
    document = {"scores": evaluation.scores, "wrong": [_row(one) for one in _wrong(evaluation)]}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def eval_headlines_table(evaluation: HeadlinesEvaluation) -> Table:
    """Lay out the scores as caption and the pairs judged wrongly as rows."""
    table = Table("id", "truth", "score", "a", "b", "why", show_lines=True)
    table.caption = "  ".join(f"{name} {value:.3f}" for name, value in evaluation.scores.items()) or "no truth known"
    for one in _wrong(evaluation):
        truth = "same" if one.pair.same else "different"
        why = "\n".join(one.verdict.why)
        table.add_row(one.pair.id, truth, f"{one.verdict.score:.2f}", one.pair.a, one.pair.b, why)
    return table


def _wrong(evaluation: HeadlinesEvaluation) -> list[Judged]:
    return [one for one in evaluation.judged if one.pair.same is not None and one.pair.same != one.verdict.same]


def _row(one: Judged) -> dict[str, object]:
    verdict = {"same": one.verdict.same, "score": one.verdict.score, "why": list(one.verdict.why)}
    return {"id": one.pair.id, "a": one.pair.a, "b": one.pair.b, "truth": one.pair.same, **verdict}
