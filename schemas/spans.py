"""Labelled spans: every character of a page belongs to exactly one, with the rule that said so."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, NamedTuple

from pydantic import GetCoreSchemaHandler
from pydantic_core import core_schema


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


class Span(NamedTuple):
    """`text[start:end]` (code points) carries `label`, because of `rule`.

    `article` counts the articles of a page: 0 is the main one, 1 the first embedded one, and so on. A page has some
    fifty spans: a tuple is made in a fifth of a record's time. It travels as a record does, with its fields named.
    """

    start: int
    end: int
    label: Label
    rule: str
    article: int = 0

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> core_schema.CoreSchema:
        """Read and write a span as an object; fields that a newer writer added are ignored."""
        number = core_schema.typed_dict_field(core_schema.int_schema())
        fields = {
            "start": number,
            "end": number,
            "label": core_schema.typed_dict_field(handler.generate_schema(Label)),
            "rule": core_schema.typed_dict_field(core_schema.str_schema()),
            "article": core_schema.typed_dict_field(core_schema.int_schema(), required=False),
        }
        read = core_schema.no_info_after_validator_function(_span, core_schema.typed_dict_schema(fields))
        return core_schema.json_or_python_schema(
            json_schema=read,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), read]),
            serialization=core_schema.plain_serializer_function_ser_schema(cls._asdict),
        )


def _span(fields: dict[str, Any]) -> Span:
    return Span(**fields)
