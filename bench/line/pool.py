"""A number of files in, folders of them out, as often as wanted: pages are made once and linked into place."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from bench.corpus import pages

WARM = 500


class Pool:
    """Files of bench.corpus in `home`: `warm` ones, then `shares` of `size` each."""

    def __init__(self, home: Path, size: int, shares: int) -> None:
        self.size = size
        self.home = home
        home.mkdir(parents=True)
        written = 0
        self._files: list[Path] = []
        self._warm = min(WARM, size)
        for page in pages(self._warm + size * shares):
            path = home / page.name
            written += path.write_bytes(page.text.encode())
            self._files.append(path)
        self.mean_bytes = written // len(self._files)

    @property
    def warm(self) -> Sequence[Path]:
        """The files to warm the line up with."""
        return self._files[: self._warm]

    def share(self, number: int) -> Sequence[Path]:
        """Return the files of a share."""
        start = self._warm + number * self.size
        return self._files[start : start + self.size]

    def first(self, count: int) -> Sequence[Path]:
        """Return the first files."""
        return self._files[:count]

    def texts(self, count: int) -> list[tuple[str, str]]:
        """Return names and texts of the first files."""
        return [(path.name, path.read_text("utf-8")) for path in self.first(count)]

    def folder(self, name: str, files: Sequence[Path], home: Path) -> Path:
        """Put `files` into a new folder beside the inbox of `home`, ready to be moved into it."""
        folder = home / "ready" / name
        folder.mkdir(parents=True)
        for path in files:
            os.link(path, folder / path.name)
        return folder
