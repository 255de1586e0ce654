"""What a browser chooses in, its cookies out: language, colours, login and logout."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from desk.guard import session_cookie
from desk.room import LANGUAGE, THEME, THEMES, Desk, action, local, session_of, show, texts_of
from desk.texts import LANGUAGES

YEAR: Final = 365 * 24 * 3600
WRONG_SECONDS: Final = 0.5
"""What a wrong word costs, so that trying many takes long."""


async def prefer(request: Request, form: FormData) -> Response:
    """Note language and colours, or end the session; then show the page again."""
    answer = RedirectResponse(local(form.get("next")), 303)
    for cookie, field, known in ((LANGUAGE, "language", LANGUAGES), (THEME, "theme", THEMES)):
        if (wished := form.get(field)) in known:
            answer.set_cookie(cookie, str(wished), max_age=YEAR, httponly=True, samesite="lax")
    if form.get("logout"):
        sessions = Desk.of(request).sessions
        secure = request.url.scheme == "https"
        answer.headers.append("set-cookie", session_cookie(sessions, sessions.begin(), secure=secure))
    return answer


async def log_in(request: Request, form: FormData) -> Response:
    """Begin a session that is logged in, where the word is right."""
    desk, texts = Desk.of(request), texts_of(request)
    target = local(form.get("next"))
    if desk.patience.is_over:
        return show(request, "login.html", 429, wrong=texts("login.slow_down"), next=target)
    if not desk.sessions.opens(form.get("word")):
        desk.patience.fail()
        await asyncio.sleep(WRONG_SECONDS)
        return show(request, "login.html", 403, wrong=texts("login.wrong"), next=target)
    answer = RedirectResponse(target, 303)
    session = desk.sessions.begin(logged_in=True)
    secure = request.url.scheme == "https"
    answer.headers.append("set-cookie", session_cookie(desk.sessions, session, secure=secure))
    return answer


def ask_login(request: Request) -> Response:
    """Show the login page; whoever needs none goes on."""
    target = local(request.query_params.get("next"))
    if session_of(request).logged_in or not Desk.of(request).sessions.asks_for_login:
        return RedirectResponse(target, 303)
    return show(request, "login.html", wrong=None, next=target)


ROUTES: Final = (action("/preferences", prefer), action("/login", log_in), Route("/login", ask_login))
