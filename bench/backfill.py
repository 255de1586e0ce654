"""`python -m bench.backfill --files N`: folders full of files in, how they are sent and known again out, with memory.

Makes N files in folders of 1,000 (`--flat`: all in one), each folder's newer than the last one's. Then measures three
starts on a real Kafka: `sada ingest`, told to end half-way; the same going on to the end; and `sada watch` on N known
files, of which it says itself how long its scan took. Says whether the newest came first, whether any was sent twice,
and how the memory has grown from a tenth of the files to all.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil
from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 - the bench asks the broker itself

from bench.chaos.report import write_section
from bench.corpus import page
from bench.pressure import short_page
from sada.local.servers import start_kafka
from schemas import RawArticle, Settings, decode
from schemas.topics import RAW
from streams.topics import ensure_topics

MB: Final = 1e6
PER_FOLDER: Final = 1000
PARTITIONS: Final = 8
LIMIT: Final = 7200.0
OLDEST: Final = 1_700_000_000
"""Modification time of the first file, in seconds since 1970; each file is a second newer than the one before."""


@dataclass
class Start:
    """One start: seconds, CPU seconds, and its memory in bytes by files sent."""

    what: str
    files: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    scan: float = 0.0
    memory: list[tuple[int, int]] = field(default_factory=list)

    def note(self, process: psutil.Popen, sent: int) -> None:
        """Note what the command has used by now; one that has just ended has left its last figures."""
        with suppress(psutil.NoSuchProcess):
            used = process.cpu_times()
            self.cpu = used.user + used.system
            if rss := process.memory_info().rss:
                self.memory.append((sent, rss))

    def most(self) -> int:
        """Return the most bytes."""
        return max((size for _, size in self.memory), default=0)


def make(inbox: Path, count: int, *, flat: bool, text: Callable[[int], str]) -> float:
    """Write `count` files; return the seconds it took."""
    begun = time.monotonic()
    for number in range(count):
        folder = inbox / ("all" if flat else f"{number // PER_FOLDER:05d}")
        if number == 0 or (not flat and number % PER_FOLDER == 0):
            folder.mkdir(parents=True)
        path = folder / f"{number:08d}.txt"
        path.write_text(text(number), encoding="utf-8")
        os.utime(path, (OLDEST + number, OLDEST + number))
    return time.monotonic() - begun


class Inbox:
    """The inbox, its Kafka, and the commands that are started on them one after the other."""

    def __init__(self, home: Path, address: str) -> None:
        self.log = home / "watch.log"
        self.settings = Settings(
            _env_file=None, inbox=home / "inbox", state_dir=home / "state", kafka=address, partitions=PARTITIONS
        )
        self._consumer = KafkaConsumer(bootstrap_servers=address)
        self._parts = [TopicPartition(RAW.name, number) for number in range(PARTITIONS)]

    def sent(self) -> int:
        """Count the articles sent so far."""
        return sum(self._consumer.end_offsets(self._parts).values())

    def start(self, what: str, command: tuple[str, ...], until: Callable[[], bool]) -> Start:
        """Run a command of sada until something holds; it is asked to end then.

        Raises:
            TimeoutError: it does not come to hold, or the command fails.
        """
        start, begun, there = Start(what), time.monotonic(), self.sent()
        self.log.write_text("")
        with self._process(command) as process:
            while not until():
                if time.monotonic() - begun > LIMIT or process.poll():
                    raise TimeoutError(f"{what}: {self.sent():,} files were sent\n{self.log.read_text('utf-8')[-500:]}")
                start.note(process, self.sent())
                time.sleep(0.1)
            start.seconds = time.monotonic() - begun
            start.note(process, self.sent())
        start.files, start.scan = self.sent() - there, max((scan for scan, _ in self.scans()), default=0.0)
        return start

    def scans(self) -> Iterator[tuple[float, int]]:
        """Yield the seconds and the known files of each scan that the watcher told of."""
        for line in self.log.read_text("utf-8").splitlines():
            if '"scan_done"' in line:
                told = json.loads(line)
                yield float(told["seconds"]), int(told["known"])

    def order(self, count: int) -> tuple[float, int]:
        """Read the topic: how many of the first tenth of each partition are of the newer half; how many came twice."""
        early, tenth, seen, twice = 0, max(1, count // 10 // PARTITIONS), set[str](), 0
        with closing(KafkaConsumer(bootstrap_servers=self.settings.kafka)) as consumer:
            consumer.assign(self._parts)
            consumer.seek_to_beginning()
            ends = consumer.end_offsets(self._parts)
            while any(consumer.position(part) < end for part, end in ends.items()):
                for records in consumer.poll(timeout_ms=500).values():
                    for record in records:
                        key = bytes(record.key).decode()
                        twice += key in seen
                        seen.add(key)
                        if record.offset < tenth:
                            path = decode(RawArticle, record.value).paths[0]
                            early += int(Path(path).stem) >= count // 2
        return early / (tenth * PARTITIONS), twice

    @contextmanager
    def _process(self, arguments: tuple[str, ...]) -> Iterator[psutil.Popen]:
        names = ("inbox", "state_dir", "kafka", "partitions")
        given = {f"SADA_{name.upper()}": str(getattr(self.settings, name)) for name in names}
        command = [sys.executable, "-m", "sada", *arguments]
        with (
            self.log.open("ab") as log,
            psutil.Popen(
                command, env={**os.environ, **given, "SADA_LOG_FORMAT": "json"}, stdout=log, stderr=subprocess.STDOUT
            ) as process,
        ):
            try:
                yield process
            finally:
                with suppress(psutil.NoSuchProcess):
                    process.terminate()

    def close(self) -> None:
        """Let go of Kafka."""
        self._consumer.close()


def run(inbox: Inbox, count: int) -> list[Start]:
    """Send, broken off half-way and gone on with, then watch what is known."""
    ingest = ("ingest", "--no-wait", "--json", str(inbox.settings.inbox))
    return [
        inbox.start("ingest, ended half-way", ingest, lambda: inbox.sent() >= count // 2),
        inbox.start("ingest, going on", ingest, lambda: inbox.sent() >= count),
        inbox.start("watch, all known", ("watch",), lambda: any(known >= count for _, known in inbox.scans())),
    ]


def growth(starts: list[Start], count: int) -> float | None:
    """Return by how much memory rose from a tenth of the files to all, as they were sent."""
    early = [size for start in starts[:1] for sent, size in start.memory if 0.05 * count <= sent <= 0.15 * count]
    late = [size for start in starts[:2] for sent, size in start.memory if sent >= 0.4 * count]
    return max(late) / max(early) - 1 if early and late else None


def table(count: int, starts: list[Start], first: float, twice: int) -> str:
    """Lay the starts out as Markdown."""
    lines = [
        "| files | start | sent | seconds | files/s | CPU s per 1,000 | first scan, s | most memory, MB |",
        "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for one in starts:
        many = one.files or count
        cells = [f"{one.files:,}", f"{one.seconds:.1f}", f"{many / one.seconds:,.0f}", f"{1000 * one.cpu / many:.2f}"]
        cells += [f"{one.scan:.1f}", f"{one.most() / MB:.0f}"]
        lines.append(f"| {count:,} | {one.what} | {' | '.join(cells)} |")
    rise = growth(starts, count)
    lines.append(
        f"\nOf the first tenth that was sent, {first:.0%} are of the newer half; {twice:,} were sent twice"
        + (f"; from a tenth of the files to the end memory changed by {rise:+.1%}." if rise is not None else ".")
    )
    return "\n".join(lines).replace("%", " %") + "\n"


def main() -> int:
    """Run once; 1 if the newest did not come first."""
    parser = argparse.ArgumentParser(prog="python -m bench.backfill", description=__doc__)
    parser.add_argument("--files", type=int, default=100_000)
    parser.add_argument("--flat", action="store_true", help="all files in one folder")
    parser.add_argument("--short", action="store_true", help="a headline and two sentences instead of 4 to 8 KB")
    parser.add_argument("--report", type=Path, default=None, help="write the table into this Markdown file")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all is ended
    home = Path(tempfile.mkdtemp(prefix="sada-backfill-"))
    try:
        text = short_page if given.short else (lambda number: page(number).text)
        took = make(home / "inbox", given.files, flat=given.flat, text=text)
        print(f"{given.files:,} files made in {took:.0f} s", file=sys.stderr, flush=True)
        server = start_kafka(home / "servers", Settings(_env_file=None), 0, lambda _: None)
        try:
            inbox = Inbox(home, server.address)
            ensure_topics(inbox.settings)
            starts = run(inbox, given.files)
            first, twice = inbox.order(given.files)
            inbox.close()
        finally:
            server.stop()
    finally:
        shutil.rmtree(home, ignore_errors=True)
    shown = table(given.files, starts, first, twice)
    print(shown, flush=True)
    if given.report is not None:
        write_section(given.report, f"backfill of {given.files}{' in one folder' * given.flat}", shown)
    return 0 if first > 0.9 else 1


if __name__ == "__main__":
    sys.exit(main())
