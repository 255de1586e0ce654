"""A labelled page enters; its articles leave, the main one first, and the headlines that each of them carries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from schemas.articles import CleanArticle, Facts, RelatedHeadline, SplitArticle
from schemas.clusters import Story
from schemas.headlines import HeadlineRole, HeadlineSighting
from schemas.identity import embedded_id
from schemas.rejects import Reason
from schemas.spans import Label, Span
from streams.text.controls import without_controls
from streams.text.dates import find_dates, read_date
from streams.text.facts import tidy
from streams.text.fold import headline_id
from streams.text.story import sketch

from .errors import StageError

_BODY: Final = {Label.BODY, Label.RELATED_BODY}
_FACTS: Final = {Label.RELATED_TITLE, Label.RELATED_DATELINE, Label.RELATED_SOURCE, Label.RELATED_PUBLISHED}
_MARKER, _HEADLINE, _DATE = Label.RELATED_MARKER, Label.RELATED_HEADLINE, Label.RELATED_DATE
"""Names of a module are looked up much faster than members of an enumeration."""
_TITLE, _RELATED = HeadlineRole.TITLE, HeadlineRole.RELATED
_LISTED: Final = {_MARKER, _HEADLINE, _DATE}
_LABELS: Final = {"source", "published"}
"""Last part of the rules of the words in front of a value; the value's own rule ends otherwise."""


def split(page: CleanArticle) -> tuple[SplitArticle, ...]:
    """Take the page apart: the main article, then each embedded one, with `parent_id` and `root_id`.

    Raises:
        StageError: the page holds no article text (`no_text`).
    """
    spans = _by_article(page.spans)
    main = _article(page, spans[0], page.facts)
    if not main.body:
        raise StageError(Reason.NO_TEXT, "no paragraph of the main article on the page")
    embedded = [_embedded(page, spans[number]) for number in spans if number > 0]
    found = {article.article_id: article for article in embedded if article.body}
    if found:
        main = main.model_copy(update={"embedded_ids": tuple(found)})
    return main, *found.values()


def _by_article(spans: tuple[Span, ...]) -> dict[int, Sequence[Span]]:
    """Part the spans of a page by the article that they belong to, in order; the main one's may be none."""
    numbers = {number for _, _, _, _, number in spans}
    if numbers == {0}:  # as on most pages
        return {0: spans}
    found: dict[int, list[Span]] = {number: [] for number in sorted({0, *numbers})}
    for span in spans:
        found[span.article].append(span)
    return {**found}


def tellings(article: SplitArticle) -> tuple[HeadlineSighting | Story, ...]:
    """List what the clusters are told of `article`: its headlines, and its text if that says enough to be known by."""
    drawn = sketch(article.body)
    if drawn is None:
        return sightings(article)
    story = Story.trusted(article_id=article.article_id, sketch=drawn, told_at=article.read_at)
    return (*sightings(article), story)


def sightings(article: SplitArticle) -> tuple[HeadlineSighting, ...]:
    """List the headlines that `article` carries: its title, then its related headlines, each once."""
    facts, source = article.facts, article.facts.source
    carrier, captured, read = article.article_id, article.captured_at, article.read_at

    def telling(headline: str, text: str, role: HeadlineRole, date: str | None) -> dict[str, Any]:
        return {  # all fields, in order
            "headline_id": headline,
            "text": text,
            "article_id": carrier,
            "role": role,
            "source": source,
            "date": date,
            "captured_at": captured,
            "told_at": read,
            "retracted": False,
        }

    rows: dict[str | None, dict[str, Any]] = {}
    if facts.title and article.headline_id:
        rows[None] = telling(article.headline_id, facts.title, _TITLE, facts.published)
    for headline in article.related_headlines:
        if (found := headline.headline_id) not in rows:
            rows[found] = telling(found, headline.text, _RELATED, headline.date)
    return HeadlineSighting.whole(rows.values())


def _article(page: CleanArticle, spans: Sequence[Span], facts: Facts) -> SplitArticle:
    raw = page.raw
    text = raw.text
    return SplitArticle.trusted(
        article_id=raw.article_id,
        root_id=raw.article_id,
        paths=raw.paths,
        path_count=raw.path_count,
        encoding=raw.encoding,
        captured_at=raw.captured_at,
        read_at=raw.read_at,
        supersedes=raw.supersedes,
        site=page.site,
        rules_version=page.rules_version,
        facts=facts,
        headline_id=headline_id(facts.title) if facts.title else None,
        body=without_controls("\n".join([text[start:end] for start, end, label, _, _ in spans if label in _BODY])),
        related_headlines=_related(page, spans),
    )


def _embedded(page: CleanArticle, spans: Sequence[Span]) -> SplitArticle:
    found = _first(page.raw.text, spans)
    date = found.get(Label.RELATED_PUBLISHED)
    printed = read_date(date, page.raw.captured_at) if date else None
    facts = Facts.trusted(
        title=found.get(Label.RELATED_TITLE),
        dateline=found.get(Label.RELATED_DATELINE),
        source=found.get(Label.RELATED_SOURCE),
        published=printed.iso if printed else None,
        published_zone=printed.zone if printed else None,
        authors=(),
        keywords=(),
    )
    article = _article(page, spans, facts)
    return article.model_copy(
        update={
            "article_id": embedded_id(page.raw.article_id, facts.title, article.body),
            "parent_id": page.raw.article_id,
            "supersedes": (),
        }
    )


def _first(text: str, spans: Sequence[Span]) -> dict[Label, str]:
    """Give the first value of each fact that an embedded article prints; the labels in front of them are none."""
    found: dict[Label, str] = {}
    for span in spans:
        label = span.label
        said = label in _FACTS and label not in found and span.rule.rpartition(".")[2] not in _LABELS
        if said and (value := tidy(text[span.start : span.end])):
            found[label] = value
    return found


def _related(page: CleanArticle, spans: Sequence[Span]) -> tuple[RelatedHeadline, ...]:
    """Pair each headline with the date printed behind it, or before it where a box begins with a date."""
    found: dict[str, str | None] = {}
    last: str | None = None
    pending: str | None = None
    dates_first = fresh = False
    text = page.raw.text
    for start, end, label, _, _ in spans:
        if label not in _LISTED:
            continue
        if label is _MARKER:
            last, pending, fresh = None, None, True
        elif label is _HEADLINE:
            dates_first = dates_first and not fresh
            last, fresh = tidy(text[start:end]) or None, False
            if last is None:
                continue
            found[last] = found.get(last) or (pending if dates_first else None)
            pending = None
        else:
            pending = _date(text[start:end], page)
            dates_first, fresh = dates_first or fresh, False
            if not dates_first and last is not None:
                found[last] = found[last] or pending
    rows = ({"text": said, "headline_id": headline_id(said), "date": date} for said, date in found.items())
    return RelatedHeadline.whole(rows)


def _date(text: str, page: CleanArticle) -> str | None:
    base = page.raw.captured_at
    printed = next(iter(find_dates(text, base)), None) or read_date(text, base)
    return printed.iso if printed is not None else None
