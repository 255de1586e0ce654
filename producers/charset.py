"""Bytes of a page in, its text and the name of its encoding out; never a guess where the bytes say it."""

from __future__ import annotations

import codecs
from typing import NamedTuple

from schemas import Reason

from .arabic_score import score
from .magic import kind
from .mojibake import repair


class Decoded(NamedTuple):
    """A page's text, as it stands in the file (byte order mark apart), and its encoding.

    `encoding` is an IANA name, with what had to be mended in brackets: `utf-8 (mojibake of windows-1252)`,
    `utf-8 (2 broken bytes)`.
    """

    text: str
    encoding: str


class NotText(ValueError):
    """Bytes that are no page: `reason` is `binary` or `undecodable`, the text says what was seen."""

    def __init__(self, reason: Reason, message: str) -> None:
        super().__init__(message)
        self.reason = reason


# The longer marks first: the UTF-32 mark begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8", "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32-le", "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "utf-16"),
)
_ONE_BYTE = (("cp1256", "windows-1256"), ("iso8859_6", "iso-8859-6"), ("mac_arabic", "x-mac-arabic"))
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\x1b")) + b"\x7f"
_ASCII = bytes(range(0x80))
_SAMPLE = 16_384
_REPLACEMENT = "\ufffd"


def decode(data: bytes) -> Decoded:
    """Decode `data` by the ladder: byte order mark, strict UTF-8, UTF-16, nearly UTF-8, Arabic one-byte encodings.

    A few control characters stay in the text as they are (`clean` labels them); more than 1 in 100 mean binary.

    Raises:
        NotText: `binary`, or `undecodable` where no encoding gives Arabic or plain text.

    >>> decode("خبر عاجل".encode("cp1256"))
    Decoded(text='خبر عاجل', encoding='windows-1256')
    """
    known = kind(data)
    if known:
        raise NotText(Reason.BINARY, f"looks like {known}, not text")
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return _marked(data[len(mark) :], codec, name)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _not_utf_8(data)
    if len(data.translate(None, _CONTROLS)) != len(data):
        return _with_controls(data, text)
    return _mended(text, "utf-8")


def _mended(text: str, encoding: str) -> Decoded:
    text, misread = repair(text)
    return Decoded(text, f"{encoding} (mojibake of {misread})" if misread else encoding)


def _marked(data: bytes, codec: str, name: str) -> Decoded:
    """Trust the mark; characters cut off at the end or broken are replaced, if few, and counted."""
    text = data.decode(codec, "replace")
    broken = text.count(_REPLACEMENT)
    if broken * 10 > len(text):
        raise NotText(Reason.UNDECODABLE, f"begins with the mark of {name}, but {broken} of its characters are broken")
    _refuse_binary(text.encode("utf-8"))
    return _mended(text, name) if not broken else Decoded(text, f"{name} ({broken} broken)")


def _with_controls(data: bytes, text: str) -> Decoded:
    """Valid UTF-8 with control characters: UTF-16 of Arabic looks so (each letter has the byte 06)."""
    wide = _utf_16(data)
    if wide is not None:
        return wide
    _refuse_binary(data)
    return _mended(text, "utf-8")


def _not_utf_8(data: bytes) -> Decoded:
    wide = _utf_16(data)
    if wide is not None:
        return wide
    _refuse_binary(data)
    return _nearly_utf_8(data) or _one_byte(data)


def _refuse_binary(data: bytes) -> None:
    """Raise `binary` where more than one byte in a hundred is a control."""
    controls = len(data) - len(data.translate(None, _CONTROLS))
    if controls * 100 > len(data):
        raise NotText(Reason.BINARY, f"{controls} of {len(data)} bytes are control characters; no text has so many")


def _utf_16(data: bytes) -> Decoded | None:
    """Return `data` as UTF-16 without a mark, if nearly all of it is then Arabic or plain ASCII with blanks."""
    whole = len(data) - len(data) % 2
    halves = {"utf-16-le": data[1:whole:2], "utf-16-be": data[0:whole:2]}
    for codec, high in halves.items():
        if whole < 2 or sum(map(high.count, (b"\x00", b"\x06", b"\x20"))) * 10 < len(high) * 7:
            continue
        text = data[:whole].decode(codec, "replace")
        if sum(map(_usual, text)) * 4 >= len(text) * 3 and any(map(str.isalpha, text)):
            return Decoded(text, codec)
    return None


def _usual(letter: str) -> bool:
    """Tell Arabic, printable ASCII, white space and general punctuation from the rest."""
    return "\u0600" <= letter <= "\u06ff" or " " <= letter <= "~" or letter in "\t\r\n" or "\u2000" < letter < "\u2070"


def _nearly_utf_8(data: bytes) -> Decoded | None:
    """Return `data` as UTF-8 with the broken bytes replaced, if nine in ten of its letters are whole.

    Chance does not write valid pairs of bytes: text in a one-byte encoding has next to none.
    """
    text = data.decode("utf-8", "replace")
    broken = text.count(_REPLACEMENT)
    letters = len(text) - len(text.encode("ascii", "ignore"))
    if broken * 10 > letters:
        return None
    cut = broken == 1 and text.endswith(_REPLACEMENT)
    return Decoded(text, "utf-8 (cut at the end)" if cut else f"utf-8 ({broken} broken)")


def _one_byte(data: bytes) -> Decoded:
    """Choose among the Arabic one-byte encodings by what the text then looks like."""
    best = Decoded("", "")
    best_score = 0.0
    for codec, name in _ONE_BYTE:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        value = score(text[:_SAMPLE])
        if value > best_score:
            best, best_score = Decoded(text, name), value
    if best_score > 0.25 * len(_high_bytes(data[:_SAMPLE])):
        return best
    western = _western(data)
    if western is None:
        tried = ", ".join(name for _, name in _ONE_BYTE)
        raise NotText(Reason.UNDECODABLE, f"neither UTF-8 nor UTF-16, and no Arabic words in {tried}")
    return western


def _western(data: bytes) -> Decoded | None:
    """Return `data` as windows-1252 if the bytes beyond ASCII are few among letters: accents and curly quotes."""
    if len(_high_bytes(data)) * 6 > sum(map(str.isalpha, data.decode("ascii", "ignore"))):
        return None
    try:
        return Decoded(data.decode("cp1252"), "windows-1252")
    except UnicodeDecodeError:
        return None


def _high_bytes(data: bytes) -> bytes:
    return data.translate(None, _ASCII)
