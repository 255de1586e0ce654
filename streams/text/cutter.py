"""A page's text enters; its parts leave, cut at line ends, wide gaps, markers and glued sentences.

Long because it is one walk through one text: every kind of cut looks at what the others have found on the line.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left, bisect_right
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final

from .date_labels import is_date_label
from .glue import glued_sentences, is_glued
from .marker_words import marker_fronts, unknown_marker
from .markers import Hit, Marker, MarkerFinder, at_colon
from .parts import Part, bullet, even_part, has_digit, look
from .pieces import Piece, cut_pieces, raw_offset
from .scan import Scan
from .site_talk import SHORT, talks_of_site
from .sites import Kind
from .tag_labels import TAG_FRONTS, TAG_SIGNS, may_be_tags, unknown_tag_label
from .tails import (
    COMMAS,
    FOOT_ROOM,
    LONG_LINE,
    ends_tags,
    foot_start,
    is_quoted,
    is_sentence,
    list_start,
    may_stand_in_tail,
    opens_next_box,
)

_BOILERPLATE, _FOOTER, _KEYWORDS = Kind.BOILERPLATE, Kind.FOOTER, Kind.KEYWORDS
_RELATED, _PUBLISHED, _AUTHOR = Kind.RELATED, Kind.PUBLISHED, Kind.AUTHOR
_FULL_STOP: Final = frozenset(".!؟")
_SENTENCE_END: Final = frozenset('.!؟?…»”")*|')
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_BEFORE_MARKER: Final = frozenset("([{-–—*•»›◄►←→#=+_<>")
_NO_TEXT: Final = _BEFORE_MARKER | TAG_SIGNS
"""Signs behind which, or letters with which, a marker may begin."""
_NOWHERE: Final = sys.maxsize
_MARKS: Final = re.compile(r"[(\[{\-–—*•»›◄►←→#=+_<>\s]{1,6}")
_LONGEST_MARKER: Final = 60
_ALSO: Final = "ايضا"
"""A marker's last word that no other word goes on from; so is one that ends in teh marbuta."""
_LABELS: Final = {Kind.KEYWORDS, Kind.SOURCE}
_SOURCE_WORDS: Final = 5
_ENDED: Final = re.compile(r"[.،,؟!:]|\b(?:ان|قال|قوله|قولها)\b")
_NAMES: Final = {Kind.NAVIGATION, Kind.SIGNATURE}
"""Kinds whose words also stand in sentences, so that a wide space before them tells nothing."""
_CODE_SIGNS: Final = ("/>", "</", '="', "&&", "{")
_CODE: Final = re.compile(r"/>|</|=\"|function\s?\(|\{\s*\w+\s*:|&&|window\.|document\.")
_CODE_WEIGHT: Final = 3
"""A rest of markup or script counts for as much as three phrases of the site's own."""
_TALK_WORDS: Final = 30
"""Words for each of which one more phrase must betray the site's own talk (see `page.is_boilerplate`)."""
_REPEATED: Final = 160
"""Characters of the longest line that is remembered: headlines and labels stand on many pages, paragraphs on one."""
_MOST_KNOWN: Final = 8_192
"""Lines that are remembered, of about a kilobyte if they came again; then all are forgotten."""
_MOST_WORDS: Final = {Kind.AUTHOR: 6, Kind.DATELINE: 6, Kind.CAPTION: 30, Kind.JUNK: 30, Kind.SHARE: 12}
"""Words that may follow a marker of a kind on its line; a longer line begins with those words by chance."""


def cut_parts(text: str, seen: Scan, finder: MarkerFinder) -> list[Part]:
    """Cut `text`, of which `seen` is the scan, into parts, in order."""
    return _Cutter(text, seen, finder).run()


class _Cutter:
    """Cuts the pieces of one page."""

    def __init__(self, text: str, seen: Scan, finder: MarkerFinder) -> None:
        self._text, self._folded, self._even, self._finder = text, seen.folded, seen.even, finder
        self._double = "  " in seen.folded
        self._within = finder.within(seen)
        self._glued = glued_sentences(seen.folded, seen.glue)
        self._talk = seen.talk
        self._code = any(sign in seen.folded for sign in _CODE_SIGNS if sign[0] in seen.folded)
        self._fronts = _fronts(finder)
        self._next = 0
        self._coming = self._within[0][0] if self._within else _NOWHERE
        self._alone, self._tail = True, (-1, -1)
        self._opened: dict[int, Marker] = {}
        self._feet: set[int] = set()
        self._parts: list[Part] = []

    def run(self) -> list[Part]:
        known, finder, folded, parts = known_lines(), self._finder, self._folded, self._parts
        glued = iter([*self._glued, _NOWHERE])
        glue = next(glued)
        for piece in cut_pieces(self._text, folded, even=self._even):
            raw_start, raw_end, start, end, gap = piece
            while glue <= start:
                glue = next(glued)
            if self._code or glue < end or (self._coming < end and self._behind(start) < end):
                self._piece(piece)  # something that a scan of the page finds stands in mid-line
            elif end - start > _REPEATED or end - start != raw_end - raw_start or not gap:
                self._bare_piece(piece)
            elif (cut := known.get(line := (finder, folded[start:end]))) is None:
                self._remember(piece, line)
            else:
                parts += [part.again(raw_start, gap) for part in cut]
                if self._coming < end:
                    self._coming = self._behind(start, passing=True)
        return parts

    def _behind(self, start: int, *, passing: bool = False) -> int:
        """Find the next phrase behind those at `start`, and leave them behind if they are passed."""
        at, within = self._next, self._within
        while at < len(within) and within[at][0] == start:
            at += 1
        if passing:
            self._next = at
        return within[at][0] if at < len(within) else _NOWHERE

    def _bare_piece(self, piece: Piece) -> None:
        """Cut a piece without anything in mid-line: text as a whole, as almost all are, or else whatever it may be."""
        raw_start, raw_end, start, end, gap = piece
        folded, finder = self._folded, self._finder
        line = folded[start:end]
        first = line[0]
        if (
            self._coming < end
            or (line[:3] in self._fronts and self._opens(start, end))
            or ((first in _NO_TEXT or first.isspace()) and self._may_open(start, end))
            or line[-1].isspace()
            or (self._double and "  " in line)
            or (end - start <= finder.longest_line and finder.line(line) is not None)
            or (line[-finder.reach :] in finder.tails and finder.end(folded, start, end) is not None)
        ):
            self._piece(piece)
        else:  # no marker's words stand at its edges
            part = (even_part if self._even else Part)(raw_start, raw_end, line, gap)
            self._parts.append(self._looked_at(part, start, end))

    def _opens(self, start: int, end: int) -> bool:
        """Tell whether a line that begins as markers do has one there, or the words of the page's foot at its end."""
        return self._start(start, end) is not None or foot_start(self._finder, self._folded, start, end) < end

    def _may_open(self, start: int, end: int) -> bool:
        """Tell whether a marker may stand behind the sign, no letter, at `start`; as `_start`, but cheap."""
        folded = self._folded
        first = folded[start]
        if first in _BEFORE_MARKER and (marks := _MARKS.match(folded, start, end)) is not None:
            start = marks.end()
            return folded[start : start + 3] in self._fronts or folded[start : start + 1] in TAG_SIGNS
        return first in TAG_SIGNS or first.isspace()

    def _remember(self, piece: Piece, line: tuple[MarkerFinder, str]) -> None:
        """Cut a line; if it was seen before, keep what it was cut into for the next pages that print it."""
        known, first = known_lines(), len(self._parts)
        self._alone = True
        self._bare_piece(piece)
        if line not in known:
            if len(known) >= _MOST_KNOWN:
                known.clear()
            known[line] = None
        elif self._alone:
            known[line] = kept = [part.again(-piece.start, int(part.gap > 0)) for part in self._parts[first:]]
            for part in kept:
                bullet(part)
                has_digit(part)

    def _piece(self, piece: Piece) -> None:
        boiler, cuts = self._inside(piece)
        gap = piece.gap
        if self._whole(piece, piece.fold_start, piece.fold_end, gap):
            return
        if self._folded.find("  ", piece.fold_start, piece.fold_end) >= 0:
            cuts = sorted({*cuts, *self._double_spaces(piece)})
        if not cuts:
            self._stretch(piece, piece.fold_start, piece.fold_end, gap, boiler)
            return
        for start, end in pairwise([piece.fold_start, *cuts, piece.fold_end]):
            if not self._whole(piece, start, end, gap):
                self._stretch(piece, start, end, gap, boiler)
            gap = 0

    def _whole(self, piece: Piece, start: int, end: int, gap: int) -> bool:
        """Take `start`..`end` as a marker, if it is one as a whole."""
        if end - start > self._finder.longest_line:
            return False
        marker = self._finder.line(self._folded[start:end])
        if marker is not None:
            self._mark(self._part(piece, start, end, gap), marker, "end")
        return marker is not None

    def _inside(self, piece: Piece) -> tuple[int, list[int]]:
        """Count the site's own phrases in `piece`, and find where markers open in its middle."""
        boiler = 0
        cuts: list[int] = []
        if (foot := foot_start(self._finder, self._folded, piece.fold_start, piece.fold_end)) < piece.fold_end:
            self._feet.add(foot)
            cuts.append(foot)
        if self._coming >= piece.fold_end:
            return boiler, cuts
        tags, covered, box = False, 0, -1
        while self._next < len(self._within) and self._within[self._next][0] < piece.fold_end:
            at, marker = self._within[self._next]
            self._next += 1
            if marker.kind is _BOILERPLATE:
                boiler += 1
            elif marker.kind is _FOOTER:
                if at - piece.fold_start > LONG_LINE and piece.fold_end - at < FOOT_ROOM and at not in cuts:
                    self._feet.add(at)
                    cuts.append(at)
                else:
                    boiler += 2
            elif at < covered:
                continue
            elif at > piece.fold_start and (
                self._opens_inline(piece, at, marker)
                or (tags and ends_tags(marker))
                or (box >= 0 and opens_next_box(self._folded, box, at, marker))
                or (
                    at - piece.fold_start > LONG_LINE
                    and may_stand_in_tail(marker)
                    and self._is_in_tail(piece, at, marker)
                )
            ):
                self._opened[at] = marker
                cuts.append(at)
            elif at > piece.fold_start:
                continue
            covered, tags = at + len(marker.phrase), marker.kind is _KEYWORDS
            box = covered if marker.kind is _RELATED else -1
        self._coming = self._within[self._next][0] if self._next < len(self._within) else _NOWHERE
        return boiler, sorted(cuts)

    def _double_spaces(self, piece: Piece) -> list[int]:
        """Cut out what stands between double spaces and is a marker as a whole."""
        cuts: list[int] = []
        at = piece.fold_start
        while at < piece.fold_end:
            space = self._folded.find("  ", at, piece.fold_end)
            end = space if space >= 0 else piece.fold_end
            marker = self._finder.line(self._folded[at:end]) if end - at <= _LONGEST_MARKER else None
            if marker is not None and " " in marker.phrase and marker.kind not in _NAMES:
                cuts += [at, end]
            at = end + 2
        return [cut for cut in cuts if piece.fold_start < cut < piece.fold_end]

    def _opens_inline(self, piece: Piece, at: int, marker: Marker) -> bool:
        """Tell whether a marker in mid-line opens something: before a colon, and behind a sentence or in two words."""
        marks = _MARKS.match(self._folded, piece.fold_start, at)
        if marks is not None and marks.end() == at:
            return False
        before = self._folded[max(piece.fold_start, at - 8) : at].rstrip()[-1:]
        after = at + len(marker.phrase)
        if is_quoted(self._folded, before, after):
            return False
        if at_colon(after, self._folded) is None:
            links = " " in marker.phrase and before in _FULL_STOP
            if marker.kind is _KEYWORDS:
                return links or before == "|"
            return links and marker.kind is _RELATED and not is_sentence(self._folded[after : piece.fold_end])
        if not before or before in _SENTENCE_END:
            return True
        return " " in marker.phrase and marker.kind is not Kind.SOURCE and not self._folded[at - 1].isalnum()

    def _is_in_tail(self, piece: Piece, at: int, marker: Marker) -> bool:
        """Tell whether a marker stands behind the last sentence of a line with a whole page on it, among its lists."""
        if self._tail[0] != piece.fold_start:
            self._tail = (piece.fold_start, list_start(self._folded, piece.fold_start, piece.fold_end))
        before, after = self._folded[at - 2 : at].strip(), at + len(marker.phrase)
        return self._tail[1] < at and not is_quoted(self._folded, before, after)

    def _stretch(self, piece: Piece, start: int, end: int, gap: int, boiler: int) -> None:
        """Cut what stands between two inline markers: a marker at its start, text, a link at its end."""
        while start < end and self._folded[start].isspace():
            start += 1
        if start in self._feet:
            foot = self._part(piece, start, end, gap)
            foot.kind, foot.rule, foot.joint = _FOOTER, "feature.foot-of-line", "end"
            self._parts.append(foot)
            return
        hit = self._start(start, end)
        if hit is not None and self._accept(piece, hit, end):
            stop = hit.end if hit.joint != "end" else end
            closed = stop < end and _BRACKETS.get(self._folded[start]) == self._folded[end - 1]
            self._mark(self._part(piece, start, stop, gap), hit.marker, hit.joint)
            self._text_and_link(piece, stop, end - closed, 0, boiler)
            if closed:
                bracket = self._part(piece, end - 1, end, 0)
                bracket.kind, bracket.rule = Kind.LINK_TEXT, "feature.bracket"
                self._parts.append(bracket)
        else:
            self._text_and_link(piece, start, end, gap, boiler)

    def _text_and_link(self, piece: Piece, start: int, end: int, gap: int, boiler: int) -> None:
        link = self._finder.end(self._folded, start, end) if start < end else None
        stop = link.start if link is not None else end
        while start < stop and self._folded[stop - 1].isspace():
            stop -= 1
        if start < stop:
            self._text_parts(piece, start, stop, gap, boiler)
        if link is not None:
            self._mark(self._part(piece, link.start, end, 0), link.marker, "end")

    def _start(self, start: int, end: int) -> Hit | None:
        """Find a marker at `start`, or behind the arrow or bracket that stands there."""
        hit = self._finder.start(self._folded, start, end)
        if hit is None and start in self._opened:
            marker = self._opened[start]
            stop = start + len(marker.phrase)
            return Hit(marker, start, stop, "space" if stop < end else "end")
        if hit is None and self._folded[start : start + 1] in _BEFORE_MARKER:
            marks = _MARKS.match(self._folded, start, end)
            hit = self._finder.start(self._folded, marks.end(), end) if marks is not None else None
            if hit is not None and hit.marker.kind is _RELATED:
                return hit
            start = marks.end() if marks is not None else start
        return hit or unknown_marker(self._folded, start, end) or unknown_tag_label(self._folded, start, end)

    def _accept(self, piece: Piece, hit: Hit, end: int) -> bool:
        """Tell whether the words at a line's start are the marker they look like, from what follows them."""
        rest = self._folded[hit.end : end]
        kind = hit.marker.kind
        after = hit.start + len(hit.marker.phrase)
        if kind is _RELATED and self._folded[after : after + 2].lstrip()[:1] in COMMAS:
            return False
        if hit.joint == "glued":
            if kind is _PUBLISHED:
                return rest[0].isdigit()
            return kind in {_RELATED, _KEYWORDS} and self._is_apart(piece, hit, rest)
        if kind in _LABELS and hit.joint == "space":
            tags = kind is _KEYWORDS
            return may_be_tags(rest, hit.marker.phrase) if tags else self._names_source(rest, hit.marker.phrase)
        if kind is _PUBLISHED:
            return hit.joint == "end" or is_date_label(rest, spaced=hit.joint == "space")
        sentence = kind is _AUTHOR and rest.rstrip().endswith(".")
        return not sentence and (kind not in _MOST_WORDS or len(rest.split()) <= _MOST_WORDS[kind])

    def _names_source(self, rest: str, label: str) -> bool:
        """Tell whether a name stands behind a source's label without a colon: a known one, or few words behind `عن`."""
        known = self._finder.line(rest.lstrip("/ "))
        if known is not None:
            return known.kind is Kind.SIGNATURE
        return label.endswith("عن") and len(rest.split()) <= _SOURCE_WORDS and _ENDED.search(rest) is None

    def _is_apart(self, piece: Piece, hit: Hit, rest: str) -> bool:
        """Tell whether the letter behind a marker begins a word: the last one cannot go on, or a verb follows."""
        if hit.marker.phrase.endswith(_ALSO) or is_glued(rest):
            return True
        self._alone = False
        return self._text[raw_offset(self._text, piece, hit.end) - 1] == "ة"

    def _text_parts(self, piece: Piece, start: int, end: int, gap: int, boiler: int) -> None:
        glued = self._glued
        if glued:
            glued = glued[bisect_right(glued, start) : bisect_left(glued, end)]
        parts: list[Part] = []
        for at in glued:
            parts.append(self._looked_at(self._part(piece, start, at, gap), start, at))
            start, gap = at, 0
        parts.append(self._looked_at(self._part(piece, start, end, gap), start, end))
        talks = boiler > 0 and any(part.boiler for part in parts)
        for part in parts:  # where one of several sentences is the site's, the phrases found are that one's
            if part.boiler or not talks:
                part.boiler += boiler
            if self._code and _CODE.search(part.fold):
                part.boiler += _CODE_WEIGHT
        self._parts += parts

    def _looked_at(self, part: Part, start: int, end: int) -> Part:
        """Note what the form of `part`, text from `start` to `end`, tells of it, and whether it is the site's own."""
        look(part)
        size = part.size
        talks = size <= SHORT or bisect_left(self._talk, start) < bisect_left(self._talk, end)
        if talks and talks_of_site(part.words, part.fold):
            part.boiler = 1 + size // _TALK_WORDS
        return part

    def _mark(self, part: Part, marker: Marker, joint: str) -> None:
        part.kind, part.rule, part.joint = marker.kind, marker.rule, joint
        self._parts.append(part)

    def _part(self, piece: Piece, start: int, end: int, gap: int) -> Part:
        raw_start = raw_offset(self._text, piece, start) if start > piece.fold_start else piece.start
        raw_end = raw_offset(self._text, piece, end) if end < piece.fold_end else piece.end
        return Part(raw_start, raw_end, self._folded[start:end], gap)


@lru_cache(maxsize=256)
def _fronts(finder: MarkerFinder) -> frozenset[str]:
    """Collect the first three characters of all words with which a line may begin that is no plain text."""
    return frozenset((*finder.fronts, *marker_fronts(), *TAG_FRONTS))


@cache
def known_lines() -> dict[tuple[MarkerFinder, str], list[Part] | None]:
    """Give the lines that were seen, by the finder of their page: None at first, for most lines are printed once.

    Of one that comes again, what it is cut into is kept, in offsets of the line, for `Part.again`.
    """
    return {}
