"""Labelled spans: every character of a page belongs to exactly one, with the rule that said so."""

from __future__ import annotations

from enum import StrEnum

from schemas.message import Record


class Label(StrEnum):
    """What a stretch of the page is."""

    TITLE = "title"
    KICKER = "kicker"
    DATELINE = "dateline"
    PUBLISHED = "published"
    SOURCE = "source"
    AUTHOR = "author"
    KEYWORDS = "keywords"
    BODY = "body"
    CAPTION = "caption"
    RELATED_MARKER = "related_marker"
    RELATED_HEADLINE = "related_headline"
    RELATED_DATE = "related_date"
    RELATED_TITLE = "related_title"
    RELATED_DATELINE = "related_dateline"
    RELATED_PUBLISHED = "related_published"
    RELATED_SOURCE = "related_source"
    RELATED_BODY = "related_body"
    NAVIGATION = "navigation"
    SHARE = "share"
    LINK_TEXT = "link_text"
    JUNK = "junk"
    SPACE = "space"


class Span(Record):
    """`text[start:end]` (code points) carries `label`, because of `rule`.

    `article` counts the articles of a page: 0 is the main one, 1 the first embedded one, and so on.
    """

    start: int
    end: int
    label: Label
    rule: str
    article: int = 0
