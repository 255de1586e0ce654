"""Settings and hooks in, the desk as one ASGI application out."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final
from uuid import uuid4

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope
from structlog import get_logger

from schemas import Settings

from .answers import DeskError, NoIndexError, UnavailableError
from .client import Index
from .guard import Guard
from .hooks import HookError, Hooks
from .hosts import Names, check_reach
from .newest import Newest
from .pages import article, entities, headlines, line, search, session
from .problems import DeskProblem, index_away, not_found, not_understood
from .room import HERE, MOST_FILES, Desk, render, show, texts_of
from .sessions import Patience, Sessions
from .watch import Watch

log = get_logger(__name__)

FORM_ROOM: Final = 1_000_000
"""Bytes of a request beside its files."""

FOR_EVER: Final = "public, max-age=31536000, immutable"


class _Static(StaticFiles):
    async def get_response(self, path: str, scope: Scope) -> Response:
        """Let browsers keep what is named by its content; fonts never change."""
        answer = await super().get_response(path, scope)
        kept = b"v=" in scope["query_string"] or path.endswith(".woff2")
        answer.headers["cache-control"] = FOR_EVER if kept else "no-cache"
        return answer


def create_app(settings: Settings, hooks: Hooks) -> Starlette:
    """Build the desk of one line. Asks nothing of any server yet.

    Raises:
        SettingsError: others would reach it and no login is asked for.
    """
    check_reach(settings)
    token = settings.desk_token
    sessions = Sessions(None if token is None else token.get_secret_value())
    index, newest = Index(settings), Newest(settings)
    desk = Desk(settings, hooks, index, sessions, Patience(), Watch(hooks, newest.ask))
    most_bytes = settings.max_file_bytes * MOST_FILES + FORM_ROOM

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        yield
        await index.close()
        await newest.close()

    app = Starlette(
        routes=[
            Mount("/static", _Static(directory=HERE / "static")),
            *(route for page in (search, article, headlines, entities, line, session) for route in page.ROUTES),
        ],
        middleware=[Middleware(Guard, names=Names(settings), sessions=sessions, most_bytes=most_bytes)],
        exception_handlers={
            DeskProblem: _problem,
            HookError: _hook_error,
            DeskError: _desk_error,
            HTTPException: _http_error,
            Exception: _defect,
        },
        lifespan=lifespan,
    )
    app.state.desk = desk
    return app


def _problem(request: Request, error: Exception) -> Response:
    assert isinstance(error, DeskProblem)
    return _show(request, error)


def _desk_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, DeskError)
    said = "; ".join(part for part in (str(error), error.remedy) if part)
    away = isinstance(error, (NoIndexError, UnavailableError))
    return _show(request, index_away(said) if away else not_understood(said))


def _hook_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HookError)
    said = "; ".join(part for part in (error.problem, error.remedy) if part)
    return _show(request, DeskProblem(503, "problem.line_away", "problem.line_away_remedy", said))


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return _show(request, not_found())
    return _show(request, DeskProblem(error.status_code, "problem.method", "problem.method_remedy"))


def _defect(request: Request, error: Exception) -> Response:
    """Give a defect a number, under which the log has it whole."""
    number = uuid4().hex[:8]
    log.error("desk_defect", id=number, path=request.url.path, exc_info=error)
    return _show(request, DeskProblem(500, "problem.ours", "problem.ours_remedy"), id=number)


def _show(request: Request, problem: DeskProblem, **values: object) -> Response:
    """Show a problem as a page, or as its part of one; one that passes is asked about again."""
    texts = texts_of(request)
    passes = problem.status == 503 and request.method in ("GET", "HEAD")
    words = {
        "what": texts(problem.what),
        "remedy": texts(problem.remedy, **values),
        "detail": problem.detail,
        "retry": passes,
    }
    headers = {"retry-after": "3"} if passes else {}
    if request.url.path == "/search/results" or request.headers.get("x-desk-part") is not None:
        part = render(request, "problem_lines.html", **words)
        return Response(part, problem.status, headers, media_type="text/html")
    return show(request, "problem.html", problem.status, headers, **words)
