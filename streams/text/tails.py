"""A line that may hold a whole page enters; where its lists and its foot begin, behind its last sentence, leaves."""

from __future__ import annotations

from typing import Final

from .markers import Marker, MarkerFinder
from .sites import Kind, Match

LONG_LINE, FOOT_ROOM = 300, 80
"""Characters of a line that holds a whole page, and of the foot at its end."""
_LAST_STOPS: Final = (". ", '." ', ".» ", ".) ", ".” ")
"""How a page's last sentence ends, with something behind it on its line."""
_CLOSING: Final = "»”\"'’)"
_TAGS: Final = frozenset(["الوسوم", "وسوم", "تاغات"])
"""Labels of one word that open a row of tags behind the last sentence."""
_LONGEST_BOX, _FEWEST_LISTED = 300, 3
"""Characters of the longest box on one line behind which another opens, and words that are too few for its headline."""
_FOOT_WORDS: Final = 4
COMMAS: Final = frozenset("،,؛")
_OPENS: Final = frozenset("«“\"'‘(")
_SENTENCE: Final = 20
"""Words up to the full stop of a sentence that begins like a marker by chance."""


def list_start(folded: str, start: int, end: int) -> int:
    """Find where the last sentence of `folded[start:end]` ends, with lists behind it; `end` if the line ends with it.

    >>> list_start("عاد الوفد. اخبار ذات صله وصول القطار", 0, 36)
    9
    """
    if folded[max(start, end - 2) : end].rstrip(_CLOSING).endswith("."):
        return end
    last = max(folded.rfind(stop, start, end) for stop in _LAST_STOPS)
    return last if last > start else end


def may_stand_in_tail(marker: Marker) -> bool:
    """Tell whether `marker` opens a box or a row of tags though nothing but its words shows it."""
    if marker.kind is Kind.RELATED:
        return " " in marker.phrase
    return marker.kind is Kind.KEYWORDS and (" " in marker.phrase or marker.phrase in _TAGS)


def opens_next_box(folded: str, box: int, at: int, marker: Marker) -> bool:
    """Tell whether a marker behind the headlines of a box, which begin at `box`, opens the next: no sentence ended."""
    if marker.kind is not Kind.RELATED or " " not in marker.phrase or at - box >= _LONGEST_BOX:
        return False
    return folded.find(". ", box, at) < 0 and len(folded[box:at].split()) > _FEWEST_LISTED


def ends_tags(marker: Marker) -> bool:
    """Tell whether `marker`, in mid-line behind a row of tags, opens the next box."""
    return marker.kind in {Kind.RELATED, Kind.SOURCE} and " " in marker.phrase


def is_quoted(folded: str, before: str, after: int) -> bool:
    """Tell whether the words up to `after`, behind the sign `before`, are spoken of: quoted, or a comma behind them."""
    following = folded[after : after + 2].lstrip()[:1]
    return following in COMMAS or (before in _OPENS and following != "" and following in _CLOSING)


def is_sentence(rest: str) -> bool:
    """Tell whether what stands behind a marker's words goes on as a sentence, up to its full stop."""
    return rest.rstrip().endswith(".") and "،" in rest and len(rest.split()) <= _SENTENCE


def foot_start(finder: MarkerFinder, folded: str, start: int, end: int) -> int:
    """Find where the words of a page's foot begin (`لا توجد تعليقات`) that end its last line; `end` if none do."""
    if end - start <= LONG_LINE or len(folded) - end > FOOT_ROOM or folded[end:].strip():
        return end
    foot = end
    while (size := _foot_size(finder, folded[max(start, foot - FOOT_ROOM) : foot])) > 0:
        foot -= size + 1
    return foot + (foot < end)


def _foot_size(finder: MarkerFinder, tail: str) -> int:
    """Count the characters at the end of `tail` that are words of a foot."""
    words = tail.split(" ")[-_FOOT_WORDS:]
    for first in range(len(words)):
        said = " ".join(words[first:])
        marker = finder.line(said)
        if marker is not None and marker.kind is Kind.FOOTER and marker.match is not Match.WITHIN:
            return len(said)
    return 0
