"""Measured figures in, the cost of one article in each place out, and what so many articles a day then need."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

from schemas import Settings

from .results import Results

DAY: Final = 86_400
PEAK: Final = 3.0
"""How much the busiest minutes are above the day's average: news is written by daylight."""
FULL: Final = 0.7
"""How much of a core may be planned for."""
BATCH: Final[int] = Settings.model_fields["work_batch"].default
"""Articles that a worker takes at once, by default."""
SHARD_GB: Final = 40.0
KEPT_DAYS: Final = 365
VOLUMES: Final = (100_000, 1_000_000, 10_000_000, 100_000_000)
WORKER_STEPS: Final = ("decode", "clean", "split", "tell", "tag", "encode")


@dataclass(frozen=True)
class Costs:
    """What an article costs. Seconds are those of one worker that has the machine to itself.

    `cpu` holds CPU seconds an article in each role and server, `crowded` how many times as much CPU time the pure
    pipeline takes where one runs on each of `cores`, `cores_used` what a busy worker and Kafka for it take of them.
    """

    article: float
    telling: float
    tellings: float
    cores: int
    cores_used: float
    crowded: float
    cpu: tuple[tuple[str, float], ...]
    start: float = 0.0
    """Seconds before the first batch is begun: workers wake, fetch and decode."""
    end: float = 0.0
    """Seconds from the last article to the last word on headlines, which goes from partition to partition meanwhile and
    waits for the broker at each: cores have little to do, and more workers do not shorten it."""

    def slower(self, busy: int, *, own_cores: bool) -> float:
        """Say how many times longer a batch takes when `busy` workers are at work at once.

        Cores that are all in use are slower, as they share caches and often parts of a core; and when more are wanted
        than there are, each gets its share.

        >>> costs = Costs(0.001, 0.0001, 8, 4, 1.5, 1.2, ())
        >>> [round(costs.slower(busy, own_cores=False), 3) for busy in (1, 2, 4)]
        [1.0, 1.12, 1.8]
        >>> costs.slower(64, own_cores=True)
        1.0
        """
        if own_cores:
            return 1.0
        wanted = busy * self.cores_used
        beside = max(0.0, min(wanted, self.cores) - self.cores_used) / max(0.1, self.cores - self.cores_used)
        return (1 + (self.crowded - 1) * beside) * max(1.0, wanted / self.cores)


def costs_of(results: Results, topology: str = "fused") -> Costs:
    """Read the costs out of a run: from what one worker, the watcher alone and the sink alone were measured at.

    Raises:
        ValueError: the run has no figures of one worker, of the stages or of the sink.
    """
    one = f"worker/{topology}/1"
    rate, work = (_needed(results, one, name) for name in ("articles_s", "cpu_work"))
    kafka = min(
        results.values(one, "cpu_kafka") or [_needed(results, one, "cpu_kafka")]
    )  # Java compiles itself at first
    steps = sum(_needed(results, "stages", step) for step in WORKER_STEPS)
    fold = _needed(results, "stages", "dedupe and match")
    tellings = _needed(results, "stages", "tellings")
    files = float(results.about.get("files", 5000))
    part = fold / (steps + fold)
    end = max(0.0, files / rate - (results.median(one, "understood_s") or files / rate))
    start, each = start_of(files / rate - end, results.median(one, "first_s") or 0.0, files)
    cpu = {
        "watch": _needed(results, f"producer/{topology}/1", "cpu_watch"),
        "work": work,
        "sink": _needed(results, f"sink/{topology}/1", "cpu_sink"),
        "kafka": _needed(results, f"whole/{topology}/1", "cpu_kafka"),
        "elasticsearch": _needed(results, f"sink/{topology}/1", "cpu_elasticsearch"),
    }
    return Costs(
        article=(1 - part) * each,
        telling=part * each / tellings,
        tellings=tellings,
        cores=int(results.about.get("cores") or 4),
        cores_used=(work + kafka) / 1000 * files / (files / rate - end),
        crowded=max(1.0, results.median("crowding", "dearer") or 1.0),
        cpu=tuple((name, value / 1000) for name, value in cpu.items()),
        start=start,
        end=end,
    )


def at_pace(costs: Costs, results: Results, topology: str, workers: int) -> Costs:
    """Return the costs at the speed that the machine had while so many workers were measured.

    Pure pipelines, one for each worker, were measured beside them (`bench.line.pace`): what these took more or less
    than the one beside one worker is taken to hold for workers too, and crowded cores are in it already.
    """
    paces = [results.median(f"pace/{topology}/{number}", "microseconds") for number in (1, workers)]
    if not all(paces):
        return costs
    slower = (paces[1] or 1.0) / (paces[0] or 1.0)
    return replace(costs, article=slower * costs.article, telling=slower * costs.telling, crowded=1.0)


def start_of(seconds: float, first: float, files: float) -> tuple[float, float]:
    """Cut a run into the seconds before its first batch and those of each article; `first` is the first batch's end.

    >>> start_of(11.2, 1.4, 5200)
    (1.208, 0.001922)
    """
    if files < 2 * BATCH or first <= 0:
        return 0.0, seconds / files
    start = max(0.0, first - BATCH * (seconds - first) / (files - BATCH))
    start = round(start, 3)
    return start, round((seconds - start) / files, 6)


def _needed(results: Results, what: str, name: str) -> float:
    value = results.median(what, name)
    if not value:
        raise ValueError(f"no figure {name!r} of {what!r}: run `make bench` first")
    return value


def table(costs: Costs, index_bytes: float) -> str:
    """Lay out what an article costs, and how many of each part so many articles a day need."""
    each = " + ".join(f"{1000 * seconds:.2f} ({name})" for name, seconds in costs.cpu)
    total = sum(seconds for _, seconds in costs.cpu)
    heads = (
        "articles a day",
        "a second, busiest",
        *(f"{name}: cores" for name, _ in costs.cpu),
        "partitions",
        "shards a year",
    )
    lines = [f"| {' | '.join(heads)} |", f"| ---: |{' ---: |' * (len(heads) - 1)}"]
    for volume in VOLUMES:
        peak = PEAK * volume / DAY
        cores = [math.ceil(peak * seconds / FULL) for _, seconds in costs.cpu]
        shards = math.ceil(volume * KEPT_DAYS * index_bytes / 1e9 / SHARD_GB)
        cells = [f"{volume:,}", f"{peak:,.1f}", *map(str, cores), str(partitions_for(cores[1])), f"{shards:,}"]
        lines.append(f"| {' | '.join(cells)} |")
    about = f"CPU milliseconds an article: {each} = {1000 * total:.2f}. On disk: {index_bytes:,.0f} bytes of index."
    return f"{about}\n\n" + "\n".join(lines)


def partitions_for(workers: int) -> int:
    """Return the partitions for so many workers: twice as many, a power of two, 8 at least.

    >>> [partitions_for(number) for number in (1, 4, 5, 40)]
    [8, 8, 16, 128]
    """
    return max(8, 2 ** math.ceil(math.log2(2 * workers)))
