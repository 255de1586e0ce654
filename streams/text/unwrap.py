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
    runs: list[list[Part]] = []
    for part in parts:
        before = runs[-1][-1] if runs else None
        if before is not None and _goes_on(before, part, width):
            runs[-1].append(part)
        else:
            runs.append([part])
    return [_joined(text, run) if len(run) > 1 else run[0] for run in runs]


def _joined(text: str, run: list[Part]) -> Part:
    """Make one part of the lines of a paragraph, all at once: line by line would cost the square of its length."""
    fold = fold_layout(text[run[0].start : run[-1].end]).replace("\n", " ")
    part = Part(run[0].start, run[-1].end, fold, run[0].gap, boiler=sum(one.boiler for one in run))
    look(part)
    return part


def _width(parts: list[Part]) -> int:
    """Measure the width at which the page's lines are wrapped; 0 if they are not."""
    broken = [
        size
        for part, following in pairwise(parts)
        if _NARROWEST <= (size := part.end - part.start) <= _WIDEST
        and following.gap == 1
        and part.fold[-1] not in _ENDS
        and part.kind is None
        and following.kind is None
    ]
    if len(broken) < _FEWEST:
        return 0
    broken.sort()
    sizes = [part.end - part.start for part in parts if part.kind is None and part.gap]
    widest = broken[-1]
    full = sum(size > widest - _LONGEST_WORD for size in broken)
    return widest if full >= _FEWEST and full >= _SHARE * len(broken) and _fills(sizes, widest) else 0


def _fills(sizes: list[int], width: int) -> bool:
    """Tell whether enough of a page's lines are about as wide, and few wider."""
    inner = [size for size in sizes if size >= _NARROWEST]
    full = sum(width - _LONGEST_WORD < size <= width for size in inner)
    return full * 3 >= len(inner) and sum(size > width for size in inner) * 4 <= len(inner)


def _goes_on(before: Part, part: Part, width: int) -> bool:
    if before.kind is not None or part.kind is not None or part.gap != 1:
        return False
    return _overflows(part, before.end - before.start, width)


def _overflows(part: Part, before: int, width: int) -> bool:
    """Tell whether the first word of `part` had no room on the line before, of `before` characters."""
    return before + 1 + len(part.words[0]) > width
