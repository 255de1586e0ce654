"""The folded beginning of a line enters; the words leave that open a box of links, though no rule knows them."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from .lexicon import rows
from .markers import Hit, Marker
from .pieces import fold_layout
from .sites import Kind, Match

_OPENING: Final = re.compile(r"([^:|»\n]{4,40}?)\s*(?:[:：|»]+[\s:|.-]*|$)")
_FEWEST, _MOST = 2, 6
_LONGEST_WORD: Final = 12
_MARKER: Final = Marker("", "feature.marker-words", Kind.RELATED, Match.START, inline=False)


@cache
def _words() -> dict[str, bool]:
    return {fold_layout(row[0]): row[1] == "core" for row in rows("marker_words.tsv")}


def unknown_marker(folded: str, start: int, end: int) -> Hit | None:
    """Find a marker at `start`: a line, or what stands before a colon, made of nothing but words of markers.

    >>> hit = unknown_marker("مواضيع لها علاقه: افتتاح الجسر", 0, 30)
    >>> hit and (hit.end, hit.joint)
    (18, 'separator')
    >>> unknown_marker("مقالات في الادب: قراءه جديده", 0, 28) is None
    True
    """
    known = _words()
    space = folded.find(" ", start, min(end, start + _LONGEST_WORD))
    if folded[start:space] not in known:  # almost every line ends here
        return None
    match = _OPENING.match(folded, start, end)
    if match is None:
        return None
    words = match[1].split()
    if not _FEWEST <= len(words) <= _MOST or not all(word in known for word in words):
        return None
    if not any(known[word] for word in words):
        return None
    return Hit(_MARKER, start, match.end(), "end" if match.end() >= end else "separator")
