"""What a message's way through the stages came to in; counts, seconds and stretches on its batch's tally out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from schemas import SplitArticle, StageName
from schemas.meter import Tally
from schemas.metrics import EMBEDDED, RECEIVED, SENT, STAGE_SECONDS
from schemas.traces import Stretch

from .boundary import Failure, Pace, subject


def count_paces(tally: Tally, paces: Iterable[Pace], failures: Sequence[Failure]) -> None:
    """Count what each of `paces` took in, and sent if it made anything; what failed is counted where it is rejected."""
    for pace in paces:
        tally.count(RECEIVED, pace.stage)
        tally.observe(STAGE_SECONDS, pace.ended - pace.began, pace.stage)
        if pace.made:
            tally.count(SENT, pace.stage)
        if pace.stage is StageName.SPLIT and pace.made > 1:
            tally.count(EMBEDDED, by=pace.made - 1)
        if tally.traces:
            _trace(tally, pace, failures)


def _trace(tally: Tally, pace: Pace, failures: Sequence[Failure]) -> None:
    article_id, _ = subject(pace.item)
    if article_id is None:
        return
    why = [one.reason for one in failures if (one.stage, one.article_id) == (pace.stage, article_id)]
    page = pace.item.root_id if isinstance(pace.item, SplitArticle) else None
    began, ended = tally.wall(pace.began), tally.wall(pace.ended)
    tally.stretches.append(Stretch(article_id, pace.stage, began, ended, page, why[0] if why else None))


def trace_tellings(tally: Tally, stage: StageName, articles: Iterable[str], ended: float) -> None:
    """Note that `stage` took in tellings about `articles`, from the batch's beginning until `ended`."""
    if tally.traces:
        until = tally.wall(ended)
        tally.stretches += [Stretch(article, stage, tally.began_ns, until) for article in sorted(articles)]
