"""Text as printed enters; it leaves without the control characters that a page may carry and no document should."""

from __future__ import annotations

from typing import Final

_GAPS: Final = (0x0B, 0x0C, *range(0x1C, 0x20), 0x85)
"""Controls that part words."""
_TABLE: Final = {
    **dict.fromkeys((*range(0x09), *range(0x0E, 0x1C), *range(0x7F, 0xA0), *range(0x202A, 0x202F)), ""),
    **dict.fromkeys(range(0x2066, 0x206A), ""),
    **dict.fromkeys(_GAPS, " "),
}
_CONTROLS: Final = tuple(map(chr, _TABLE))


def without_controls(text: str) -> str:
    r"""Drop terminal and bidi controls, NUL too; line ends and tabulators stay, and what parts words is a blank.

    Bidi marks (U+200E, U+200F) stay: they change no other character's order for good.

    >>> without_controls("خبر\x1b[31m عاجل\u202e\x00")
    'خبر[31m عاجل'
    """
    if text.replace("\n", "").isprintable() or not any(map(text.__contains__, _CONTROLS)):
        return text
    return text.translate(_TABLE)
