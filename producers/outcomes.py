"""What reading one path of the inbox came to: an article, a refusal, nothing there, or not yet."""

from __future__ import annotations

from typing import NamedTuple

from schemas import Reason

from .folder import Signature


class Found(NamedTuple):
    """A page: its text and identity. `path` is relative to the inbox, as the file system spells it."""

    path: str
    signature: Signature
    text: str
    encoding: str
    article_id: str


class Refused(NamedTuple):
    """A file that is no page: why, what to do about it, and its bytes where they were read."""

    path: str
    signature: Signature
    reason: Reason
    message: str
    reject_id: str
    payload: bytes | None


class Gone(NamedTuple):
    """Nothing (or a folder) is at `path` any more."""

    path: str


class Unfinished(NamedTuple):
    """The file changed while it was read; look again later."""

    path: str
    signature: Signature


Outcome = Found | Refused | Gone
