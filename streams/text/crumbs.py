"""The first parts of a page enter; they leave with breadcrumbs, dates and the site's name cut off the title."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from typing import Final

from .dates import find_dates, read_date
from .dump import date_start, governs
from .letters import fold
from .lexicon import rows
from .markers import MarkerFinder
from .newswords import is_reporting
from .parts import Part, look, part_within
from .pieces import fold_layout
from .sites import Kind

_HEAD: Final = 25
"""Parts at most that are looked at: a page's head."""
_LONGEST: Final = 45
"""Words of the longest line that may hold a title."""
_ROOM: Final = 600
"""Characters of so many words at most: a line with longer ones is no title."""
_WORDS_LEFT: Final = 3
_NAMES: Final = {Kind.NAVIGATION, Kind.JUNK, Kind.FOOTER}
_NAME_WORDS: Final = 3
_MOST_NAMES: Final = 6
_FRONT: Final = 80
"""Characters at a line's front in which breadcrumbs or a date are looked for."""
_BACK: Final = 40
_DIGIT: Final = re.compile(r"\d")
_EARLY_DIGIT: Final = re.compile(r"\D{0,25}\d")
_DATE_LINE: Final = re.compile(r"(?:[^\W\d]+[^\w\n]+){0,2}\d+[^\w\s]")
"""A number with a sign behind it, among the first words: a line that begins with a date or clock."""
_LATE_DATE: Final = re.compile(r"\d(?:\d{3}|[/.-]\d)")
_TO_LAST_DIGIT: Final = re.compile(r".*\d", re.DOTALL)
_ANCHORS: Final = frozenset(["الرئيسيه", "الصفحه الرئيسيه", "القائمه", "قائمه", "home", "الموقع الرئيسي"])
"""Names with which breadcrumbs begin, so that even without signs between them the next names are breadcrumbs too."""
_SIGN: Final = re.compile(r"(?:(?<!\s)\s++)?(?:[/\\»›>|←:•]++|[-–—](?=\s))\s*+")
_ANCHOR_NAMES: Final = tuple(_ANCHORS)
_ANCHOR_LETTERS: Final = frozenset(name[0] for name in _ANCHORS) | {"H"}
_HAS_SIGN: Final = re.compile(r"[/\\»›>|←:•–—-]")
_TOKEN: Final = re.compile(r"[^\s/\\»›>|←:•–—-]+")
_TITLE_LABEL: Final = re.compile(r"\s*(?:ال)?عنوان(?: (?:الخبر|المقال|الموضوع))?\s*:\s*")
_EDGE: Final = re.compile(r"(?<=[ةى])(?=[^\W\d_])|(?<=ا)(?=[أإآ])|(?<=[^\W\d_]{3})(?=إ)|(?<=\d)(?=[^\W\d_]{3})")
"""Where two words are glued for certain: behind teh marbuta or alef maksura, before a hamza that only begins words."""
_SITE: Final = re.compile(r"\s+(?P<mark>[|–—-]|::)\s+(?P<site>[^|–—:]{2,40})$")
_DESCRIBED: Final = re.compile(r"\s[|]\s[^|:\d]{2,30}\s[–—-]\s[^|:\d]{2,40}")
"""A site's name behind a bar, with what it says of itself behind a dash."""
_SITE_SIGN: Final = re.compile(r"[|–—:-]")
_PRESS: Final = re.compile(
    r"(?:موقع|صحيفه|جريده|مجله|وكاله|شبكه|بوابه|قناه|منصه|اذاعه|راديو|تلفزيون)(?: \S+){1,4}"
    r"|(?:\S+ ){1,2}(?:نت|نيوز|اونلاين|برس|تايمز|بوست|تيفي|tv)"
)
_RECORD: Final = re.compile(
    r'^\s*(?P<open>"?)(?P<title>[^\n]{8,250}?)(?P=open)(?P<joint>,(?:[^",\n]{4,40},)?")(?=\w|[«“(])'
)


def part_crumbs(text: str, parts: list[Part], finder: MarkerFinder) -> list[Part]:
    """Cut the head's lines where something but the title stands on them; the story's first paragraph at its date."""
    done: list[Part] = []
    for at, part in enumerate(parts):
        if at >= _HEAD:
            return [*done, *parts[at:]]
        if part.kind is not None or part.size <= _WORDS_LEFT or (part.size <= _LONGEST and len(part.fold) > _ROOM):
            done.append(part)
            continue
        pieces = _record(text, part) if not at else None
        if pieces:
            return [*pieces, *_without_quote(text, parts[1:])] if len(parts) > 1 else _without_quote(text, pieces)
        done += _cut(text, part, finder)
        if part.size > _LONGEST or (part.firm and at):
            return [*done, *parts[at + 1 :]]
    return done


def _cut(text: str, part: Part, finder: MarkerFinder) -> list[Part]:
    raw = text[part.start : part.end]
    names = _names(raw, finder) if part.size <= _LONGEST and _may_be_crumbs(part) else 0
    if not names:
        label = _TITLE_LABEL.match(raw)
        names = label.end() if label else 0
    dated = 0 if names or _EARLY_DIGIT.match(raw) is None else _leading_date(raw, prose=part.prose)
    stop, end = len(raw), len(raw)
    if not dated and part.size <= _LONGEST:
        stop = end = _title_end(raw, names)
        end = _trailing_date(raw, names, stop)
    if not names and not dated and end == len(raw):  # as most lines
        return [part]
    cuts = sorted({0, names or dated, end, stop, len(raw)})
    pieces = [part_within(text, part, one, two) for one, two in pairwise(cuts) if raw[one:two].strip()]
    if len(pieces) < 2:
        return [part]
    for piece in pieces:
        look(piece)
        piece.boiler = part.boiler
    if names:
        _name(pieces[0], "crumbs.front")
    if stop < len(raw):
        _name(pieces[-1], "crumbs.site")
    return pieces


def _name(part: Part, rule: str) -> None:
    part.kind, part.rule, part.joint = Kind.NAVIGATION, rule, "end"


def _names(raw: str, finder: MarkerFinder) -> int:
    """Find where the names of sections at the front of a line end, if they certainly are breadcrumbs; else 0."""
    at = signs = items = 0
    anchored = False
    last = at
    while items < _MOST_NAMES:
        end = _name_end(raw, at, finder) or (_between_signs(raw, at) if items and signs == items else 0)
        if not end:
            break
        anchored = anchored or fold_layout(raw[at:end]).strip().casefold() in _ANCHORS
        if not items and not anchored and _SIGN.match(raw, end) is None:
            break
        sign = _SIGN.match(raw, end)
        signs += sign is not None
        items += 1
        last = at
        at = sign.end() if sign else end + (len(raw[end:]) - len(raw[end:].lstrip()))
    if items > 1 and raw[at : at + 1] in {"ي", "ت"} and _SIGN.search(raw, last, at) is None:
        at = last  # the subject of the title's verb, not a section's name
    certain = anchored or (items > 1 and signs == items)
    return at if certain and len(raw[at:].split()) >= _WORDS_LEFT else 0


def _name_end(raw: str, at: int, finder: MarkerFinder) -> int:
    """Find the end of the name of a section at `at`, at a blank, a sign or where the next word is glued to it."""
    words = [match.span() for match, _ in zip(_TOKEN.finditer(raw, at), range(_NAME_WORDS), strict=False)]
    if not words or words[0][0] > _FRONT:
        return 0
    ends = [end for _, end in words]
    ends += [match.start() for match in _EDGE.finditer(raw, at, words[-1][1])]
    ends += [match.start() for match in _SIGN.finditer(raw, at, words[-1][1])]
    for end in sorted(set(ends), reverse=True):
        marker = finder.folded_line(raw[at:end]) if end > at else None
        if marker is not None and marker.kind in _NAMES:
            return end
    return 0


def _between_signs(raw: str, at: int) -> int:
    """Find the end of an unknown name of few words before one more sign, with the title behind it."""
    sign = _SIGN.search(raw, at, at + _FRONT)
    if sign is None or sign.start() == at or ":" in sign.group():
        return 0
    return sign.start() if len(raw[at : sign.start()].split()) <= _NAME_WORDS else 0


def _may_be_crumbs(part: Part) -> bool:
    """Tell whether it is worth looking for breadcrumbs: the line begins with the first of them or has two signs."""
    front = part.fold[:_FRONT]
    if front[:1] in _ANCHOR_LETTERS and front.casefold().startswith(_ANCHOR_NAMES):
        return True
    return _HAS_SIGN.search(front) is not None and len(_SIGN.findall(front)) > 1


def _leading_date(raw: str, *, prose: bool) -> int:
    """Find where a date ends that stands before the line's first word, glued to it or before a sentence's verb."""
    for edge in _EDGE.finditer(raw, 0, _FRONT):
        if raw[: edge.start()].count(" ") <= 10 and read_date(raw[: edge.start()]):
            return edge.start()
    found = next(iter(find_dates(raw[:_FRONT])), None) if prose else None
    if found is None or not raw[found.end :].strip() or read_date(raw[: found.end]) is None:
        return 0
    return found.end if is_reporting(fold_layout(raw[found.end :].split(maxsplit=1)[0])) else 0


def _trailing_date(raw: str, start: int, stop: int) -> int:
    """Find where a date begins that ends the title's line and is governed by no word of it; else give `stop`."""
    if _LATE_DATE.search(raw, max(start, stop - _BACK), stop) is None or _DATE_LINE.match(raw) is not None:
        return stop
    last = _TO_LAST_DIGIT.match(raw, start, stop)
    if last is None or len(last.group().split()) <= _WORDS_LEFT:
        return stop
    dates = find_dates(raw[:stop])
    if not dates or raw[dates[-1].end : stop].strip(" |-–—,،"):
        return stop
    before = raw[: dates[-1].start]
    if len(before[start:].split()) < _WORDS_LEFT + 1 or governs(before):
        return stop
    begins = date_start(before)
    apart = begins < len(before.rstrip()) or "T" in dates[-1].iso or before[-1:] not in {" ", "\u00a0"}
    return begins if apart and not before[:begins].rstrip().endswith("اليوم") else stop


@cache
def _known() -> tuple[frozenset[str], frozenset[str]]:
    """Read the labels of headlines, and the names of sites, folded."""
    labels = frozenset(fold(row[0]) for row in rows("headline_labels.tsv"))
    return labels, frozenset(fold(row[0]) for row in rows("site_names.tsv"))


def _title_end(raw: str, start: int) -> int:
    """Find where the site's name begins that ends the title's line, with the sign before it; else the line's end."""
    if _SITE_SIGN.search(raw, start) is None:
        return len(raw)
    match = _SITE.search(raw, start)
    bar = raw.rfind(" | ", start)
    if bar > 0 and _DESCRIBED.fullmatch(raw[bar:]) is not None and len(raw[start:bar].split()) > _WORDS_LEFT:
        return bar
    if match is None or len(raw[start : match.start()].split()) <= _WORDS_LEFT:
        return len(raw)
    name = fold(match["site"])
    labels, sites = _known()
    bar = (
        match["mark"] in {"|", "::"}
        and len(name.split()) <= _NAME_WORDS
        and name not in labels
        and not _DIGIT.search(name)
    )
    return match.start() if bar or name in sites or _PRESS.fullmatch(name) else len(raw)


def _without_quote(text: str, parts: list[Part]) -> list[Part]:
    """Cut the quotation mark off that closes a row of a table."""
    last = parts[-1]
    if last.kind is not None or last.size < 2 or text[last.end - 1] != '"':
        return parts
    pieces = [part_within(text, last, 0, last.end - last.start - 1)]
    pieces.append(part_within(text, last, last.end - last.start - 1, last.end - last.start))
    for piece in pieces:
        look(piece)
    pieces[1].kind, pieces[1].rule, pieces[1].joint = Kind.JUNK, "crumbs.record", "end"
    return [*parts[:-1], *pieces]


def _record(text: str, part: Part) -> list[Part] | None:
    """Cut a page that is a row of a table: `title,"text"` or `"title","text"`."""
    raw = text[part.start : part.end]
    match = _RECORD.match(raw)
    if match is None or not text.rstrip().endswith('"'):
        return None
    cuts = [0, match.start("title"), match.end("title"), match.end(), len(raw)]
    pieces = [part_within(text, part, one, two) for one, two in pairwise(cuts) if raw[one:two].strip()]
    for piece in pieces:
        look(piece)
        if not any(sign.isalnum() for sign in piece.fold):
            piece.kind, piece.rule, piece.joint = Kind.JUNK, "crumbs.record", "end"
    return pieces
