"""Documents in, downloads out: JSON Lines for programs, CSV that a spreadsheet shows and never runs."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Iterable
from typing import Any, Final

import orjson

COLUMNS: Final = (
    "article_id", "title", "published", "source", "site", "authors", "keywords", "persons", "places", "organisations",
    "dateline", "captured_at", "story_id", "parent_id", "paths", "body",
)  # fmt: skip
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a cell begins that a spreadsheet would take for a formula."""

MARK: Final = "\ufeff"
"""Tells spreadsheets that the file is UTF-8; without it Arabic is garbled there."""


async def as_lines(documents: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    """Yield each document as one line of JSON, as the index holds it."""
    async for document in documents:
        yield orjson.dumps(document) + b"\n"


async def as_csv(documents: AsyncIterator[dict[str, Any]]) -> AsyncIterator[bytes]:
    """Yield a heading and a row for each document; lists are joined by `; `."""
    yield (MARK + _row(COLUMNS)).encode()
    async for document in documents:
        yield _row(safe_cell(_text(document.get(column))) for column in COLUMNS).encode()


def safe_cell(text: str) -> str:
    """Put an apostrophe before what a spreadsheet would calculate.

    >>> safe_cell("=HYPERLINK(1)"), safe_cell("غزة")
    ("'=HYPERLINK(1)", 'غزة')
    """
    return f"'{text}" if text.lstrip().startswith(FORMULA) or text.startswith(FORMULA) else text


def _text(value: object) -> str:
    if value is None:
        return ""
    return "; ".join(map(str, value)) if isinstance(value, list) else str(value)


def _row(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(list(cells))
    return line.getvalue()
