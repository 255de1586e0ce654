"""First bytes of a file in, the name of the binary format they announce out."""

from __future__ import annotations

_FORMATS = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an Office document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
    (b"\x1f\x8b", "gzip data (name it .txt.gz)"),
    (b"BZh91AY&SY", "bzip2 data"),
    (b"\xfd7zXZ\x00", "xz data"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\x28\xb5\x2f\xfd", "zstd data"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document"),
    (b"\x7fELF", "a program (ELF)"),
    (b"SQLite format 3\x00", "an SQLite database"),
    (b"{\\rtf", "a Rich Text document"),
    (b"OggS\x00", "Ogg media"),
)
_FIRST = (*(magic for magic, _ in _FORMATS), b"RIFF")


def kind(data: bytes) -> str | None:
    """Name the binary format that `data` begins like, or None.

    >>> kind(b"%PDF-1.7 ...")
    'a PDF document'
    """
    if not data.startswith(_FIRST):
        return None
    if data[:4] == b"RIFF" and data[8:12] in {b"WEBP", b"AVI ", b"WAVE"}:
        return "RIFF media"
    return next((name for magic, name in _FORMATS if data.startswith(magic)), None)
