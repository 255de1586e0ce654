"""Layout rules enter; a finder leaves that finds their words at the start, at the end and within a folded page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

from .scan import Scan
from .sites import GENERIC, Kind, Match, SiteRules, fold_phrase

_TRIM: Final = " \t:：|.…،,؛;!؟?-–—_*#•·▪●◄►▶■□«»\"'“”()[]{}<>/\\~=+\u00a0"
_YEAR: Final = re.compile(r"[12](?<!\d.)(?:(?<=1)99|(?<=2)0[0-4])\d(?!\d)")
_HEAD: Final = 1500
"""Characters in which a page prints its date."""
_COUNT: Final = 6
"""Characters of the longest count that stands beside a marker (`التعليقات (12)`); more is a date."""
_COUNTED: Final = _TRIM + "0123456789٠١٢٣٤٥٦٧٨٩"
_REACH: Final = 3
"""Last characters of a line that tell whether it may end with a marker."""
_ROOM: Final = 16
"""Signs that may stand around the phrase of a line."""
_SEPARATOR: Final = re.compile(r"\s*(?:[:：|»…>←•]+|\.{2,}|[-–—](?=\s))[\s:：|.…\-–—]*")
_JOINED: Final = re.compile(r"\s*[:：|»…>←.\-–—]*\s*")


@dataclass(frozen=True, slots=True)
class Marker:
    """One phrase of one rule, folded."""

    phrase: str
    rule: str
    kind: Kind
    match: Match
    inline: bool


class Hit(NamedTuple):
    """`marker` found at `start`; its separator ends at `end` (offsets in the folded text).

    `joint` is what follows: `end` of the piece, `separator`, `space` or `glued` (a letter).
    """

    marker: Marker
    start: int
    end: int
    joint: str


class MarkerFinder:
    """Finds the markers of one site and of all sites; a longer phrase wins, then the site's own rule."""

    def __init__(self, site: str, year: int | None, rules: SiteRules) -> None:
        self.rules = rules
        self._lines: dict[str, Marker] = {}
        starts: dict[str, list[Marker]] = {}
        self._ends: dict[str, list[Marker]] = {}
        self.longest_line = 0
        self._within: dict[str, Marker] = {}
        self._apart: set[str] = set()  # phrases of one word, which open nothing behind a letter
        for name in dict.fromkeys((GENERIC, site)):
            for rule in rules.sites[name].rules_of(year):
                for phrase in rule.phrases:
                    marker = Marker(fold_phrase(phrase), f"{name}.{rule.id}", rule.kind, rule.match, rule.inline)
                    self._add(marker, starts)
        for markers in starts.values():
            markers.sort(key=lambda marker: -len(marker.phrase))
        self.fronts = frozenset(starts)
        """First three characters of the markers that `start` finds."""
        ends = [marker.phrase for markers in self._ends.values() for marker in markers]
        self.reach = min([_REACH, *map(len, ends)])
        self.tails = frozenset(phrase[-self.reach :] for phrase in ends)
        """The last characters, `reach` of them, of the markers that `end` finds."""
        self._starts = {front: (tuple(one.phrase for one in markers), markers) for front, markers in starts.items()}

    def _add(self, marker: Marker, starts: dict[str, list[Marker]]) -> None:
        key = marker.phrase.strip(_TRIM) or marker.phrase
        if marker.match in {Match.LINE, Match.START}:
            self._lines[key.casefold()] = marker
            self.longest_line = max(self.longest_line, len(key) + _ROOM)
        if marker.match in {Match.START, Match.LABEL}:
            same = starts.setdefault(marker.phrase[:3], [])
            same[:] = [other for other in same if other.phrase != marker.phrase] + [marker]
        if marker.match is Match.END:
            self._ends.setdefault(marker.phrase[-1], []).append(marker)
        if marker.match is Match.WITHIN or marker.inline:
            self._within[marker.phrase] = marker
            counts = " " in marker.phrase or marker.kind in {Kind.BOILERPLATE, Kind.FOOTER}
            (self._apart.discard if counts else self._apart.add)(marker.phrase)

    def line(self, folded: str) -> Marker | None:
        """Find the marker that `folded` consists of, punctuation apart."""
        if len(folded) > self.longest_line:
            return None
        key = folded.strip(_TRIM)
        found = self._lines.get(key.casefold())
        if found is None and key and (key[0].isdigit() or key[-1].isdigit()):
            words = key.strip(_COUNTED)
            found = self._lines.get(words.casefold()) if len(key) - len(words) <= _COUNT else None
        return found

    def folded_line(self, text: str) -> Marker | None:
        """Find the marker that `text`, as printed, consists of."""
        return self.line(fold_phrase(text))

    def start(self, folded: str, start: int, end: int) -> Hit | None:
        """Find the marker that `folded[start:end]` begins with."""
        markers = self._starts.get(folded[start : start + 3])
        if markers is None or not folded.startswith(markers[0], start, end):
            return None
        for marker in markers[1]:
            if folded.startswith(marker.phrase, start, end):
                hit = _hit(marker, folded, start, end)
                if hit is not None:
                    return hit
        return None

    def end(self, folded: str, start: int, end: int) -> Hit | None:
        """Find the marker that `folded[start:end]` ends with."""
        for marker in self._ends.get(folded[end - 1], ()):
            if folded.endswith(marker.phrase, start, end) and end - start > len(marker.phrase):
                return Hit(marker, end - len(marker.phrase), end, "end")
        return None

    def within(self, seen: Scan) -> list[tuple[int, Marker]]:
        """Choose the phrases of this site's rules that count in mid-line, as (start, marker), a longer one first."""
        known, apart, folded = self._within, self._apart, seen.folded
        found = [(last - len(phrase) + 1, known[phrase]) for last, phrase in seen.phrases if phrase in known]
        found = [hit for hit in found if hit[1].phrase not in apart or not hit[0] or not folded[hit[0] - 1].isalnum()]
        return sorted(found, key=lambda hit: (hit[0], -len(hit[1].phrase)))


def _hit(marker: Marker, folded: str, start: int, end: int) -> Hit | None:
    after = start + len(marker.phrase)
    if after >= end:
        return Hit(marker, start, end, "end")
    separator = _SEPARATOR.match(folded, after, end)
    if separator:
        return Hit(marker, start, separator.end(), "end" if separator.end() >= end else "separator")
    if marker.match is Match.LABEL:
        return None
    following = folded[after]
    if following.isspace() or not following.isalnum():
        joined = _JOINED.match(folded, after, end)
        assert joined is not None  # the pattern matches the empty string
        return Hit(marker, start, joined.end(), "space")
    return Hit(marker, start, after, "glued")


def at_colon(hit_end: int, folded: str) -> int | None:
    """Find where the separator after `hit_end` ends, if a colon, bar or dots stand there."""
    separator = _SEPARATOR.match(folded, hit_end)
    return separator.end() if separator else None


@lru_cache(maxsize=256)
def _finder(rules: SiteRules, site: str, year: int | None) -> MarkerFinder:
    return MarkerFinder(site, year, rules)


def finder_of(rules: SiteRules, site: str, text: str = "") -> MarkerFinder:
    """Compile the rules of `site` with the generic ones, once for each version of the rules.

    Of a site whose layout has changed, the rules of the year count that `text` prints first, if it prints one.
    """
    year = _YEAR.search(text, 0, _HEAD) if rules.sites[site].is_dated else None
    return _finder(rules, site, int(year[0]) if year else None)
