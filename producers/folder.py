"""An inbox folder in, the files in it that are articles out: their relative paths and signatures, in chunks."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from structlog import get_logger

from schemas import Settings

log = get_logger(__name__)

CHUNK = 1000
"""Files handed over at a time, so that a folder of any size is walked in the same memory."""


class Signature(NamedTuple):
    """What changes when a file changes; times in nanoseconds since 1970. `ctime_ns` cannot be set by programs."""

    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int


class Globs:
    """Which relative paths are articles. `**/` stands for any number of folders, none included; case is no matter."""

    def __init__(self, include: tuple[str, ...], exclude: tuple[str, ...]) -> None:
        self._include = _compile(include)
        self._exclude = _compile(exclude)

    def takes(self, path: str) -> bool:
        """Tell whether the file `path` is an article.

        >>> Globs(("**/*.txt",), ("**/.*",)).takes("خبر.txt")
        True
        """
        return (
            self._include.fullmatch(path) is not None
            and self._exclude.fullmatch(path) is None
            and not any(self.skips(path[:at]) for at, letter in enumerate(path) if letter == "/")
        )

    def fits(self, path: str) -> bool:
        """As `takes`, for a path whose folders are known not to be skipped."""
        return self._include.fullmatch(path) is not None and self._exclude.fullmatch(path) is None

    def skips(self, folder: str) -> bool:
        """Tell whether `folder` is left alone with all that it holds."""
        return self._exclude.fullmatch(folder) is not None


def globs(settings: Settings) -> Globs:
    """Compile the include and exclude globs of `settings`."""
    return Globs(settings.include, settings.exclude)


def scan(root: Path, wanted: Globs, chunk: int = CHUNK, below: str = "") -> Iterator[list[tuple[str, Signature]]]:
    """Walk `root` and yield its articles in chunks; also links, pipes and devices, whose reading then says no.

    Only those in its folder `below`, where one is given; their paths are relative to `root` all the same.
    Linked folders are not entered: they may lead out of the inbox, or round in circles. A folder that cannot be
    read is logged and passed over. Empty chunks tell the caller that time has passed.
    """
    folders = [below]
    found: list[tuple[str, Signature]] = []
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(root / folder) as entries:
                for entry in entries:
                    _sort(entry, folder, wanted, folders, found)
                    if len(found) >= chunk:
                        yield found
                        found = []
        except OSError as error:
            log.warning("folder_unreadable", folder=wire_path(folder) or ".", error=error.strerror)
    yield found


def _sort(
    entry: os.DirEntry[str], folder: str, wanted: Globs, folders: list[str], found: list[tuple[str, Signature]]
) -> None:
    path = f"{folder}/{entry.name}" if folder else entry.name
    if entry.is_dir(follow_symlinks=False):
        if not wanted.skips(path):
            folders.append(path)
    elif wanted.fits(path):
        try:
            status = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return  # gone between listing and looking
        found.append((path, _linked(entry, status) if entry.is_symlink() else signature(status)))


def _linked(entry: os.DirEntry[str] | Path, link: os.stat_result) -> Signature:
    """Return the signature of what a link leads to, so that its edits are seen; of the link, if it leads nowhere."""
    try:
        return signature(entry.stat())
    except OSError:
        return signature(link)


def signature(status: os.stat_result) -> Signature:
    """Reduce a file's status to its signature."""
    return Signature(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def look(root: Path, path: str) -> Signature | None:
    """Return the signature of the file `path`, or None where there is none."""
    place = root / path
    try:
        status = place.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError:
        return Signature(0, 0, 0, 0)  # there, but not to be seen: reading it will say why
    if stat.S_ISLNK(status.st_mode):
        return _linked(place, status)
    return None if stat.S_ISDIR(status.st_mode) else signature(status)


def wire_path(path: str) -> str:
    r"""Write a path as valid UTF-8 that may be shown: one line, in its own order. One to one.

    Bytes that are no UTF-8 become `\xNN`, so do those of control characters, line separators and the marks that turn
    the order of letters around (U+202A to 202E, U+2066 to 2069); a backslash is doubled.

    >>> wire_path("خبر\udcff.txt"), wire_path("a\nb\u202etxt.exe")
    ('خبر\\xff.txt', 'a\\x0ab\\xe2\\x80\\xaetxt.exe')
    """
    plain = os.fsencode(path).replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    return _UNSHOWABLE.sub(lambda found: "".join(f"\\x{byte:02x}" for byte in found[0].encode("utf-8")), plain)


_UNSHOWABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")


def file_path(written: str) -> str:
    r"""Read a path that `wire_path` wrote.

    >>> file_path(wire_path("a\\b\udcff")) == "a\\b\udcff"
    True
    """
    data = re.sub(
        rb"\\(\\|x[0-9a-f]{2})",
        lambda found: b"\\" if found[1] == b"\\" else bytes([int(found[1][1:], 16)]),
        written.encode("utf-8"),
    )
    return os.fsdecode(data)


def _compile(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_translate, patterns)) or r"(?!)", re.DOTALL | re.IGNORECASE)


_PARTS = re.compile(r"\*\*/|\*\*|\*|\?|\[!?\]?[^\]]*\]|.", re.DOTALL)
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _translate(pattern: str) -> str:
    return "".join(_WILD.get(part) or _literal(part) for part in _PARTS.findall(pattern))


def _literal(part: str) -> str:
    if len(part) > 1:
        inside = part[1:-1].replace("\\", r"\\")
        return f"[^/{inside[1:]}]" if inside.startswith("!") else f"[{inside}]"
    return re.escape(part)
