"""A wave that is in the index and committed in, its numbers and its articles' stretches on a tally out."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from schemas.meter import Tally
from schemas.metrics import LATENCY, MESSAGES_INDEXED, RECEIVED, REJECTED, RETRACTED, SENT
from schemas.rejects import Rejected, StageName
from schemas.topics import ENRICHED, UNIQUE
from schemas.traces import Stretch

from .plan import Wave

STAGE = StageName.INDEX


def count_wave(tally: Tally, wave: Wave, rejects: Sequence[Rejected], now: datetime, passed_over: int = 0) -> None:
    """Count the articles of `wave`: all but the `rejects` are in the index at `now`; and its messages by topic.

    So many messages of headlines as were `passed_over` for later ones in it are done with them.
    """
    of_articles = [reject for reject in rejects if reject.topic == ENRICHED.name]
    undecoded = sum(reject.topic == ENRICHED.name for reject in wave.rejects)
    refused = len(of_articles) - undecoded
    tally.count(RECEIVED, STAGE, by=len(wave.articles) + undecoded)
    tally.count(SENT, STAGE, by=len(wave.articles) - refused)
    tally.count(RETRACTED, STAGE, by=len(wave.withdrawn))
    for reject in of_articles:
        tally.count(REJECTED, STAGE, reject.reason)
    messages = Counter(arrival.topic for arrival in wave.arrivals)
    messages[UNIQUE.name] += passed_over
    for topic, number in messages.items():
        tally.count(MESSAGES_INDEXED, topic, by=number)
    for article, _ in wave.articles:
        tally.observe(LATENCY, max(0.0, (now - article.read_at).total_seconds()))
    if tally.traces:
        _trace(tally, wave)


def _trace(tally: Tally, wave: Wave) -> None:
    ended = tally.wall(time.perf_counter())
    tally.stretches += [
        Stretch(article.article_id, STAGE, tally.began_ns, ended, article.root_id) for article, _ in wave.articles
    ]
