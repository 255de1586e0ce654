"""Folders of files in, what the line and each of its roles alone make of them out: seconds, CPU seconds, memory."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from schemas.topics import ENRICHED

from .pace import Pace
from .pool import Pool
from .results import Figures
from .stand import LOOK, WORKERS_WRITE, Stand

LIMIT = 240.0
DRAINED_AFTER = 0.5
"""Seconds of quiet after which the broker is asked whether anyone lags: that costs it more than telling its ends."""
Take = Callable[[str, Figures], None]
"""Is given what was measured and its figures."""


def session(  # noqa: PLR0913, PLR0917 - all of a run meets here
    stand: Stand, pool: Pool, workers: int, repeats: int, take: Take, pace: Pace
) -> None:
    """Measure the whole line `repeats` times with `workers`, then its roles one by one.

    Before workers work alone, it is noted how fast the machine then is with as many processes.

    Raises:
        StallError: something did not come to its end in time.
    """
    name = f"{stand.topology}/{workers}"
    warm = pool.folder("warm", pool.warm, stand.home)
    ready = [pool.folder(f"share{number}", pool.share(number), stand.home) for number in range(2 * repeats)]
    stand.open()
    stand.start("watch", "sink", *(f"work-{number}" for number in range(1, workers + 1)))
    stand.warm(warm, len(pool.warm))
    for number in range(repeats):
        take(f"whole/{name}", whole(stand, ready[number], pool.size))
    take(f"memory/{name}", stand.peaks())
    stand.end("sink")
    before = stand.end_of(WORKERS_WRITE)
    for number in range(repeats):
        take(f"pace/{name}", pace.measure(workers))
        producer, worker = apart(stand, ready[repeats + number], pool.size)
        take(f"producer/{name}", producer)
        take(f"worker/{name}", worker)
    messages = stand.end_of(WORKERS_WRITE) - before
    stand.end(*stand.workers())
    take(f"sink/{name}", sink(stand, pool.size * repeats, messages))


def whole(stand: Stand, folder: Path, files: int) -> Figures:
    """Move a folder into the inbox and wait until each of its files is found, then until all news is indexed."""
    known, before, begun = stand.searchable(), stand.spent(), time.monotonic()
    folder.rename(stand.settings.inbox / folder.name)
    stand.until(lambda: stand.searchable() >= known + files, LIMIT, "files become searchable")
    found = time.monotonic() - begun
    stand.until(lambda: stand.lag() == 0, LIMIT, "the line drains", 3 * LOOK)
    settled = time.monotonic() - begun
    figures = {"articles_s": files / found, "settled_articles_s": files / settled, "known": float(known)}
    return figures | _costs(before, stand.spent(), files)


def apart(stand: Stand, folder: Path, files: int) -> tuple[Figures, Figures]:
    """Let the watcher send a folder while the workers are held, then let these work it off; no sink runs."""
    crew = stand.workers()
    stand.freeze(*crew)
    try:
        there, before, begun = stand.sent(), stand.spent(), time.monotonic()
        folder.rename(stand.settings.inbox / folder.name)
        stand.until(lambda: stand.sent() >= there + files, LIMIT, "the watcher sends")
        seconds = time.monotonic() - begun
        producer = {"articles_s": files / seconds} | _costs(before, stand.spent(), files)
        before, begun = stand.spent(), time.monotonic()
    finally:
        stand.thaw(*crew)
    first, understood, seconds = _changes(stand, begun)
    times = {"first_s": first, "understood_s": understood, "seconds": seconds}
    return producer, {"articles_s": files / seconds} | times | _costs(before, stand.spent(), files)


def _changes(stand: Stand, begun: float) -> tuple[float, float, float]:
    """Wait until the workers have read all there is.

    Return the seconds until they first wrote something, wrote the last article, and wrote anything at all.
    """
    last, changed, asked, first = stand.end_of(WORKERS_WRITE), begun, begun, 0.0
    articles, understood = stand.end_of([ENRICHED]), begun
    while True:
        now = stand.end_of(WORKERS_WRITE)
        if now != last:
            last, changed = now, time.monotonic()
            first = first or changed - begun
            if (made := stand.end_of([ENRICHED])) != articles:
                articles, understood = made, changed
        elif time.monotonic() - max(changed, asked) > DRAINED_AFTER:
            asked = time.monotonic()
            if stand.worker_lag() == 0:
                return first, understood - begun, changed - begun
        stand.check(begun + LIMIT, "workers work off")
        time.sleep(LOOK / 2)


def sink(stand: Stand, files: int, messages: int) -> Figures:
    """Start the sink on full topics; rate and costs count from its first documents, without its start."""
    written, launched = stand.indexed(), time.monotonic()
    before = {**stand.spent(), "sink": 0.0}
    stand.start("sink")
    stand.until(lambda: stand.indexed() > written, LIMIT / 4, "the sink begins")
    begun, at_first = time.monotonic(), stand.indexed() - written
    starting = stand.spent()
    last, changed, asked = at_first, begun, begun
    while True:
        stand.check(begun + LIMIT, "the sink works off")
        if (now := stand.indexed() - written) != last:
            last, changed = now, time.monotonic()
        elif time.monotonic() - max(changed, asked) > DRAINED_AFTER:
            asked = time.monotonic()
            if stand.lag() == 0:
                break
        time.sleep(LOOK)
    begin, counted = (starting, last - at_first) if at_first < last / 2 else (before, last)
    part = files * counted / last
    seconds = max(changed - (begun if counted < last else launched), LOOK)
    figures = {"documents_s": counted / seconds, "articles_s": part / seconds, "first_s": begun - launched}
    figures |= {"documents": last / files, "messages": messages / files, "starting": starting["sink"]}
    figures |= {"peak_mb": stand.peaks()["sink"]} | _costs(begin, stand.spent(), part)
    return figures | {"index_bytes": stand.index_bytes()}


def _costs(before: dict[str, float], after: dict[str, float], files: float) -> Figures:
    """Return CPU seconds per 1,000 articles of each role and server, and of our own roles together."""
    each = {f"cpu_{name}": 1000 * (after[name] - before.get(name, 0.0)) / files for name in after}
    ours = sum(value for name, value in each.items() if name not in {"cpu_kafka", "cpu_elasticsearch"})
    return each | {"cpu_ours": ours}
