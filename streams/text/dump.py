"""The long first line of a page that lost its line ends enters; navigation, title, date and story leave as parts."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import pairwise
from typing import Final

from .dates import find_dates
from .markers import MarkerFinder
from .parts import Part, look, part_within, stems
from .pieces import fold_layout
from .sites import Kind

_LEAST_WORDS: Final = 40
_HEAD: Final = 700
"""Characters within which the date of a run-together page stands."""
_TITLE: Final = (4, 45)
"""Words that may stand before the date: a title with navigation before it."""
_WORD: Final = re.compile(r"\S+")
_REPEATED, _REPEATED_ROOM = 5, 60
"""Words of the shortest title that a page on one line prints twice, and of the head in which it does."""
_SIGNS: Final = ".:،-–|«»\"'()[]"
_NAME_WORDS: Final = 3
_PRESS: Final = frozenset(
    ["موقع", "صحيفه", "جريده", "مجله", "وكاله", "شبكه", "بوابه", "قناه", "منصه", "اذاعه", "يوميه"]
)
_PRESS_NAME: Final = 3
"""Words of a newspaper's name at most, behind the one that says what it is."""
_LEAD: Final = 500
"""Characters of a story that say the words of its title."""
_SECTIONS: Final = {Kind.NAVIGATION, Kind.SIGNATURE, Kind.FOOTER, Kind.JUNK}
_SITE_NAME, _ROW = 5, 3
"""Words of the longest name of a site before its sections, and sections that must follow it."""
_SHARE_ROOM, _SHARE_WORDS = 16, 2
"""Words behind the date in which a row of share words stands, and how many make a row."""


def unroll(text: str, parts: list[Part], finder: MarkerFinder, base: datetime | None) -> list[Part]:
    """Cut the head off the page's first paragraph, if a title and a date stand in it before the story begins."""
    for at, part in enumerate(parts[:20]):
        if part.kind is None and part.size >= _LEAST_WORDS:
            return [*parts[:at], *_cut(text, part, finder, base), *parts[at + 1 :]]
        if part.kind is None and part.prose:
            break
    return parts


def _cut(text: str, part: Part, finder: MarkerFinder, base: datetime | None) -> list[Part]:
    raw = text[part.start : part.end]
    head = raw[:_HEAD]
    date = next(iter(find_dates(head, base)), None)
    if date is None:
        return _cut_repeated(text, part, head)
    before = head[: date.start]
    least, most = _TITLE
    if not least <= len(before.split()) <= most or ". " in before or governs(before):
        return [part]
    start = date_start(before)
    navigation = _said_twice(before[:start]) or _navigation(before[:start], finder)
    navigation = _behind_name(before[:start], navigation, raw[date.end : date.end + _LEAD])
    share, story = _share_row(raw, date.end, finder)
    cuts = [(0, navigation), (navigation, start), (start, date.end), (date.end, share), (share, story)]
    cuts.append((story, len(raw)))
    pieces = [part_within(text, part, one, two) for one, two in cuts if raw[one:two].strip()]
    for piece in pieces:
        look(piece)
    if navigation:
        pieces[0].kind, pieces[0].rule, pieces[0].joint = Kind.NAVIGATION, "dump.navigation", "end"
    if share < story:
        pieces[-2].kind, pieces[-2].rule, pieces[-2].joint = Kind.SHARE, "dump.share", "end"
    return pieces


def _share_row(raw: str, start: int, finder: MarkerFinder) -> tuple[int, int]:
    """Find the row of share words between the date, which ends at `start`, and the story; (start, start) if none."""
    spans = [match.span() for match, _ in zip(_WORD.finditer(raw, start), range(_SHARE_ROOM), strict=False)]
    at = first = row = 0
    while at < len(spans):
        size = _share_word(raw, spans, at, finder)
        if not size and row:
            break
        first = first if row else at
        row, at = row + bool(size), at + max(size, 1)
    return (spans[first][0], spans[at][0]) if row >= _SHARE_WORDS and at < len(spans) else (start, start)


def _share_word(raw: str, spans: list[tuple[int, int]], at: int, finder: MarkerFinder) -> int:
    """Count the words from the `at`th that are one share word (`واتس آب`); 0 if they are none."""
    for size in range(min(_NAME_WORDS, len(spans) - at), 0, -1):
        marker = finder.folded_line(raw[spans[at][0] : spans[at + size - 1][1]])
        if marker is not None and marker.kind is Kind.SHARE:
            return size
    return 0


_LABEL: Final = re.compile(
    r"\s(?:تاريخ (?:ال)?نشر(?: الخبر)?|تم النشر(?: في)?|نُ?شرت?(?: في| بتاريخ)?|[آأا]خر تحديث|التاريخ|تاريخ)"
    r"\s*[:：]?\s*$"
)
_SAYS: Final = re.compile(r"\s(?:في|يوم|منذ|حتى|بتاريخ|من|إلى|خلال|مساء|صباح|فجر|ظهر|امس|أمس)\s*$")
_WEEKDAY: Final = re.compile(
    r"\s(?:يوم\s+)?(?:السبت|الأحد|الاحد|الاثنين|الإثنين|الثلاثاء|الأربعاء|الاربعاء|الخميس|الجمعة)[\s،,:-]*$"
)


def governs(before: str) -> bool:
    """Tell whether the date behind `before` is governed by a word of a sentence, hence no date line."""
    return _SAYS.search(before) is not None


def date_start(before: str) -> int:
    """Find where the words begin that stand in front of the date and belong to it: its label, the weekday."""
    match = _WEEKDAY.search(before)
    end = match.start() + 1 if match else len(before)
    label = _LABEL.search(before, 0, end)
    return label.start() + 1 if label else end


def _cut_repeated(text: str, part: Part, head: str) -> list[Part]:
    """Cut the title out of a page on one line that prints it twice before the story, and no date."""
    words = [word.strip(_SIGNS) for word in head.split()[:_REPEATED_ROOM]]
    if len(words) - len(set(words)) < _REPEATED:  # too few words stand twice
        return [part]
    size, again = _repeated(words)
    if not size:
        return [part]
    spans = [match.span() for match in _WORD.finditer(head)]
    cuts = [0, spans[again][0], spans[again + size - 1][1], part.end - part.start]
    pieces = [part_within(text, part, one, two) for one, two in pairwise(cuts)]
    for piece in pieces:
        look(piece)
    pieces[0].kind, pieces[0].rule, pieces[0].joint = Kind.NAVIGATION, "dump.navigation", "end"
    return pieces


def _repeated(words: list[str]) -> tuple[int, int]:
    """Find the longest run of words that stands twice: its size and where it stands again, (0, 0) if there is none."""
    first: dict[tuple[str, ...], int] = {}
    best = (0, 0)
    for again in range(len(words) - _REPEATED + 1):
        at = first.setdefault(tuple(words[again : again + _REPEATED]), again)
        if at + _REPEATED <= again:
            size = _REPEATED
            while again + size < len(words) and at + size < again and words[at + size] == words[again + size]:
                size += 1
            best = max(best, (size, again))
    return best


def _said_twice(head: str) -> int:
    """Find where the title begins that ends `head` and also stands in it before, as a page's name or its crumbs."""
    spans = [match.span() for match in _WORD.finditer(head)]
    words = [head[start:end] for start, end in spans]
    text = f" {' '.join(words)} "
    for at in range(1, len(words) - _TITLE[0] + 1):
        if text.count(f" {' '.join(words[at:])} ") > 1:
            return spans[at][0]
    return 0


def _behind_name(head: str, start: int, lead: str) -> int:
    """Find where the title begins behind the name of a newspaper: at the first word that the story's lead says too."""
    spans = [match.span() for match in _WORD.finditer(head, start)]
    named = start and fold_layout(head[:start]).split()[-1] in _PRESS
    if not named and (len(spans) < _TITLE[0] or fold_layout(head[slice(*spans[0])]) not in _PRESS):
        return start
    said = set(stems(fold_layout(lead)))
    for first, last in spans[: _PRESS_NAME + 1]:
        if said.issuperset(stems(fold_layout(head[first:last])) or [""]):
            return first
    return start


def _navigation(head: str, finder: MarkerFinder) -> int:
    """Find where the names of sections before the title end: first thing in `head`, or three behind a site's name."""
    spans = [match.span() for match in _WORD.finditer(head)]
    end = _row_end(head, spans, 0, finder)
    more = _row_end(head, spans, end + 1, finder) if end else 0
    return spans[more or end][0] if end else 0


def _row_end(head: str, spans: list[tuple[int, int]], start: int, finder: MarkerFinder) -> int:
    """Find the word behind the row of names at the word `start` or behind a site's name there; 0 if there is none."""
    for first in range(start, min(start + _SITE_NAME, len(spans)) + 1):
        names, last, at = _names(head, spans, first, finder)
        if at - last == 1 and at < len(spans) and head[spans[at][0]] in "يت":
            at = last  # the subject of the title's verb, not a section's name
        if names >= (_ROW if first else 1) and first < at < len(spans):
            return at
    return 0


def _names(head: str, spans: list[tuple[int, int]], first: int, finder: MarkerFinder) -> tuple[int, int, int]:
    """Count the names of sections from the word `first` on; tell where the last one begins and ends."""
    names, at, last = 0, first, first
    while at < len(spans) - 4:
        for size in range(_NAME_WORDS, 0, -1):
            marker = finder.folded_line(head[spans[at][0] : spans[min(at + size, len(spans)) - 1][1]])
            if marker is not None and marker.kind in _SECTIONS:
                names, last, at = names + 1, at, at + size
                break
        else:
            break
    return names, last, at
