"""The log lines of the rooms: greppable names, and the article's id wherever one article is spoken of."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from schemas import Reason, Rejected, StageName
from schemas.reject_log import MOST, log_rejects

ROOT = Path(__file__).parents[2]
ROOMS = ("schemas", "producers", "streams", "sinks")
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}


def log_calls() -> Iterator[tuple[str, ast.Call]]:
    """Every call of a logger in the rooms, with its place."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                    continue
                if node.func.attr in LEVELS and isinstance(node.func.value, ast.Name) and node.func.value.id == "log":
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", node


CALLS = dict(log_calls())


@pytest.mark.parametrize("place", CALLS)
def test_an_event_is_a_name(place: str) -> None:
    """The event is a constant in snake case, and everything else is a field: lines are found by what they say."""
    call = CALLS[place]
    (event,) = call.args
    assert isinstance(event, ast.Constant)
    assert isinstance(event.value, str)
    assert event.value.isidentifier()
    assert event.value == event.value.lower()


@pytest.mark.parametrize("place", CALLS)
def test_who_speaks_of_an_article_names_it(place: str) -> None:
    """A line that takes anything from one article or reject carries `article_id` (or a mapping that does)."""
    call = CALLS[place]
    fields = {keyword.arg for keyword in call.keywords}
    spoken = {
        node.value.id
        for keyword in call.keywords
        for node in ast.walk(keyword.value)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
    }
    if spoken & {"reject", "article", "document", "raw", "refusal"} or "reject_id" in fields:
        assert fields & {"article_id", None}, place


def reject(number: int, reason: Reason = Reason.TOO_SLOW) -> Rejected:
    return Rejected(
        reject_id=f"{number:032x}", stage=StageName.SPLIT, reason=reason, message="م" * 9_000,
        article_id=f"{number + 1:032x}", path="a.txt", rejected_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip


def test_a_reject_is_found_by_its_ids() -> None:
    """Its line says which article, which stage and why, and is of a bearable length."""
    with capture_logs() as lines:
        log_rejects(structlog.get_logger(), [reject(1)])
    (line,) = lines
    assert (line["event"], line["log_level"]) == ("rejected", "warning")
    assert line["article_id"] == f"{2:032x}"
    assert line["reject_id"] == f"{1:032x}"
    assert (line["stage"], line["reason"], line["path"]) == ("split", "too_slow", "a.txt")
    assert len(line["message"]) == 500


def test_a_flood_is_summed_up() -> None:
    """Of many rejects in one batch the first have their own lines, the rest are counted by reason."""
    with capture_logs() as lines:
        log_rejects(structlog.get_logger(), [reject(number, Reason.EMPTY) for number in range(MOST + 100)])
    assert len(lines) == MOST + 1
    assert lines[-1] == {"event": "rejected_more", "reasons": {"empty": 100}, "number": 100, "log_level": "warning"}
