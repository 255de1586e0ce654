"""Files in, an inbox that fills and changes as scrapers fill it: steadily, whatever happens to the line meanwhile."""

from __future__ import annotations

import os
import random
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Final

from .files import File, put

TICK: Final = 0.1
EDIT_CHANCE: Final = 0.02
"""Chance of an edit, each tick, once the first version is read: some follow at once, some a minute later."""


class Scraper(threading.Thread):
    """Drops what it is given at `pace` files a second, and edits a file some time after it was read.

    An edit waits until the watcher has read the first version: otherwise nobody could say what the index must hold,
    since only what was read leaves ties between headlines.
    """

    def __init__(self, inbox: Path, registry: Path, seed: int, pace: float = 20.0) -> None:
        super().__init__(daemon=True)
        self.slot = ""
        """Name of the fault under way."""
        self.slots: dict[str, str] = {}
        """The fault under way when each path was dropped."""
        self.edited: list[File] = []
        self._inbox, self._registry, self._pace = inbox, registry, pace
        self._rng = random.Random(f"scraper/{seed}")
        self._waiting: deque[File] = deque()
        self._to_edit: dict[str, File] = {}
        self._hurry = False
        self._end = threading.Event()

    def give(self, files: Iterable[File]) -> None:
        """Drop `files` from now on, at the pace."""
        self._waiting.extend(files)

    def now(self, files: Iterable[File]) -> None:
        """Drop `files` at once."""
        for file in files:
            self._drop(file)

    def run(self) -> None:
        """Drop and edit until the end."""
        due = 0.0
        while not self._end.wait(TICK):
            due = min(due + self._pace * TICK, self._pace)
            while self._waiting and (due >= 1 or self._hurry):
                self._drop(self._waiting.popleft())
                due -= 1
            self._edit()

    def finish(self, limit: float) -> bool:
        """Drop and edit what is left; False if some file was not read within `limit` seconds and so not edited."""
        self._hurry = True
        deadline = time.monotonic() + limit
        while (self._waiting or self._to_edit) and time.monotonic() < deadline:
            time.sleep(TICK)
        done = not (self._waiting or self._to_edit)
        self.stop()
        return done

    def stop(self) -> None:
        """End the thread."""
        self._end.set()
        if self.ident is not None:
            self.join()

    def _drop(self, file: File) -> None:
        put(self._inbox, file.name, file.data)
        self.slots[file.name] = self.slot
        if file.later is not None:
            self._to_edit[file.name] = file

    def _edit(self) -> None:
        chance = 1.0 if self._hurry else EDIT_CHANCE
        chosen = [name for name in list(self._to_edit) if self._rng.random() < chance]
        for name in self._read(chosen):
            file = self._to_edit.pop(name)
            assert file.later is not None
            put(self._inbox, name, file.later)
            self.edited.append(file)

    def _read(self, names: list[str]) -> list[str]:
        """Return those of `names` whose first version is acknowledged."""
        if not names or not self._registry.exists():
            return []
        try:
            with closing(sqlite3.connect(f"file:{self._registry}?mode=ro", uri=True, timeout=1.0)) as registry:
                found = "SELECT 1 FROM files WHERE path = ? AND article_id IS NOT NULL"
                return [name for name in names if registry.execute(found, (os.fsencode(name),)).fetchone()]
        except sqlite3.OperationalError:
            return []
