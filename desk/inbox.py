"""Names and bytes from a browser in, files of the inbox out: complete at once, under names that harm nobody."""

from __future__ import annotations

import os
import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from schemas import Settings

FOLDER: Final = "desk"
"""Folder of the inbox that the desk writes to."""

ENDINGS: Final = (".txt.gz", ".txt")
LONGEST: Final = 80
"""Characters of a name that are kept, its ending apart; in bytes that stays below what file systems take."""

_UNSAFE = re.compile(r"[^\w\u0640.-]+")


@dataclass(frozen=True)
class Outcome:
    """What became of one file: the name under which it lies in the inbox, or the catalogue's key of why not."""

    name: str
    refused: str | None = None


def save(settings: Settings, name: str, data: bytes, now: datetime) -> Outcome:
    """Write `data` into the inbox under a name made of `name`.

    It is written under a name that no watcher takes, then renamed: nobody ever reads half of it. Nothing is replaced,
    since no name is given twice.

    Raises:
        OSError: the inbox cannot be written to.
    """
    if not name.lower().endswith(ENDINGS):
        return Outcome(name, "line.refused_kind")
    if len(data) > settings.max_file_bytes:
        return Outcome(name, "line.refused_large")
    if not data.strip():
        return Outcome(name, "line.refused_empty")
    folder = settings.inbox / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    if folder.is_symlink():
        raise NotADirectoryError(20, "is a link, which the desk does not follow", str(folder))
    target = folder / safe_name(name, now, secrets.token_hex(4))
    _write(folder / f".{target.name}.part", data)
    (folder / f".{target.name}.part").replace(target)
    return Outcome(f"{FOLDER}/{target.name}")


def safe_name(name: str, now: datetime, mark: str) -> str:
    r"""Return a file name that begins with the moment and a `mark` of its own and keeps letters and digits of `name`.

    >>> safe_name("../../.ssh/\u202eخبر عاجل?.TXT", datetime(2025, 4, 20, 11, 4), "0a1b")
    '20250420-110400-0a1b-خبر-عاجل.txt'
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    ending = next(end for end in ENDINGS if last.lower().endswith(end))
    stem = _UNSAFE.sub("-", last[: -len(ending)]).strip("-._")[:LONGEST].strip("-._")
    return f"{now:%Y%m%d-%H%M%S}-{mark}-{stem or 'page'}{ending}"


def _write(part: Path, data: bytes) -> None:
    try:
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        part.unlink(missing_ok=True)
        raise
