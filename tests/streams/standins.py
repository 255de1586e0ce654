"""Small pure stages in the place of the real ones, and a worker: `python -m tests.streams.standins [real]`.

A page is a title line, lines beginning with `- ` that are related headlines, body lines, and after a line `###`
an embedded article. A body line `!word` makes the stage named so fail in the way the word says.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable

from schemas import (
    CleanArticle,
    EnrichedArticle,
    HeadlineRole,
    HeadlineSighting,
    Label,
    RawArticle,
    Reason,
    RelatedHeadline,
    Settings,
    Span,
    SplitArticle,
    StageName,
)
from schemas.articles import Facts
from schemas.identity import digest, embedded_id
from schemas.topics import BANDS, CLEAN, ENRICHED, RAW, SEEN, SPLIT, UNIQUE
from streams.stages.errors import StageError
from streams.wiring import Stage, Tell


class PanicError(BaseException):
    """What PyO3 raises when Rust code panics: no Exception."""


def clean(raw: RawArticle) -> tuple[CleanArticle, ...]:
    """Label everything body; fail where the page asks for it."""
    if "!empty" in raw.text:
        raise StageError(Reason.NO_TEXT, "no words left")
    if "!broken" in raw.text:
        raise KeyError("a defect of the stage")
    if "!panic" in raw.text:
        raise PanicError("a panic of a compiled library")
    while "!endless" in raw.text:
        time.sleep(0.001)
    if "!heavy" in raw.text:
        time.sleep(0.02)
    span = Span(start=0, end=len(raw.text), label=Label.BODY, rule="stand-in")
    return (CleanArticle(raw=raw, spans=(span,), facts=Facts(), site="stand-in", rules_version="1"),)


def split(page: CleanArticle) -> tuple[SplitArticle, ...]:
    """Cut a page at its first line `###`."""
    main, _, embedded = page.raw.text.partition("\n###\n")
    if not embedded:
        return (_article(page, main, page.raw.article_id),)
    inner = embedded_id(page.raw.article_id, None, embedded)
    return (
        _article(page, main, page.raw.article_id, embedded_ids=(inner,)),
        _article(page, embedded, inner, parent_id=page.raw.article_id),
    )


def _article(page: CleanArticle, text: str, identity: str, **changes: object) -> SplitArticle:
    title, *lines = text.split("\n")
    related = [line.removeprefix("- ") for line in lines if line.startswith("- ")]
    raw = page.raw
    values: dict[str, object] = {name: getattr(raw, name) for name in RawArticle.model_fields if name != "text"}
    values |= {
        "article_id": identity,
        "root_id": raw.article_id,
        "site": page.site,
        "rules_version": page.rules_version,
        "facts": Facts(title=title),
        "headline_id": digest("headline", title),
        "body": "\n".join(line for line in lines if not line.startswith("- ")),
        "related_headlines": tuple(RelatedHeadline(text=one, headline_id=digest("headline", one)) for one in related),
    }
    return SplitArticle.model_validate(values | changes)


def sightings(article: SplitArticle) -> Iterable[HeadlineSighting]:
    """Tell of the title and of each related headline."""
    told = [(article.facts.title or "", HeadlineRole.TITLE)]
    told += [(one.text, HeadlineRole.RELATED) for one in article.related_headlines]
    for text, role in told:
        yield HeadlineSighting(
            headline_id=digest("headline", text),
            text=text,
            article_id=article.article_id,
            role=role,
            captured_at=article.captured_at,
            told_at=article.read_at,
        )


def tag(article: SplitArticle) -> tuple[EnrichedArticle, ...]:
    """Find no names; fail or swell where the article asks for it."""
    if "!untaggable" in article.body:
        raise StageError(Reason.NO_TEXT, "nothing to tag")
    values = {name: getattr(article, name) for name in SplitArticle.model_fields}
    if "!swell" in article.body:
        values["body"] *= 50
    return (EnrichedArticle(**values),)


def _tell() -> Tell:
    return sightings


STAND_INS = (
    Stage(StageName.CLEAN, reads=RAW, writes=CLEAN, load=lambda: clean),
    Stage(StageName.SPLIT, reads=CLEAN, writes=SPLIT, load=lambda: split, tell=_tell),
    Stage(StageName.TAG, reads=SPLIT, writes=ENRICHED, load=lambda: tag),
    Stage(StageName.DEDUPE, reads=SEEN, writes=UNIQUE),
    Stage(StageName.MATCH, reads=BANDS, writes=SEEN),
)


if __name__ == "__main__":
    from streams.wiring import STAGES
    from streams.worker import run

    sys.exit(run(Settings(_env_file=None), stages=STAGES if "real" in sys.argv else STAND_INS))
