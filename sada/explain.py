"""A labelled page enters; what Sada took each stretch for, and by which rule, leaves for a person to see."""

from __future__ import annotations

import html
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson
from rich.text import Text

from schemas import CleanArticle, Rejected, Settings
from schemas.articles import RawArticle
from schemas.spans import Label, Span

from .present import tame

COLOURS: Final = {
    Label.TITLE: "bold green",
    Label.KICKER: "green",
    Label.DATELINE: "cyan",
    Label.PUBLISHED: "cyan",
    Label.SOURCE: "magenta",
    Label.AUTHOR: "magenta",
    Label.KEYWORDS: "yellow",
    Label.BODY: "default",
    Label.CAPTION: "bright_black",
    Label.RELATED_MARKER: "bold red",
    Label.RELATED_HEADLINE: "bold blue",
    Label.RELATED_DATE: "blue",
    Label.RELATED_TITLE: "bold bright_green",
    Label.RELATED_DATELINE: "bright_cyan",
    Label.RELATED_PUBLISHED: "bright_cyan",
    Label.RELATED_SOURCE: "bright_magenta",
    Label.RELATED_BODY: "bright_yellow",
    Label.NAVIGATION: "bright_black",
    Label.SHARE: "bright_black",
    Label.LINK_TEXT: "bright_black",
    Label.JUNK: "red",
    Label.SPACE: "default",
}
"""Terminal style of each label."""
_STYLE: Final = Path(__file__).with_name("explain.css")


def read_page(path: Path, settings: Settings | None = None) -> CleanArticle | Rejected:
    """Read the page at `path` and label it.

    Raises:
        streams.stages.errors.StageError: the page holds no article.
    """
    from producers.reading import read_articles
    from streams.stages.clean import clean
    from streams.text.sites import load_rules

    found = next(iter(read_articles([path], settings or Settings())))
    return clean(found, load_rules()) if isinstance(found, RawArticle) else found


def explain_terminal(page: CleanArticle) -> Text:
    """Draw the page for a terminal: each stretch in its label's colour, label and rule in front of it."""
    drawn = Text(f"site {page.site}, rules {page.rules_version}\n\n", style="bright_black")
    for span, text in _shown(page):
        drawn.append(f"{_name(span):>24} {span.rule:<28} ", style="bright_black")
        drawn.append(f"{tame(text)}\n", style=COLOURS[span.label])
    return drawn


def explain_json(page: CleanArticle) -> str:
    """Write facts and spans as JSON; spaces between the spans are left out."""
    spans = [{**span._asdict(), "text": text} for span, text in _shown(page)]
    facts = page.facts.model_dump(mode="json")
    document = {"site": page.site, "rules_version": page.rules_version, "facts": facts, "spans": spans}
    return orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()


def explain_html(page: CleanArticle) -> str:
    """Write a right-to-left page, each stretch marked with its label and rule."""
    title = html.escape(page.facts.title or page.raw.article_id)
    marks = "\n".join(
        f'<p class="{span.label.value}"><small>{html.escape(_name(span))} · {html.escape(span.rule)}</small>'
        f"{html.escape(text)}</p>"
        for span, text in _shown(page)
    )
    return (
        f'<!doctype html>\n<html lang="ar" dir="rtl"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>\n{_STYLE.read_text(encoding='utf-8')}</style></head>\n<body>\n"
        f"<small>site {html.escape(page.site)} · rules {html.escape(page.rules_version)}</small>\n"
        f"{marks}\n</body></html>\n"
    )


def _shown(page: CleanArticle) -> Iterator[tuple[Span, str]]:
    for span in page.spans:
        if span.label is not Label.SPACE:
            yield span, page.raw.text[span.start : span.end]


def _name(span: Span) -> str:
    return f"{span.label.value} #{span.article}" if span.article else span.label.value
