"""A path of the inbox in, what it holds out: an article, or the reason why it is none."""

from __future__ import annotations

import errno
import os
import stat
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path, PurePath

import orjson

from schemas import RawArticle, Reason, Rejected, Settings, StageName, identity

from .charset import NotText, decode
from .folder import Signature, globs, look, scan, signature, wire_path
from .messages import Spread, raw_article, rejected
from .outcomes import Found, Gone, Outcome, Refused, Unfinished

OVERSIZE = b"oversize"
"""What identifies a file too large to read: whatever its size, so that one that grows for ever is told of once."""

PIECE = 4096
"""Bytes of gzip data unpacked at a time: what follows a member is copied, and there may be very many members."""

MESSAGE_ROOM = 32 * 1024
"""Bytes of a message kept free for all but the text: paths, identities, the record's own frame."""


GZIP = b"\x1f\x8b"


class _NoPage(Exception):
    """Raised while reading: why the file is no page."""

    def __init__(self, reason: Reason, message: str, subject: bytes | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.subject = subject


class _Changing(Exception):
    """Raised where a file changed while it was read."""

    def __init__(self, signature: Signature) -> None:
        super().__init__("changing")
        self.signature = signature


def read(root: Path, path: str, settings: Settings) -> Outcome | Unfinished:
    """Read `path` below `root`. Only regular files are opened, and never more than `max_file_bytes` are read.

    A link is followed if it ends at a regular file inside `root`; a linked folder on the way is not.
    """
    seen = look(root, path)
    if seen is None:
        return Gone(path)
    data: bytes | None = None
    try:
        seen, data = _load(root, _target(root, path), settings.max_file_bytes)
        return _page(path, seen, data, settings)
    except _Changing as error:
        return Unfinished(path, error.signature)
    except FileNotFoundError:
        return Gone(path)
    except _NoPage as error:
        return _refused(path, seen, error, data, settings.max_message_bytes)
    except OSError as error:
        why = error.strerror or "the system refuses to read it"
        refusal = _NoPage(Reason.UNREADABLE, f"{why}; let the user who runs Sada read it")
        return _refused(path, seen, refusal, None, settings.max_message_bytes)


def read_articles(paths: Iterable[Path], settings: Settings) -> Iterator[RawArticle | Rejected]:
    """Read files without servers or registry, folders with all that the globs take; one message a file, in order.

    Paths in messages are as given. A path that is not there is `unreadable`.
    """
    for place in paths:
        if place.is_dir():
            below = sorted(path for chunk in scan(place, globs(settings)) for path, _ in chunk)
            yield from (_message(place, path, str(place / path), settings) for path in below)
        else:
            target = place.resolve()
            yield _message(target.parent, target.name, str(place), settings)


def _message(root: Path, path: str, shown: str, settings: Settings) -> RawArticle | Rejected:
    outcome = read(root, path, settings)
    now = datetime.now(UTC)
    if isinstance(outcome, Found):
        return raw_article(outcome, Spread([shown], 1, outcome.signature.mtime_ns), now)
    if isinstance(outcome, Refused):
        return rejected(outcome._replace(path=shown), now)
    why = "no such file" if isinstance(outcome, Gone) else "changes while it is read; try again"
    refusal = _NoPage(Reason.UNREADABLE, why)
    return rejected(_refused(shown, Signature(0, 0, 0, 0), refusal, None, settings.max_message_bytes), now)


def _refused(path: str, seen: Signature, error: _NoPage, data: bytes | None, limit: int) -> Refused:
    """Build the refusal. Its identity comes from the file's bytes; where they were not read, from why not."""
    subject = data if data is not None else error.subject or str(error).encode("utf-8")
    fits = data is not None and len(data) * 4 // 3 < limit - MESSAGE_ROOM
    return Refused(
        path=path,
        signature=seen,
        reason=error.reason,
        message=f"{wire_path(path)}: {error}",
        reject_id=identity.reject_id(StageName.READ, wire_path(path), subject),
        payload=data if fits else None,
    )


def _target(root: Path, path: str) -> tuple[str, ...]:
    """Return the way, below `root`, to the regular file that `path` is or links to."""
    way = PurePath(path).parts
    mode = (root / path).lstat().st_mode
    if stat.S_ISLNK(mode):
        way, mode = _resolve(root, root / path)
    if ".." in way:
        raise _NoPage(Reason.UNREADABLE, "a path that leads out of the inbox; copy the file into the inbox instead")
    if not stat.S_ISREG(mode):
        raise _NoPage(Reason.UNREADABLE, f"{_sort(mode)}, not a regular file; it was not opened; remove it")
    return way


def _resolve(root: Path, link: Path) -> tuple[tuple[str, ...], int]:
    try:
        place = link.resolve(strict=True)
    except (FileNotFoundError, NotADirectoryError):
        raise _NoPage(Reason.UNREADABLE, "a link to a file that does not exist; remove it or mend it") from None
    except (OSError, RuntimeError):
        raise _NoPage(Reason.UNREADABLE, "a link that leads in a circle; remove it or mend it") from None
    inbox = root.resolve()
    if not place.is_relative_to(inbox):
        raise _NoPage(Reason.UNREADABLE, "a link that leads out of the inbox; copy the file into the inbox instead")
    return place.relative_to(inbox).parts, place.lstat().st_mode


def _sort(mode: int) -> str:
    kinds = {
        stat.S_IFIFO: "a named pipe",
        stat.S_IFSOCK: "a socket",
        stat.S_IFCHR: "a device",
        stat.S_IFBLK: "a device",
        stat.S_IFDIR: "a folder",
    }
    return kinds.get(stat.S_IFMT(mode), "a special file")


def _open(root: Path, way: tuple[str, ...]) -> int:
    """Open folder by folder, following no link: who changes the inbox meanwhile cannot lead us out of it.

    Nor is a pipe that took the file's place waited for.
    """
    handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    for number, part in enumerate(way, 1):
        kind = os.O_NONBLOCK if number == len(way) else os.O_DIRECTORY
        above = handle
        try:
            handle = os.open(part, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | kind, dir_fd=above)
        except OSError as error:
            if error.errno in (errno.ELOOP, errno.ENOTDIR):
                why = "a folder on its way is a link; put the file itself into the inbox"
                raise _NoPage(Reason.UNREADABLE, why) from None
            raise
        finally:
            os.close(above)
    return handle


def _load(root: Path, way: tuple[str, ...], limit: int) -> tuple[Signature, bytes]:
    """Read at most `limit` bytes."""
    handle = _open(root, way)
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(errno.EINVAL, f"{_sort(status.st_mode)}, not a regular file")
        if status.st_size > limit:
            raise _oversize(f"{status.st_size:,} bytes", limit, OVERSIZE)
        data = os.read(handle, limit + 1)
        while len(data) <= limit and (more := os.read(handle, limit + 1 - len(data))):
            data += more
        after = signature(os.fstat(handle))
        if after != signature(status) or len(data) != status.st_size:
            raise _Changing(after)
        return after, data
    finally:
        os.close(handle)


def _oversize(size: str, limit: int, subject: bytes | None) -> _NoPage:
    message = f"{size}, more than the {limit:,} allowed; cut it up, or raise SADA_MAX_FILE_BYTES"
    return _NoPage(Reason.OVERSIZE, message, subject)


def _page(path: str, seen: Signature, data: bytes, settings: Settings) -> Found:
    if path.lower().endswith(".gz"):
        data = _unpack(data, settings.max_file_bytes)
        if data.startswith(GZIP):
            raise _NoPage(Reason.BINARY, "gzip data within gzip data; pack the text once")
    try:
        text, encoding = decode(data)
    except NotText as error:
        advice = "save it as UTF-8 text" if error.reason is Reason.UNDECODABLE else "put only text into the inbox"
        raise _NoPage(error.reason, f"{error}; {advice}") from None
    if not any(map(str.isalpha, text)):
        raise _NoPage(Reason.EMPTY, f"{len(data):,} bytes without a single letter; check what wrote it")
    _check_room(text, settings.max_message_bytes)
    return Found(path, seen, text, encoding, identity.article_id(text))


def _unpack(data: bytes, limit: int) -> bytes:
    """Unpack gzip `data`, all of its members, up to `limit` bytes: a bomb stops there."""
    if not data.startswith(GZIP):
        raise _NoPage(Reason.UNDECODABLE, "not gzip data, though named .gz; pack it, or name it .txt")
    unpacked, at = bytearray(), 0
    while at < len(data):
        at = _unpack_member(data, at, unpacked, limit)
        while data[at : at + 1] == b"\0":  # tapes are padded so
            at += 1
    return bytes(unpacked)


def _unpack_member(data: bytes, at: int, unpacked: bytearray, limit: int) -> int:
    """Append what the member at `at` holds and return where the next one begins."""
    member = zlib.decompressobj(wbits=31)
    while not member.eof and at < len(data):
        piece = data[at : at + PIECE]
        at += len(piece)
        try:
            unpacked += member.decompress(piece, limit + 1 - len(unpacked))
        except zlib.error as error:
            raise _NoPage(Reason.UNDECODABLE, f"damaged gzip data ({error}); copy it again") from None
        if len(unpacked) > limit:
            raise _oversize("unpacked, more bytes", limit, None)
    if not member.eof:
        raise _NoPage(Reason.UNDECODABLE, "gzip data that breaks off; copy it again")
    return at - len(member.unused_data)


def _check_room(text: str, limit: int) -> None:
    room = limit - MESSAGE_ROOM
    # A character is at most 6 bytes of JSON; only what may not fit is measured.
    if len(text) * 6 > room and len(orjson.dumps(text)) > room:
        message = f"its message would be larger than the {limit:,} bytes allowed; raise SADA_MAX_MESSAGE_BYTES"
        raise _NoPage(Reason.MESSAGE_TOO_LARGE, message)
