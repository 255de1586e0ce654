"""Requests in, those that may pass out, their answers with the headers that keep browsers strict."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import cookie_parser
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .hosts import Names
from .problems import too_large
from .sessions import COOKIE, LIFETIME, Session, Sessions

POLICY: Final = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "font-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)
HEADERS: Final[Mapping[str, str]] = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}
SAFE: Final = {"GET", "HEAD", "OPTIONS"}
OPEN: Final = ("/static/", "/login", "/preferences")
"""What may be asked without a login."""


class Guard:
    """Stands before the whole desk."""

    def __init__(self, app: ASGIApp, names: Names, sessions: Sessions, most_bytes: int) -> None:
        """`most_bytes` is the largest request that is read."""
        self._app = app
        self._names = names
        self._sessions = sessions
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer by itself what may not pass."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refuse(scope["method"], headers)
        known = self._sessions.read(cookie_parser(headers.get("cookie", "")).get(COOKIE))
        session = known or self._sessions.begin()
        scope.setdefault("state", {})["session"] = session
        cookie = None if known else session_cookie(self._sessions, session, secure=scope["scheme"] == "https")
        refusal = refusal or self._ask_for_login(scope, session)
        app = self._app if refusal is None else refusal
        await app(scope, _limited(receive, self._most_bytes), _dressed(send, scope["path"], cookie))

    def _refuse(self, method: str, headers: Headers) -> Response | None:
        """Refuse other hosts' names, and actions that begin on other sites' pages."""
        host = headers.get("host", "")
        if not self._names.know(host):
            text = "sada: asked by a name that is not this desk's; add it to SADA_DESK_NAMES if it should be\n"
            return PlainTextResponse(text, 421)
        if method not in SAFE and not is_same_origin(headers, host):
            return PlainTextResponse("sada: this action does not come from a page of this desk; open the desk\n", 403)
        return None

    def _ask_for_login(self, scope: Scope, session: Session) -> Response | None:
        path = scope["path"]
        if not self._sessions.asks_for_login or session.logged_in or path.startswith(OPEN):
            return None
        if scope["method"] not in SAFE or "text/html" not in Headers(scope=scope).get("accept", ""):
            return PlainTextResponse("sada: log in at /login\n", 401)
        query = scope["query_string"].decode("latin-1")
        return RedirectResponse(f"/login?next={quote(path + ('?' + query if query else ''), safe='')}", 303)


def is_same_origin(headers: Mapping[str, str], host: str) -> bool:
    """Tell whether a browser says that a page of `host` itself asks; one of its two words must be there.

    >>> is_same_origin({"origin": "http://localhost:8474"}, "localhost:8474")
    True
    >>> is_same_origin({"origin": "http://evil.example"}, "localhost:8474"), is_same_origin({}, "localhost:8474")
    (False, False)
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is None and origin is None:
        return False
    return site in (None, "same-origin") and (origin is None or urlsplit(origin).netloc.lower() == host.lower())


def session_cookie(sessions: Sessions, session: Session, *, secure: bool) -> str:
    """Return the Set-Cookie header of `session`."""
    kept = f"{COOKIE}={sessions.write(session)}; Path=/; Max-Age={LIFETIME}; HttpOnly; SameSite=Lax"
    return f"{kept}; Secure" if secure else kept


def _limited(receive: Receive, most_bytes: int) -> Receive:
    taken = 0

    async def counted() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > most_bytes:
            raise too_large()
        return message

    return counted


def _dressed(send: Send, path: str, cookie: str | None) -> Send:
    async def dressed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if not path.startswith("/static/"):
                headers.setdefault("cache-control", "no-store")
                if cookie is not None and "set-cookie" not in headers:
                    headers.append("set-cookie", cookie)
        await send(message)

    return dressed
