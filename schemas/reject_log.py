"""Rejects of one batch in, a log line for each out, with the ids by which it is found again; a flood is summed up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from schemas.rejects import Rejected

MOST: Final = 20
"""Rejects of one batch that have a line of their own; a folder of ten thousand empty files must not drown the log."""

_MESSAGE_KEPT: Final = 500
"""Characters of an error that a line shows."""


def log_rejects(log: Any, rejects: Sequence[Rejected]) -> None:  # noqa: ANN401 structlog's loggers are of any type
    """Warn `log` of each of `rejects`; of more than `MOST` the rest are counted by reason."""
    for reject in rejects[:MOST]:
        log.warning(
            "rejected",
            article_id=reject.article_id,
            reject_id=reject.reject_id,
            stage=reject.stage.value,
            reason=reject.reason.value,
            path=reject.path,
            message=reject.message[:_MESSAGE_KEPT],
        )
    if rest := rejects[MOST:]:
        log.warning("rejected_more", reasons=dict(Counter(one.reason.value for one in rest)), number=len(rest))
