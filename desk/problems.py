"""What can go wrong at the desk, as a status and two keys of the catalogue: what happened, and what to do."""

from __future__ import annotations


class DeskProblem(Exception):
    """A page cannot be shown; `what` and `remedy` are keys of the catalogue (texts.py), `detail` a server's words."""

    def __init__(self, status: int, what: str, remedy: str, detail: str = "") -> None:
        super().__init__(f"{status} {what} {detail}".rstrip())
        self.status = status
        self.what = what
        self.remedy = remedy
        self.detail = detail


def not_found() -> DeskProblem:
    """There is no such page or document."""
    return DeskProblem(404, "problem.not_found", "problem.not_found_remedy")


def index_away(detail: str) -> DeskProblem:
    """Elasticsearch does not answer; the page asks again by itself."""
    return DeskProblem(503, "problem.index_away", "problem.index_away_remedy", detail)


def not_understood(detail: str) -> DeskProblem:
    """The question cannot be read."""
    return DeskProblem(400, "problem.question", "problem.question_remedy", detail)


def foreign() -> DeskProblem:
    """An action that does not come from a page of ours, or from one that is too old."""
    return DeskProblem(403, "problem.foreign", "problem.foreign_remedy")


def too_large() -> DeskProblem:
    """A request with more bytes than the desk takes."""
    return DeskProblem(413, "problem.too_large", "problem.too_large_remedy")
