"""The parts before the first paragraph enter; title, dateline, dates, byline and navigation leave labelled."""

from __future__ import annotations

import re
from typing import Final

from schemas.spans import Label

from .closing_lists import leads_to_headline
from .head_date import find_head_dates
from .page import Page, overlap
from .parts import Part, bullet, content, has_digit
from .short_titles import is_short_title
from .sites import Kind
from .tags import read_tags
from .tell import is_dateline, is_hashtags, is_headline, is_latin, is_pipes

OF_KIND: Final = {
    Kind.PUBLISHED: Label.PUBLISHED,
    Kind.AUTHOR: Label.AUTHOR,
    Kind.DATELINE: Label.DATELINE,
    Kind.CAPTION: Label.CAPTION,
    Kind.NAVIGATION: Label.NAVIGATION,
    Kind.SHARE: Label.SHARE,
    Kind.LINK_TEXT: Label.LINK_TEXT,
    Kind.JUNK: Label.JUNK,
    Kind.FOOTER: Label.NAVIGATION,
    Kind.SIGNATURE: Label.DATELINE,
    Kind.KEYWORDS: Label.KEYWORDS,
}
_PUBLISHED, _KEYWORDS, _SIGNATURE, _JUNK = Kind.PUBLISHED, Kind.KEYWORDS, Kind.SIGNATURE, Label.JUNK
_VALUES: Final = {
    Kind.PUBLISHED: Label.PUBLISHED,
    Kind.AUTHOR: Label.AUTHOR,
    Kind.DATELINE: Label.DATELINE,
    Kind.SOURCE: Label.SOURCE,
    Kind.KEYWORDS: Label.KEYWORDS,
    Kind.CAPTION: Label.CAPTION,
    Kind.SHARE: Label.SHARE,
    Kind.JUNK: Label.JUNK,
}
"""Kinds of marker whose words may be followed by a value on the same line, and what the value is."""
_INTRODUCES: Final = frozenset(
    [
        "في",
        "بعد",
        "ضمن",
        "خلال",
        "علي",
        "من",
        "وسط",
        "بحضور",
        "برعايه",
        "بمشاركه",
        "تحت",
        "قبل",
        "عقب",
        "مع",
        "رغم",
        "بسبب",
        "عن",
        "الي",
    ]
)
"""Words with which a line over the title begins, rather than the title."""
_CREDIT: Final = re.compile(
    r"[/(–—-]\s*(?:رويترز|ا\.?\s?ف\.?\s?ب\.?|اف ب|الاناضول|فرانس برس|اسوشيتد برس|شينخوا|د\.?\s?ب\.?\s?ا\.?"
    r"|غيتي|جيتي|ارشيفيه|ارشيف|الفرنسيه|الاوروبيه|الالمانيه"
    r"|واس|وام|بترا|كونا|سانا|قنا|وفا|مواقع التواصل|صوره ارشيفيه|Getty(?: Images)?|AFP|AP|Reuters|EPA)\s*\)?$"
    r"|\.\s*\([^()]{2,30}\)$"
)
"""A picture's credit at the end of a line, which is then its caption."""
_SHOWS: Final = re.compile(r"(?:جانب|لقطه|مشهد|صوره|صور) (?:من|ل|تعبيريه|ارشيفيه)(?!\w)")
"""Words with which a picture's caption begins, and hardly ever a title."""
_TRADE: Final = re.compile(r"(?:كاتب|باحث|صحفي|صحافي|اعلامي|اكاديمي|محلل|خبير|استاذ|رئيس)ه?\s[^:؟]*[،,/]")
"""How the line under an author's name begins that says who he is."""
_SENTENCE: Final = 3.0
"""What a short sentence over a deck counts for."""
_CONTENTS: Final = frozenset(
    ["محتويات", "المحتويات", "جدول المحتويات", "قائمه المحتويات", "عناصر الموضوع", "محتويات المقال"]
)
"""Labels of a page's list of contents: what stands below is the names of its parts."""
_LOOK: Final = re.compile(r"(?:شاهد|شاهدوا|بالفيديو|بالصور|فيديو|صور)\s*[.:…|-]+\s*$")
"""What a title may begin with that elsewhere leads to a link."""
_DOMAIN: Final = re.compile(r"[A-Za-z]\.(?:com|net|org|info|tv)(?![a-z])", re.IGNORECASE)
"""A site's address in a line: a browser's title, over the page's own."""
_FIGURES: Final = 2
_EXCERPT: Final = 5
"""Words of the shortest line over the story that only says the beginning of it, word for word."""
_TICKER, _OF_OTHERS = 3, 0.25
"""Headlines that run on above the title, at least, and the share of their words that the story may say."""
_SOURCE_WORDS: Final = 5
"""Words of the longest name on the line under a source's label."""
_LISTED: Final = 5
"""Words of the shortest headline in a box above the title: shorter lines there are names of sections."""
_QUOTES: Final = '"«“'
"""Signs with which headlines open, and decks and names hardly ever."""
_LEAST: Final = 4
"""Words of the shortest line that shows by standing within another that it is the title: shorter ones are names."""
_PAIR, _HALF = 2, 0.5
"""A pair of words that says what the story says is a short title, not a place and its agency."""
_LEAD: Final = 2
"""Paragraphs of the story that must say the title's words again."""
_UPPER: Final = 1.4
"""What a line's place above another of headline's length counts for: a deck stands below its title."""
_SHARED: Final = 0.65
"""Share of a line's words in the story above which more tells nothing: a deck says the story again, a title less."""
_ABOVE_DECK, _TOLD = 1.0, 0.25
_SAID_AGAIN, _NEAR_TITLE = 0.5, 2
"""Share of a line's words in the story that makes it its title or deck, and lines above that may be the title then."""
_BELOW, _NAME_WORDS = 4, 3
_BETWEEN: Final = {Kind.PUBLISHED, Kind.AUTHOR, Kind.SHARE, Kind.DATELINE, Kind.SIGNATURE, Kind.NAVIGATION}
"""What may stand between a title and its deck."""
_ARROW: Final = re.compile(r"[»›◄►←→▶◀]")
_ROW: Final = 3
_LOOK_BACK: Final = 400
"""Parts of a head that are weighed for the title; more is a page of links, not a head."""


def read_head(page: Page, body: int) -> None:
    """Label the parts before index `body`, where the first paragraph stands."""
    first = max(0, body - _LOOK_BACK)
    find_head_dates(page, first, body)
    title = _title(page, first, body)
    _read_box(page, body if title is None else title)
    if title is not None and title >= _TICKER:
        _read_ticker(page, title, body)
    if title is not None:
        _read_opening(page, title)
    links = _arrows(page, title, body)
    for at in range(body):
        part = page.parts[at]
        if part.label is not None:
            continue
        if part.kind is _KEYWORDS and title is not None and at > title:
            done = page.done
            read_tags(page, at)
            page.done = done
        elif at == title:
            page.say(part, Label.TITLE, "head.title")
        elif part.kind is not None:
            page.say(part, *_known(page, part, at, body, title))
        elif at in links:
            part.say(Label.RELATED_HEADLINE, "head.arrows")
        else:
            page.say(part, *_unknown(page, part, at, body, title))


def _read_box(page: Page, stop: int) -> None:
    """Label the boxes of headlines above the title, which stands at `stop`."""
    box: Part | None = None
    for part in page.parts[:stop]:
        if part.kind is Kind.RELATED:
            box = part
            part.say(Label.RELATED_MARKER, part.rule)
        elif box is not None and part.rule == "list.edge":
            part.say(Label.RELATED_DATE, part.rule)
        elif box is not None and is_headline(part) and part.size >= _LISTED and part.kind is None:
            part.say(Label.RELATED_HEADLINE, box.rule)


def _read_opening(page: Page, title: int) -> None:
    """Label the word before the title on its line that asks to look (`شاهد..`): it is the title's own beginning."""
    part, before = page.parts[title], page.at(title - 1)
    if before is not None and part.gap == 0 and before.kind is not None and _LOOK.match(before.fold):
        before.say(Label.TITLE, "head.opening")


def _read_ticker(page: Page, title: int, body: int) -> None:
    """Label the headlines that run on above the title without a marker: three and more, of other stories."""
    lines: list[Part] = []
    for part in page.parts[:title]:
        if part.kind is None and part.label is None and is_headline(part) and part.size > _LEAST and not part.boiler:
            lines.append(part)
        elif lines and part.kind not in {Kind.PUBLISHED, Kind.NAVIGATION}:
            break
    if len(lines) < _TICKER or any(is_pipes(part) or is_latin(part) or part.stop == "." for part in lines):
        return
    story = set(content(page.parts[title]))
    for part in page.parts[body : body + _LEAD]:
        story.update(content(part))
    if all(overlap(part, story) <= _OF_OTHERS for part in lines):
        for part in lines:
            part.say(Label.RELATED_HEADLINE, "head.ticker")


def _arrows(page: Page, title: int | None, body: int) -> set[int]:
    """Find headlines behind arrows between title and story: two or more, each a link to another article."""
    if title is None:
        return set()
    lines = [at for at in range(title + 1, body) if _ARROW.match(page.parts[at].fold) and page.parts[at].kind is None]
    return set(lines) if len(lines) > 1 and all(page.parts[at].size > _LEAST for at in lines) else set()


def _known(page: Page, part: Part, at: int, body: int, title: int | None) -> tuple[Label, str]:
    assert part.kind is not None
    if part.kind is _SIGNATURE and (title is None or at < title):
        return Label.NAVIGATION, part.rule
    return OF_KIND.get(part.kind, _JUNK), part.rule


def _gives(marker: Part) -> bool:
    return marker.kind in _VALUES and marker.joint in {"separator", "space", "glued"}


def _unknown(page: Page, part: Part, at: int, body: int, title: int | None) -> tuple[Label, str]:
    before = page.at(at - 1)
    if before is not None and before.kind is not None and _is_value(page, part, at):
        return _VALUES[before.kind], "head.value"
    if title is None or at < title:
        kicker = title is not None and at == title - 1 and part.size >= 2 and not is_latin(part)
        return (Label.KICKER, "head.kicker") if kicker else (Label.NAVIGATION, "head.before-title")
    if part.fold[0] == "#" and part.fold.count("#") > 1 and is_hashtags(part):
        return Label.KEYWORDS, "head.hashtags"
    if at >= body - 2 and is_dateline(part):
        return Label.DATELINE, "head.dateline"
    if part.size <= 3:
        return (Label.NAVIGATION, "head.short")
    return Label.CAPTION, "head.subtitle"


def _is_value(page: Page, part: Part, at: int) -> bool:
    """Tell whether the part at `at` is what the label before it gives, on its line or, for a source, under it."""
    before = page.at(at - 1)
    return before is not None and ((part.gap == 0 and _gives(before)) or _is_below_label(page, part, at))


def _is_below_label(page: Page, part: Part, at: int) -> bool:
    """Tell whether a few words stand on the line under a source's label with a colon, alone on its own."""
    label = page.at(at - 1)
    below = label is not None and label.kind is Kind.SOURCE and label.joint == "end" and part.gap == 1
    return below and part.size <= _SOURCE_WORDS and page.raw(page.parts[at - 1]).rstrip().endswith(":")


def _title(page: Page, first: int, body: int) -> int | None:
    """Choose the title among the lines of the head: said again in the body, standing by the date, twice on the page."""
    lines = [at for at in range(first, body) if _can_be_title(page, page.parts[at], at)]
    lines = [at for at in lines if not is_dateline(page.parts[at])] or lines
    contents = next((at for at in range(first, body) if page.parts[at].fold.strip(" :") in _CONTENTS), body)
    lines = [at for at in lines if at < contents] or lines
    lines = [at for at in lines if not _is_cut_crumb(page, at, lines)]
    lines = [at for at in lines if not _is_credited(page, at)] or lines
    if not lines:
        return None
    alone = len(lines) == 1 and not is_dateline(page.parts[lines[0]])
    if alone and _title_score(page, lines[0], lines, body, set()) > 0:  # the story could only speak for it
        return lines[0]
    story: set[str] = set()
    lead = [part for part in page.parts[body : body + _LEAD] if part.kind is None]
    for part in lead:
        story.update(content(part))
    lines = [at for at in lines if not _is_excerpt(page.parts[at], lead)] or lines
    scored = [(_title_score(page, at, lines, body, story), -at) for at in _of_story(page, lines, story)]
    score, at = max(scored)
    return -at if score > 0 else next((one for one in lines if _over_byline(page, one)), None)


def _is_cut_crumb(page: Page, at: int, lines: list[int]) -> bool:
    """Tell whether the line at `at` is the last of the breadcrumbs, which a longer line below says in full."""
    before, fold = page.at(at - 1), page.parts[at].fold.rstrip(" .…")
    if before is None or before.rule != "crumbs.front" or page.parts[at].gap > 0:
        return False
    return any(page.parts[one].fold.startswith(fold) and page.parts[one].size > page.parts[at].size for one in lines)


def _is_credited(page: Page, at: int) -> bool:
    """Tell whether an agency's name, a picture's credit, was cut off behind the line at `at` as if it were a site's."""
    behind = page.at(at + 1)
    return behind is not None and behind.rule == "crumbs.site" and _CREDIT.match(behind.fold.strip()) is not None


def _is_excerpt(part: Part, lead: list[Part]) -> bool:
    """Tell whether a line only says the beginning of the story's lead, word for word, which goes on behind it."""
    said = part.fold.rstrip(" .…،")
    return part.size >= _EXCERPT and any(one.fold.startswith(said) and one.size > part.size + _EXCERPT for one in lead)


def _over_byline(page: Page, at: int) -> bool:
    """Tell whether a short line stands right over the name of its author, as a story's or a poem's title does."""
    part, below = page.parts[at], page.at(at + 1)
    return below is not None and below.kind is Kind.AUTHOR and part.size > _PAIR and not is_dateline(part)


def _of_story(page: Page, lines: list[int], story: set[str]) -> list[int]:
    """Leave out the lines far above the one that the story says again which it does not say at all: other headlines."""
    shares = [overlap(page.parts[at], story) for at in lines]
    best = max(shares)
    if best < _SAID_AGAIN:
        return lines
    said = lines[shares.index(best)]
    return [at for at, share in zip(lines, shares, strict=True) if share > _OF_OTHERS or at + _NEAR_TITLE >= said]


def _can_be_title(page: Page, part: Part, at: int) -> bool:
    before = page.at(at - 1)
    value = _is_value(page, part, at)
    return (
        part.kind is None
        and part.label is None
        and not value
        and 2 <= part.size <= 40
        and part.boiler == 0
        and not _is_in_row(page, at)
        and not (part.prose and at < page.next_prose[0] + 1 and page.next_prose[0] == at and part.size > 20)
        and not is_pipes(part)
        and not _is_names(part)
        and not is_latin(part)
        and part.stop not in {"،", ","}
        and _CREDIT.search(part.fold) is None
        and _SHOWS.match(part.fold) is None
        and _TRADE.match(part.fold) is None
        and not _is_figures(part)
        and not (before is not None and before.kind is Kind.LINK_TEXT and leads_to_headline(page, at - 1))
    )


def _is_figures(part: Part) -> bool:
    """Tell whether a line is dates and figures for the most part, as the line of an agency's day and hour is."""
    figures = sum([any(map(str.isdigit, word)) for word in part.words]) if has_digit(part) else 0
    return figures > _FIGURES and figures * 3 >= part.size


def _is_names(part: Part) -> bool:
    """Tell whether a line is nothing but short names between bars."""
    return part.fold.count("|") > 1 and all(len(name.split()) <= _PAIR for name in part.fold.split("|"))


def _is_in_row(page: Page, at: int) -> bool:
    """Tell whether the part at `at` is one of three and more that stand apart on one line: a row of links."""
    first = at
    while first > 0 and at - first < _ROW and page.parts[first].gap == 0:
        first -= 1
    row = page.parts[first : first + _ROW]
    apart = len(row) == _ROW and all(part.gap == 0 for part in row[1:])
    return apart and all(part.kind is None and part.size >= _LEAST for part in row)


def _title_score(page: Page, at: int, lines: list[int], body: int, story: set[str]) -> float:
    part = page.parts[at]
    shared = overlap(part, story)
    score = 4 * min(shared, _SHARED) + min(part.size, 8) / 4 - (part.size > 25) - (part.size <= 3) - (part.size <= 2)
    fold = part.fold.strip()
    others = [page.parts[other] for other in lines[:30] if other != at]
    score += 2.0 * any(fold in other.fold and (part.size >= _LEAST or other.size <= part.size + 1) for other in others)
    score -= 1.5 * any(other.fold in fold and other.size >= _LEAST for other in others)
    neighbours = [page.at(at + 1), page.at(at - 1)]
    score += 0.8 * (neighbours[0] is not None and neighbours[0].kind is _PUBLISHED)
    score += 0.3 * (neighbours[1] is not None and neighbours[1].kind is _PUBLISHED)
    dateline = is_dateline(part) and (part.size > _PAIR or shared < _HALF or not part.fold.replace(" ", "").isalpha())
    score += 1.0 * (len(lines) == 1 and not dateline)
    below = page.at(at + 1)
    score -= 2.0 * (part.words[0] in _INTRODUCES and at + 1 in lines and below is not None and below.size > part.size)
    score -= 2.0 * (part.words[0] in _INTRODUCES and at - 1 in lines and page.parts[at - 1].size >= _LISTED)
    score += _UPPER * _is_upper(page, at, lines) + _ABOVE_DECK * _has_deck(page, at, lines, shared)
    score -= 1.5 * dateline * (part.size <= 5)
    score += 0.8 * (part.fold[0] in _QUOTES)
    score -= 2.0 * bool(bullet(part))
    score -= 1.0 * (part.stop == ".")
    over = (at + 1) in lines and part.words[0] not in _INTRODUCES and is_short_title(part, page.parts[at + 1], shared)
    score += _SENTENCE * over
    score -= 2.0 * (len(others) > 0 and "." in fold and _DOMAIN.search(fold) is not None)
    return score - 1.0


def _has_deck(page: Page, at: int, lines: list[int], shared: float) -> bool:
    """Tell whether the line at `at`, which the story says in part, has a longer one as its deck below it."""
    part, below = page.parts[at], _deck(page, at, lines)
    if below is None or part.size < _LISTED or part.words[0] in _INTRODUCES:
        return False
    return shared >= _TOLD and part.size * 2 >= below.size and not part.fold.endswith("..")


def _is_upper(page: Page, at: int, lines: list[int]) -> bool:
    """Tell whether the line at `at` has a deck's place below it: the next line is as long as a headline too."""
    part, below = page.parts[at], _deck(page, at, lines)
    if below is None or part.size < _LISTED or part.words[0] in _INTRODUCES:
        return False
    return (part.size * 4 >= below.size * 3 and not part.fold.endswith("..")) or part.fold[0] in '"«“'


def _deck(page: Page, at: int, lines: list[int]) -> Part | None:
    """Find the line of the head below the one at `at`, with nothing but date, name and share words between."""
    for below in range(at + 1, at + 1 + _BELOW):
        part = page.at(below)
        if part is None or below in lines:
            return part if part is None or part.size >= _LISTED else None
        if part.kind not in _BETWEEN and part.size > _NAME_WORDS and "مراسل" not in part.fold and not is_dateline(part):
            return None
    return None
