"""Text that may be UTF-8 misread as a one-byte encoding in, the repaired text out, only where that is certain."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple


class _Misreading(NamedTuple):
    """One wrong encoding: `marks` are the first bytes of Arabic letters (D8, D9) as it shows them.

    `rarity`: right text has less than one mark in so many characters, so that it need not be looked at by line.
    """

    name: str
    codec: str
    marks: str
    rarity: int


_MISREADINGS = (
    _Misreading("windows-1252", "cp1252", "ØÙ", 1 << 40),
    _Misreading("windows-1256", "cp1256", "طظ", 25),
)

# windows-1252 leaves five bytes undefined, which then stand for themselves; Latin-1 so shows all of 80 to 9F.
_LATIN_1 = re.compile("[\x80\x82-\x8c\x8e\x91-\x9c\x9e\x9f]")


def repair(text: str) -> tuple[str, str | None]:
    """Undo UTF-8 that was read as windows-1252, ISO-8859-1 or windows-1256, line by line.

    A line is repaired only if every character fits the wrong encoding, its bytes are strict UTF-8, and what comes
    out is Arabic. Returns the text and the wrong encoding's name, or None where nothing was repaired.

    >>> repair("Ø®Ø¨Ø± Ø¹Ø§Ø¬Ù„")
    ('خبر عاجل', 'windows-1252')
    >>> repair("طقس حار في ظفار")
    ('طقس حار في ظفار', None)
    """
    for wrong in _MISREADINGS:
        if sum(map(text.count, wrong.marks)) * wrong.rarity > len(text):
            repaired = "\n".join(_repair_line(line, wrong) for line in text.split("\n"))
            if repaired != text:
                return repaired, "iso-8859-1" if _LATIN_1.search(text) else wrong.name
    return text, None


def _repair_line(line: str, wrong: _Misreading) -> str:
    """Return `line` repaired, or itself; of what is not ASCII, misread Arabic shows about every second as a mark."""
    foreign = len(line) - len(line.encode("ascii", "ignore"))
    if not foreign or sum(map(line.count, wrong.marks)) * 4 < foreign:
        return line
    try:
        repaired = line.translate(_to_bytes(wrong.codec)).encode("latin-1").decode("utf-8")
    except UnicodeError:
        return line
    arabic = sum("\u0600" <= letter <= "\u06ff" for letter in repaired)
    return repaired if arabic >= 2 and arabic * 2 > sum(not letter.isascii() for letter in repaired) else line


@cache
def _to_bytes(codec: str) -> dict[int, int]:
    """Map each character of the encoding to its byte; bytes it leaves undefined stand for themselves."""
    shown = {byte: bytes([byte]).decode(codec, "ignore") for byte in range(0x80, 0x100)}
    return {ord(character): byte for byte, character in shown.items() if character}
