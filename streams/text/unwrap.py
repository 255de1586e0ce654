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
_SHARE: Final = 0.75
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
    widest = max(sizes, default=0)
    if not _NARROWEST <= widest <= _WIDEST or len(sizes) < _FEWEST:
        return 0
    wrapped = open_ended = 0
    for part, following in pairwise(parts):
        size = part.end - part.start
        if part.kind is None and following.kind is None and following.gap == 1 and size >= _NARROWEST:
            wrapped += _overflows(following, size, widest)
            open_ended += part.fold[-1] not in _ENDS
    if wrapped < _FEWEST or open_ended < _SHARE * wrapped:
        return 0
    inner = sum(size >= _NARROWEST for size in sizes)
    return widest if wrapped * 3 >= inner else 0


def _overflows(part: Part, before: int, width: int) -> bool:
    """Tell whether the first word of `part` had no room on the line before, of `before` characters."""
    return before + 1 + len(part.words[0]) > width
