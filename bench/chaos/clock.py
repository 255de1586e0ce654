"""A folder in, clocks of single processes out that can be set while these run: by libfaketime, where it is there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

LIBRARY: Final = "libfaketimeMT.so.1"
"""The build of libfaketime for programs with several threads."""

PLACES: Final = ("/usr/lib/*/faketime", "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime")
"""Where Debian and others put it."""

SLEEPING: Final = """
import runpy, select, sys, time
time.sleep = lambda seconds: select.select([], [], [], seconds) and None
sys.argv = sys.argv[1:]
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""
"""Runs the module that is named first. Python sleeps until a moment of the monotonic clock, which libfaketime 0.9.10
shifts all the same: such a sleep would end at once, or with an error. A wait for nothing says how long."""


class Clocks:
    """The clock of each process that is started with `environment`: that of the machine, shifted by `set_by`.

    As when a machine's clock is set, only the time of day jumps: the monotonic clock runs on, and what the kernel
    writes of files stays. A process sees a jump within a second.
    """

    def __init__(self, folder: Path, library: Path) -> None:
        self._folder = folder
        self._library = library

    @classmethod
    def find(cls, folder: Path, places: Iterable[str] = PLACES) -> Clocks | None:
        """Return the clocks kept in `folder`, or None where libfaketime is not installed."""
        found = [file for place in places for file in Path("/").glob(f"{place.lstrip('/')}/{LIBRARY}")]
        return cls(folder, found[0]) if found else None

    def environment(self, name: str) -> Mapping[str, str]:
        """Return what the process `name` is to be started with."""
        file = self._folder / name
        if not file.exists():
            self.set_by(name, 0)
        return {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            # Else each wait for Python's lock ends at once, and threads take it from each other all the time.
            "FAKETIME_FORCE_MONOTONIC_FIX": "0",
            "NO_FAKE_STAT": "1",
        }

    @staticmethod
    def command(module: str) -> tuple[str, ...]:
        """Return Python's arguments that run `module` under a clock."""
        return "-c", SLEEPING, module

    def set_by(self, name: str, seconds: int) -> None:
        """Shift the clock of `name` by `seconds` from the machine's, now and after each later start."""
        self._folder.mkdir(parents=True, exist_ok=True)
        aside = self._folder / f".{name}"
        aside.write_text(f"{seconds:+d}\n", encoding="ascii")
        aside.replace(self._folder / name)
