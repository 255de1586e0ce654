"""Shows downloads: bars on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

Say = Callable[[str], None]
Advance = Callable[[int], None]


class Downloads(Protocol):
    """What the downloader reports to."""

    def of_file(self, name: str, size: int) -> AbstractContextManager[Advance]:
        """Begin the file `name` of `size` bytes; yields what to call with each number of bytes received."""

    def done(self, name: str) -> None:
        """Count the file `name` as downloaded and verified."""


class Lines:
    """A plain line for each large file, and one at the end."""

    def __init__(self, files: int, say: Say) -> None:
        self._files, self._say, self._done, self._bytes = files, say, 0, 0

    @contextmanager
    def of_file(self, name: str, size: int) -> Iterator[Advance]:
        """Begin a file."""
        self._bytes += size
        if size > 10_000_000:
            self._say(f"downloading {name} ({size / 1e6:.0f} MB)")
        yield lambda received: None

    def done(self, name: str) -> None:
        """Count a file."""
        self._done += 1
        if self._done == self._files:
            self._say(f"downloaded {self._files} files ({self._bytes / 1e6:.0f} MB), checksums verified")


class Bars:
    """A bar for all files and one for each that is under way."""

    def __init__(self, files: int, progress: Progress) -> None:
        self._files, self._progress, self._done = files, progress, 0
        self._all = progress.add_task(self._title(), total=None)

    @contextmanager
    def of_file(self, name: str, size: int) -> Iterator[Advance]:
        """Begin a file."""
        task = self._progress.add_task(name, total=size)

        def advance(received: int) -> None:
            self._progress.advance(task, received)
            self._progress.advance(self._all, received)

        yield advance
        self._progress.remove_task(task)

    def done(self, name: str) -> None:
        """Count a file."""
        self._done += 1
        self._progress.update(self._all, description=self._title())

    def _title(self) -> str:
        return f"{self._done} of {self._files} files from Maven Central"


@contextmanager
def downloads(files: int, say: Say) -> Iterator[Downloads]:
    """Show the download of `files` files for as long as the context lasts."""
    begun = time.monotonic()
    if not sys.stderr.isatty():
        say(f"downloading {files} files from Maven Central (once; later starts are offline)")
        yield Lines(files, say)
        return
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(files, progress)
    say(f"downloaded {files} files in {time.monotonic() - begun:.0f} s, checksums verified")
