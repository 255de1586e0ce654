"""A page's pieces enter; its parts leave: marker words and the text between them, with what their form tells."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from typing import Final

from schemas.spans import Label

from .glue import glued_sentences, is_glued
from .markers import Hit, Marker, Matcher, at_colon
from .newswords import continues, is_reporting
from .pieces import Piece, cut_pieces, fold_layout, raw_offset
from .sites import Kind, Match

_QUOTES: Final = " \u00a0\"'”“»«)]’‘*"
_BULLET: Final = re.compile(
    r"[•·▪●◄►▶■□◆◦‣⁃*›»–\-]\s*(?=[\w«\"“‘'(\[])|\d{1,2}\s?[-.)](?!\d)\s*(?=\w)|\d{1,2}\s+(?=[^\W\d])"
)
_STEM: Final = re.compile(r"\b(?:وال|بال|فال|كال|لل|ال|و)?(\w{3,5})\w*")
_DIGIT: Final = re.compile(r"\d")
_SENTENCE_END: Final = frozenset('.!؟?…»”")*|')
_CODE: Final = re.compile(r"/>|</|=\"|function\s?\(|\{\s*\w+\s*:|&&|\.(?:js|css|php)\b|window\.|document\.")
_CODE_WEIGHT: Final = 3
"""A rest of markup or script counts for as much as three phrases of the site's own."""
_BRACKETS: Final = {"(": ")", "[": "]", "{": "}"}
_BEFORE_MARKER: Final = frozenset("([{-–—*•»›◄►←→#=+_<>")
_MARKS: Final = re.compile(r"[(\[{\-–—*•»›◄►←→#=+_<>\s]{1,6}")
_LONGEST_MARKER: Final = 60
_ALSO: Final = "ايضا"
"""A marker's last word that no other word goes on from; so is one that ends in teh marbuta."""
_NAMES: Final = {Kind.NAVIGATION, Kind.SIGNATURE}
"""Kinds whose words also stand in sentences, so that a wide space before them tells nothing."""
LEAST_PROSE: Final = 28
"""Words after which a line is a paragraph whatever it looks like."""


@dataclass(slots=True)
class Part:
    """A stretch of the page that gets one label; `kind` and `rule` are set where a marker said what it is."""

    start: int
    end: int
    fold: str
    gap: int
    kind: Kind | None = None
    rule: str = ""
    joint: str = ""
    words: list[str] = field(default_factory=list)
    stop: str = ""
    boiler: int = 0
    prose: bool = False
    label: Label | None = None
    article: int = 0
    stems: list[str] | None = None

    @property
    def size(self) -> int:
        """The number of words."""
        return len(self.words)

    def say(self, label: Label, rule: str, article: int = 0) -> None:
        """Decide what the part is, and by which rule."""
        self.label, self.rule, self.article = label, rule, article


class _Cutter:
    """Cuts the pieces of one page at the markers that stand in them."""

    def __init__(self, text: str, folded: str, matcher: Matcher) -> None:
        self._text, self._folded, self._matcher = text, folded, matcher
        self._within = sorted(matcher.within(folded), key=lambda hit: (hit[0], -len(hit[1].phrase)))
        self._glued = glued_sentences(folded)
        self._next = 0
        self.parts: list[Part] = []

    def run(self) -> list[Part]:
        for piece in cut_pieces(self._text, self._folded):
            self._piece(piece)
        return self.parts

    def _piece(self, piece: Piece) -> None:
        boiler, cuts = self._inside(piece)
        cuts = sorted({*cuts, *self._double_spaces(piece)})
        line = self._matcher.line(self._folded[piece.fold_start : piece.fold_end])
        if line is not None:
            self._add(piece, piece.fold_start, piece.fold_end, piece.gap, line, "end")
            return
        bounds = [piece.fold_start, *cuts, piece.fold_end]
        gap = piece.gap
        for start, end in zip(bounds, bounds[1:], strict=False):
            whole = self._matcher.line(self._folded[start:end]) if len(bounds) > 2 else None
            if whole is not None:
                self._add(piece, start, end, gap, whole, "end")
            else:
                self._stretch(piece, start, end, gap, boiler)
            gap = 0

    def _inside(self, piece: Piece) -> tuple[int, list[int]]:
        boiler = 0
        cuts: list[int] = []
        while self._next < len(self._within) and self._within[self._next][0] < piece.fold_end:
            at, marker = self._within[self._next]
            self._next += 1
            if marker.kind is Kind.BOILERPLATE:
                boiler += 1
            elif marker.kind is Kind.FOOTER:
                boiler += 2
            elif at > piece.fold_start and (not cuts or at > cuts[-1]) and self._opens_inline(piece, at, marker):
                cuts.append(at)
        return boiler, cuts

    def _double_spaces(self, piece: Piece) -> list[int]:
        """Cut out what stands between double spaces and is a marker as a whole."""
        if "  " not in self._folded[piece.fold_start : piece.fold_end]:
            return []
        cuts: list[int] = []
        at = piece.fold_start
        while at < piece.fold_end:
            space = self._folded.find("  ", at, piece.fold_end)
            end = space if space >= 0 else piece.fold_end
            marker = self._matcher.line(self._folded[at:end]) if end - at <= _LONGEST_MARKER else None
            if marker is not None and " " in marker.phrase and marker.kind not in _NAMES:
                cuts += [at, end]
            at = end + 2
        return [cut for cut in cuts if piece.fold_start < cut < piece.fold_end]

    def _opens_inline(self, piece: Piece, at: int, marker: Marker) -> bool:
        if at_colon(at + len(marker.phrase), self._folded) is None:
            return False
        before = self._folded[piece.fold_start : at].rstrip()[-1:]
        if not before or before in _SENTENCE_END:
            return True
        return (
            " " in marker.phrase
            and marker.kind is not Kind.SOURCE
            and before.isalnum() is not (self._folded[at - 1] != " " and before.isalnum())
        )

    def _stretch(self, piece: Piece, start: int, end: int, gap: int, boiler: int) -> None:
        while start < end and self._folded[start].isspace():
            start += 1
        hit = self._start(start, end)
        bracketed = False
        if hit is not None and self._accept(piece, hit, end):
            stop = hit.end if hit.joint != "end" else end
            self._add(piece, start, stop, gap, hit.marker, hit.joint)
            bracketed = self._folded[start] in _BRACKETS and self._folded[end - 1] == _BRACKETS[self._folded[start]]
            start, gap = stop, 0
            if bracketed and start < end:
                self._text_parts(piece, start, end - 1, gap, boiler)
                self._add_bracket(piece, end)
                return
        tail = self._matcher.end(self._folded, start, end) if start < end else None
        text_end = tail.start if tail is not None else end
        while start < text_end and self._folded[text_end - 1].isspace():
            text_end -= 1
        if start < text_end:
            self._text_parts(piece, start, text_end, gap, boiler)
        if tail is not None:
            self._add(piece, tail.start, end, 0, tail.marker, "end")

    def _start(self, start: int, end: int) -> Hit | None:
        """Find a marker at `start`, or behind the arrow or bracket that stands there."""
        hit = self._matcher.start(self._folded, start, end)
        if hit is None and self._folded[start : start + 1] in _BEFORE_MARKER:
            mark = _MARKS.match(self._folded, start, end)
            if mark is not None:
                hit = self._matcher.start(self._folded, mark.end(), end)
                return hit if hit is not None and hit.marker.kind is Kind.RELATED else None
        return hit

    def _add_bracket(self, piece: Piece, end: int) -> None:
        part = self._part(piece, end - 1, end, 0)
        part.kind, part.rule, part.joint, part.words = Kind.LINK_TEXT, "feature.bracket", "end", [part.fold]
        self.parts.append(part)

    def _accept(self, piece: Piece, hit: Hit, end: int) -> bool:
        rest = self._folded[hit.end : end]
        kind = hit.marker.kind
        if hit.joint == "glued":
            ends_word = (
                hit.marker.phrase.endswith(_ALSO) or self._text[raw_offset(self._text, piece, hit.end) - 1] == "ة"
            )
            return (kind is Kind.RELATED and (ends_word or is_glued(rest))) or (
                kind is Kind.PUBLISHED and rest[0].isdigit()
            )
        if kind is Kind.PUBLISHED:
            return bool(_DIGIT.search(rest[:40])) or "منذ" in rest[:12] or hit.joint == "end"
        if kind is Kind.AUTHOR:
            return len(rest.split()) <= 6 and not rest.rstrip().endswith(".")
        if kind is Kind.CAPTION:
            return len(rest.split()) <= 30
        if kind is Kind.JUNK:
            return len(rest.split()) <= 30
        return True

    def _text_parts(self, piece: Piece, start: int, end: int, gap: int, boiler: int) -> None:
        first, last = bisect_right(self._glued, start), bisect_left(self._glued, end)
        bounds = [start, *self._glued[first:last], end]
        for one, two in zip(bounds, bounds[1:], strict=False):
            part = self._part(piece, one, two, gap)
            part.boiler = boiler
            look(part)
            self.parts.append(part)
            gap = 0

    def _add(self, piece: Piece, start: int, end: int, gap: int, marker: Marker, joint: str) -> None:
        part = self._part(piece, start, end, gap)
        part.kind, part.rule, part.joint = marker.kind, marker.rule, joint
        part.words = part.fold.split()
        self.parts.append(part)

    def _part(self, piece: Piece, start: int, end: int, gap: int) -> Part:
        raw_start = raw_offset(self._text, piece, start) if start > piece.fold_start else piece.start
        raw_end = raw_offset(self._text, piece, end) if end < piece.fold_end else piece.end
        return Part(raw_start, raw_end, self._folded[start:end], gap)


def cut_parts(text: str, folded: str, matcher: Matcher) -> list[Part]:
    """Cut a page into parts at line ends, wide gaps, markers and glued sentences."""
    return _Cutter(text, folded, matcher).run()


def part_within(text: str, part: Part, start: int, end: int) -> Part:
    """Make a part of what stands between two offsets of `part`, without the blanks around it."""
    raw = text[part.start + start : part.start + end]
    start += part.start + len(raw) - len(raw.lstrip())
    inner = raw.strip()
    return Part(start, start + len(inner), fold_layout(inner), part.gap if start == part.start else 0)


def look(part: Part) -> None:
    """Note what the form of `part` tells: its words, its last sign, whether it is a paragraph."""
    fold = part.fold
    part.words = fold.split()
    last = fold.rstrip(_QUOTES)[-1:]
    part.stop = last if last in ".!؟?…:،,؛" else ""
    part.prose = _is_prose(part)
    if _CODE.search(fold):
        part.boiler += _CODE_WEIGHT


def _is_prose(part: Part) -> bool:
    size = len(part.words)
    if size >= LEAST_PROSE:
        return True
    if part.stop == "." and size >= 8 and not part.fold.endswith(".."):
        return True
    if part.stop in {"،", ","} and size >= 6:
        return True
    first = part.words[0].strip("\"“«'(*-• ")
    if size >= 12 and (is_reporting(first) or continues(part.words)):
        return True
    return size >= 16 and (part.fold.count("،") >= 2 or " ان " in fold_pad(part.fold))


def fold_pad(fold: str) -> str:
    """Put a space at both ends, so that whole words can be searched for."""
    return f" {fold} "


def bullet(part: Part) -> int:
    """Measure the list mark that the part begins with, in folded characters; 0 if there is none."""
    match = _BULLET.match(part.fold)
    return match.end() if match else 0


def content(part: Part) -> list[str]:
    """List rough stems of the part's words of three letters and more; worked out once."""
    if part.stems is None:
        part.stems = stems(part.fold)
    return part.stems


def stems(folded: str) -> list[str]:
    """Cut each word of three letters and more to five letters without article and "and", so that its forms meet.

    >>> stems("والمفاوضات في مفاوضات")
    ['مفاوض', 'مفاوض']
    """
    return _STEM.findall(folded)


__all__ = ["LEAST_PROSE", "Kind", "Match", "Part", "bullet", "content", "cut_parts", "stems"]
