"""`python -m bench.full_inbox`: an inbox full of files in before the watcher starts, its memory and its seconds out."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import psutil
from kafka import KafkaConsumer, TopicPartition  # noqa: TID251 - the bench asks the broker itself

from bench.chaos.report import write_section
from bench.pressure import short_page
from sada.local.servers import QUICK, Server, start_kafka
from schemas import Settings
from schemas.topics import RAW
from streams.topics import ensure_topics

MIB: Final = 1024 * 1024
PARTITIONS: Final = 8
LIMIT: Final = 3600.0


@dataclass
class Start:
    """One start of the watcher: seconds until the first and the last file was sent, most memory, CPU seconds."""

    what: str
    first: float = 0.0
    last: float = 0.0
    memory: int = 0
    cpu: float = 0.0


def main() -> int:
    """Run once: with the inbox full and nothing known, then again with all of it known."""
    parser = argparse.ArgumentParser(prog="python -m bench.full_inbox", description=__doc__)
    parser.add_argument("--files", type=int, default=200_000)
    parser.add_argument("--folders", type=int, default=1, help="how many folders the files are spread over")
    parser.add_argument("--report", type=Path, default=None, help="write the table into this Markdown file")
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that all is ended
    home = Path(tempfile.mkdtemp(prefix="sada-full-inbox-"))
    settings = Settings(_env_file=None, inbox=home / "inbox", state_dir=home / "state", partitions=PARTITIONS)
    server = start_kafka(home, settings, 0, _quiet, options=QUICK)
    try:
        settings = settings.model_copy(update={"kafka": server.address})
        ensure_topics(settings)
        fill(settings.inbox, options.files, options.folders)
        starts = list(watch_twice(settings, server, options.files, options.folders))
    finally:
        server.stop()
        shutil.rmtree(home, ignore_errors=True)
    print(table(options.files, starts), flush=True)
    if options.report is not None:
        write_section(options.report, "full inbox", table(options.files, starts))
    return 0


def fill(inbox: Path, files: int, folders: int) -> None:
    """Write short pages, spread over `folders`."""
    for number in range(files):
        folder = inbox / (f"{number % folders:04d}" if folders > 1 else "")
        if number < folders:
            folder.mkdir(parents=True)
        (folder / f"{number:07d}.txt").write_text(short_page(number), encoding="utf-8")


def watch_twice(settings: Settings, server: Server, files: int, folders: int) -> Iterator[Start]:
    """Start the watcher on the full inbox, then on what it knows already and one new file."""
    print(f"{files} files are in the inbox", file=sys.stderr, flush=True)
    yield _watch(settings, "all of them new", server.address, files)
    aside = settings.inbox / ".one"
    aside.write_text(short_page(files), encoding="utf-8")
    aside.rename((settings.inbox / "0000" if folders > 1 else settings.inbox) / "one-more.txt")
    yield _watch(settings, "one new, the others known", server.address, files + 1)


def _watch(settings: Settings, what: str, kafka: str, upto: int) -> Start:
    start, begun = Start(what), time.monotonic()
    with _watcher(settings) as process, closing(KafkaConsumer(bootstrap_servers=kafka)) as consumer:
        parts = [TopicPartition(RAW.name, number) for number in range(PARTITIONS)]
        there = sum(consumer.end_offsets(parts).values())
        while (sent := sum(consumer.end_offsets(parts).values())) < upto:
            start.first = start.first or (time.monotonic() - begun if sent > there else 0.0)
            start.memory = max(start.memory, process.memory_info().rss)
            if time.monotonic() - begun > LIMIT or process.poll() is not None:
                raise TimeoutError(f"{sent} of {upto} files were sent")
            time.sleep(0.1)
        start.last = time.monotonic() - begun
        start.first = start.first or start.last
        used = process.cpu_times()
        start.cpu, start.memory = used.user + used.system, max(start.memory, process.memory_info().rss)
    return start


@contextmanager
def _watcher(settings: Settings) -> Iterator[psutil.Popen]:
    names = ("inbox", "state_dir", "kafka", "partitions")
    given = {f"SADA_{name.upper()}": str(getattr(settings, name)) for name in names}
    with psutil.Popen(
        [sys.executable, "-m", "sada", "watch"], env={**os.environ, **given}, stderr=subprocess.DEVNULL
    ) as process:
        try:
            yield process
        finally:
            process.terminate()


def table(files: int, starts: list[Start]) -> str:
    """Lay the starts out as Markdown."""
    lines = [
        "| files in the inbox | at the start | first sent, s | last sent, s | memory, MiB | CPU, s |",
        "| --- | --- | --- | --- | --- | --- |",
        *(
            f"| {files:,} | {one.what} | {one.first:.1f} | {one.last:.1f} | {one.memory / MIB:.0f} | {one.cpu:.0f} |"
            for one in starts
        ),
    ]
    return "\n".join(lines) + "\n"


def _quiet(_: str) -> None:
    """Say nothing: the log holds it."""


if __name__ == "__main__":
    sys.exit(main())
