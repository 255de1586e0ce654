"""What a stage raises: a hopeless input, with the reason its reject carries."""

from __future__ import annotations

from schemas.rejects import Reason


class StageError(Exception):
    """This article cannot be processed, now or ever; `reason` is the slug, the text says what was found."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason
