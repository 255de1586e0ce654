"""An annotated page enters; the raw text that a site prints leaves, with what must be read off it.

A `.page` file says of every stretch of a page what it is. Header lines (`#site youm7`, `#keywords أ | ب`, `#hard`)
tell of the page as a whole; each other line is a label, one space, and the text as printed: `body قال الوزير …`.
A `+` behind the label means that no line ends there (`related_marker+ أخبار ذات صلة`), `=` gives the value where the
print is not the value (`published=2025-01-08T20:17 8 يناير 2025 - 8:17 مساءً`). An empty line is one of the page's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from schemas.spans import Label

_LINE: Final = re.compile(r"(?P<label>[a-z_]+)(?:=(?P<value>\S+?))?(?P<glue>\+)?(?: (?P<text>.*))?$")
_OPTIONAL: Final = {Label.CAPTION, Label.AUTHOR, Label.KICKER}
_LABELS: Final = frozenset(label.value for label in Label)
_EDGES: Final = " \t:：|\u00a0"


@dataclass(frozen=True, slots=True)
class Stretch:
    """`raw[start:end]` is `label`, in the `article`th article of the page; `value` is what it says, if not itself."""

    start: int
    end: int
    label: Label
    article: int
    text: str
    value: str | None


@dataclass(slots=True)
class GoldPage:
    """One annotated page: its `raw` text and the `stretches` that cover what is printed on it."""

    name: str
    raw: str
    stretches: list[Stretch] = field(default_factory=list)
    site: str | None = None
    keywords: tuple[str, ...] = ()
    hard: bool = False

    def expected(self) -> dict[str, Any]:
        """Give what must be read off the page, in the shape of the evaluation's gold files."""
        main = [stretch for stretch in self.stretches if stretch.article == 0]
        return {
            "file": f"{self.name}.txt",
            "origin": "hard" if self.hard else "plain",
            "title": _first(main, Label.TITLE),
            "title_alternatives": [],
            "published": _first(main, Label.PUBLISHED, value=True),
            "source": _last(main, Label.SOURCE),
            "source_alternatives": [],
            "dateline": _first(main, Label.DATELINE),
            "keywords": list(self.keywords),
            "body": _joined(main, Label.BODY),
            "related_headlines": _headlines(self.stretches),
            "related_articles": self._embedded(),
            "optional_text": [stretch.text for stretch in main if stretch.label in _OPTIONAL],
        }

    def _embedded(self) -> list[dict[str, Any]]:
        numbers = sorted({stretch.article for stretch in self.stretches if stretch.article})
        groups = [[stretch for stretch in self.stretches if stretch.article == number] for number in numbers]
        return [
            {
                "title": _first(group, Label.RELATED_TITLE),
                "dateline": _first(group, Label.RELATED_DATELINE),
                "source": _last(group, Label.RELATED_SOURCE),
                "body": _joined(group, Label.RELATED_BODY),
            }
            for group in groups
        ]


def read_gold_page(path: Path) -> GoldPage:
    """Read an annotated page.

    Raises:
        ValueError: a line is not `label text`; the text shows it.
    """
    header, lines = _header(path.read_text(encoding="utf-8").splitlines())
    page = GoldPage(path.stem, "", site=header.get("site"), hard="hard" in header)
    page.keywords = tuple(part.strip() for part in header.get("keywords", "").split("|") if part.strip())
    raw: list[str] = []
    at = article = 0
    for line in lines:
        match = _LINE.match(line)
        if line and (match is None or match["label"] not in _LABELS):
            raise ValueError(f"{path.name}: no label and text: {line[:60]!r}")
        text, end = (match["text"] or "", "" if match["glue"] else "\n") if line and match else ("", "\n")
        if match and line:
            label = Label(match["label"])
            article += label is Label.RELATED_TITLE
            page.stretches.append(Stretch(at, at + len(text), label, _owner(label, article), text, match["value"]))
        raw.append(text + end)
        at += len(text) + len(end)
    page.raw = "".join(raw)
    return page


def _header(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """Part the `#name value` lines from the page's own, none of which begins with `#`."""
    pairs = [line[1:].partition(" ") for line in lines if line.startswith("#")]
    return {name: value.strip() for name, _, value in pairs}, [line for line in lines if not line.startswith("#")]


def _owner(label: Label, article: int) -> int:
    return article if label.value.startswith("related_") and label is not Label.RELATED_HEADLINE else 0


def _first(stretches: list[Stretch], label: Label, *, value: bool = False) -> str | None:
    for stretch in stretches:
        if stretch.label is label:
            return stretch.value if value else stretch.text.strip()
    return None


def _last(stretches: list[Stretch], label: Label) -> str | None:
    found = [stretch.text.strip(_EDGES) for stretch in stretches if stretch.label is label]
    return found[-1] if found else None


def _joined(stretches: list[Stretch], label: Label) -> str:
    return "\n".join(stretch.text.strip() for stretch in stretches if stretch.label is label)


def _headlines(stretches: list[Stretch]) -> list[dict[str, str | None]]:
    """List the headlines with their dates; a date in front of the first headline of a box means that all stand so."""
    found: list[dict[str, str | None]] = []
    pending: str | None = None
    dates_first = fresh = False
    for stretch in stretches:
        if stretch.label is Label.RELATED_MARKER:
            pending, fresh, dates_first = None, True, False
        elif stretch.label is Label.RELATED_HEADLINE:
            found.append({"text": stretch.text.strip(), "date": pending})
            pending, fresh = None, False
        elif stretch.label is Label.RELATED_DATE:
            dates_first, fresh = dates_first or fresh, False
            if dates_first:
                pending = stretch.value
            elif found:
                found[-1]["date"] = stretch.value
    return found
