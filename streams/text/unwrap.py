"""The parts of a page enter; they leave with the lines joined that a page of fixed width cut its paragraphs into."""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from .parts import Part, look
from .pieces import fold_layout

_NARROWEST, _WIDEST = 40, 120
"""Characters of the widths at which text is wrapped."""
_FEWEST: Final = 4
"""Wrapped lines that show a page's width."""
_LONGEST_WORD: Final = 12
_SHARE: Final = 0.6
_ENDS: Final = frozenset(".؟!:")


def join_wrapped(text: str, parts: list[Part]) -> list[Part]:
    """Join lines that were one paragraph, if the page shows that it wraps its lines at a width."""
    width = _width(parts)
    if not width:
        return parts
    joined: list[Part] = []
    full, last = False, 0
    for part in parts:
        size = part.end - part.start
        if full and part.kind is None and part.gap == 1 and joined[-1].kind is None and _overflows(part, last, width):
            before = joined[-1]
            joined[-1] = Part(before.start, part.end, fold_layout(text[before.start : part.end]), before.gap)
            joined[-1].fold = joined[-1].fold.replace("\n", " ")
            joined[-1].boiler = before.boiler + part.boiler
            look(joined[-1])
        else:
            joined.append(part)
        last, full = size, part.kind is None
    return joined


def _width(parts: list[Part]) -> int:
    """Measure the width at which the page's lines are wrapped; 0 if they are not."""
    sizes = [part.end - part.start for part in parts if part.kind is None and part.gap]
    broken = [
        part.end - part.start
        for part, following in pairwise(parts)
        if part.kind is None and following.kind is None and following.gap == 1 and part.fold[-1] not in _ENDS
    ]
    broken = sorted(size for size in broken if _NARROWEST <= size <= _WIDEST)
    if len(broken) < _FEWEST:
        return 0
    widest = broken[-1]
    full = sum(size > widest - _LONGEST_WORD for size in broken)
    return widest if full >= _FEWEST and full >= _SHARE * len(broken) and _fills(sizes, widest) else 0


def _fills(sizes: list[int], width: int) -> bool:
    """Tell whether enough of a page's lines are about as wide, and few wider."""
    inner = [size for size in sizes if size >= _NARROWEST]
    full = sum(width - _LONGEST_WORD < size <= width for size in inner)
    return full * 3 >= len(inner) and sum(size > width for size in inner) * 4 <= len(inner)


def _overflows(part: Part, before: int, width: int) -> bool:
    """Tell whether the first word of `part` had no room on the line before, of `before` characters."""
    return before + 1 + len(part.words[0]) > width
