"""What a page holds and what was read off it enter; the scores of the reading leave."""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

_CONTROLS: Final = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_MARKS: Final = re.compile("[\u0640\u064b-\u065f\u0670]")
_TOKEN: Final = re.compile(r"\w+")
_LIST_MARK: Final = re.compile(r"^[•*·–-]+\s*")
_GRAM: Final = 5
"""Words in a row that must be found again before text counts as leaked."""

Page = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found rightly, found wrongly, and missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    @property
    def f1(self) -> float:
        """The harmonic mean of precision and recall; 1 if there was nothing to find and nothing was found."""
        total = 2 * self.right + self.wrong + self.missed
        return 2 * self.right / total if total else 1.0


@dataclass(frozen=True, slots=True)
class PageScore:
    """The scores of one page; None where the page gives nothing to score."""

    name: str
    body: float
    leak: float | None
    headlines: Counts
    headline_dates: Counts
    title: bool
    published: bool
    source: bool
    keywords: float | None
    embedded: tuple[float, ...]
    embedded_missed: int


def score_page(name: str, gold: Page, read: Page) -> PageScore:
    """Score what was `read` off the page `name` against its `gold`; both in the shape of `sada process`."""
    keywords, read_keywords = gold.get("keywords") or [], read.get("keywords") or []
    embedded, read_embedded = gold["related_articles"], list(read.get("related_articles") or [])
    pairs = list(zip(embedded, read_embedded, strict=False))
    return PageScore(
        name=name,
        body=_body(gold, read.get("body") or ""),
        leak=_leak(gold, read.get("body") or ""),
        headlines=_headlines(gold, read),
        headline_dates=_headline_dates(gold, read),
        title=_same(gold, read, "title"),
        published=(gold.get("published") or None) == (read.get("published") or None),
        source=_same(gold, read, "source"),
        keywords=_f1(tokens(" ".join(keywords)), tokens(" ".join(read_keywords)))
        if keywords or read_keywords
        else None,
        embedded=tuple(_embedded(one, other) for one, other in pairs),
        embedded_missed=abs(len(embedded) - len(read_embedded)),
    )


def summarise(scores: Sequence[PageScore]) -> dict[str, float]:
    """Give the mean of each score over the pages that have it."""
    headlines = sum((score.headlines for score in scores), Counts())
    dates = sum((score.headline_dates for score in scores), Counts())
    embedded = [*(value for score in scores for value in score.embedded)]
    embedded += [0.0] * sum(score.embedded_missed for score in scores)
    return {
        "pages": float(len(scores)),
        "body_f1": _mean(score.body for score in scores),
        "body_leak": _mean((score.leak for score in scores if score.leak is not None), empty=0.0),
        "headlines_f1": headlines.f1,
        "headline_dates_f1": dates.f1,
        "title": _mean(score.title for score in scores),
        "published": _mean(score.published for score in scores),
        "source": _mean(score.source for score in scores),
        "keywords_f1": _mean(score.keywords for score in scores if score.keywords is not None),
        "embedded_f1": _mean(embedded),
    }


def tokens(text: str | None) -> list[str]:
    """List the words of `text`: entities resolved, vowel marks, tatweel and controls dropped."""
    return _TOKEN.findall(_MARKS.sub("", _plain(text)))


def _plain(text: str | None) -> str:
    return _CONTROLS.sub("", unicodedata.normalize("NFC", html.unescape(text or "")))


def _line(text: str | None) -> str:
    return _LIST_MARK.sub("", " ".join(_plain(text).split()))


def _mean(values: Iterable[float], empty: float = 1.0) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else empty


def _f1(gold: list[str], read: list[str]) -> float:
    one, other = Counter(gold), Counter(read)
    right = (one & other).total()
    return Counts(right, other.total() - right, one.total() - right).f1


def _body(gold: Page, body: str) -> float:
    """Compare words; what may stand inside or outside a body (captions, bylines, title) is not held against it."""
    wanted, found = Counter(tokens(gold["body"])), Counter(tokens(body))
    optional = [*(gold.get("optional_text") or []), gold.get("dateline"), gold.get("title")]
    for text in [*optional, *_alternatives(gold, "title")]:
        for word, count in Counter(tokens(text)).items():
            found[word] -= min(count, max(0, found[word] - wanted[word]))
    right = (wanted & found).total()
    return Counts(right, found.total() - right, wanted.total() - right).f1


def _embedded(gold: Page, read: Page) -> float:
    optional = [gold.get("dateline") or "", gold.get("title") or "", gold.get("source") or ""]
    return _body({"body": gold["body"], "optional_text": optional}, read.get("body") or "")


def _leak(gold: Page, body: str) -> float | None:
    """Measure how much of the page's headlines and embedded articles stands in the body, 0..1."""
    own = _grams(tokens(gold["body"]))
    foreign = [head["text"] for head in gold["related_headlines"]] + [one["body"] for one in gold["related_articles"]]
    grams = {gram for text in foreign for gram in _grams(tokens(text))} - own
    found = tokens(body)
    sizes = {len(gram) for gram in grams}
    return len(grams & {g for size in sizes for g in _grams(found, size)}) / len(grams) if grams else None


def _grams(words: list[str], size: int = _GRAM) -> set[tuple[str, ...]]:
    if len(words) < size:
        return {tuple(words)} if words else set()
    return {tuple(words[at : at + size]) for at in range(len(words) - size + 1)}


def _dated(page: Page) -> dict[str, str | None]:
    return {_line(head["text"]): head.get("date") for head in page.get("related_headlines") or []}


def _headlines(gold: Page, read: Page) -> Counts:
    wanted, found = set(_dated(gold)), set(_dated(read))
    free = {_line(one.get("title")) for one in gold["related_articles"]}
    title = _line(read.get("title"))
    excused = {title} if title in {_line(text) for text in _alternatives(gold, "title")} else set()
    return Counts(len(wanted & found), len(found - wanted - free), len(wanted - found - excused))


def _headline_dates(gold: Page, read: Page) -> Counts:
    wanted, found = _dated(gold), _dated(read)
    both = [(wanted[text], date) for text, date in found.items() if text in wanted and (wanted[text] or date)]
    right = sum(one == other for one, other in both)
    return Counts(right, len(both) - right, 0)


def _alternatives(gold: Page, name: str) -> list[str]:
    return [text for text in gold.get(f"{name}_alternatives") or [] if text]


def _same(gold: Page, read: Page, name: str) -> bool:
    found = _line(read.get(name))
    return found == _line(gold.get(name)) or (bool(found) and found in map(_line, _alternatives(gold, name)))
