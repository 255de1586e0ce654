"""Cookies in, who asks out: a signed session with or without a login, and the token that its actions must bear."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

COOKIE: Final = "sada_desk"
LIFETIME: Final = 14 * 24 * 3600
"""Seconds that a session lasts."""

FIELD: Final = "token"
"""Form field of the token; HEADER is its name for scripts."""
HEADER: Final = "x-desk-token"


@dataclass(frozen=True)
class Session:
    """One browser; `born` in seconds since 1970."""

    key: str
    born: int
    logged_in: bool


class Sessions:
    """Signs sessions and their tokens; remembers none of them."""

    def __init__(self, login: str | None, clock: Callable[[], float] = time.time) -> None:
        """`login` is what people log in with; without one everybody may ask, and a new start forgets all sessions."""
        self._login = login
        self._clock = clock
        self._secret = secrets.token_bytes(32) if login is None else hashlib.sha256(b"desk\0" + login.encode()).digest()

    @property
    def asks_for_login(self) -> bool:
        """Whether people must log in."""
        return self._login is not None

    def begin(self, *, logged_in: bool = False) -> Session:
        """Begin a session with a key of its own."""
        return Session(secrets.token_urlsafe(18), int(self._clock()), logged_in)

    def write(self, session: Session) -> str:
        """Return the cookie's value."""
        plain = f"{session.key}.{session.born}.{int(session.logged_in)}"
        return f"{plain}.{self._sign('session', plain)}"

    def read(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie; null where it is not ours, or too old."""
        plain, _, sign = (cookie or "").rpartition(".")
        if not _same(sign, self._sign("session", plain)):
            return None
        key, born, logged_in = plain.split(".")
        if not 0 <= self._clock() - int(born) <= LIFETIME:
            return None
        return Session(key, int(born), logged_in == "1")

    def token(self, session: Session) -> str:
        """Return the token that the actions of this session's pages bear."""
        return self._sign("action", f"{session.key}.{session.born}.{int(session.logged_in)}")

    def is_token(self, session: Session, token: object) -> bool:
        """Tell whether `token` is this session's, in the same time whatever it is."""
        return isinstance(token, str) and _same(token, self.token(session))

    def opens(self, word: object) -> bool:
        """Tell whether `word` is what people log in with."""
        return self._login is not None and isinstance(word, str) and _same(word, self._login)

    def _sign(self, purpose: str, text: str) -> str:
        return hmac.new(self._secret, f"{purpose}\0{text}".encode(), hashlib.sha256).hexdigest()


class Patience:
    """Counts failed logins of everybody: after `most` in `seconds` nobody may try until some are that old."""

    def __init__(self, most: int = 10, seconds: float = 60.0, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._seconds = seconds
        self._clock = clock
        self._failed: list[float] = []

    @property
    def is_over(self) -> bool:
        """Whether too many have failed just now."""
        self._failed = [at for at in self._failed if self._clock() - at < self._seconds]
        return len(self._failed) >= self._most

    def fail(self) -> None:
        """Note a failed login."""
        self._failed.append(self._clock())


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())
