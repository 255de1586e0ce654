"""Lines in, a file that only grows out; where its last line says that it stands, the next one goes on."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import orjson

_BLOCK = 1 << 16
_BEGIN = b'{"offset":'


class LineFile:
    """One partition's file. It holds its own place: no line is written twice, and none is left out.

    A line that a crash broke off is cut away when the file is opened; its message is read again. One program at a time.
    """

    def __init__(self, path: Path) -> None:
        """Open `path`, or make it.

        Raises:
            ValueError: its last line is none of ours; names the file.
        """
        self.path = path
        path.touch()
        with path.open("r+b") as file:
            end = _behind_newline(file, file.seek(0, os.SEEK_END))
            self.next_offset = _next_offset(file, end, path)
            """Offset of the first message that is not in the file; null where it is empty."""
            file.truncate(end)
        self._file: BinaryIO = path.open("ab")

    def append(self, lines: Iterable[bytes], next_offset: int) -> None:
        """Write `lines` and see them onto the disk; `next_offset` is that behind the last of them."""
        self._file.writelines(lines)
        self._file.flush()
        os.fsync(self._file.fileno())
        self.next_offset = next_offset

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _next_offset(file: BinaryIO, end: int, path: Path) -> int | None:
    """Read the last of the whole lines, which end at `end`; what is broken off behind them must be one of ours too."""
    file.seek(end)
    known = _BEGIN.startswith(file.read(len(_BEGIN)))
    file.seek(_behind_newline(file, end - 1))
    last = file.read(end - file.tell())
    try:
        offset = int(orjson.loads(last)["offset"]) + 1 if last else None
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise ValueError(f"{path}: its last line is none that Sada wrote; take another folder")
    return offset


def _behind_newline(file: BinaryIO, end: int) -> int:
    """Return the place behind the last newline before `end`; 0 where there is none."""
    while end > 0:
        begin = max(0, end - _BLOCK)
        file.seek(begin)
        at = file.read(end - begin).rfind(b"\n")
        if at >= 0:
            return begin + at + 1
        end = begin
    return 0
