"""Everything bad that a folder can hold, each kind with the reason that it is rejected for; and odd but good pages."""

from __future__ import annotations

import gzip
import os
import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

LIMIT = 2_000_000
"""Bytes of a file and of a message in the run: a page of nearly that size fits the one and not the other."""

TEXT = "أعلنت البلدية افتتاح حديقة عامة جديدة وسط المدينة بعد أعمال استمرت عامين كاملين."
PNG = b"\x89PNG\r\n\x1a\n" + bytes(64)
OUTSIDE = "outside.txt"
"""A good page beside the inbox, which nothing in the inbox may lead to."""

Make = Callable[[Path], None]


class Bad(NamedTuple):
    """A kind of bad input: its name in docs/rejects.md, its reason, words of the message that no other kind has."""

    kind: str
    reason: str
    words: str
    make: Make
    stage: str = "read"


def data(content: bytes) -> Make:
    """Write `content`."""
    return lambda place: place.write_bytes(content) and None


def linked(target: str) -> Make:
    """Link to `target`."""
    return lambda place: place.symlink_to(target)


def special(make: Callable[[str], object]) -> Make:
    """Let the system make something that is no file."""
    return lambda place: make(str(place)) and None


def sparse(place: Path) -> None:
    """Make a file of a gigabyte that takes no room on the disk."""
    with place.open("wb") as file:
        file.truncate(1 << 30)


def behind_a_socket(place: Path) -> None:
    """Bind a socket there; it stays after its maker has gone."""
    with socket.socket(socket.AF_UNIX) as door:
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            door.bind(f"/proc/self/fd/{folder}/{place.name}")  # the path itself may be too long for a socket
        finally:
            os.close(folder)


def forbidden(place: Path) -> None:
    """Write a page that nobody may read."""
    place.write_text(TEXT)
    place.chmod(0)


def in_a_linked_folder(place: Path) -> None:
    """Link to a file through a folder that is itself a link out of the inbox."""
    (place.parent / "linked-folder").symlink_to("..")
    place.symlink_to(f"linked-folder/{OUTSIDE}")


def random_bytes() -> bytes:
    """Return 4,000 bytes, the same each time."""
    return random.Random(7).randbytes(4000)


PACKED = gzip.compress(TEXT.encode(), mtime=0)
DAMAGED = PACKED[:-8] + bytes(8)

KINDS: dict[str, Bad] = {
    "empty.txt": Bad("a file of 0 bytes", "empty", "empty.txt: 0 bytes without", data(b"")),
    "blank.txt": Bad("only white space", "empty", "6 bytes without", data(b" \r\n\t \n")),
    "mark.txt": Bad("only a byte order mark", "empty", "3 bytes without", data(b"\xef\xbb\xbf")),
    "figures.txt": Bad("only digits and signs", "empty", "12 bytes without", data(b"... 123 ****")),
    "nothing.txt.gz": Bad("gzip of nothing", "empty", "gz: 0 bytes without", data(gzip.compress(b""))),
    "report.txt": Bad("a PDF named .txt", "binary", "a PDF document", data(b"%PDF-1.7\n" + bytes(99))),
    "picture.txt": Bad("an image named .txt", "binary", "a PNG image", data(PNG)),
    "program.txt": Bad("a program named .txt", "binary", "a program (ELF)", data(b"\x7fELF" + bytes(99))),
    "office.txt": Bad(
        "an archive or Office file named .txt", "binary", "a ZIP archive", data(b"PK\x03\x04" + bytes(9))
    ),
    "packed.txt": Bad("gzip without .gz in its name", "binary", "name it .txt.gz", data(PACKED)),
    "twice.txt.gz": Bad("gzip within gzip", "binary", "gzip data within", data(gzip.compress(PACKED))),
    "noise.txt": Bad("bytes of no kind", "binary", "control characters", data(random_bytes())),
    "cyrillic.txt": Bad(
        "text in another one-byte charset",
        "undecodable",
        "neither UTF-8 nor UTF-16",
        data("Вчера в городе прошли переговоры о новом соглашении".encode("cp1251")),
    ),
    "broken.txt": Bad(
        "UTF-16 by its mark, but broken",
        "undecodable",
        "begins with the mark of utf-16",
        data(b"\xff\xfe" + b"\x00\xd8\x41\x00" * 200),
    ),
    "plain.txt.gz": Bad("a .gz that is none", "undecodable", "not gzip data", data(TEXT.encode())),
    "cut.txt.gz": Bad("gzip that breaks off", "undecodable", "breaks off", data(PACKED[:-9])),
    "damaged.txt.gz": Bad("gzip with a wrong checksum", "undecodable", "damaged gzip data", data(DAMAGED)),
    "bomb.txt.gz": Bad("a decompression bomb", "oversize", "unpacked, more", data(gzip.compress(b"a" * 100_000_000))),
    "huge.txt": Bad("a file of a gigabyte", "oversize", "1,073,741,824 bytes", sparse),
    "growing.txt": Bad("a file that grows for ever", "oversize", "growing.txt: ", data(b"a")),
    "long.txt": Bad(
        "a page too large for a message",
        "message_too_large",
        "its message would be",
        data(("خ" * ((LIMIT - 10_000) // 2)).encode()),
    ),
    "out.txt": Bad("a link out of the inbox", "unreadable", "out.txt: a link that leads out", linked("/etc/passwd")),
    "dots.txt": Bad("a link out by `..`", "unreadable", "dots.txt: a link that leads out", linked(f"../{OUTSIDE}")),
    "chain.txt": Bad("a link through a linked folder", "unreadable", "chain.txt: a link that", in_a_linked_folder),
    "nowhere.txt": Bad("a link to nothing", "unreadable", "does not exist", linked("no-such-file")),
    "circle.txt": Bad("a link in a circle", "unreadable", "in a circle", linked("circle.txt")),
    "folder-link.txt": Bad("a link to a folder", "unreadable", "a folder, not", linked("a-folder")),
    "pipe.txt": Bad("a named pipe", "unreadable", "a named pipe", special(os.mkfifo)),
    "socket.txt": Bad("a socket", "unreadable", "a socket", behind_a_socket),
    "locked.txt": Bad("a file without permission", "unreadable", "Permission denied", forbidden),
    "menu.txt": Bad(
        "a page without an article", "no_text", "no paragraph", data("الرئيسية\nاتصل بنا\n".encode()), "clean"
    ),
}
if os.geteuid() == 0:
    KINDS["device.txt"] = Bad(
        "a device", "unreadable", "a device", lambda place: os.mknod(place, 0o020666, os.makedev(1, 5))
    )

LEFT_ALONE = (".hidden.txt", "half.txt.part", "half.tmp", "backup.txt~", ".git/config.txt", "letter.doc", "no-ending")
"""Skipped on purpose: hidden, half-written or not named as a page; whatever they hold."""


def odd_names() -> dict[bytes, bytes]:
    """Return good pages under names, and in forms, that only look bad; each with a text of its own."""
    long = "ط" * ((255 - 4) // 2)
    names: list[str | bytes] = [
        "two\nlines.txt", "esc\x1b[31mred.txt", "bell\x07.txt", "\u202egnp.txt", "\u200fخبر\u200e.txt", f"{long}x.txt",
        b"invalid-\xff\xfe.txt", "-rf.txt", "--help.txt", " space .txt", "UPPER.TXT", "MiXeD.Txt", "$(reboot).txt",
        "a'b\"c`d;e|f.txt", "%s%n%x.txt", "back\\slash.txt", "x.txt/inside.txt", "deep/" * 40 + "down.txt", "dots..txt"
    ]  # fmt: skip
    pages: dict[bytes, bytes] = {}
    for number, name in enumerate(names):
        pages[name if isinstance(name, bytes) else name.encode()] = own_text(number).encode()
    for number, (name, content) in enumerate(_forms(), 100):
        pages[name.encode()] = content(own_text(number))
    return pages


def _forms() -> list[tuple[str, Callable[[str], bytes]]]:
    return [
        ("utf16.txt", lambda text: text.encode("utf-16-le")),
        ("utf16-mark.txt", lambda text: text.encode("utf-16")),
        ("windows.txt", lambda text: text.replace(".", ".\r\n").encode("cp1256")),
        ("members.txt.gz", lambda text: gzip.compress(text.encode()[:40]) + gzip.compress(text.encode()[40:])),
        ("PACKED.TXT.GZ", lambda text: gzip.compress(text.encode())),
        ("zeros.txt", lambda text: f"{text}\x00".encode()),
        ("one-line.txt", lambda text: " ".join([text] * 2000).encode()),
        ("many-spaces.txt", lambda text: (" " * 500_000 + text).encode()),
        ("english.txt", lambda text: b"The council met on Monday to discuss a new plan for the centre of the city."),
    ]


def own_text(number: int) -> str:
    """Return a page that no other one repeats."""
    return f"{TEXT} وقال رئيس البلدية إن المشروع رقم {number} كلف {number * 7 + 3} مليون دينار وسيخدم سكان الحي.\n"
