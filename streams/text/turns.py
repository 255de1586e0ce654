"""A page's parts enter; the lines that a dialogue, a timeline or a live report makes paragraphs leave as such."""

from __future__ import annotations

import re
from collections import Counter
from typing import Final

from .lexicon import rows
from .parts import Part
from .pieces import fold_layout
from .sites import Kind

_SPEAKER: Final = re.compile(r"[-–*•]?\s?([^\W\d][^:؟!|\d]{1,28}?)\s?[:：]\s")
_FRONT: Final = 32
_SPEAKER_WORDS: Final = 4
_LEAST_TURNS: Final = 2
_TITLE_WORDS: Final = 5
"""Words of the shortest line over a date that heads another article: an entry of a timeline has fewer."""
_LEAST_STAMPS: Final = 3
_REACH: Final = 5
"""Parts of the longest entry between two stamps."""
_YEARS: Final = re.compile(
    r"(?:عام\s|سنه\s)?(?:1[5-9]|20)\d\d(?:\s?[-–/]\s?(?:(?:1[5-9]|20)?\d\d|الان))?\s?[مه]?\s?[:：]?"
)
_YEARS_BEGIN: Final = frozenset("12عس")
_CLOCK: Final = re.compile(r"\d{1,2}\s?[:.]\s?\d{2}\D{0,24}")
_CLOCK_FIRST: Final = re.compile(r"\d{1,2}[:.]\d{2}\s?(?:(?:ص|م|صباحا|مساء|GMT)\s?)?(?:[|:–-]\s?)?(?=[^\W\d])")
_PUBLISHED: Final = Kind.PUBLISHED
_ENDS: Final = {Kind.RELATED, Kind.FOOTER, Kind.KEYWORDS, Kind.SOURCE}


def tell_turns(parts: list[Part]) -> None:
    """Make paragraphs of the lines of a speaker: a name before a colon that opens several lines, one of them long."""
    named: list[tuple[str, Part]] = []
    for part in [part for part in parts if part.kind is None and part.fold.find(":", 0, _FRONT) >= 0]:
        match = _SPEAKER.match(part.fold)
        if match is not None and len(match[1].split()) <= _SPEAKER_WORDS:
            named.append((match[1], part))
    if len(named) < _LEAST_TURNS:
        return
    said = Counter(name for name, _ in named)
    speakers = {name for name, part in named if part.firm and said[name] >= _LEAST_TURNS}
    for name, part in named:
        part.prose = part.prose or (name in speakers and name not in _labels())


def tell_stamps(parts: list[Part]) -> None:
    """Make paragraphs of what stands under the dates or times of a timeline, and of dates that stand within it."""
    short = [part for part in parts if part.kind is not None or part.size <= _SPEAKER_WORDS]  # no other may be one
    if len(short) >= _LEAST_STAMPS and sum(map(_is_stamp, short)) >= _LEAST_STAMPS:
        _tell_entries(parts)
    _tell_clock_lines(parts)


def _tell_entries(parts: list[Part]) -> None:
    """Make paragraphs of the entries under stamps, timeline by timeline: as far as they follow each other."""
    entries: list[tuple[int, int]] = []
    for at, part in enumerate(parts):
        if part.kind in _ENDS or (entries and at - entries[-1][0] > _REACH):
            _tell(parts, entries)
            entries = []
        following = parts[at + 1] if at + 1 < len(parts) else None
        if _is_stamp(part) and following is not None and following.kind is None and not _is_stamp(following):
            entries.append((at, at + 1))
    _tell(parts, entries)


def _tell_clock_lines(parts: list[Part]) -> None:
    """Make paragraphs of lines that begin with a clock time, as in a live report; a list of headlines has a marker."""
    lines: list[Part] = []
    for part in parts:
        if part.kind is not None:
            if part.kind in _ENDS:
                break
        elif part.fold[0].isdigit() and _CLOCK_FIRST.match(part.fold):
            lines.append(part)
    if len(lines) >= _LEAST_STAMPS and any(part.prose or part.stop == "." for part in lines):
        for part in lines:
            part.prose = True


def _tell(parts: list[Part], entries: list[tuple[int, int]]) -> None:
    if len(entries) < _LEAST_STAMPS:
        return
    told = [at for _, at in entries if parts[at].prose or parts[at].stop == "."]
    if len(told) * 2 < len(entries):
        return
    first = next((at for at, part in enumerate(parts) if part.kind is None and part.prose), len(parts))
    inner = [stamp for stamp, _ in entries if stamp > first]
    if inner and all(_is_titled(parts[stamp - 1]) for stamp in inner):
        return  # other articles, each with its title and date
    for stamp, at in entries:
        parts[at].prose = True
        if stamp > first and _CLOCK.fullmatch(parts[stamp].fold) is None:
            parts[stamp].kind, parts[stamp].prose = None, True


def _is_stamp(part: Part) -> bool:
    if part.kind is not None:
        return part.kind is _PUBLISHED and part.rule == "date.line"
    return part.size <= _SPEAKER_WORDS and part.fold[:1] in _YEARS_BEGIN and _YEARS.fullmatch(part.fold) is not None


def _labels() -> frozenset[str]:
    return frozenset(fold_layout(row[0]) for row in rows("headline_labels.tsv"))


def _is_titled(above: Part) -> bool:
    """Tell whether the line above a date is as long as a title, and no sentence of the entry before."""
    return above.kind is None and not above.prose and not above.stop and above.size >= _TITLE_WORDS
